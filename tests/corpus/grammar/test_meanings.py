"""A grammar of meanings: what its lines make, and how its mistakes are told."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from saps.corpus.generation.derivation import derive
from saps.corpus.generation.registers import Profile
from saps.corpus.generation.sampler import Sampler
from saps.corpus.grammar.compiler import compiled
from saps.corpus.grammar.model import Choice, Grammar, Phrase, Slot, Word
from saps.corpus.grammar.reader import Reader
from saps.language.errors import GrammarError
from saps.language.library import parse_library
from saps.language.tree import to_text

LIBRARY = parse_library("""
def even(x: int) -> bool = (== (% x 2) 0)
  "whether x is even"
def divisible_by(x: int, k: int) -> bool = (== (% x k) 0)
  "whether k divides x"
def starts_with(s: string, t: string) -> bool = (== (str_index 0 s) t)
  "whether s starts with the letter t"
def sum(xs: int[]) -> int = (reduce xs 0 +)
  "the sum"
def count_if(xs: T[], p: (T -> bool)) -> int = (len (filter xs p))
  "how many"
""")

CORE = """
words the = the
words a = "a/an"
words elements int = numbers
words elements int[] = numbers
words elements string = words
declare int
  | a number <name>
declare int[]
  | a list <name>
declare string
  | a string <name>
declare string[]
  | a list of words <name>
form is (T -> bool)
  | is <adj>
  | is {a} <one>
  | <does>
form things (T -> bool)
  | <attr> {elements}
  | {elements} <adj>
  | {elements} <doing>
  | <many>
"""


def grammar(text: str) -> Grammar:
    reader = Reader(LIBRARY)
    reader.text(CORE + text, Path())
    return compiled(reader)


def phrases(grammar: Grammar, name: str) -> dict[str, str]:
    """Each wording of a nonterminal, its first options taken, with its program."""
    return {
        said(wording): to_text(one.program)
        for one in grammar.productions.get(name, ())
        for wording in one.wordings
    }


def said(phrase: Phrase) -> str:
    words = []
    for item in phrase.items:
        if isinstance(item, Word):
            words.append(item.text)
        elif isinstance(item, Slot):
            words.append(f"<{item.name}>")
        else:
            assert isinstance(item, Choice)
            words.append(said(item.options[0]))
    return " ".join(word for word in words if word)


ASKS = "say task(x: A) -> sentence => x\n  sentence find <x>\n"


def test_a_noun_of_a_value() -> None:
    made = grammar(
        ASKS
        + """
say its(x: A, f: (A -> B)) -> sentence => (f x)
  sentence <x> and its <f:sg> and their <f:pl>
say sum
  noun (sum | total) of <xs>
"""
    )
    assert phrases(made, "np int") == {"the sum of <xs>": "(sum xs)"}
    assert phrases(made, "sg (int[] -> int)") == {"sum": "sum"}
    assert phrases(made, "pl (int[] -> int)") == {"sums": "sum"}


def test_a_verb_of_a_value() -> None:
    made = grammar(
        """
say task(x: A) -> sentence => x
  sentence <x:imp> <x:third> <x:ger> <x:done>
say then(x: A, f: (A -> B)) -> sentence => (f x)
  sentence <x> then <f:imp(it)> or <f:imp()> so that it is <f:part>
say "+"(x, y)
  verb raise <x> by <y>
"""
    )
    assert phrases(made, "imp int") == {"raise <x> by <y>": "(+ x y)"}
    assert phrases(made, "third int") == {"raises <x> by <y>": "(+ x y)"}
    assert phrases(made, "ger int") == {"raising <x> by <y>": "(+ x y)"}
    assert phrases(made, "done int") == {"<x> raised by <y>": "(+ x y)"}
    assert phrases(made, "imp[it] (int -> int)") == {"raise it by <y>": "(partial1 y +)"}
    assert phrases(made, "imp[] (int -> int)") == {"raise by <y>": "(partial1 y +)"}
    assert phrases(made, "part (int -> int)") == {"raised by <y>": "(partial1 y +)"}


def test_a_verb_that_is_done_to_something_else_or_to_several() -> None:
    says = """
say task(x: int) -> sentence => x
  sentence <x:imp> <x:done>
say then(x: A, f: (A -> B)) -> sentence => (f x)
  sentence <x> then <f:imp()> so that it is <f:part>
say "*"(x, y)
  verb scale <x> by <y>
say "+"(x, y)
"""
    to_another = grammar(says + "  verb add <y> to <x>\n")
    assert phrases(to_another, "imp[] (int -> int)")["add <y>"] == "(partial1 y +)"
    assert list(phrases(to_another, "part (int -> int)")) == ["scaled by <y>"]
    assert list(phrases(to_another, "done int")) == ["<x> scaled by <y>"]
    to_both = grammar(says + "  verb add <x> and <y>\n")
    assert "add <x> and <y>" in phrases(to_both, "imp int")
    assert list(phrases(to_both, "imp[] (int -> int)")) == ["scale by <y>"]


def test_a_noun_of_two_values_and_a_clause_about_two() -> None:
    made = grammar(
        """
say task(x: int) -> sentence => x
  sentence <x>
say truth(x: bool) -> sentence => x
  sentence if <x:clause>
  sentence <x:question>
say their(x: subject A, y: subject A, f: (A A -> B)) -> B => (f x y)
  @told np their <f:sg>
say "+"(x, y)
  noun sum of <x> and <y>
say divisible_by
  they are in (proportion | ratio)
  they divide
"""
    )
    assert phrases(made, "np int") == {"the sum of <x> and <y>": "(+ x y)", "their <f>": "(f x y)"}
    assert phrases(made, "sg (int int -> int)") == {"sum": "+"}
    assert set(phrases(made, "clause bool")) == {"<x> and <k> are in proportion", "<x> and <k> divide"}
    assert set(phrases(made, "question bool")) == {"are <x> and <k> in proportion", "do <x> and <k> divide"}


def test_a_short_object_stands_in_front_of_the_particle() -> None:
    made = grammar(
        """
say task(x: A, f: (A -> B)) -> sentence => (f x)
  sentence <x:imp> or <f:imp(it)> or <f:imp()>
say sum
  verb (add up | sum) <xs>
"""
    )
    (one,) = made.productions["imp[it] (int[] -> int)"]
    assert phrases(made, "imp int") == {"add up <xs>": "(sum xs)"}
    assert phrases(made, "imp[it] (int[] -> int)") == {"add it up": "sum"}
    assert phrases(made, "imp[] (int[] -> int)") == {"add up": "sum"}
    choice = one.wordings[0].items[0]
    assert isinstance(choice, Choice)
    assert [said(option) for option in choice.options] == ["add it up", "sum it"]


def test_a_verb_that_is_said_of_a_parameter() -> None:
    made = grammar(
        """
say task(x: A, f: (A -> B)) -> sentence => (f x)
  sentence <x:third> or <f:third(it)>
say map(xs, f)
  verb <f:imp(each one)> in <xs>
say "+"(x, y)
  verb add <y> to <x>
"""
    )
    (one,) = made.productions["third int[]"]
    assert one.slots["f"] == "third[each one] (int -> int)"
    assert phrases(made, "third[it] (int[] -> int[])") == {"<f> in it": "(partial1 f map)"}


def test_a_noun_is_its_only_of_what_is_called_it() -> None:
    made = grammar(
        """
words its = its
say task(x: A, f: (A -> B)) -> sentence => (f x)
  sentence <x> ; <f:imp(it)> or <f:imp()> or <f:imp(each list)>
say sum
  noun sum of <xs>
form imp (A -> B)
  | find {its} <sg>
  | find the <sg> of {object}
"""
    )
    wordings = {name: sorted(phrases(made, name)) for name in made.productions if name.startswith("imp")}
    assert wordings == {
        "imp[it] (int[] -> int)": ["find its <_>", "find the <_> of it"],
        "imp[] (int[] -> int)": ["find its <_>"],
        "imp[each list] (int[] -> int)": ["find the <_> of each list"],
    }


def test_what_can_be_no_function_is_called_alone() -> None:
    library = parse_library("""
def greatest(xs: int[]) -> int = (reduce xs 0 max)
  "the greatest"
def all_greatest(xs: int[]) -> int[] = (reduce xs xs (lambda2 (if (> arg2 (greatest xs)) xs arg1)))
  "not all: xs stands under a lambda of two"
""")

    def drawn(task: str) -> set[str]:
        reader = Reader(library)
        reader.text(CORE + task + "say all_greatest\n  noun greatest ones of <xs>\n", Path())
        sampler = Sampler(compiled(reader))
        profile = Profile(frozenset(), max_depth=1, constant=0.0, nest=0.0)
        found = (derive(sampler, random.Random(seed), profile) for seed in range(5))
        return {to_text(one.program) for one in found if one is not None}

    called = drawn("say task(x: int[], f: (int[] -> B)) -> sentence => (f x)\n  sentence <f:sg> of <x>\n")
    assert len(called) == 1
    assert "(reduce" in called.pop()
    handed = "say task(x: int[], f: (int[] -> int[])) -> sentence => (map (range 0 9) (combine f range))"
    assert drawn(handed + "\n  sentence <f:pl> of <x>\n") == set()


def test_a_predicate_in_all_its_forms() -> None:
    made = grammar(
        """
say asked(x: A, p: (A -> bool)) -> sentence => (p x)
  sentence <x> <p:is>
say counted(xs: T[], p: (T -> bool)) -> sentence => (count_if xs p)
  sentence count <p:things> in <xs>
say starts_with
  verb start with <t>
say even
  adj even
say divisible_by
  noun multiple of <k>
"""
    )
    strings = "(string -> bool)"
    assert phrases(made, f"does {strings}") == {"starts with <t>": "(starts_with t)"}
    assert phrases(made, f"doing {strings}") == {"starting with <t>": "(starts_with t)"}
    assert phrases(made, f"is {strings}") == {"<_>": "_"}
    assert phrases(made, f"things {strings}") == {"words <_>": "_"}
    assert set(phrases(made, "things (int -> bool)")) == {"<_> numbers", "numbers <_>", "<_>"}
    assert phrases(made, "many (int -> bool)") == {"multiples of <k>": "(divisible_by k)"}


def test_a_program_of_its_own_as_a_function() -> None:
    made = grammar(
        """
say asked(x: A, p: (A -> bool), f: (A -> B)) -> sentence => (pair (p x) (f x))
  sentence <x> <p:is> and its <f:sg>
say starts_with_a(x: string) -> bool => (starts_with x "a")
  adj alphabetic
say fits(x: int, k: int) -> bool => (even (+ k x))
  adj fitting <k>
say opposites(xs: int[]) -> int => (- 0 (sum xs))
  noun opposite of <xs>
"""
    )
    assert phrases(made, "adj (string -> bool)") == {"alphabetic": '(starts_with "a")'}
    assert phrases(made, "adj (int -> bool)") == {"fitting <k>": "(lambda1 (even (+ k arg1)))"}
    assert phrases(made, "sg (int[] -> int)") == {"opposite": "(lambda1 (- 0 (sum arg1)))"}


def test_a_form_that_a_grammar_names_itself() -> None:
    made = grammar(
        ASKS
        + """
say converted(x: int, f: (int -> int)) -> int => (f x)
  np <x> <f:units>
form np int
  | the number of <much>
say "+"(x, y)
  units seconds and <y> more
  much seconds in <x> and <y>
"""
    )
    assert phrases(made, "units (int -> int)") == {"seconds and <y> more": "(partial1 y +)"}
    assert phrases(made, "much int") == {"seconds in <x> and <y>": "(+ x y)"}
    assert phrases(made, "np int") == {"<x> <f>": "(f x)", "the number of <_>": "_"}


CODE = """
registers terse
say code(x: A) -> sentence => x
  sentence <x:code>
say argument(x: A) -> A => x
  code <x:name>
say filter(xs: int[], p)
  code "[" x for x in <xs:name> if <p:code(x)> "]"
say "-"(x, y)
  code <x:code> - <y:name>
say even
  code <x:code> "% 2 == 0"
"""


def test_code_is_said_with_what_its_parameter_is_called() -> None:
    made = grammar(CODE)
    assert phrases(made, "code int") == {"<x>": "x", "<x> - <y>": "(- x y)"}
    assert phrases(made, "code bool") == {"<x> % 2 == 0": "(even x)"}
    assert phrases(made, "code[x] (int -> bool)") == {"x % 2 == 0": "even"}
    assert phrases(made, "code[x] (int -> int)") == {}


def test_an_argument_by_its_name_alone() -> None:
    made = grammar(CODE + "mention int[]\n  | the list <name>\n")
    drawn = drawn_of(made, 60)
    assert "[ x for x in a if x % 2 == 0 ]" in drawn
    assert not any("the list" in sentence for sentence in drawn)


def test_no_argument_is_called_as_a_variable_of_code() -> None:
    made = grammar(CODE)
    for sentence in drawn_of(made, 60, letters="xa", in_order=False):
        assert "in x if" not in sentence


def drawn_of(made: Grammar, count: int, letters: str = "abc", in_order: bool = True) -> set[str]:
    """Sentences of a grammar."""
    sampler, rng = Sampler(made), random.Random(0)
    profile = Profile(tags=frozenset(["terse"]), letters=letters, in_order=in_order)
    drawn = (derive(sampler, rng, profile) for _ in range(count))
    return {" ".join(one.words) for one in drawn if one is not None}


def test_an_aim_goes_through_what_says_the_same() -> None:
    made = grammar(
        CODE
        + """
say about(x: subject int[], f: (int[] -> int)) -> sentence => (f x)
  sentence given <args> , its <f:sg>
say sum
  noun sum of <xs>
"""
    )
    sampler, rng = Sampler(made), random.Random(0)
    profile = Profile(tags=frozenset(["terse"]), letters="abc", in_order=True)
    for name in ("filter", "even", "sum"):
        (aim, *_) = [one for one in made.named(name) if one.makes.split()[0] in ("code", "sg")]
        drawn = [derive(sampler, rng, profile, aim) for _ in range(20)]
        found = [one for one in drawn if one is not None]
        assert found and all(aim.label in one.productions for one in found)


def test_sentences_and_programs_are_drawn_together() -> None:
    made = grammar(
        ASKS
        + """
say count_if
  noun number of <p:things> in <xs>
say even
  adj even
"""
    )
    found = derive(Sampler(made), random.Random(1), Profile(frozenset(), max_depth=2, constant=0.0))
    assert found is not None
    letter = next(iter(found.args))
    assert " ".join(found.words) in {
        f"find the number of even numbers in {letter}",
        f"find the number of numbers even in {letter}",
    }
    assert to_text(found.program) == f"(len (filter {letter} (lambda1 (== (% arg1 2) 0))))"


def test_the_head_noun_of_a_parameter_stands_in_the_plural() -> None:
    made = grammar(
        """
form thing (T -> bool)
  | <attr> number
say say_it(f: (int[] -> int)) -> sentence => f
  sentence the <f:pl>
say number_of(xs: int[], p: (int -> bool)) -> int => (count_if xs p)
  np the first <p:thing>
say count_if(xs: int[], p)
  noun last <p:thing> of <xs>
say even
  adj even
"""
    )
    assert set(phrases(made, "pl (int[] -> int)")) == {"last <p>"}
    assert made.productions["pl (int[] -> int)"][0].slots["p"] == "things (int -> bool)"


def spoken(text: str, **how: object) -> dict[str, str]:
    """Sentences that are drawn from some lines about numbers, with their programs."""
    profile = Profile(frozenset(), max_depth=2, constant=0.0, nest=0.0, remark=0.0, **how)  # type: ignore[arg-type]
    sampler = Sampler(grammar(ASKS + text))
    found = [derive(sampler, random.Random(seed), profile) for seed in range(150)]
    return {" ".join(one.words): to_text(one.program) for one in found if one is not None}


def test_a_verb_of_two_things_is_not_said_of_it() -> None:
    made = grammar(
        """
say say_it(x: int) -> sentence => x
  sentence <x:imp>
say apply(x: int, f: (int -> int)) -> int => (f x)
  imp take <x> and <f:imp(it)>
say "+"(x, y)
  verb add <x> and <y>
  verb increase <x> by <y>
"""
    )
    assert set(phrases(made, "imp[it] (int -> int)")) == {"increase it by <y>"}


def test_a_list_of_lists_is_said_where_it_is_meant() -> None:
    made = grammar(
        ASKS
        + """
declare int[][]
  | a matrix <name>
say len(xs)
  noun length of <xs>
say number_of_rows(rows: int[][]) -> int => (len rows)
  np the number of rows of <rows>
"""
    )
    lengths = [one.slots["xs"] for one in made.productions["np int"] if one.name.startswith("len")]
    assert sorted(lengths) == ["np int[]", "np string[]"]
    assert phrases(made, "np int")["the number of rows of <rows>"] == "(len rows)"


def test_several_things_without_names() -> None:
    numbers = """
unnamed int
  | a number
  | <count> numbers
say "+"(x, y)
  noun sum of <x> and <y>
"""
    assert spoken(numbers, unnamed=True) == {"find the sum of two numbers": "(+ a b)"}
    three = (
        numbers
        + "say three(x: int, y: int, z: int) -> int => (+ (+ x y) z)\n  noun sum of <x> , <y> and <z>\n"
    )
    assert spoken(numbers + three, unnamed=True)["find the sum of three numbers"] == "(+ (+ a b) c)"


def test_one_thing_and_another() -> None:
    numbers = "unnamed int\n  | a number\nsay divisible_by\n  np <x> over <k>\n"
    assert set(spoken(numbers, unnamed=True)) == {
        "find a number over another number",
        "find a number over another",
        "find one number over another number",
        "find one number over another",
    }


def test_things_that_were_introduced_are_spoken_of_together() -> None:
    numbers = """
introduce
  | given <args> ,
declare int
  | numbers <names>
unnamed int
  | <count> numbers
  @told | (the <count> numbers | them)
say truth(x: bool) -> sentence => x
  sentence check <x:clause>
say "+"(x, y)
  noun sum of <x> and <y>
say divisible_by
  they divide
say their(x: subject A, y: subject A, f: (A A -> B)) -> B => (f x y)
  @told np their <f:sg>
"""
    made = spoken(numbers, introduce=1.0, reuse=0.0)
    assert made["given numbers a and b , find their sum"] == "(+ a b)"
    assert made["given numbers a and b , find the sum of them"] == "(+ a b)"
    assert made["given numbers a and b , check they divide"] == "(== (% a b) 0)"
    assert {"given two numbers , find their sum"} <= set(spoken(numbers, introduce=1.0, unnamed=True))


def test_an_indirect_question_stands_behind_verbs_alone() -> None:
    made = grammar(
        """
say task(x: A) -> sentence => x
  sentence what is <x>
  sentence find out <x:wh>
say sum
  np (how much | the sum of what *2) <xs> (are | make) together
"""
    )
    assert phrases(made, "wh int") == {"how much <xs> are together": "(sum xs)"}
    assert phrases(made, "np int") == {"the sum of what <xs> are together": "(sum xs)"}


def test_a_clause_is_no_object() -> None:
    made = grammar(
        """
say task(x: A) -> sentence => x
  sentence <x:imp>
say then(x: A, f: (A -> B)) -> sentence => (f x)
  sentence <x> and <f:imp(it)>
say check(x: bool) -> bool => x
  verb see if <x:clause>
say is(x: A, p: (A -> bool)) -> bool => (p x)
  clause <x> <p:is>
say even
  adj even
"""
    )
    assert phrases(made, "imp bool") == {"see if <x>": "x"}
    assert phrases(made, "imp[it] (bool -> bool)") == {}


def test_nothing_is_done_to_what_is_only_asked_for() -> None:
    made = grammar(
        """
say task(x: A) -> sentence => x
  sentence <x:imp>
say then(x: A, f: (A -> A)) -> sentence => (f x)
  sentence <x> and <f:imp(it)>
say get(x: A) -> A => x
  verb find <x>
say sum
  noun sum of <xs>
say "+"(x, y)
  verb add <y> to <x>
"""
    )
    assert phrases(made, "imp int") == {"find <x>": "x", "add <y> to <x>": "(+ x y)"}
    assert phrases(made, "imp[it] (int -> int)") == {"add <y> to it": "(partial1 y +)"}


def test_verbs_behind_and_are_inflected_too() -> None:
    made = grammar(
        """
say task(x: A) -> sentence => x
  sentence <x:third> or by <x:ger>
say sum
  verb take <xs> and add all numbers
say reverse(xs)
  verb left - align <xs>
"""
    )
    assert phrases(made, "third int") == {"takes <xs> and adds all numbers": "(sum xs)"}
    assert phrases(made, "ger int") == {"taking <xs> and adding all numbers": "(sum xs)"}
    assert "left - aligning <xs>" in phrases(made, "ger int[]")


def test_how_many_is_said_barely() -> None:
    text = """
say task(x: A) -> sentence => x
  sentence find <x>
mention int
  | the number <name>
say number(x: int) -> int => x
  np <x:integer>
say "+"(x, y)
  sentence i have <x:count> apples and <y:count> more
say "*"(x, k)
  np the first <k> multiples up to <x>
"""
    made = spoken(text)
    assert "i have a apples and b more" in made
    assert "find the first b multiples up to the number a" in made


def test_what_would_be_done_in_either_case_is_not_said() -> None:
    text = """
say either(x: int, p: (int -> bool), f: (int -> int), g: (int -> int)) -> int => (if (p x) (f x) (g x))
  np <x> (<f:part> if it <p:is> , otherwise <g:part>)
say even
  adj even
say double(x: int) -> int => (+ x x)
  adj doubled
say squared(x: int) -> int => (* x x)
  adj squared
"""
    programs = {program for program in spoken(text).values() if program.startswith("(if")}
    assert programs
    assert all(program.count("+") == program.count("* a") for program in programs)


def test_it_is_the_only_thing_of_its_type() -> None:
    text = """
say about(x: subject A, f: (A -> B)) -> sentence => (f x)
  sentence given <args> , <f:imp(it)>
say "+"(x, y)
  verb add <y> to <x>
say sum
  verb add up <xs>
"""
    assert {one for one in spoken(text) if one.startswith("given")} == {"given a list a , add it up"}


def test_a_draw_that_aims_at_a_meaning_holds_it() -> None:
    made = grammar(
        """
say task(x: A) -> sentence => x
  sentence find <x>
say about(x: subject int, p: (int -> bool)) -> sentence => (p x)
  sentence given <args> , is it <p:adj>
say the_same(x: int) -> int => x
  np the same as <x>
say even
  adj even
say "+"(x, y)
  noun sum of <x> and <y>
"""
    )
    sampler, profile = Sampler(made), Profile(frozenset(), max_depth=3, constant=0.0)
    for name in ("+", "the_same", "even"):
        (target,) = made.named(name)
        found = [derive(sampler, random.Random(seed), profile, target) for seed in range(20)]
        assert any(found)
        assert all(target.label in one.productions for one in found if one is not None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("say smu\n  noun sum of <xs>\n", "`smu` is no definition of the library, did you mean 'sum'?"),
        ("say sum(ys)\n  noun sum of <ys>\n", "`sum` has the parameters xs"),
        ('say "+"(x)\n  noun sum of <x>\n', "`+` takes 2 parameters; name them: say +(x, ...)"),
        ("say sum\n  noun sum of <xs> *0\n", "a weight must be a number above 0, found `0`"),
        ("say sum\n  noun sum of <xs\n", "the end of the line where `>` was expected"),
        ("tell sum\n  noun sum of <xs>\n", "`tell` is no statement"),
        ("say twice(x: int) => (+ x x)\n  noun double of <x>\n", "a program of its own needs types"),
        ("say sum(xs: string)\n  noun sum of <xs>\n", "this parameter is int[]"),
        ("form is (T -> truth)\n  | is\n", "unknown type"),
    ],
)
def test_mistakes_are_told_with_their_place(text: str, message: str) -> None:
    with pytest.raises(GrammarError) as error:
        Reader(LIBRARY).text(text, Path())
    assert error.value.message.startswith(message)
    assert error.value.place is not None


def test_a_slot_that_is_missing_and_words_that_nobody_knows() -> None:
    with pytest.raises(GrammarError, match=r"line .*`sum`: the slot `<xs>` is missing"):
        grammar(ASKS + "say sum\n  np the sum of all\n")
    with pytest.raises(GrammarError, match=r"unknown words `{element}`, did you mean 'elements'"):
        grammar(ASKS + "say sum\n  np the sum of each {element} of <xs>\n")
    with pytest.raises(GrammarError, match=r"`<ys>` is no parameter; there are xs"):
        grammar(ASKS + "say sum\n  np the sum of <ys>\n")


def test_a_slot_in_two_forms_makes_two_productions() -> None:
    made = grammar(
        """
say of_each(x: A, f: (A -> B)) -> sentence => (f x)
  sentence <x> and (do <f:imp(it)> *3 | its <f:sg>)
say sum
  noun sum of <xs>
  verb add <xs>
"""
    )
    assert phrases(made, "sentence") == {
        "<x> and do <f>": "(f x)",
        "<x> and its <f>": "(f x)",
    }
    slots = [one.slots for one in made.productions["sentence"] if one.slots["x"] == "np int[]"]
    assert {one["f"] for one in slots} == {"imp[it] (int[] -> int)", "sg (int[] -> int)"}


def test_arguments_of_a_kind_narrower_than_their_type() -> None:
    made = grammar(
        """
declare character string
  | a character <name>
say asked(x: bool) -> sentence => x
  sentence <x:clause>
say starts_with
  clause <s> starts with <t:character>
"""
    )
    assert made.kind("character string") == "character string"
    assert made.is_argument("character string")
    sampler, profile = Sampler(made), Profile(frozenset(), max_depth=2, constant=0.0)
    found = (derive(sampler, random.Random(seed), profile) for seed in range(20))
    kinds = [one.kinds for one in found if one is not None]
    assert kinds and all(sorted(one.values()) == ["character string", "string"] for one in kinds)


def test_a_meaning_with_a_program_of_its_own_is_left_open() -> None:
    made = grammar(
        """
say asked(x: A, p: (A -> bool)) -> sentence => (p x)
  sentence <x> <p:is>
say divisible_by_ten(x: int) -> bool => (divisible_by x 10)
  adj divisible by ten
"""
    )
    assert phrases(made, "adj (int -> bool)") == {"divisible by ten": "(divisible_by 10)"}

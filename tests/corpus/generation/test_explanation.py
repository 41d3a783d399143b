"""Programs in English: a table of what is said, and what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from saps.corpus.generation.explanation import explain, says, tidy, whole_sampler
from saps.corpus.generation.factory import Settings, TaskFactory
from saps.language.errors import InputError
from saps.language.library import built_in
from saps.language.parser import parse
from saps.language.typecheck import check
from saps.text.normalize import normalize
from saps.training.dataset import hide

SAID = [
    ("(+ a b)", "the sum of a and b"),
    ("(* (+ a b) c)", "(the sum of a and b) times c"),
    ("(filter a (greater_than k))", "the elements in a that are greater than k"),
    ("(second_largest a)", "the second largest element of a"),
    ("(map (filter a even) square)", "the squares of the elements in a that are even"),
    ("(all_of ws (starts_with t))", "whether all words in ws start with t"),
    ("(contains a k)", "whether k is in a"),
    ("(even n)", "whether n is even"),
    ("(&& (even n) (digit_palindrome k))", "whether n is even and the digits of k form a palindrome"),
    ("(|| (all_of a even) (contains a k))", "whether the elements in a are all even or k is in a"),
    ("(last_characters s k)", "the last k letters of s"),
    ("(character_positions s c)", "the positions of c in s"),
    ("(step_elements a >)", "the elements of a that are larger than the previous one"),
    ("(palindrome s)", "whether s is palindromic"),
    ("(reversed_string (remove_vowels s))", "remove the vowels from s, then find its reverse"),
    ("(if (> a b) a b)", "a if a is greater than b, otherwise b"),
    ("(map ws (lambda1 (str_concat arg1 t)))", "the concatenation of x and t for each word x of ws"),
]


def explained(text: str) -> str | None:
    typed = check(parse(text), library=built_in())
    return explain(typed.node, typed.args)


@pytest.mark.parametrize(("program", "words"), SAID)
def test_a_program_is_said_in_the_words_of_the_grammar(program: str, words: str) -> None:
    assert explained(program) == words


@pytest.mark.parametrize(("program", "words"), SAID)
def test_what_is_said_of_a_program_is_known_as_its_own(program: str, words: str) -> None:
    typed = check(parse(program), library=built_in())
    said = normalize(words)
    assert says(typed.node, typed.args, said)
    assert not says(typed.node, typed.args, [*said, "again"])
    other = check(parse("(reduce a 0 max)"))
    assert not says(other.node, other.args, said)


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        ((), "the number of months in n years"),
        (("feet", "inches"), "the number of inches in n feet"),
        (("hours",), "the number of months in n years"),
    ],
)
def test_it_speaks_of_what_the_sentence_speaks_of(heard: tuple[str, ...], words: str) -> None:
    typed = check(parse("(years_to_months n)"), library=built_in())
    assert explain(typed.node, typed.args, heard=heard) == words
    assert says(typed.node, typed.args, normalize(words))


@pytest.mark.slow
def test_the_whole_grammar_says_nearly_the_same() -> None:
    typed = [(check(parse(program), library=built_in()), words) for program, words in SAID]
    same = [explain(one.node, one.args, whole_sampler()) == words for one, words in typed]
    assert sum(same) >= len(same) - 2  # of two ways as likely it may take the other one


@pytest.mark.slow
def test_explanations_are_sentences_to_learn() -> None:
    factory = TaskFactory(Settings(registers=(("explained", 1.0),), tests=3))
    tasks = factory.chunk(0)[:20]
    assert len(tasks) == 20
    for task in tasks:
        assert task.tags == ("explained",) and task.args.keys() <= set(task.text)
        pair = hide(task)
        assert pair.program.size == task.program.size
        said = explain(task.program, task.arg_types(), whole_sampler())
        assert said is not None and list(task.text) == normalize(said)


def test_the_same_meaning_spelt_out_is_said_the_same() -> None:
    assert explained("(reduce (filter a (lambda1 (== (% arg1 2) 0))) 0 +)") == explained("(sum_if a even)")


def test_what_has_no_words_is_not_made_up() -> None:
    assert explained("(reduce a 0 (lambda2 (- arg2 (* arg1 arg1))))") is None


def test_signs_stand_on_the_words_that_they_belong_to() -> None:
    assert tidy("what ' s in ( a , b ) .".split()) == "what's in (a, b)."


@pytest.mark.slow
def test_who_brings_wordings_of_their_own_is_told_that_they_are_not_used(tmp_path: Path) -> None:
    (tmp_path / "my.scfg").write_text('include "meanings.scfg"\n')
    with pytest.raises(InputError, match="is not used"):
        TaskFactory(Settings(registers=(("explained", 1.0),), grammar=str(tmp_path / "my.scfg")))

"""Programs as Python: what it looks like, and that it does the same."""

from __future__ import annotations

import copy
import math
import random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from saps.corpus.generation.examples import draw_inputs
from saps.language.compiler import compile_program
from saps.language.definition import Definition
from saps.language.errors import BudgetError, ProgramTypeError, RunError
from saps.language.library import built_in
from saps.language.library_check import outcome
from saps.language.parser import parse
from saps.language.python import python_function
from saps.language.tree import Node
from saps.language.type_system import Type, TypeVariable, concrete, parse_type
from saps.language.typecheck import TypedProgram, check
from saps.language.values import agrees, holds_nan, read, to_json
from tests.language.programs import WellTyped

WRITTEN = [
    ("(sum_by (filter a even) square)", "return sum(x * x for x in a if x % 2 == 0)"),
    ("(second_largest a)", "return sorted(a, reverse=True)[1]"),
    ("(sorted_by_length ws)", "return sorted(ws, key=len)"),
    ("(map (words s) upper)", "return [s2.upper() for s2 in s.split(' ') if s2]"),
    ("(distinct a)", "return list(dict.fromkeys(a))"),
    (
        "(filter a (greater_than (mean a)))",
        "value = sum(a) // len(a)\n    return [x for x in a if x > value]",
    ),
    ("(map (range 0 (len a)) (lambda1 (+ (deref a arg1) k)))", "return [a[x] + k for x in range(len(a))]"),
    ("(factorial n)", "return math.factorial(max(n, 1))"),
    ("(reduce a 0 (lambda2 (+ (* arg1 2) arg2)))", "return reduce(lambda acc, x: acc * 2 + x, a, 0)"),
    ("(square -2)", "return (-2) ** 2"),
    ("(zip_with a b *)", "return [x * y for x, y in zip(a, b)]"),
    ("(&& (even n) (> n k))", "return n % 2 == 0 and n > k"),
    ("(any_of a (lambda1 (== (% 10 arg1) 0)))", "return True in [10 % x == 0 for x in a]"),
    ("(all_of a (lambda1 (== (% 10 arg1) 0)))", "return False not in [10 % x == 0 for x in a]"),
    ("(any_of a even)", "return any(x % 2 == 0 for x in a)"),
    ("(head (filter a even))", "return next(x for x in a if x % 2 == 0)"),
    ("(head (map a (lambda1 (/ 10 arg1))))", "return next(iter([10 // x for x in a]))"),
    ("(head (append (filter a even) -1))", "return next((x for x in a if x % 2 == 0), -1)"),
    ("(head (reverse (sort a)))", "return max(a)"),
    ("(head (sort a))", "return min(a)"),
    ("(reverse (sorted_by_length (reverse ws)))", "return sorted(ws, key=len, reverse=True)"),
    ('(contains (str_split "a e i" " ") s)', "return s in set('aei')"),
    ('(contains (str_split "a" " ") s)', "return s == 'a'"),
    ('(str_split "ab cd" " ")', "return ['ab', 'cd']"),
    ("(range 0 (+ n 1))", "return list(range(n + 1))"),
    ("(map (range 1 (len a)) (lambda1 (deref a (- arg1 1))))", "return [a[x - 1] for x in range(1, len(a))]"),
    ("(position_of a (smallest a))", "return a.index(min(a))"),
    (
        "(count_of a (smallest a))",
        "value = min(a, default=math.inf)\n    return sum(1 for x in a if value == x)",
    ),
    (
        "(invoke1 (lambda1 (* arg1 (+ arg1 1))) (+ n k))",
        "value = n + k\n    return value * (value + 1)",
    ),
    (
        "(map a (lambda1 (invoke1 (lambda1 (* arg1 (+ arg1 1))) (+ arg1 k))))",
        "def f(x: int) -> int:\n        return x * (x + 1)\n\n    return [f(x + k) for x in a]",
    ),
    (
        "(dict-keys (reduce a (dict-new int int) (lambda2 (dict-insert arg1 arg2 1))))",
        "return sorted(set(a))",
    ),
    (
        "(len (dict-keys (reduce a (dict-new int int) (lambda2 (dict-insert arg1 (% arg2 3) 1)))))",
        "return len({x % 3 for x in a})",
    ),
    (
        "(reduce a (dict-new int int) (lambda2 (dict-insert arg1 arg2 (* arg2 2))))",
        "return {x: x * 2 for x in a}",
    ),
    ("(reduce a 0 (lambda2 (+ arg1 (square arg2))))", "return sum(x * x for x in a)"),
    ('(reduce ws "" (lambda2 (str_concat arg1 (upper arg2))))', "return ''.join(s.upper() for s in ws)"),
    ("(sorted_by_length (distinct ws))", "return sorted(dict.fromkeys(ws), key=len)"),
    (
        "(position_of a (reduce a (head a) (lambda2 (if (< (abs arg2) (abs arg1)) arg2 arg1))))",
        "return a.index(min(a, key=abs))",
    ),
    ("(reduce a 0 max)", "return max([0, *a])"),
    (
        "(abs (reduce a 0 (lambda2 (+ (* arg1 2) arg2))))",
        "value = reduce(lambda acc, x: acc * 2 + x, a, 0)\n    return abs(value)",
    ),
    (
        "(map rows (lambda1 (abs (reduce arg1 0 (lambda2 (+ (* arg1 2) arg2))))))",
        "def fold(row: list[int]) -> int:\n        acc = 0\n        for x in row:\n"
        "            acc = acc * 2 + x\n        return acc\n\n    return [abs(fold(row)) for row in rows]",
    ),
    (
        "(reduce a 0 (lambda2 (+ arg1 (pow 2 arg2))))",
        "def fold() -> float:\n        acc: float = 0\n        for x in a:\n"
        "            acc = acc + power(2, x)\n        return acc\n\n    return fold()",
    ),
    ("(&& (< a b) (< b c))", "return a < b < c"),
    ("(&& (>= n 1) (<= n k))", "return 1 <= n <= k"),
    ("(if (< a b) a b)", "return min(b, a)"),
    ("(if (> 8 0) a b)", "return a"),
    (
        "(if (< n 0) (reduce (filter a (lambda1 (== (% arg1 k) 0))) 0 (lambda2 (+ (* arg1 10) arg2))) n)",
        "return reduce(lambda acc, x: acc * 10 + x, [x2 for x2 in a if x2 % k == 0], 0) if n < 0 else n",
    ),
    (
        "(if (< n 0) (reduce (filter a (lambda1 (== (% arg1 k) 0))) 0 (lambda2 (+ (* arg1 10) arg2)))"
        " (- 7 n))",
        "if n < 0:\n"
        "        return reduce(lambda acc, x: acc * 10 + x, [x2 for x2 in a if x2 % k == 0], 0)\n"
        "    return 7 - n",
    ),
    (
        "(- (deref (sort (map a square)) 2) (deref (sort (map a square)) 1))",
        "ordered = sorted(x * x for x in a)\n    return ordered[2] - ordered[1]",
    ),
]


def written(text: str, doc: str = "") -> str:
    typed = check(parse(text), library=built_in())
    return python_function(typed.node, typed.args, doc)


@pytest.mark.parametrize(("program", "body"), WRITTEN)
def test_it_reads_as_a_person_would_write_it(program: str, body: str) -> None:
    assert written(program).endswith(f"    {body}\n")


def test_a_module_has_types_a_docstring_and_what_it_needs() -> None:
    assert written("(largest a)", "the largest of a") == (
        "import math\n\n\ndef program(a: list[int]) -> float:\n"
        '    """the largest of a"""\n    return max(a, default=-math.inf)\n'
    )


def test_a_function_that_calls_itself_stands_inside() -> None:
    text = written("(invoke1 (lambda1 (if (<= arg1 1) k (+ arg1 (self (- arg1 1))))) n)")
    assert "    def go(x: int) -> int:\n        return k if x <= 1 else x + go(x - 1)\n" in text


def test_arguments_may_be_called_as_python_words() -> None:
    text = python_function(parse("(+ list lambda)"), {"list": parse_type("int"), "lambda": parse_type("int")})
    assert "def program(list_: int, lambda_: int) -> int:" in text


def test_what_calls_itself_twice_is_written_once() -> None:
    loop = "(invoke1 (lambda1 (if (<= arg1 1) 1 (* arg1 (self (- arg1 1))))) n)"
    assert written(f"(+ {loop} (* 2 {loop}))").count("def go") == 1


def test_a_part_that_gives_its_elements_once_has_no_name() -> None:
    first = "(head (append (positions_of ws s) -1))"
    text = written(f"(map (range 0 (len ws)) (lambda1 (if (== arg1 {first}) t (deref ws arg1))))")
    assert " = enumerate(" not in text


def called(text: str, inputs: dict[str, Any]) -> Any:
    """What the Python gives; an exception where it fails."""
    space: dict[str, Any] = {}
    exec(compile(text, "<program>", "exec"), space)
    try:
        return space["program"](*copy.deepcopy(list(inputs.values())))
    except Exception as error:
        return error


def agree(typed: TypedProgram, inputs: dict[str, Any], text: str) -> None:
    try:
        value = compile_program(typed).run(dict(inputs))
    except BudgetError:
        return  # Python has no budget
    except RunError as error:
        assert isinstance(called(text, inputs), Exception), (error, text, inputs)
        return
    found = called(text, inputs)
    if holds_nan(value) or (not isinstance(found, Exception) and holds_nan(found)):
        return  # min and max of what is no number differ
    assert callable(value) or agrees(value, to_json(found, float)), (value, found, text, inputs)


_EXCUSED = "makes functions by calling itself"


@given(st.integers(0, 10**9))
@example(1_000_003)  # once drawn with a list of dictionaries sorted
def test_random_programs_do_the_same(seed: int) -> None:
    rng = random.Random(seed)
    typed = check(WellTyped(seed).program(rng.choice((2, 3, 4))))
    try:
        text = python_function(typed.node, typed.args, "as drawn")
    except ProgramTypeError as error:
        assert _EXCUSED in error.message
        return
    for _ in range(3):
        inputs = draw_inputs(typed.args, rng)
        if not any(isinstance(value, float) and not math.isfinite(value) for value in inputs.values()):
            agree(typed, inputs, text)


def definitions() -> list[Definition]:
    return [one for one in built_in().values() if one.python is not None]


@pytest.mark.parametrize("definition", definitions(), ids=lambda one: one.name)
def test_a_template_does_what_its_definition_does(definition: Definition) -> None:
    library = built_in()
    kinds = dict(definition.params)
    for worked in definition.examples:
        given = zip(kinds, worked.inputs, strict=True)
        functions = {name: value for name, value in given if isinstance(value, Node)}
        program = Node(definition.name, [functions.get(name, Node(name)) for name in kinds])
        types: dict[str, Type] = {
            name: parse_type(kind, {}) for name, kind in kinds.items() if name not in functions
        }
        values = {
            name: read(value, types[name], name)
            for name, value in zip(kinds, worked.inputs, strict=True)
            if name in types
        }
        expected = outcome(definition, worked, library)
        shown = _types_of(types, values)
        typed = check(program, shown, library=library)
        found = called(python_function(typed.node, typed.args), {name: values[name] for name in typed.args})
        if isinstance(expected, str) and expected.startswith("error "):
            assert isinstance(found, Exception)
        else:
            assert agrees(found, expected), definition.name


def _types_of(types: dict[str, Type], values: dict[str, Any]) -> dict[str, Type]:
    """Open types as the values are: lists of strings where they hold one."""
    texts = any('"' in repr(to_json(value)).replace("'", '"') for value in values.values())
    found = {}
    for name, kind in types.items():
        open_to = parse_type("string" if texts else "int")
        found[name] = _closed(kind, open_to)
    return found


def _closed(kind: Type, with_: Type) -> Type:
    from saps.language.type_system import resolve

    return concrete(resolve(kind, lambda variable: with_ if isinstance(variable, TypeVariable) else variable))

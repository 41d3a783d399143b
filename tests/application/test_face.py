"""`import saps`: its names, what they do, and that nothing heavy comes with them."""

from __future__ import annotations

import subprocess
import sys

import pytest

import saps

NAMES = """
Answer BudgetError CheckpointError InputError Model ProgramSyntaxError ProgramTypeError RunError SapsError
Signature UnknownNameError check explain load parse python run
""".split()


def test_the_exported_names_are_these() -> None:
    assert saps.__all__ == NAMES
    assert all(getattr(saps, name) is not None for name in NAMES)
    assert set(NAMES) <= set(dir(saps))
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        saps.lod  # noqa: B018


def test_every_error_is_of_one_tree() -> None:
    errors = [getattr(saps, name) for name in NAMES if name.endswith("Error")]
    assert all(issubclass(error, saps.SapsError) for error in errors)


def test_importing_it_loads_no_torch() -> None:
    code = "import sys, saps; saps.run('(+ a b)', {'a': 1, 'b': 2}); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_programs() -> None:
    assert saps.check("(count_if a even)") == ({"a": "int[]"}, "int")
    assert saps.run("(count_if a even)", {"a": [1, 2, 4]}) == 2
    assert saps.explain("(reduce a 0 +)") == "the sum of a"
    assert saps.python(saps.parse("(+ a b)")).endswith("return a + b\n")
    with pytest.raises(saps.ProgramSyntaxError, match="unclosed parenthesis"):
        saps.parse("(+ a")
    with pytest.raises(saps.InputError, match="'b'"):
        saps.run("(len a)", {"a": [], "b": 1})
    with pytest.raises(saps.RunError):
        saps.run("(head a)", {"a": []})


@pytest.fixture(scope="module")
def model() -> saps.Model:
    return saps.load()


def test_a_python_function_without_a_body_is_written(model: saps.Model) -> None:
    stub = '''
    def above(xs: list[int], limit: int) -> list[int]:
        """Return only the numbers of xs that are above limit.

        >>> above([1, 5, 3], 2)
        [5, 3]
        """
    '''
    answer = model.synthesize(stub)
    assert answer.signature == "xs: int[], limit: int -> int[]"
    assert answer(xs=[1, 5, 3], limit=2) == [5, 3]
    assert answer.python.startswith("def above(xs: list[int], limit: int) -> list[int]:")
    assert answer.text.startswith("Return only")
    told = model.synthesize(stub, args={"xs": "int[]", "limit": "int", "k": "int"})
    assert "k: int" in told.signature, "what is told of arguments counts"


def test_an_answer_is_called(model: saps.Model) -> None:
    answer = model.synthesize("given numbers a and b find a+b")
    assert (answer.program, answer.signature) == ("(+ a b)", "a: int, b: int -> int")
    assert answer(a=2, b=3) == 5
    assert answer.explanation == "the sum of a and b"
    assert "return a + b" in answer.python and "given numbers a and b find a+b" in answer.python
    assert answer.confidence is not None and 0 <= answer.confidence <= 1
    assert answer.args == {"a": "int", "b": "int"} and answer.passes and not answer.declined
    with pytest.raises(saps.InputError, match="expected the arguments a, b; got a"):
        answer(a=1)


def test_examples_and_types_guide(model: saps.Model) -> None:
    examples = [({"prices": [3, 1]}, 1), ({"prices": [5, 7, 6]}, 5)]
    answer = model.synthesize("the extreme of prices", {"prices": "int[]"}, examples)
    assert answer.passes and answer(prices=[4, 2, 9]) == 2
    with pytest.raises(saps.InputError, match="unknown type"):
        model.synthesize("sum of a", {"a": "nonsense"})
    with pytest.raises(saps.InputError, match="empty"):
        model.synthesize("")


def test_a_notebook_shows_it(model: saps.Model) -> None:
    answer = model.synthesize("how many words in w are longer than n")
    assert "&lt;" in answer._repr_html_() or "<code>" in answer._repr_html_()
    assert answer.alternatives and all(other.confidence is None for other in answer.alternatives)
    assert repr(answer).startswith("<saps.Answer (")

"""Requests as other programs make them: a sentence, types and examples as JSON values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from saps.language.errors import InputError, UnknownNameError
from saps.language.type_system import Type, TypeConstructor, parse_type, show, unify
from saps.language.type_system import TypeVariable as Unknown
from saps.language.typecheck import check_argument_names
from saps.language.values import is_infinity, read, read_inputs, type_of

if TYPE_CHECKING:
    from saps.search.translator import Request


class Example(NamedTuple):
    """Input values by name and the output, as JSON."""

    inputs: dict[str, Any]
    output: Any


def make_request(text: str, args: dict[str, Type] | None, examples: Sequence[Example]) -> Request:
    """The request that a sentence, a signature and examples make; or a Python function without a body, which
    brings its docstring as the sentence, and a signature. Raises InputError."""
    from saps.search.translator import Request
    from saps.text.normalize import normalize
    from saps.text.stubs import python_stub

    normalize(text)  # a sentence that cannot be read is told before the model is loaded
    stub = python_stub(text)
    known, result = signature(examples, args or (dict(stub.args) if stub else None))
    request = Request(text, known, tuple(read_examples(examples, known or {})), result)
    if stub is None:
        return request
    result = stub.result if isinstance(result, Unknown) else result
    return replace(request, text=stub.said, result=result, name=stub.name)


_Named = TypeVar("_Named", bound=Mapping[str, Any])


def check_names(args: _Named) -> _Named:
    """The arguments, if they can be called so. Raises InputError."""
    try:
        check_argument_names(args)
    except UnknownNameError as error:
        raise InputError(error.message) from None
    return args


def data_type(text: str, where: str) -> Type:
    """A type that values from outside can have, as AlgoLisp or as Python writes it. Raises InputError."""
    try:
        kind = parse_type(text)
    except InputError as error:
        from saps.text.stubs import python_type

        known = python_type(text)
        if known is None:
            raise InputError(f"{where}: {error.message}") from None
        kind = known
    if not _is_data(kind):
        raise InputError(
            f"{where}: an argument is a number, a truth value, a string, an array or a dictionary"
        )
    return kind


def _is_data(kind: Type) -> bool:
    assert isinstance(kind, TypeConstructor)
    return kind.name not in ("func", "type") and all(map(_is_data, kind.args))


def args_from_json(value: Any) -> dict[str, Type] | None:
    """A batch line's `args`, an object of names and types. Raises InputError."""
    if value is None:
        return None
    if not isinstance(value, Mapping) or not all(isinstance(kind, str) for kind in value.values()):
        raise InputError("field `args`: expected an object {name: type}")
    return check_names({name: data_type(kind, f"field `args`, {name!r}") for name, kind in value.items()})


def examples_from_json(value: Any) -> list[Example]:
    """A batch line's `examples`. Raises InputError."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError("field `examples`: expected a list")
    found = []
    for index, item in enumerate(value):
        if not isinstance(item, dict) or not isinstance(item.get("input"), dict) or "output" not in item:
            raise InputError(
                f'field `examples`[{index}]: expected {{"input": {{name: value}}, "output": value}}'
            )
        found.append(Example(check_names(item["input"]), item["output"]))
    return found


def signature(
    examples: Sequence[Example], args: Mapping[str, Type] | None
) -> tuple[dict[str, Type] | None, Type]:
    """The arguments and the return type that the examples show; the arguments are those given, if any are.

    Raises InputError where examples disagree with each other or with the arguments.
    """
    result: Type = Unknown()
    if not examples:
        return None if args is None else dict(args), result
    found: dict[str, Type] = {name: Unknown() for name in examples[0].inputs} if args is None else dict(args)
    for number, example in enumerate(examples, 1):
        _unite(result, example.output, f"example {number}: the output", output=True)
        if example.inputs.keys() != found.keys() and args is None:
            raise InputError(f"example {number} has other arguments than example 1")
        if args is None:
            for name, value in example.inputs.items():
                _unite(found[name], value, f"example {number}: argument {name!r}")
    for number, example in enumerate(examples, 1):
        if is_infinity(example.output):
            read(example.output, result, f"example {number}: the output")
    return found, result


def _unite(kind: Type, value: Any, where: str, output: bool = False) -> None:
    shown = show(kind)
    if not unify(kind, type_of(value, where, output=output), []):
        raise InputError(f"{where} is {show(type_of(value))}, but {shown} in the examples before")


def read_examples(examples: Sequence[Example], args: Mapping[str, Type]) -> list[tuple[dict[str, Any], Any]]:
    """The examples with their inputs as run-time values. Raises InputError naming example and argument."""
    read = []
    for number, example in enumerate(examples, 1):
        try:
            read.append((read_inputs(example.inputs, args), example.output))
        except InputError as error:
            raise InputError(f"example {number}: {error.message}") from None
    return read

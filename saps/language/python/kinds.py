"""What is known of a Python value while code is written: its type, as far as `mypy` and division care.

AlgoLisp has one type of numbers; Python has two, and `/` means another thing for each. `int` is a value that
is surely whole, `float` one that surely is not, `number` either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from saps.language.type_system import Type, TypeConstructor, TypeVariable, parameter_types, prune
from saps.language.typecheck import Typed


class Kind(NamedTuple):
    name: str
    """`int`, `float`, `number`, `bool`, `str`, `list`, `dict` or `function`."""
    parts: tuple[Kind, ...] = ()
    """Of a list its element, of a dictionary key and value."""


INTEGER, FLOAT, NUMBER, BOOL, STR, FUNCTION = map(Kind, ("int", "float", "number", "bool", "str", "function"))
_NUMBERS = (INTEGER, FLOAT, NUMBER)
_BASIC = {"bool": BOOL, "string": STR}


def list_of(element: Kind) -> Kind:
    return Kind("list", (element,))


def kind_of(written: Type, number: Kind = INTEGER) -> Kind:
    """The kind of a type whose numbers are `number`s; what is still open is taken for a number."""
    kind = prune(written)
    if not isinstance(kind, TypeConstructor):
        return number
    if kind.name == "array":
        return list_of(kind_of(kind.args[0], number))
    if kind.name == "dict":
        return Kind("dict", tuple(kind_of(part, number) for part in kind.args))
    if kind.name == "func":
        return FUNCTION
    return _BASIC.get(kind.name, number)


def joined(one: Kind, other: Kind) -> Kind:
    """What a value is that is one or the other."""
    if one == other:
        return one
    if one in _NUMBERS and other in _NUMBERS:
        return NUMBER
    return Kind(one.name, tuple(map(joined, one.parts, other.parts)))


def element(kind: Kind) -> Kind:
    """What a list of this kind holds."""
    return kind.parts[0] if kind.parts else INTEGER


def is_whole(kind: Kind) -> bool:
    """Whether all numbers in a value are whole."""
    return kind not in (FLOAT, NUMBER) and all(map(is_whole, kind.parts))


def annotation(kind: Kind) -> str:
    """As Python writes it."""
    if kind.parts:
        return f"{kind.name}[{', '.join(map(annotation, kind.parts))}]"
    return {"number": "float", "function": "Any"}.get(kind.name, kind.name)


def parameter_kinds(function: Type, number: Kind = INTEGER) -> list[Kind]:
    """The kinds of a function's parameters."""
    kind = prune(function)
    if not isinstance(kind, TypeConstructor):
        return [number]
    return [kind_of(one, number) for one in parameter_types(kind.args[0])]


def result_kind(call: Typed, number: Kind = NUMBER) -> Kind:
    """The kind of what a call, or a function when it is called, gives."""
    kind = prune(call.type)
    if isinstance(kind, TypeConstructor) and kind.name == "func":
        kind = kind.args[1]
    return kind_of(kind, number)


def kinds_of_variables(written: Type, kind: Kind) -> Iterator[tuple[TypeVariable, Kind]]:
    """What the variables of a type are in a value's kind."""
    if isinstance(written, TypeVariable):
        yield written, kind
    elif written.name in ("array", "dict"):
        for one, part in zip(written.args, kind.parts, strict=False):
            yield from kinds_of_variables(one, part)


def with_variables(written: Type, known: Mapping[TypeVariable, Kind], otherwise: Kind) -> Kind:
    """The kind of a type, some of whose variables are known; of the rest as another kind has it."""
    if isinstance(written, TypeVariable):
        return known.get(written, otherwise)
    if written.name not in ("array", "dict"):
        return otherwise
    parts = zip(written.args, otherwise.parts, strict=True)
    return Kind(otherwise.name, tuple(with_variables(one, known, part) for one, part in parts))

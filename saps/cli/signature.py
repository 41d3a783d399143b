"""Arguments and their types, from options and from batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from saps.language.errors import InputError, UnknownNameError
from saps.language.type_system import Type, TypeConstructor, parse_type
from saps.language.typecheck import check_argument_names


def parse_args(args: list[str] | None) -> dict[str, Type] | None:
    """`--arg NAME:TYPE` options as a signature; None where there are none.

    Raises InputError for an option of another form, an unknown type, a name twice or not allowed.
    """
    if not args:
        return None
    found: dict[str, Type] = {}
    for arg in args:
        name, colon, kind = arg.partition(":")
        name = name.strip()
        if not colon or not name:
            raise InputError(f"--arg {arg!r}: expected NAME:TYPE, such as a:int[]")
        if name in found:
            raise InputError(f"--arg {arg!r}: the argument {name!r} is given twice")
        found[name] = data_type(kind.strip(), f"--arg {arg!r}")
    return check_names(found)


_Named = TypeVar("_Named", bound=Mapping[str, Any])


def check_names(args: _Named) -> _Named:
    """The arguments, if they can be called so. Raises InputError."""
    try:
        check_argument_names(args)
    except UnknownNameError as error:
        raise InputError(error.message) from None
    return args


def data_type(text: str, where: str) -> Type:
    """A type that values from outside can have. Raises InputError."""
    try:
        kind = parse_type(text)
    except InputError as error:
        raise InputError(f"{where}: {error.message}") from None
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

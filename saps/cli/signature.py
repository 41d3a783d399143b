"""Arguments and their types, from options."""

from __future__ import annotations

from saps.application.requests import check_names, data_type
from saps.language.errors import InputError
from saps.language.type_system import Type


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

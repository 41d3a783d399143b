"""Python functions that are still to be written: `def above(xs: list[int], k): "Elements of xs above k."`, or
no more than what they are called: `count_vowels(text)`, `isLeapYear(year)`.

Their parameters are a request's arguments, their annotations its types, and their docstring is the sentence.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from textwrap import dedent
from typing import NamedTuple

from saps.language.primitives import is_reserved
from saps.language.type_system import (
    BOOL,
    INT,
    STRING,
    Type,
    TypeConstructor,
    TypeVariable,
    array,
    dictionary,
    free_variables,
)
from saps.text.normalize import MAX_CHARACTERS


class Stub(NamedTuple):
    """What a function says of itself; types that it leaves open are variables."""

    name: str
    said: str
    """Its docstring, else its comments, else its name."""
    args: Mapping[str, Type]
    """Names that belong to the language, such as `string`, with an underscore behind them."""
    result: Type


_HEAD = re.compile(r"^[ \t]*def[ \t]+[^\W\d]\w*[ \t]*\(", re.MULTILINE)
_CALL = re.compile(
    r"""\s*(?:(?:def|function|func|fn)\s+)?
    ([^\W\d]\w*\([^()]*\)(?:\s*->\s*[\w\[\],\ .]+)?)\s*(?::|;|\{\s*\}?)?\s*""",
    re.VERBOSE,
)
"""A head that nothing else is said with."""
_WORDS = re.compile(r"_+|(?<=[a-z0-9])(?=[A-Z])")
"""Where the words of a name part, in either custom."""
_COMMENT = re.compile(r"#+[ \t]*(.*)")
_BODY = "\n    pass"
_PLAIN = {"int": INT, "float": INT, "bool": BOOL, "str": STRING}
_LISTS = frozenset("list tuple set frozenset sequence iterable collection".split())


def python_stub(text: str) -> Stub | None:
    """The last function of a text; None where there is none, or one that AlgoLisp's cannot stand for."""
    if len(text) > MAX_CHARACTERS:
        return None
    if (call := _CALL.fullmatch(text)) and len(_words(call[1].partition("(")[0])) > 1:
        text = f"def {call[1]}:"
    heads = list(_HEAD.finditer(text))
    if not heads:
        return None
    code = dedent(text[heads[-1].start() :].rstrip())
    function = _parsed(code) or _parsed(code + _BODY)
    if function is None:
        return None
    given = function.args
    if given.vararg or given.kwarg or given.kwonlyargs:
        return None
    args = {one.arg: _type(one.annotation) for one in (*given.posonlyargs, *given.args) if one.arg != "self"}
    said = (ast.get_docstring(function) or " ".join(_COMMENT.findall(code))).strip()
    if not args or any(f"{name}_" in args for name in filter(is_reserved, args)):
        return None
    for name in filter(is_reserved, args):
        said = re.sub(rf"(?<!\ba )(?<!\ban )(?<!\bthe )\b{name}\b", f"{name}_", said)
    free = {f"{name}_" if is_reserved(name) else name: kind for name, kind in args.items()}
    return Stub(function.name, said or " ".join(_words(function.name)), free, _type(function.returns))


def _words(name: str) -> list[str]:
    return list(filter(None, _WORDS.split(name)))


def _parsed(code: str) -> ast.FunctionDef | None:
    try:
        found = ast.parse(code).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return found[0] if found and isinstance(found[0], ast.FunctionDef) else None


def _type(annotation: ast.expr | None) -> Type:
    """The type of AlgoLisp that an annotation names; open where it names none."""
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            if name.lower() in _LISTS:
                return array(TypeVariable())
            return _PLAIN.get(name, TypeVariable())
        case ast.Constant(value=str(quoted)):
            try:
                return _type(ast.parse(quoted, mode="eval").body)
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                return TypeVariable()
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inside):
            if name == "Optional":
                return _type(inside)
            if name.lower() in _LISTS:
                return array(_element(inside))
            if name in ("dict", "Dict") and isinstance(inside, ast.Tuple) and len(inside.elts) == 2:
                return dictionary(*map(_type, inside.elts))
        case ast.BinOp(left=one, op=ast.BitOr(), right=ast.Constant(value=None)):
            return _type(one)
    return TypeVariable()


def python_type(text: str) -> Type | None:
    """The type that a Python annotation names; None where it names none of AlgoLisp's."""
    try:
        kind = _type(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return None if any(True for _ in free_variables(kind)) else kind


def _element(inside: ast.expr) -> Type:
    """That of `list[int]`, `tuple[int, ...]` and `tuple[int, int]`."""
    if not isinstance(inside, ast.Tuple):
        return _type(inside)
    kinds = [_type(one) for one in inside.elts if not (isinstance(one, ast.Constant) and one.value is ...)]
    alike = kinds and all(isinstance(kind, TypeConstructor) and kind == kinds[0] for kind in kinds)
    return kinds[0] if alike else TypeVariable()

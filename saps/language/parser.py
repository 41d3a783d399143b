"""Program text -> tree, by the grammar in `grammar/algolisp.lark`, and nested lists -> tree."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, ClassVar

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from saps.language.errors import ProgramSyntaxError, quote, shorten
from saps.language.tree import (
    MAX_ARGUMENTS,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_NAME,
    MAX_SOURCE,
    MAX_STRING,
    MAX_SYMBOLS,
    TOO_DEEP,
    TOO_LARGE,
    TOO_WIDE,
    NestedList,
    Node,
    Span,
)
from saps.resources import grammar_text


def parse(text: str) -> Node:
    """Read a program in any of its three spellings: `(f x)`, `(f, x)` or `["f", "x"]`.

    Raises ProgramSyntaxError with the place of the fault, and for what is beyond the limits of `tree`.
    """
    if len(text) > MAX_SOURCE:
        raise ProgramSyntaxError(f"a program of more than {MAX_SOURCE:,} characters")
    if not text.strip():
        raise ProgramSyntaxError("the program is empty; expected a symbol or a call such as (+ a b)")
    try:
        return _build(_lark().parse(text))
    except UnexpectedCharacters as error:
        raise _unknown_characters(text, error.pos_in_stream or 0) from None
    except UnexpectedToken as error:
        raise _unexpected(text, error.token) from None
    except ProgramSyntaxError as error:
        raise ProgramSyntaxError(error.message, text, error.span) from None


def from_nested(program: NestedList) -> Node:
    """Read a program from nested lists of strings, as the AlgoLisp files hold it.

    Raises ProgramSyntaxError for anything else, and for what is beyond the limits of `tree`.
    """
    return _from_nested(program, 1)


def _from_nested(program: Any, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise ProgramSyntaxError(TOO_DEEP)
    if isinstance(program, str):
        return Node(_symbol(program))
    if isinstance(program, int | float) and not isinstance(program, bool):
        return Node(_number_symbol(program))
    if not isinstance(program, list):
        raise ProgramSyntaxError(f"expected a string or a list in a nested program, found {quote(program)}")
    if len(program) < 2 or not isinstance(program[0], str):
        raise ProgramSyntaxError(
            "expected a call as [function, argument, ...] with a function's name and at least one argument, "
            f"found {quote(program)}"
        )
    if len(program) > MAX_ARGUMENTS + 1:
        raise ProgramSyntaxError(TOO_WIDE)
    function = _symbol(program[0])
    if not _is_name(function):
        raise ProgramSyntaxError(_not_callable(function))
    node = Node(function, [_from_nested(item, depth + 1) for item in program[1:]])
    if node.size > MAX_SYMBOLS:
        raise ProgramSyntaxError(TOO_LARGE)
    return node


def _number_symbol(number: int | float) -> str:
    if isinstance(number, int) and number.bit_length() > 3 * MAX_DIGITS:
        raise ProgramSyntaxError(_too_long("number", MAX_DIGITS))
    text = json.dumps(number)
    if not text[-1].isdigit():
        raise ProgramSyntaxError(f"{text} cannot stand in a nested program; infinity is the symbol inf")
    return _symbol(text)


def _symbol(text: str) -> str:
    """The canonical spelling of one symbol; ProgramSyntaxError if the text is not exactly one."""
    return _known_symbol(text) if len(text) <= MAX_NAME else _read_symbol(text)


@lru_cache(maxsize=10_000)
def _known_symbol(text: str) -> str:
    """The same, remembered: files hold few different symbols. Long ones would fill the memory."""
    return _read_symbol(text)


def _read_symbol(text: str) -> str:
    if not text.strip():
        raise ProgramSyntaxError('an empty symbol in a nested program; the empty string is written "\\"\\""')
    node = parse(text)
    if node.children:
        message = f"expected one symbol, found the call `{shorten(text)}`"
        raise ProgramSyntaxError(message, text, Span(0, len(text)))
    return node.symbol


def _is_name(symbol: str) -> bool:
    return symbol[0] != '"' and not symbol.lstrip("+-")[:1].isdigit()


# ---------------------------------------------------------------- the Lark parser


class _Brackets:
    """Watches the token stream, so that faults of nesting are told as such and what is built from the tokens
    is within the limits of `tree`."""

    always_accept = ()
    pairs: ClassVar[dict[str, str]] = {"LPAR": "RPAR", "LSQB": "RSQB"}
    words: ClassVar[dict[str, str]] = dict.fromkeys(("LPAR", "RPAR"), "parenthesis") | dict.fromkeys(
        ("LSQB", "RSQB"), "bracket"
    )

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        opened: list[Token] = []
        items = [0]  # of the calls open, from outside in
        symbols = 0
        for token in stream:
            if token.type in self.pairs:
                opened.append(token)
                items[-1] += 1
                items.append(0)
                if len(opened) >= MAX_DEPTH:
                    raise _fault(TOO_DEEP, token)
            elif token.type in ("RPAR", "RSQB"):
                items.pop()
                if not opened:
                    raise _fault(f"surplus closing {self.words[token.type]}", token)
                opener = opened.pop()
                if self.pairs[opener.type] != token.type:
                    raise _fault(f"`{token}` where `{opener}` was to be closed", token)
            elif token.type != "COMMA":
                _check_length(token)
                items[-1] += 1
                symbols += 1
                if symbols > MAX_SYMBOLS:
                    raise _fault(TOO_LARGE, token)
            if items[-1] > MAX_ARGUMENTS + 1:
                raise _fault(TOO_WIDE, token)
            yield token
        if opened:
            raise _fault(f"unclosed {self.words[opened[-1].type]}", opened[-1])


@cache
def _lark() -> Lark:
    return Lark(
        grammar_text("algolisp.lark"),
        parser="lalr",
        lexer="basic",
        postlex=_Brackets(),
        propagate_positions=True,
    )


def _build(tree: Tree[Token]) -> Node:
    if tree.data in ("atom", "quoted"):
        token = tree.children[0]
        assert isinstance(token, Token)
        return Node(_unwrapped(token) if tree.data == "quoted" else _canonical(token), (), _span(token))
    function, *arguments = [_build(child) for child in tree.children if isinstance(child, Tree)]
    if not _is_name(function.symbol):
        raise ProgramSyntaxError(_not_callable(function.symbol), None, function.span)
    return Node(function.symbol, arguments, Span(tree.meta.start_pos, tree.meta.end_pos))


def _canonical(token: Token) -> str:
    if token.type == "STRING":
        return json.dumps(_unquoted(token), ensure_ascii=False)
    return _number(token) if token.type == "NUMBER" else str(token)


def _number(token: Token) -> str:
    if not any(mark in token for mark in ".eE"):
        return str(int(token))
    value = float(token)
    if math.isinf(value):
        raise _fault("a number beyond the double range; write inf", token)
    return repr(value)


def _unquoted(token: Token) -> str:
    try:
        return str(json.loads(token, strict=False))
    except json.JSONDecodeError:
        raise _fault('an unknown escape in a string; \\" \\\\ \\n \\t and \\uXXXX are known', token) from None


def _unwrapped(token: Token) -> str:
    """The symbol inside a JSON string or number of the list spelling."""
    if token.type == "NUMBER":
        return _canonical(token)
    try:
        return _symbol(_unquoted(token))
    except ProgramSyntaxError as error:
        raise _fault(error.message, token) from None


# ---------------------------------------------------------------- faults in words


_LONGEST = {"STRING": ("string", MAX_STRING), "NUMBER": ("number", MAX_DIGITS)}


def _check_length(token: Token) -> None:
    what, limit = _LONGEST.get(token.type, ("name", MAX_NAME))
    if len(token) > limit:
        raise _fault(_too_long(what, limit), token)


def _too_long(what: str, limit: int) -> str:
    return f"a {what} of more than {limit:,} {'digits' if what == 'number' else 'characters'}"


def _fault(message: str, token: Token) -> ProgramSyntaxError:
    return ProgramSyntaxError(message, None, _span(token))


def _span(token: Token) -> Span:
    start = token.start_pos or 0
    return Span(start, token.end_pos or start + len(token))


def _not_callable(symbol: str) -> str:
    return f"`{shorten(symbol)}` cannot be called: a function's name was expected"


def _unknown_characters(text: str, position: int) -> ProgramSyntaxError:
    if text[position] == '"':
        return ProgramSyntaxError("unclosed string", text, Span(position, len(text)))
    match = re.compile(r"[^\s()\[\],\"]+").match(text, position)
    end = match.end() if match else position + 1
    word = text[position:end]
    if word[0].isdigit():
        message = f"`{shorten(word)}` is neither a number nor a name"
    else:
        message = f"unknown character {word[0]!r}"
        end = position + 1
    return ProgramSyntaxError(message, text, Span(position, end))


def _unexpected(text: str, token: Token) -> ProgramSyntaxError:
    span = Span(len(text.rstrip()), len(text)) if token.type == "$END" else _span(token)
    before = text[: span.start].rstrip()
    opening, listing = before[-1:] in ("(", "["), "[" in text[: span.start]
    if token.type in ("RPAR", "RSQB"):
        if opening:
            message = "an empty call; expected a function and its arguments"
        elif before[-1:] == ",":
            message = "an argument was expected behind the comma"
        else:
            name = re.split(r"[\s(\[,]", before)[-1]
            message = f"a call without arguments; write {name} alone to pass the function itself"
    elif opening and token.type == "LPAR":
        message = "a function's name was expected; (invoke1 function argument) calls a computed function"
    elif token.type == "COMMA":
        message = "a comma where a symbol or a call was expected"
    elif listing and token.type in ("NAME", "OPERATOR", "TYPE", "LPAR"):
        message = f"`{token}` inside a JSON list; there every symbol is a quoted string"
    elif listing and token.type in ("STRING", "NUMBER", "LSQB") and not opening:
        message = "a comma was expected between the items of a list"
    elif token.type == "LSQB":
        message = "a list inside parentheses; write calls as (f x) throughout"
    else:
        message = f"`{shorten(str(token))}` behind the end of the program"
    return ProgramSyntaxError(message, text, span)

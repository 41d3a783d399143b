"""Ways to spoil a text: its bytes, lines, tokens, numbers and JSON values. All chance is the caller's."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

NUMBERS = [
    "-1", "0", "1.5", "-0.0", "1e400", "-1e400", "1e308", "5e-324", "NaN", "nan", "-nan", "Infinity", "-inf",
    "inf", "2147483648", "-9223372036854775809", "18446744073709551616", "1" + "0" * 30, "9" * 5_000, "007",
    "0x10", "1_000", "1e", "+5", "٣", "²",
]  # fmt: skip
TOKENS = [
    '"', "'", "`", "\\", "\\u0000", "\\ud800", "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\r\n", "\n\n",
    "\t", "\u202e", "\ufeff", "\u2028", "é", "😀", "\ud800", "\udce9", "%s", "{0}", "${a}", "#", "//", "..",
    "(", ")", "[", "]", "{", "}", "<", ">", "|", "->", "=", ":", ",", ";", "self", "lambda1", "invoke1",
    "arg1", "null", "true", "__class__", "-", "--", "--json", "NaN", "int[][]", "T[]", "(int -> int)", "<a>",
    "import ", "include ", "= any",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, -(10**400), 1e308, float("nan"), float("inf"), "", "inf", "\ud800",
    "\x00", "\x1b[2J", "a" * 3_000, [], {}, [[]], [None], [[1, [2]], "x"], {"dict": [[1, 2]]}, {"dict": 1},
    {"": {"": ""}}, "int[]", "T", "(+ a b)", ["+", "a", "b"], ["+", ["+"]], "self", {"self": 1}, [1] * 2_000,
]  # fmt: skip

_TOKEN = re.compile(rb"[A-Za-z_]\w*|-?\d[\d.]*|\s+|[^\w\s]")
_NUMBER = re.compile(rb"-?\d+(\.\d+)?")
_BRACKETS = [(b"[", b"]"), (b"(", b")"), (b"{", b"}"), (b"<", b">"), (b'{"a":', b"}"), (b"(+ 1 ", b")")]
_BLANKS = (b"", b" \t", b"\xff", b"{}", b"[]", b"1")
_MOST = 300_000
"""Bytes of a spoilt text: more would only measure how fast the machine reads."""


class Mutator:
    """Spoils texts, by a random number generator."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self._texts: list[Callable[[bytes], bytes]] = [
            self._bits,
            self._inserted,
            self._number,
            self._number,
            self._token,
            self._token,
            self._lost,
            self._doubled,
            self._repeated,
            self._nested,
            self._cut,
            self._exchanged,
        ]
        self._lines: list[Callable[[list[bytes]], None]] = [
            self._line_lost,
            self._line_doubled,
            self._lines_exchanged,
            self._line_blank,
        ]

    def argument(self, text: str) -> str:
        """A text as a command line has it: without null characters, of bytes that need not be UTF-8."""
        spoilt = self.text(text.encode("utf-8", "surrogatepass"))
        return spoilt.replace(b"\0", b"").decode("utf-8", "surrogateescape")

    def arguments(self, args: list[str]) -> list[str]:
        """A command line of which arguments are spoilt, lost, doubled or exchanged."""
        args, draw = list(args), self.draw
        place = (
            draw.randrange(len(args))
            if len(args) == 1 or draw.random() < 0.1
            else draw.randrange(1, len(args))
        )
        way = draw.random()
        if way < 0.75:
            args[place] = self.argument(args[place])
        elif way < 0.83:
            del args[place]
        elif way < 0.9:
            args.insert(place, args[place])
        elif way < 0.95:
            args.insert(place, self.argument(draw.choice(TOKENS + NUMBERS)))
        else:
            other = draw.randrange(len(args))
            args[place], args[other] = args[other], args[place]
        return args

    def content(self, content: bytes) -> bytes:
        """A file: as a text, by its lines, or by the JSON values in it."""
        way = self.draw.random()
        if way < 0.45:
            return self.text(content)
        lines = content.split(b"\n")
        if way < 0.6 and len(lines) > 1:
            self.draw.choice(self._lines)(lines)
            return b"\n".join(lines)
        if (spoilt := self._json(content)) is not None:
            return spoilt
        place = self.draw.randrange(len(lines))
        lines[place] = self._json(lines[place]) or self.text(lines[place])
        return b"\n".join(lines)

    def text(self, content: bytes) -> bytes:
        return self.draw.choice(self._texts)(content)[:_MOST]

    # ------------------------------------------------------------ JSON

    def _json(self, content: bytes) -> bytes | None:
        """The JSON text with one of its values spoilt; None where it is none."""
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):  # a mutation of before may have made it deep
            return None
        if not isinstance(value, dict | list) or not value:
            return None
        return json.dumps(self._value(value), ensure_ascii=self.draw.random() < 0.5).encode(
            "utf-8", "surrogatepass"
        )

    def _value(self, value: Any) -> Any:
        draw = self.draw
        if not isinstance(value, dict | list) or not value or draw.random() < 0.15:
            return self._another(value)
        keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
        key, changed = draw.choice(keys), value.copy()
        way = draw.random()
        if way < 0.75:
            changed[key] = self._value(value[key])
        elif way < 0.82:
            del changed[key]
        elif isinstance(changed, dict):
            changed[draw.choice([*keys, *TOKENS, *NUMBERS])] = changed.pop(key)
        else:
            changed[key:key] = [value[key]] * draw.choice((1, 2, 40))
        return changed

    def _another(self, value: Any) -> Any:
        draw = self.draw
        way = draw.random()
        if way < 0.15:
            for _ in range(draw.choice((1, 2, 9, 70, 400))):
                value = [value]
            return value
        if isinstance(value, str) and way < 0.5:
            return self.text(value.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
        if type(value) is int and abs(value) < 2**53 and way < 0.5:
            return draw.choice((value + 1, value - 1, -value, value * 10**9, value + 0.5, str(value)))
        return draw.choice(VALUES)

    # ------------------------------------------------------------ bytes and tokens

    def _span(self, content: bytes) -> tuple[int, int]:
        start = self.draw.randint(0, len(content))
        return start, min(len(content), start + self.draw.choice((1, 1, 2, 5, 20, 200)))

    def _some(self, tokens: list[str]) -> bytes:
        return self.draw.choice(tokens).encode("utf-8", "surrogatepass")

    def _bits(self, content: bytes) -> bytes:
        spoilt = bytearray(content)
        for _ in range(self.draw.choice((1, 1, 3, 10)) if spoilt else 0):
            spoilt[self.draw.randrange(len(spoilt))] ^= 1 << self.draw.randrange(8)
        return bytes(spoilt)

    def _inserted(self, content: bytes) -> bytes:
        place = self.draw.randint(0, len(content))
        return content[:place] + self._some(TOKENS) + content[place:]

    def _number(self, content: bytes) -> bytes:
        found = list(_NUMBER.finditer(content))
        if not found:
            return self._inserted(content)
        chosen = self.draw.choice(found)
        return content[: chosen.start()] + self._some(NUMBERS) + content[chosen.end() :]

    def _token(self, content: bytes) -> bytes:
        """One token in place of another, the text's own or a hostile one."""
        found = list(_TOKEN.finditer(content[:20_000]))
        if not found:
            return self._inserted(content)
        chosen, other = self.draw.choice(found), self.draw.choice(found)
        new = other.group() if self.draw.random() < 0.6 else self._some(TOKENS)
        return content[: chosen.start()] + new + content[chosen.end() :]

    def _lost(self, content: bytes) -> bytes:
        start, end = self._span(content)
        return content[:start] + content[end:]

    def _doubled(self, content: bytes) -> bytes:
        start, end = self._span(content)
        return content[:end] + content[start:end] + content[end:]

    def _repeated(self, content: bytes) -> bytes:
        start, end = self._span(content)
        return content[:start] + content[start:end] * self.draw.choice((10, 300, 5_000)) + content[end:]

    def _nested(self, content: bytes) -> bytes:
        """Much of an opening bracket, with or without what closes it, around a part."""
        start, end = self._span(content)
        depth = self.draw.choice((3, 10, 70, 1_000, 20_000))
        opening, closing = self.draw.choice(_BRACKETS)
        after = closing * depth if self.draw.random() < 0.7 else b""
        return content[:start] + opening * depth + content[start:end] + after + content[end:]

    def _cut(self, content: bytes) -> bytes:
        return content[: self.draw.randint(0, len(content))]

    def _exchanged(self, content: bytes) -> bytes:
        (a, b), (c, d) = sorted((self._span(content), self._span(content)))
        return content if c < b else content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:]

    # ------------------------------------------------------------ lines

    def _line_lost(self, lines: list[bytes]) -> None:
        del lines[self.draw.randrange(len(lines))]

    def _line_doubled(self, lines: list[bytes]) -> None:
        place = self.draw.randrange(len(lines))
        lines[place:place] = [lines[place]] * self.draw.choice((1, 1, 30))

    def _lines_exchanged(self, lines: list[bytes]) -> None:
        place, other = self.draw.randrange(len(lines)), self.draw.randrange(len(lines))
        lines[place], lines[other] = lines[other], lines[place]

    def _line_blank(self, lines: list[bytes]) -> None:
        lines.insert(self.draw.randrange(len(lines)), self.draw.choice(_BLANKS))

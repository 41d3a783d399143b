"""Examples that a sentence tells: "... For example f([1, 2]) == 3", "[3, 1] gives 1", "a=[1] k=2 -> 3".

They are not read with the sentence: what is left of it says what to compute, they say whether a program does.
"""

from __future__ import annotations

import ast
import re
from string import ascii_lowercase
from typing import Any, NamedTuple

from saps.text.normalize import MAX_CHARACTERS, NUMBER_WORDS


class SpokenExample(NamedTuple):
    """Values of the arguments, as JSON, in their order or, where the sentence says them, by `names`."""

    inputs: tuple[Any, ...]
    output: Any
    names: tuple[str, ...] = ()


_SCALAR = r"""(?:-?\d+(?:\.\d+)?(?![\w.]*\w)|"[^"\n]*"|(?<!\w)'[^'\n]*'(?!\w)|\b[Tt]rue\b|\b[Ff]alse\b)"""


def _series(item: str) -> str:
    return rf"{item}(?:\s*,\s*{item})*\s*,?"


def _listed_in(item: str) -> str:
    return rf"\[\s*(?:{_series(item)})?\s*\]"


def _bracketed(item: str) -> str:
    return rf"(?:{_listed_in(item)}|\(\s*{_series(item)}\s*\))"


_VALUE = rf"(?:{_bracketed(rf'(?:{_bracketed(_SCALAR)}|{_SCALAR})')}|{_SCALAR})"
_NAMED = rf"[^\W\d]\w*\s*=\s*{_VALUE}"
_LINK = r"(?:\s*(?:,|;|\band\b|,\s*and\b)\s*|\s+)"
_NAMEDS = rf"{_NAMED}(?:{_LINK}{_NAMED})*"
_SIGN = r"(?:-+\s?>|=+\s?>|→|⇒|==)"
_MODAL = r"(?:should|must|would|will)\s+(?:return|give|be|yield|become)"
_VERB = rf"(?:gives?|yields?|returns|becomes|produces|{_MODAL})"
_RESULT = r"(?:(?:the\s+)?(?:result|answer|output)\s*(?:is|should\s+be|would\s+be|=|:))"
_ARROW = rf"[\s,;]*(?:we\s+get\b|{_SIGN}|{_RESULT}|(?:it\s+)?{_VERB})\s*"
_INTRO = (
    r"(?:\b(?:and|while|but|or)\s+)?(?:\b(?:for\s+(?:example|instance)|examples?|e\s*\.\s*g\s*\.?|i\s*\.\s*e\s*\.?|input)\b"
    r"[\s:,.]*)?(?:\b(?:for|on|with|given|if|when|from)\s+)?(?:the\s+)?(?:\b(?:list|array|input|string|number)s?\s+)?"
)
_EXAMPLE = re.compile(
    rf"""(?P<intro>{_INTRO})(?:
        (?P<prompt>>\s?>\s?>\s*)?\b[^\W\d]\w*\s*\(\s*(?P<call>{_NAMEDS}|{_series(_VALUE)})\s*\)
        (?:{_ARROW}|\s*(?:=|\bis\b)\s*|(?(prompt)\s+|(?!)))
      | (?P<named>{_NAMEDS}){_ARROW}
      | (?<![\w\])])(?P<bare>{_series(_VALUE)})(?!\s*==){_ARROW}
    )(?P<output>{_VALUE})\s*[.;,]?""",
    re.VERBOSE | re.IGNORECASE,
)
_LIST = re.compile(rf"(?<![\w\])]){_listed_in(rf'(?:{_listed_in(_SCALAR)}|{_SCALAR})')}", re.IGNORECASE)
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_COMMA = r"\s*,(?![0-9]{3}(?![0-9]))\s*"
_SERIES = re.compile(
    rf"""(?<![\w.\[(])(?<!,[ ]){_NUMBER}
    (?: (?:(?:{_COMMA}{_NUMBER})++ | (?:\s+{_NUMBER})++) (?:\s*,?\s+and\s+{_NUMBER})?+
      | (?:\s+and\s+{_NUMBER})++ )
    (?!\w|[%\])]|[.,][0-9]|\s*[-+*/^=]|[\s,]*(?:-?[0-9]|\.\.|…|(?:and|or|to|up|{"|".join(NUMBER_WORDS)})\b))""",
    re.VERBOSE | re.IGNORECASE,
)
"""Numbers listed without brackets: "3, 1 and 2", "3 1 2"."""
_NOUNS = r"(?:elements|items|numbers|values|integers|lists?|arrays?)"
_OTHERS = "".join(
    rf"(?<!\b{word} )"
    for word in "all any box dimensions each factors multiple multiples none one powers sides".split()
)
_GIVEN = re.compile(
    r"(?:^|:|\b(?:sort|reverse|add|sum(?: up)?|average|mean|median|max|maximum|min|minimum|order|multiply"
    rf"|in|from|among|{_OTHERS}of|{_NOUNS}))(?: the)?\s*$",
    re.IGNORECASE,
)
"""What stands before numbers that are given, not compared with."""
_DATA = re.compile(rf"\b(?:{_NOUNS}|strings?|texts?|words?|(?<!['’])[b-hj-z])\b|\ba\s*[.?!]?$", re.IGNORECASE)
"""Words for what is given otherwise."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_HINT = re.compile(rf"{_SIGN}|>\s?>\s?>|=|\b(?:{_VERB}|result|answer|output|is)\b", re.IGNORECASE)
_LITERAL = re.compile(r"\d|[\"']")
_PART = re.compile(rf"(?:(?P<name>[^\W\d]\w*)\s*=\s*)?(?P<value>{_VALUE})")
_LEFTOVER = re.compile(
    r"[\s,;:]*(?:\b(?:for\s+(?:example|instance)|examples?|e\s*\.\s*g\s*\.?)[\s:,.]*)?$", re.IGNORECASE
)


def without_examples(text: str) -> tuple[str, tuple[SpokenExample, ...]]:
    """What a sentence says besides its examples, and these. The whole sentence and none where nothing but
    examples would be left, or where they do not agree in what they are of."""
    if len(text) > MAX_CHARACTERS or not _LITERAL.search(text) or not _HINT.search(text):
        return text, ()
    found, rest, at = [], [], 0
    for match in _EXAMPLE.finditer(text):
        example = _read(match)
        if example is not None:
            found.append(example)
            rest.append(_LEFTOVER.sub("", text[at : match.start()]))
            at = match.end()
    left = re.sub(r"\(\s*\)", "", " ".join((*rest, text[at:]))).strip()
    alike = len({(len(one.inputs), one.names) for one in found}) == 1
    return (left, tuple(found)) if alike and _WORD.search(left) else (text, ())


def without_lists(text: str) -> tuple[str, dict[str, Any]]:
    """A sentence with a letter for each list that it spells out, "the sum of [1, 2]", and what these are."""
    if len(text) > MAX_CHARACTERS or ("[" not in text and not _LITERAL.search(text)):
        return text, {}
    used = {word.lower() for word in re.findall(r"\b[A-Za-z]\b", text)}
    free = (letter for letter in ascii_lowercase if letter not in used)
    given: dict[str, Any] = {}

    def letter(match: re.Match[str]) -> str:
        try:
            value = _value(match[0])
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return match[0]
        name = next(free, None)
        if name is None:
            return match[0]
        given[name] = value
        return name

    def bracketed(match: re.Match[str]) -> str:
        numbers, before = re.findall(_NUMBER, match[0]), _GIVEN.search(text[: match.start()])
        if before is None or len(numbers) < 3:
            return match[0]
        rest = text[: before.start()] + text[match.end() :]
        return match[0] if '"' in rest or _DATA.search(rest) else f"[{','.join(numbers)}]"

    spelt = text if "[" in text else _SERIES.sub(bracketed, text)
    said = _LIST.sub(letter, spelt) if _WORD.search(_LIST.sub("", spelt)) else text
    return (said, given) if given else (text, {})


def _read(match: re.Match[str]) -> SpokenExample | None:
    parts = list(_PART.finditer(match["call"] or match["named"] or match["bare"]))
    names = tuple(part["name"] for part in parts if part["name"])
    if names and (len(names) < len(parts) or len(set(names)) < len(names)):
        return None
    try:
        inputs = tuple(_value(part["value"]) for part in parts)
        return SpokenExample(inputs, _value(match["output"]), names)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _value(text: str) -> Any:
    """A literal as JSON. Raises ValueError or SyntaxError."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text[0] in "\"'":
        return text[1:-1]
    spelt = re.sub(r"\b(?:true|false)\b", lambda word: word[0].title(), text)
    return _listed(ast.literal_eval(spelt))


def _listed(value: Any) -> Any:
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value

"""A sentence as a person typed it -> words as the model knows them.

Lower case, one token for each word, sign, number and quoted string: `Find a+b, please!` becomes
`find a + b , please`. Normalising twice changes nothing.
"""

from __future__ import annotations

import re
import unicodedata

from saps.language.errors import InputError

MAX_CHARACTERS = 2_000
"""Longest sentence that is read. The longest of the corpus has about 600 characters."""

_SIGNS = str.maketrans("“”„«»‘’−–×÷", '"""""\'\'--*/') | {ord("`"): " "}
"""Backticks stand around names and code, which are read as they are without; see also `_unmarked`."""

_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")

_TOKEN = re.compile(
    r"""
      "[^"]*"                        # a quoted string
    | (?<!\w)'(?:[^'\s]|\ )'(?!\w)   # a quoted character
    | <(?:num|str)\d>                # a placeholder
    | (?<![\w)\]])-\d+(?:\.\d+)?(?!\w)   # a negative number
    | \d+(?:,\d{3})+(?![\d\w])       # 1,000,000
    | \d+(?:\.\d+)?
    | [^\W\d]\w*                     # a word or a name
    | >=|<=|==|!=|\*\*|->
    | [^\w\s]
    """,
    re.VERBOSE,
)

NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        """
    three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty
""".split(),
        3,
    )
}
NUMBER_WORDS |= {"zero": "0", "thirty": "30", "forty": "40", "fifty": "50", "hundred": "100", "dozen": "12"}
"""One and two stay words: they mostly are none ("one of them", "the two arrays")."""

_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third"}
_ORDINAL = re.compile(r"\b(?:(\d+)(?:st|nd|rd|th)|([a-z])['-]?th)\b")
_ORDINAL_WORDS = {
    word: number
    for number, word in enumerate(
        ["third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 3
    )
}


def normalize(text: str) -> list[str]:
    """The words of a sentence. Raises InputError for an empty sentence, one longer than MAX_CHARACTERS, and
    one that holds what no encoding knows."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"the sentence has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read: "
            "say it in one or two sentences"
        )
    if half := _SURROGATE.search(text):
        raise InputError(f"the sentence is not UTF-8 text (at character {half.start() + 1:,})")
    text = _outside_quotes(_plain(text))
    words: list[str] = []
    for token in _TOKEN.findall(text):
        words += _word(token, words[-1] if words else "")
    while words and words[-1] in (".", "?", "!", ",") and words[-2:] not in _FACTORIALS:
        words.pop()
    if not words:
        raise InputError(
            "the sentence is empty; say what to compute, such as: the sum of the even numbers in a"
        )
    return words


_FACTORIALS = [["n", "!"], ["m", "!"], ["k", "!"]]
"""Ends of sentences that are no cries, most of them: "the trailing zeros of n!"."""

_SURROGATE = re.compile("[\ud800-\udfff]")
"""Halves of surrogate pairs: how Python hands on bytes that are not UTF-8."""


def _plain(text: str) -> str:
    powers = _RAISED.sub(lambda raised: f"^{raised[0]}", text)  # x² is x^2, not x2
    text = _ESCAPED.sub(_unescaped, unicodedata.normalize("NFKC", powers))
    pieces = _QUOTED.split(_MARKED.sub(_unmarked, text).translate(_SIGNS))
    return "".join(piece if index % 2 else _SINGLE.sub(r'"\1"', piece) for index, piece in enumerate(pieces))


_ESCAPED = re.compile(r"""(?<!\w)(["'`])\\([nt])\1""")


def _unescaped(match: re.Match[str]) -> str:
    """What programmers write for a line break and a tab."""
    return '"\n"' if match[2] == "n" else '"\t"'


_SINGLE = re.compile(
    r"""
    (?<![\w'])'(
      |(?=\S)[^'"\n]{1,40}|[^'"\n]{1,40}(?<=\S)
      |\ (?:[-+*/|&=:;><~#]{1,3}|x|and|or|to|vs|by|is|then|plus|minus|times|equals)\ 
    )'(?![\w'])""",
    re.VERBOSE,
)
"""A text in single quotes, as programmers write it. What is parted from both of its quotes by spaces is a
normalised sentence's, where they are apostrophes, but for what people put between others: ' and ', ' - '."""

_MARKED = re.compile(r"`([^`]*)`")
_TEXT = re.compile(r"(?!==|!=|<=|>=|->|\*\*|//|\[\]|\(\)|\{\}|'')[^\w\"]{1,3}")


def _unmarked(match: re.Match[str]) -> str:
    """What is in backticks, without them; a sign or a few are a text: `;` is ";", but `==` is code."""
    return f'"{match[1]}"' if _TEXT.fullmatch(match[1]) else match[0]


_QUOTED = re.compile(r'("[^"]*")')
_WRITTEN = re.compile(r"(?<!\w)[^\W\d]\w*")


def spellings(text: str) -> dict[str, str]:
    """How a sentence spells its words that hold capitals, by how `normalize` does: `{"mylist": "myList"}`.

    A capital that only begins the sentence is none of the word's, nor are those of a sentence that has no
    small letters. Where a word is spelt in several ways, the first one counts.
    """
    found: dict[str, str] = {}
    if text.upper() == text:
        return found
    for quoted, piece in enumerate(_QUOTED.split(_plain(text))):
        for word in () if quoted % 2 else _WRITTEN.finditer(piece):
            begins = not piece[: word.start()].strip() and quoted == 0
            spelt = word[0]
            if spelt.lower() != spelt and not (begins and spelt[1:].lower() == spelt[1:]):
                found.setdefault(spelt.lower(), spelt)
    return found


def marked(text: str) -> set[str]:
    """The words that a sentence puts in backticks, each alone, in lower case: names, most of them."""
    inside = map(str.strip, _MARKED.findall(unicodedata.normalize("NFKC", text)))
    return {word.lower() for word in inside if _WRITTEN.fullmatch(word)}


def _outside_quotes(text: str) -> str:
    """Lower case, and ordinals spelt alike, outside of quotes."""
    pieces = _QUOTED.split(text)
    return "".join(
        piece if index % 2 else _ORDINAL.sub(_ordinal, piece.lower()) for index, piece in enumerate(pieces)
    )


def _ordinal(match: re.Match[str]) -> str:
    return _ORDINALS.get(match[0], f"{match[1] or match[2]} - th")


def _word(token: str, before: str) -> list[str]:
    if (
        token[0] == "-"
        and token[1:2].isdigit()
        and ((len(before) == 1 and before not in "(,=<>+*/") or before.isdigit())
    ):
        return ["-", token[1:]]  # "a -3" takes 3 from a
    if token[0] == "'" and len(token) == 3:
        return [f'"{token[1]}"']
    if token[0].isdigit() and "," in token:
        return [token.replace(",", "")]
    if token in _ORDINAL_WORDS:
        return [str(_ORDINAL_WORDS[token]), "-", "th"]
    return [NUMBER_WORDS.get(token, token)]

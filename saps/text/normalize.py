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

_SIGNS = str.maketrans("“”„«»‘’−–×÷", '"""""\'\'--*/')

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

_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        """
    three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty
""".split(),
        3,
    )
}
_NUMBER_WORDS |= {"zero": "0", "thirty": "30", "forty": "40", "fifty": "50", "hundred": "100", "dozen": "12"}
"""One and two stay words: they mostly are none ("one of them", "the two arrays")."""

_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third"}
_ORDINAL = re.compile(r"\b(?:(\d+)(?:st|nd|rd|th)|([a-z])th)\b")
_ORDINAL_WORDS = {
    word: number
    for number, word in enumerate(
        ["third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 3
    )
}


def normalize(text: str) -> list[str]:
    """The words of a sentence. Raises InputError for an empty sentence and one longer than MAX_CHARACTERS."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"the sentence has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read: "
            "say it in one or two sentences"
        )
    text = _outside_quotes(unicodedata.normalize("NFKC", text).translate(_SIGNS))
    words: list[str] = []
    for token in _TOKEN.findall(text):
        words += _word(token, words[-1] if words else "")
    while words and words[-1] in (".", "?", "!", ","):
        words.pop()
    if not words:
        raise InputError(
            "the sentence is empty; say what to compute, such as: the sum of the even numbers in a"
        )
    return words


def _outside_quotes(text: str) -> str:
    """Lower case, and ordinals spelt alike, outside of quotes."""
    pieces = re.split(r'("[^"]*")', text)
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
    return [_NUMBER_WORDS.get(token, token)]

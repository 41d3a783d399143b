"""Units of measurement as names of arguments: "convert minutes to hours" speaks of `minutes` minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_DIMENSIONS = (
    "milliseconds seconds secs minutes mins hours days weeks months quarters years decades centuries",
    "millimeters millimetres mm centimeters centimetres cm meters metres kilometers kilometres km "
    "inches feet foot yards miles",
    "milligrams grams kilograms kg kilos tons tonnes ounces oz pounds lbs",
    "cents pennies nickels dimes dollars euros rupees paise",
    "celsius fahrenheit kelvin",
    "bits bytes kilobytes kb megabytes mb gigabytes gb",
    "milliliters millilitres ml liters litres cups pints quarts gallons tablespoons teaspoons",
    "eggs dozens",
    "degrees radians",
)
_DIMENSION = {unit: number for number, units in enumerate(_DIMENSIONS) for unit in units.split()}

_NO_CONVERSION = frozenset("add added compare compared from ratio".split())
"""Words with which "minutes to hours" is something else."""


def units_in(words: Iterable[str]) -> frozenset[str]:
    """Those of the words that are units."""
    return frozenset(word for word in words if word in _DIMENSION)


def with_units(words: Sequence[str], placed: Sequence[str]) -> list[str]:
    """The words with placeholders, a name that is a unit being said once more behind its letter, "convert a
    minutes to hours", if the sentence speaks of another unit of its kind: else nobody could know of what."""
    spoken = units_in(words)
    kinds = [_DIMENSION[word] for word in spoken]
    found = []
    for word, put in zip(words, placed, strict=True):
        found.append(put)
        if put != word and word in spoken and kinds.count(_DIMENSION[word]) > 1:
            found.append(word)
    return found


def targets(words: Sequence[str]) -> set[str]:
    """The units that something is converted to, "minutes to hours": nobody's names."""
    if not _NO_CONVERSION.isdisjoint(words):
        return set()
    return {
        word
        for index, word in enumerate(words)
        if word in _DIMENSION
        and words.count(word) == 1
        and words[index - 1 : index] in (["to"], ["into"])
        and any(_DIMENSION.get(before) == _DIMENSION[word] for before in words[: index - 1])
    }

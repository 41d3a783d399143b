"""Units of measurement as names of arguments: "convert minutes to hours" speaks of `minutes` minutes."""

from __future__ import annotations

from collections.abc import Sequence

_DIMENSIONS = (
    "milliseconds seconds secs minutes mins hours days weeks months quarters years decades centuries",
    "millimeters millimetres mm centimeters centimetres cm meters metres kilometers kilometres km "
    "inches feet foot yards miles",
    "milligrams grams kilograms kg kilos tons tonnes ounces oz pounds lbs",
    "cents pennies nickels dimes dollars euros rupees paise",
    "celsius fahrenheit kelvin",
    "bits bytes kilobytes kb megabytes mb gigabytes gb",
    "milliliters millilitres ml liters litres cups pints quarts gallons tablespoons teaspoons",
    "pieces items eggs dozens dozen",
    "degrees radians",
)
_DIMENSION = {unit: number for number, units in enumerate(_DIMENSIONS) for unit in units.split()}


def with_units(words: Sequence[str], placed: Sequence[str]) -> list[str]:
    """The words with placeholders, a name that is a unit being said once more behind its letter, "convert a
    minutes to hours", if the sentence speaks of another unit of its kind: else nobody could know of what."""
    spoken = {word for word in words if word in _DIMENSION}
    kinds = [_DIMENSION[word] for word in spoken]
    found = []
    for word, put in zip(words, placed, strict=True):
        found.append(put)
        if put != word and word in spoken and kinds.count(_DIMENSION[word]) > 1:
            found.append(word)
    return found

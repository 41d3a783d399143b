"""The table of AlgoLisp's functions and constants; everything else about the language derives from it."""

from __future__ import annotations

import math
import operator
from typing import NamedTuple

from saps.language import functions as fn
from saps.language.functions import Function, Value
from saps.language.type_system import BOOL, INT, STRING, Scheme, Type, TypeConstructor


class Pure(NamedTuple):
    """Code that needs the arguments only."""

    function: Function


class Metered(NamedTuple):
    """Code that needs the run's meter as well, as its first argument."""

    function: Function


class Operator(NamedTuple):
    """Code written into the generated Python at each call (`({} & {})`), and the same as a function."""

    template: str
    function: Function


class Primitive:
    """One function of the language.

    `code` is what runs where the compiler knows nothing better.

    `scheme` is what `saps check`, the corpus and the search hold programs to; `loose` is what can be run all
    the same (comparing values of different kinds is defined at run time). `scalar` is a template that may
    replace `code` where all arguments are numbers or truth values. `ordered` says that the arguments must
    have an order (no functions, no dictionaries).
    """

    __slots__ = ("code", "doc", "loose", "name", "ordered", "scalar", "scheme")

    def __init__(
        self, name: str, scheme: str, code: Pure | Metered | Operator, doc: str, *,
        loose: str | None = None, scalar: str | None = None, ordered: bool = False,
    ) -> None:  # fmt: skip
        self.name, self.scheme, self.code, self.doc = name, Scheme(scheme), code, doc
        self.loose = self.scheme if loose is None else Scheme(loose)
        self.scalar, self.ordered = scalar, ordered


def _table(*primitives: Primitive) -> dict[str, Primitive]:
    return {primitive.name: primitive for primitive in primitives}


_P = Primitive
# fmt: off
# ruff: noqa: E501  (the table reads best with one primitive a line)
PRIMITIVES: dict[str, Primitive] = _table(
    _P("+", "int int -> int", Metered(fn.add), "sum"),
    _P("-", "int int -> int", Metered(fn.subtract), "difference"),
    _P("*", "int int -> int", Metered(fn.multiply), "product"),
    _P("/", "int int -> int", Metered(fn.divide), "quotient; an integer on the left floors, a float divides truly"),
    _P("%", "int int -> int", Metered(fn.remainder), "remainder, with the sign of the divisor"),
    _P("pow", "int int -> int", Metered(fn.power), "power; a negative exponent gives a float"),
    _P("sqrt", "int -> int", Pure(fn.square_root), "square root, always a float"),
    _P("floor", "int -> int", Pure(fn.floor), "integer part, cut toward zero through a double"),
    _P("square", "int -> int", Metered(fn.square), "the number times itself"),
    _P("abs", "int -> int", Metered(fn.absolute), "absolute value"),
    _P("min", "int int -> int", Pure(fn.smaller), "the smaller number; the first of equal ones"),
    _P("max", "int int -> int", Pure(fn.larger), "the larger number; the second of equal ones"),
    _P("is_prime", "int -> bool", Metered(fn.is_prime), "whether the number is prime; false for 1 and below"),
    _P("digits", "int -> int[]", Metered(fn.digits), "decimal digits of the absolute value, most significant first"),
    _P("!", "bool -> bool", Operator("(not {})", operator.not_), "negation", loose="T -> bool"),
    _P("&&", "bool bool -> bool", Operator("({} & {})", operator.and_), "both; each side is evaluated"),
    _P("||", "bool bool -> bool", Operator("({} | {})", operator.or_), "at least one; each side is evaluated"),
    _P("==", "T T -> bool", Metered(fn.equal), "equality, never an error", loose="T U -> bool",
       scalar="({} == {})"),
    _P("!=", "T T -> bool", Metered(fn.unequal), "inequality, never an error", loose="T U -> bool",
       scalar="({} != {})"),
    _P("<", "T T -> bool", Metered(fn.less), "less; strings and arrays compare lexicographically",
       loose="T U -> bool", scalar="({} < {})", ordered=True),
    _P(">", "T T -> bool", Metered(fn.greater), "greater",
       loose="T U -> bool", scalar="({} > {})", ordered=True),
    _P("<=", "T T -> bool", Metered(fn.at_most), "less or equal",
       loose="T U -> bool", scalar="({} <= {})", ordered=True),
    _P(">=", "T T -> bool", Metered(fn.at_least), "greater or equal",
       loose="T U -> bool", scalar="({} >= {})", ordered=True),
    _P("if", "bool T T -> T", Pure(fn.choose), "the second argument if the first is true, else the third; only that one is evaluated"),
    _P("map", "A[] (A -> B) -> B[]", Metered(fn.map_), "the function applied to each element"),
    _P("filter", "A[] (A -> bool) -> A[]", Metered(fn.filter_), "the elements for which the function is true"),
    _P("reduce", "A[] B (B A -> B) -> B", Metered(fn.reduce_), "left fold: the function gets the value so far and an element"),
    _P("range", "int int -> int[]", Metered(fn.range_), "the numbers from the first up to, without, the second"),
    _P("invoke1", "(A -> B) A -> B", Pure(fn.invoke), "the function applied to the value"),
    _P("partial0", "A (A R... -> C) -> (R... -> C)", Metered(fn.fix_first), "the function with its first argument fixed"),
    _P("partial1", "B (A B R... -> C) -> (A R... -> C)", Metered(fn.fix_second), "the function with its second argument fixed"),
    _P("partial2", "B (A C B R... -> D) -> (A C R... -> D)", Metered(fn.fix_third), "the function with its third argument fixed"),
    _P("combine", "(B -> C) (R... -> B) -> (R... -> C)", Metered(fn.combine), "the second function, then the first on its result"),
    _P("array-new", "type<T> -> T[]", Pure(fn.new_array), "an empty array of that type"),
    _P("len", "T[] -> int", Pure(len), "number of elements"),
    _P("head", "T[] -> T", Pure(fn.head), "first element; of an empty array: error"),
    _P("tail", "T[] -> T[]", Metered(fn.tail), "all but the first element; of an empty array: empty"),
    _P("deref", "T[] int -> T", Pure(fn.element_at), "element at a position from 0; outside: error"),
    _P("int-deref", "int[] int -> int", Pure(fn.element_at), "element of an array of numbers at a position"),
    _P("slice", "T[] int int -> T[]", Metered(fn.slice_), "elements from one position up to, without, another; a negative end counts from the end"),
    _P("append", "T[] T -> T[]", Metered(fn.append), "a new array with the element at its end"),
    _P("sort", "T[] -> T[]", Metered(fn.sort), "the elements in ascending order", ordered=True),
    _P("reverse", "T[] -> T[]", Metered(fn.reverse), "the elements from last to first"),
    _P("contains", "T[] T -> bool", Metered(fn.contains), "whether the element is in the array"),
    _P("is_sorted", "int[] -> bool", Metered(fn.is_sorted), "whether the elements never decrease"),
    _P("is_sorted_helper", "int int[] -> bool", Metered(fn.is_sorted_helper), "whether the number followed by the array never decreases"),
    _P("strlen", "string -> int", Pure(len), "number of characters"),
    _P("str_index", "int string -> string", Pure(fn.character_at), "character at a position; a negative one counts from the end"),
    _P("str_concat", "string string -> string", Metered(fn.concatenate), "the second string behind the first"),
    _P("str_split", "string string -> string[]", Metered(fn.split), "the non-empty pieces between the delimiters"),
    _P("str_min", "string string -> string", Metered(fn.first_string), "the lexicographically smaller string"),
    _P("str_max", "string string -> string", Metered(fn.last_string), "the lexicographically larger string"),
    _P("dict-new", "type<K> type<V> -> dict<K,V>", Pure(fn.new_dictionary), "an empty dictionary"),
    _P("dict-insert", "dict<K,V> K V -> dict<K,V>", Metered(fn.insert), "a new dictionary with the value under the key"),
    _P("dict-keys", "dict<K,V> -> K[]", Metered(fn.keys), "the keys in ascending order"),
)
# fmt: on

LOOPS = frozenset(("map", "filter", "reduce"))
"""Functions that call another for each element of an array."""

PARTIALS = {"partial0": 0, "partial1": 1, "partial2": 2}
"""Functions that fix one of another's parameters: `(partial1 c <)` is `arg1 < c`. By its index."""

LAMBDAS: dict[str, int] = {"lambda1": 1, "lambda2": 2}
"""Functions written out; `(lambda1 body)` binds `arg1` and `self`, `(lambda2 body)` also `arg2`."""

PARAMETERS: dict[str, int] = {"arg1": 0, "arg2": 1}
SELF = "self"


class Constant(NamedTuple):
    """A symbol that stands for a value."""

    value: Value
    type: Type


CONSTANTS: dict[str, Constant] = {
    "true": Constant(True, BOOL),
    "false": Constant(False, BOOL),
    "inf": Constant(math.inf, INT),
    **{number: Constant(int(number), INT) for number in ("0", "1", "2", "10", "40", "1000000000")},
    **{f'"{text}"': Constant(text, STRING) for text in ("", " ", "z")},
    **{kind.name: Constant(None, TypeConstructor("type", (kind,))) for kind in (INT, BOOL, STRING)},
}
"""The constants of the dataset. Programs may hold any other number or quoted string as well."""


def is_reserved(name: str) -> bool:
    """Whether a name belongs to the language and cannot be an argument's."""
    return name in PRIMITIVES or name in CONSTANTS or name in LAMBDAS or name in PARAMETERS or name == SELF

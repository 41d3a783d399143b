"""A recipe: every choice of a training run, with its default; a TOML file states the differences.

Recipe
|- model     Architecture  (saps.model.config)
|- text      the sentence vocabulary
|- optimiser AdamW and its learning rate over the run
|- batches   how much goes into one step
`- train     how long, how often it is looked at, the seed
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypeVar, get_type_hints

from saps.corpus.generation.registers import parse_shares
from saps.language.errors import InputError, RecipeError
from saps.model.bounds import Bounds, Choice, check_fields, told
from saps.model.config import Architecture
from saps.system.documents import read_document

Section = TypeVar("Section")

STORED = ("float32", "float16", "int8")
"""What parameters can be written as."""

Steps: TypeAlias = Annotated[int, Bounds(0, 10**9)]
"""A number of steps, or of tasks; 0 where there are none."""


@dataclass(frozen=True, kw_only=True)
class Text:
    pieces: Annotated[int, Bounds(300, 100_000)] = 1000
    """Pieces of the sentence vocabulary that SentencePiece may make; bytes, letters and placeholders are some
    300 of them."""
    signatures: bool = False
    """Whether the model hears what was said of types, in front of the sentence (`saps.text.signature`)."""

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, kw_only=True)
class Optimiser:
    """AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101), linear warm-up, cosine decay."""

    learning_rate: Annotated[float, Bounds(0, 10, above=True)] = 2e-3
    final_share: Annotated[float, Bounds(0, 1)] = 0.02
    """The learning rate at the end, as a share of `learning_rate`."""
    warmup_steps: Steps = 200
    transformer_share: Annotated[float, Bounds(0, 1)] = 0.1
    """The learning rate of a transformer's layers, mostly trained before, as a share of the others'."""
    weight_decay: Annotated[float, Bounds(0, 10)] = 0.01
    clip: Annotated[float, Bounds(0, 10**9, above=True)] = 1.0
    """The largest norm of a step's gradient; larger ones are scaled down to it."""
    average: Annotated[float, Bounds(0, 1, below=True)] = 0.998
    """Decay a step of the moving average of the weights that is validated and kept; 0 is without."""

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, kw_only=True)
class Batches:
    positions: Annotated[int, Bounds(1, 10**8)] = 2048
    """Source positions and tree nodes, padding included, that one batch may have."""
    trees: Annotated[int, Bounds(1, 10**6)] = 256
    """Trees that one batch may have."""

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, kw_only=True)
class Train:
    fresh: Steps = 0
    """Tasks to train on, each new from the generator, where no corpus is given; 0: a corpus is generated."""
    registers: str = ""
    """The registers of generated tasks and their shares, "people=1 terse=0.5"; none for their own shares."""
    registers_end: str = ""
    """Those of the last fresh tasks, to which the mixture moves evenly; none for the same ones."""
    replay: bool = False
    """Whether a fresh task that came out wrong is trained on once more, some 20,000 tasks later."""
    epochs: Annotated[int, Bounds(1, 100_000)] = 20
    """Passes over a corpus."""
    patience: Annotated[int, Bounds(1, 10**9)] = 5
    """Validations without a better exact match, or the same with a lower loss, after which training stops."""
    keep: Annotated[str, Choice(("best", "last"))] = "best"
    """Which of the validated models is kept: the "best", or the "last", where a learning rate that falls to
    nothing makes the end the best and a few hundred validated tasks could not tell."""
    stored: Annotated[str, Choice(STORED)] = "float32"
    """What the kept model's parameters are written as; a run goes on from unrounded ones in any case."""
    validate_steps: Steps = 0
    """Steps between validations; 0 is at the end of each epoch."""
    checkpoint_seconds: Annotated[float, Bounds(0, 10**6)] = 60.0
    """The most work that a killed run loses."""
    seed: Annotated[int, Bounds(0, 2**32 - 1)] = 0
    precision: str = "float32"
    """Of a step's products: "float32", "bfloat16", or with "auto" bfloat16 where the processor multiplies in
    it (GPUs, CPUs with avx512_bf16). Weights and their updates are float32 in any case."""

    def __post_init__(self) -> None:
        check_fields(self)
        for key in ("registers", "registers_end"):
            try:
                parse_shares(getattr(self, key).split())
            except InputError as error:
                raise ValueError(f"{key}: {error.message}") from None
        if self.precision not in ("auto", "float32", "bfloat16"):
            raise ValueError(f"precision is {self.precision!r}; it must be 'auto', 'float32' or 'bfloat16'")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    model: Architecture = field(default_factory=Architecture)
    text: Text = field(default_factory=Text)
    optimiser: Optimiser = field(default_factory=Optimiser)
    batches: Batches = field(default_factory=Batches)
    train: Train = field(default_factory=Train)


def packaged_recipes() -> list[str]:
    """Names of the recipes that come with saps."""
    folder = resources.files("saps") / "recipes"
    return sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))


def load_recipe(name: str | Path) -> Recipe:
    """A packaged recipe by name, or a recipe file by its path (ending in `.toml`).

    Several joined by `+`, such as `paper+seq2tree`, state their differences one after the other: one says how
    large, one which system. Raises RecipeError.
    """
    recipe = Recipe()
    for part in [str(name)] if Path(name).is_file() else str(name).split("+"):
        recipe = _stated(recipe, part)
    return recipe


def _stated(recipe: Recipe, name: str) -> Recipe:
    """The recipe with the differences that one file states."""
    if name.endswith(".toml"):
        try:
            text = Path(name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise RecipeError(f"cannot read the recipe {name}: {error}") from error
    elif name in packaged_recipes():
        text = (resources.files("saps") / "recipes" / f"{name}.toml").read_text(encoding="utf-8")
    else:
        raise RecipeError(
            f"no recipe {name!r}; there are {', '.join(packaged_recipes())}, or give a .toml file"
        )
    try:
        return _changed(recipe, _toml(text), "")
    except RecipeError as error:
        raise RecipeError(f"recipe {name}: {error}") from error


def _toml(text: str) -> dict[str, Any]:
    """Raises RecipeError."""
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOML's own, and that of int() for more digits than Python reads
        raise RecipeError(f"not TOML: {error}") from error
    except RecursionError:
        raise RecipeError("TOML nested too deeply") from None


def set_values(recipe: Recipe, assignments: Iterable[str]) -> Recipe:
    """The recipe with `section.key=value` assignments applied in order. Raises RecipeError."""
    for assignment in assignments:
        path, equals, value = assignment.partition("=")
        section, dot, key = path.strip().partition(".")
        if not (equals and dot):
            raise RecipeError(f"{assignment!r} is not of the form section.key=value")
        recipe = _changed(recipe, {section: {key: _read_value(value.strip())}}, "")
    return recipe


def to_json(recipe: Recipe) -> str:
    """The whole recipe, defaults included, as it is kept beside a run."""
    return json.dumps(asdict(recipe), indent=2) + "\n"


RECIPE = "recipe.json"
"""The file of a run's folder that holds its recipe."""


def of_run(folder: Path) -> Recipe:
    """The recipe of the run in a folder. Raises InputError where there is none, RecipeError."""
    try:
        return from_json((folder / RECIPE).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{folder} holds no run to resume") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{folder / RECIPE} is not UTF-8 text: {error}") from error


def from_json(text: str) -> Recipe:
    """Inverse of `to_json`; a key that was not yet there when it was written has its default.

    Raises RecipeError.
    """
    try:
        document = read_document(text)
    except ValueError as error:
        raise RecipeError(f"the recipe {error}") from error
    return _changed(Recipe(), document, "")


_RESUMABLE = (
    "train.epochs",
    "train.fresh",
    "train.patience",
    "train.keep",
    "train.stored",
    "train.validate_steps",
    "train.checkpoint_seconds",
)
"""What a run may be resumed with another value of: how long it trains, how it is looked at, what is kept."""


def refuse_another(begun: Recipe, recipe: Recipe) -> None:
    """Raises RecipeError naming the first key that a run begun with one recipe cannot be resumed with."""
    kept, asked = dict(_flatten(asdict(begun))), dict(_flatten(asdict(recipe)))
    may = [key for key in _RESUMABLE if bool(kept[key]) == bool(asked[key]) or key == "train.validate_steps"]
    kept.update({key: asked[key] for key in may})
    if changed := difference(kept, asked):
        raise RecipeError(f"{changed}; a run that goes on may change only {', '.join(_RESUMABLE)}")


def difference(saved: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """The first key of two trees of values in which they differ, with both values; or None."""
    ours, theirs = dict(_flatten(now)), dict(_flatten(saved))
    for key in [*ours, *theirs]:
        if ours.get(key) != theirs.get(key):
            return f"{key} is {ours.get(key)}, was {theirs.get(key)}"
    return None


def _changed(section: Section, values: Mapping[str, Any], path: str) -> Section:
    """A section (or a whole recipe) with the values put in place, each checked against its field's type."""
    kinds = get_type_hints(type(section))
    known = [item.name for item in fields(section)]  # type: ignore[arg-type]
    changes: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            raise RecipeError(_unknown(path + key, [path + name for name in known]))
        old = getattr(section, key)
        changes[key] = (
            _changed(old, _table(value, key), f"{path}{key}.")
            if is_dataclass(old)
            else _typed(value, kinds[key], path + key)
        )
    try:
        return replace(section, **changes)  # type: ignore[type-var]
    except ValueError as error:
        raise RecipeError(f"{path}{error}") from error


def _typed(value: object, kind: type, key: str) -> object:
    """The value, an int made a float where that is the kind. Raises RecipeError for another kind."""
    if kind is float and type(value) is int:
        return float(value) if abs(value) < 2**53 else value  # what no float can hold has no bounds either
    if type(value) is not kind:
        names = {int: "an integer", float: "a number", bool: "true or false", str: "a string"}
        raise RecipeError(f"{key} is {told(value)}; expected {names[kind]}")
    return value


def _table(value: object, key: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RecipeError(f"{key} is {told(value)}; expected a table, [{key}]")
    return value


def _unknown(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
    return f"no key {key!r}; the nearest is {near[0]!r}"


def _read_value(text: str) -> object:
    """A value as TOML would read it; anything else is a string."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text


def _flatten(tree: Mapping[str, Any], path: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{path}{key}.")
        else:
            yield path + key, value

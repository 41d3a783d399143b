"""Recipes: files that state differences, single values, and what is refused."""

import json
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from saps.language.errors import RecipeError
from saps.model.config import Architecture, ModelConfig
from saps.model.synthesizer import Synthesizer
from saps.training.recipe import (
    Batches,
    Optimiser,
    Recipe,
    Text,
    Train,
    difference,
    from_json,
    load_recipe,
    packaged_recipes,
    set_values,
    to_json,
)


def test_a_file_states_differences_only(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[model]\nunits = 32\n[optimiser]\nlearning_rate = 1\n")
    recipe = load_recipe(file)
    assert recipe.model.units == 32
    assert recipe.optimiser.learning_rate == 1.0
    assert isinstance(recipe.optimiser.learning_rate, float)
    assert recipe.train == Recipe().train


@pytest.mark.parametrize("name", ["default", "paper", "tiny"])
def test_packaged_recipes(name: str) -> None:
    assert name in packaged_recipes()
    recipe = load_recipe(name)
    config = ModelConfig(token_count=recipe.text.pieces, symbol_count=200, **vars(recipe.model))
    millions = Synthesizer.seeded(config, 0).parameter_count / 1e6
    low, high = {"default": (2, 4), "paper": (5, 6), "tiny": (0, 0.2)}[name]
    assert low < millions < high


@pytest.mark.parametrize("name", packaged_recipes())
def test_every_packaged_recipe_makes_a_model(name: str) -> None:
    recipe = load_recipe(f"tiny+{name}" if name not in ("large", "paper") else name)
    config = ModelConfig(token_count=600, symbol_count=200, **vars(recipe.model))
    assert Synthesizer.seeded(config, 0).parameter_count > 0


def test_recipes_joined_state_their_differences_in_turn(tmp_path: Path) -> None:
    file = tmp_path / "a+b.toml"
    file.write_text("[model]\nunits = 32\n")
    joined = load_recipe("paper+seq2tree")
    assert (joined.model.token_embedding, joined.model.fraternal) == (300, True)
    assert load_recipe(file).model.units == 32
    assert (
        load_recipe("paper+h-att").model == set_values(load_recipe("paper"), ["model.vertical=false"]).model
    )
    with pytest.raises(RecipeError, match="no recipe 'hatt'"):
        load_recipe("paper+hatt")


def test_a_key_that_came_later_had_its_default() -> None:
    saved = json.loads(to_json(set_values(Recipe(), ["model.units=8"])))
    del saved["model"]["cell"]
    assert from_json(json.dumps(saved)) == set_values(Recipe(), ["model.units=8"])


def test_single_values() -> None:
    recipe = set_values(Recipe(), ["model.units=64", "train.epochs = 3", "model.attention=false"])
    assert (recipe.model.units, recipe.train.epochs, recipe.model.attention) == (64, 3, False)
    assert Recipe().model.units == 256


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("model.unit=64", "no key 'model.unit'; the nearest is 'model.units'"),
        ("modell.units=64", "no key 'modell'; the nearest is 'model'"),
        ("model.units=many", "model.units is 'many'; expected an integer"),
        ("model.units=2.5", "model.units is 2.5; expected an integer"),
        ("model.units=true", "model.units is True; expected an integer"),
        ("model.units=0", "model.units is 0; it must be from 1 to 8,192"),
        ("model.attention=1", "model.attention is 1; expected true or false"),
        ("optimiser.clip='x'", "optimiser.clip is 'x'; expected a number"),
        (
            "optimiser.learning_rate=0",
            "optimiser.learning_rate is 0.0; it must be more than 0 and at most 10",
        ),
        ("optimiser.average=1", "optimiser.average is 1.0; it must be from 0 up to, not including, 1"),
        ("batches.trees=0", "batches.trees is 0; it must be from 1 to 1,000,000"),
        ("train.epochs=-1", "train.epochs is -1; it must be from 1 to 100,000"),
        ("units=64", "not of the form section.key=value"),
        ("model.units", "not of the form section.key=value"),
    ],
)
def test_what_is_refused(assignment: str, message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        set_values(Recipe(), [assignment])
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[model\n", "line 1"),
        ("model = 3\n", "model is 3; expected a table, [model]"),
        ("[train]\nepoch = 3\n", "no key 'train.epoch'; the nearest is 'train.epochs'"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(RecipeError) as caught:
        load_recipe(file)
    assert message in str(caught.value)
    assert "bad.toml" in str(caught.value)


def test_a_recipe_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"no recipe 'defautl'; there are default, .*paper, .*tiny"):
        load_recipe("defautl")
    with pytest.raises(RecipeError, match="cannot read the recipe"):
        load_recipe(tmp_path / "none.toml")


def test_the_first_difference_is_named() -> None:
    saved = json.loads(to_json(Recipe()))
    assert difference(saved, asdict(Recipe())) is None
    changed = set_values(Recipe(), ["train.seed=1"])
    assert difference(saved, asdict(changed)) == "train.seed is 1, was 0"


def test_what_is_kept_is_read_again() -> None:
    changed = set_values(Recipe(), ["train.seed=1", "model.units=8"])
    assert from_json(to_json(changed)) == changed
    older = json.loads(to_json(changed))
    del older["train"]["precision"]
    assert from_json(json.dumps(older)) == changed
    with pytest.raises(RecipeError, match="nearest"):
        from_json('{"train": {"sed": 1}}')
    for text, message in (("{", "not JSON"), ("[]", "not a JSON object"), (DEEP, "nested too deeply")):
        with pytest.raises(RecipeError, match=message):
            from_json(text)


DEEP = '{"train": ' + "[" * 20_000 + "]" * 20_000 + "}"


def test_no_file_is_too_deep_to_be_refused(tmp_path: Path) -> None:
    file = tmp_path / "deep.toml"
    for text in ("[train]\nseed = " + "[" * 20_000 + "]" * 20_000, "[train]\nseed = " + "9" * 5000):
        file.write_text(text)
        with pytest.raises(RecipeError, match=r"recipe \S+deep\.toml: "):
            load_recipe(file)


HUGE = "9" * 400


@pytest.mark.parametrize("section", [Text, Optimiser, Batches, Train, Architecture])
def test_every_number_has_bounds_and_every_field_is_named(section: type) -> None:
    """No number, however absurd, makes a recipe; the message names the field."""
    makers: dict[str, object] = {field.name: field.default_factory for field in fields(Recipe)}
    name = next(name for name, maker in makers.items() if maker is section)
    numbers = [item for item in fields(section) if type(item.default) in (int, float)]
    assert numbers
    for item in numbers:
        for value in ("nan", "inf", "-inf", "-1", "-5.5", "1e300", HUGE, f"-{HUGE}", "9" * 5000):
            with pytest.raises(RecipeError) as caught:
                set_values(Recipe(), [f"{name}.{item.name}={value}"])
            told = str(caught.value)
            assert told.startswith(f"{name}.{item.name} is ") and len(told) < 200


def test_registers_of_a_recipe_are_checked() -> None:
    recipe = set_values(Recipe(), ['train.registers="people=1 terse"', "train.registers_end=messy=0.5"])
    assert recipe.train.registers == "people=1 terse"
    with pytest.raises(RecipeError, match=r"registers_end: .*'people=x': expected NAME"):
        set_values(Recipe(), ["train.registers_end=people=x"])


def test_fresh_tasks_move_from_the_recipe_s_first_registers_to_its_last() -> None:
    from saps.cli.train import fresh_settings, generator_settings

    recipe = load_recipe("shipped")
    settings = generator_settings(None, recipe.train.registers.split())
    fresh = fresh_settings(settings, recipe, moves=True)
    people = [dict(fresh.drawn_from(chunk))["people"] for chunk in (0, fresh.chunks // 2, fresh.chunks)]
    assert people == sorted(people) and people[0] < 0.5 < people[2]
    assert dict(fresh_settings(settings, recipe, moves=False).drawn_from(10**6)) == dict(settings.registers)

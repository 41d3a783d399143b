"""What a training job is put together from."""

from pathlib import Path

from saps.cli.training import Job
from saps.corpus.generation.factory import Settings
from saps.corpus.generation.paraphrases import paraphrases
from saps.resources import paraphrase_file
from saps.training.dataset import Skipped, hide
from saps.training.distributed import Ranks
from saps.training.recipe import load_recipe


def job(fresh: Settings | None) -> Job:
    return Job(Path("data"), load_recipe("tiny"), Path("run"), False, None, Ranks(), None, {}, fresh)


def test_people_whose_requests_are_not_trained_on_are_validated_on() -> None:
    found = list(job(Settings()).dev_requests(Skipped()))
    assert 400 < len(found) < 700
    first = paraphrases(paraphrase_file("dev.jsonl.gz"))[0]
    assert found[0] == hide(first)
    assert len({pair.words for pair in found}) > 400


def test_without_people_in_the_mixture_there_is_nothing_of_theirs() -> None:
    for fresh in (None, Settings(registers=(("terse", 1.0),))):
        assert not list(job(fresh).dev_requests(Skipped())) and not list(job(fresh).requests())

"""Models that answer together: teacher forcing and search agree, and what one says twice is what it says."""

import pytest
import torch

from saps.model.batch import collate
from saps.model.committee import Committee
from saps.model.decoding import Decoding
from saps.model.looks import looks
from saps.model.synthesizer import Synthesizer
from tests.model.test_synthesizer import build, step_by_step
from tests.model.trees import SYMBOLS, random_examples


def other(**choices: object) -> Synthesizer:
    """A model of other sizes and weights."""
    model = build(units=6, encoder_units=5, attention_by_state=True, birth_ranks=True, **choices)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return model


@torch.no_grad()
def test_a_symbol_is_as_probable_as_the_geometric_mean() -> None:
    members, examples = [build(), other()], random_examples(12)
    batch = collate(examples, SYMBOLS)
    single = [member.teacher_forced(batch).softmax(1) for member in members]
    expected = (single[0] * single[1]).sqrt()
    expected /= expected.sum(1, keepdim=True)
    committee = Committee(members).eval()
    torch.testing.assert_close(committee.teacher_forced(batch).softmax(1), expected)
    for copies in (1, 3):
        found = torch.cat(step_by_step(committee, examples, copies))
        torch.testing.assert_close(found.exp(), expected, atol=1e-5, rtol=0)


def test_a_model_alone_and_twice_says_the_same() -> None:
    model, sentences = build(), [(1, 2), (3,)]
    expected, _ = Decoding(model, sentences).expand([Decoding(model, sentences).root(1)], [1])
    twice = Committee([model, model])
    found, _ = Decoding(twice, sentences).expand([Decoding(twice, sentences).root(1)], [1])
    torch.testing.assert_close(found, expected)
    assert twice.parameter_count == 2 * model.parameter_count


def test_where_a_committee_looks_is_where_its_members_look() -> None:
    members, batch = [build(), other()], collate(random_examples(4), SYMBOLS)
    alone = [looks(member, batch) for member in members]  # of one attention, and of three
    torch.testing.assert_close(looks(Committee(members), batch), (alone[0] + 3 * alone[1]) / 4)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"fraternal": True}, "fraternal is True, of the first model False"),
        ({"target": "library"}, "target is library, of the first model tree"),
    ],
)
def test_members_that_cannot_answer_together(choices: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Committee([build(), other(**choices)])

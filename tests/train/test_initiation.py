"""The trained model is the shipped model; a view shows what it says; a planted start is learnt."""

import numpy as np
import pytest
import torch

from regard.models.initiation.model import PARTS, Config, InitiationModel, one_hot
from regard.train.initiation import View, ViewedModel, draw_view, losses, penalties


def viewed(seed=0, reach=41) -> ViewedModel:
    torch.manual_seed(seed)
    config = Config(
        motifs=["A+", "B+", "A-", "B-"],
        targets=["TSS+"],
        detectors=dict(zip(PARTS, (2, 3, 4), strict=True)),
        width={"motif": 7, "initiator": 5, "trinucleotide": 3},
        reach={"motif": reach, "initiator": 5, "trinucleotide": reach},
    )
    model = ViewedModel(InitiationModel(config)).eval()
    for p in [*model.model.parameters(), *model.means.parameters()]:
        torch.nn.init.normal_(p, std=0.3)
    return model


def random_sequences(n, length, seed=0):
    return ["".join(row) for row in np.random.default_rng(seed).choice(list("ACGT"), (n, length))]


def test_the_finished_model_gives_the_scores_of_training():
    model = viewed()
    x = one_hot(random_sequences(3, 120))
    scores = model.scores(model.activations(x), View(20, 20))  # the whole curve
    first = model.margin + 20
    prediction = model.finished()(x)[:, 0, first:-first]
    torch.testing.assert_close(prediction, torch.nn.functional.softplus(scores), atol=1e-4, rtol=0)


def test_the_other_strand_is_the_turned_sequence():
    both = viewed().finished()
    assert both.config.targets == ["TSS+", "TSS-"]
    flank = both.config.flank
    x = one_hot(random_sequences(2, 120))
    ahead, turned = both(x), both(x.flip([1, 2])).flip([2])
    torch.testing.assert_close(ahead[:, 1, flank:-flank], turned[:, 0, flank:-flank], atol=1e-4, rtol=0)
    assert not torch.allclose(ahead[:, 1, flank:-flank], ahead[:, 0, flank:-flank], atol=1e-2)


def test_a_candidate_sees_its_view_and_no_further():
    model = viewed()
    text = random_sequences(1, 120)[0]
    view, k = View(12, 6), 30
    at = model.margin + view.upstream + k
    for place in range(120):
        other = text[:place] + ("A" if text[place] != "A" else "C") + text[place + 1 :]
        a, b = (model.scores(model.activations(one_hot([t])), view)[0, k].item() for t in (text, other))
        seen = at - view.upstream - model.margin <= place <= at + view.downstream + model.margin
        assert (abs(a - b) > 1e-5) == seen, place


def test_every_drawn_view_shows_the_start_from_inside():
    model = viewed()
    drawn = [draw_view(np.random.default_rng(i), length=300, tss=249, margin=9) for i in range(300)]
    assert {v.downstream for v in drawn} == set(range(9, 42))
    assert max(v.upstream for v in drawn) <= 240 and min(v.upstream for v in drawn) < 80
    x = one_hot(random_sequences(2, 300))
    for view in drawn[:5]:
        n = model.scores(model.activations(x), view).shape[1]
        assert 0 <= 249 - model.margin - view.upstream < n


@pytest.mark.parametrize("motif", ["GATCCA"])
def test_a_planted_start_is_found(motif):
    """The start is 12 bases after a word: with windows of 80 its index, 60, is given to no one."""
    model, rng, tss = viewed(reach=41), np.random.default_rng(0), 60
    torch.nn.init.zeros_(model.model.effect["motif"])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    model.train()
    for step in range(150):
        texts = [t[:45] + motif + t[51:] for t in random_sequences(16, 80, seed=2 * step)]
        view = draw_view(rng, length=80, tss=tss, margin=model.margin)
        view = View(min(view.upstream, 20), view.downstream)
        parts = losses(model, one_hot(texts), one_hot(random_sequences(16, 80, seed=2 * step + 1)), view, tss)
        sum((parts | penalties(model, smooth=1e-3, sparse=1e-5)).values()).backward()
        optimizer.step()
        optimizer.zero_grad()
    finished = model.finished()
    flank = finished.config.flank
    text = random_sequences(1, 150, seed=999)[0]
    text = text[:70] + motif + text[76:]
    found = finished(one_hot([text]))[0, 0, flank:-flank].argmax().item() + flank
    assert found == 70 + 15

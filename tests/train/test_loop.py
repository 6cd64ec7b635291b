import numpy as np
import pytest
import torch

from regard.errors import InputError, RegardError
from regard.models.dna_gpt.model import Config, DnaGPT
from regard.train.finetune import classification, held_out_mcc
from regard.train.loop import fit

SIZE = Config(blocks=1, heads=2, width=8, longest=16, tasks={"task": ["no", "yes"]})
SEQUENCES = list(np.random.default_rng(0).integers(0, 4, (40, 12), dtype=np.uint8))
LABELS = np.array([(s == 2).sum() > 3 for s in SEQUENCES]).astype(int)


class Interruption(Exception):
    pass


def train(out, *, stop=None, steps=6, seed=0, force=False):
    torch.manual_seed(0)
    model = DnaGPT(SIZE)
    draw = classification("task", SEQUENCES, LABELS, batch=8, both_strands=True)
    done = []

    def losses(model, rng, step):
        if len(done) == stop:
            raise Interruption
        done.append(1)
        return draw(model, rng, step)

    validate = held_out_mcc("task", SEQUENCES, LABELS, both_strands=True)
    fit(model, losses, validate, steps=steps, rate=1e-2, out=out, seed=seed, every=2, force=force)
    return model, len(done)


def test_a_resumed_run_ends_with_the_very_weights_of_an_uninterrupted_one(tmp_path):
    whole, steps = train(tmp_path / "whole", steps=40)
    assert steps == 40
    with pytest.raises(Interruption):
        train(tmp_path / "broken", steps=40, stop=3)  # the last checkpoint is that of step 2
    resumed, again = train(tmp_path / "broken", steps=40)
    assert again == 38
    for name, weight in whole.state_dict().items():
        assert torch.equal(weight, resumed.state_dict()[name]), name
    untrained = DnaGPT(SIZE).embed.weight
    assert not torch.equal(whole.embed.weight, untrained)
    lines = (tmp_path / "broken" / "log.tsv").read_text().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["step", *map(str, range(2, 41, 2))]
    assert (tmp_path / "whole" / "log.tsv").read_text().splitlines() == lines


def test_a_finished_run_is_left_as_it_is(tmp_path):
    first, _ = train(tmp_path)
    second, steps = train(tmp_path)
    assert steps == 0
    assert torch.equal(first.embed.weight, second.embed.weight)


def test_a_folder_of_another_run_is_refused_or_begun_anew(tmp_path):
    first, _ = train(tmp_path)
    with pytest.raises(
        InputError, match=r"another run \(steps 6, not 8; seed 0, not 1\); choose another --out, or add"
    ):
        train(tmp_path, steps=8, seed=1)
    other, steps = train(tmp_path, steps=8, force=True)
    assert steps == 8
    assert not torch.equal(first.embed.weight, other.embed.weight)
    assert len((tmp_path / "log.tsv").read_text().splitlines()) == 5


def test_a_gradient_that_is_no_number_is_left_out_and_twenty_in_a_row_are_an_error(tmp_path):
    def losses(model, rng, step):
        value = model.embed.weight.square().sum()
        return {"size": value * (float("nan") if step in bad else 1.0)}

    def run(out):
        torch.manual_seed(0)
        return fit(DnaGPT(SIZE), losses, lambda _: {}, steps=30, rate=1e-2, out=out, seed=0, every=10)

    bad = {3, 12}
    assert torch.isfinite(run(tmp_path / "two").embed.weight).all()
    table = (tmp_path / "two" / "log.tsv").read_text().splitlines()
    assert all(np.isfinite(float(line.split("\t")[1])) for line in table[1:])
    bad = set(range(2, 30))
    with pytest.raises(RegardError, match="step 22: 21 gradients in a row were no numbers; lower the rate"):
        run(tmp_path / "many")


def test_training_learns_what_there_is_to_learn(tmp_path):
    rich = np.random.default_rng(1).choice(4, (40, 12), p=[0.1, 0.4, 0.4, 0.1]).astype(np.uint8)
    poor = np.random.default_rng(2).choice(4, (40, 12), p=[0.4, 0.1, 0.1, 0.4]).astype(np.uint8)
    sequences, labels = list(np.concatenate([rich, poor])), np.repeat([1, 0], 40)
    torch.manual_seed(0)
    fit(
        DnaGPT(SIZE),
        classification("task", sequences, labels, batch=16, both_strands=True),
        held_out_mcc("task", sequences, labels, both_strands=True),
        steps=60,
        rate=1e-2,
        out=tmp_path,
        seed=0,
        every=30,
    )
    header, *_, last = [line.split("\t") for line in (tmp_path / "log.tsv").read_text().splitlines()]
    assert float(last[header.index("mcc")]) > 0.8

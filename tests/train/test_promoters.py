"""The recipe on planted promoters: told wherever they stand; half precision; input of another kind is refused."""

import numpy as np
import pandas as pd
import pytest
import torch

from regard.data.sequences import decode
from regard.errors import InputError
from regard.models.dna_gpt.model import Config, DnaGPT, load
from regard.train import recipes
from regard.train.genome import Genome
from regard.train.loop import fit
from regard.train.placed import CLASSES, LENGTH, TSS, background
from regard.train.promoters import held_out_promoters, promoter_losses

TINY = Config(blocks=1, heads=2, width=16, motifs=16, places=False, spots=4, tasks={"promoter": CLASSES})


def planted(n: int, seed: int) -> tuple[np.ndarray, Genome]:
    """Random promoters with one word of 20 bases at the TSS, and a random genome without."""
    rng = np.random.default_rng(seed)
    promoters = rng.integers(0, 4, (n, LENGTH), dtype=np.uint8)
    promoters[:, TSS - 10 : TSS + 10] = np.random.default_rng(7).integers(0, 4, 20)
    codes = rng.integers(0, 4, 20_000, dtype=np.uint8)
    return promoters, Genome(["x"], codes, np.zeros(20_000, dtype=bool), np.array([0, 20_000]))


@pytest.mark.slow
def test_a_planted_word_is_told_wherever_it_stands(tmp_path):
    torch.manual_seed(0)
    promoters, genome = planted(300, 0)
    held, other = planted(60, 1)
    train, test = (background(one, np.zeros(20_000, dtype=bool)) for one in (genome, other))
    model = fit(
        DnaGPT(TINY), promoter_losses(promoters, train, n=8), held_out_promoters(held, test, seed=0),
        steps=250, rate=5e-3, out=tmp_path, seed=0, every=250,
    )  # fmt: skip
    figures = held_out_promoters(held, test, seed=3)(model)
    assert figures["auroc_windows"] > 0.9 and figures["auroc_matched_elsewhere"] > 0.9
    assert figures["windows_called"] < 0.3


def test_a_teacher_speaks_only_where_promoters_stand_as_in_the_table():
    torch.manual_seed(0)
    promoters, genome = planted(30, 0)
    free, asked = background(genome, np.zeros(20_000, dtype=bool)), []

    def teacher(tokens):
        asked.append(tokens.shape)
        return torch.zeros(len(tokens))

    losses, model = promoter_losses(promoters, free, n=4, teachers=[teacher, teacher]), DnaGPT(TINY)
    parts = [losses(model, np.random.default_rng(seed), 0) for seed in range(12)]
    taught = [one for one in parts if "taught" in one]
    assert 0 < len(taught) < 12
    assert asked == [(8, LENGTH)] * 2 * len(taught)
    assert all(torch.isfinite(value) for one in parts for value in one.values())


def test_half_precision_reads_as_single_precision_does_but_for_rounding():
    torch.manual_seed(0)
    model, x = DnaGPT(TINY).eval(), torch.randint(4, (3, 60))
    lengths = torch.full((3,), 60)
    with torch.no_grad():
        plain = model.classify("promoter", x, lengths)
        with torch.autocast("cpu", torch.bfloat16):
            half = model.classify("promoter", x, lengths)
    assert not torch.equal(half.float(), plain)
    torch.testing.assert_close(half.float(), plain, atol=0.02, rtol=0.02)


def test_the_command_writes_a_model_that_knows_promoters(tmp_path, monkeypatch):
    promoters, _ = planted(40, 0)
    rng = np.random.default_rng(5)
    (tmp_path / "genome.fa").write_text(
        "".join(f">s{i}\n{decode(rng.integers(0, 4, 600, dtype=np.uint8))}\n" for i in range(20))
    )
    pd.DataFrame({"sequence": [decode(p) for p in promoters]}).to_csv(tmp_path / "p.tsv", sep="\t", index=False)
    monkeypatch.setattr(recipes, "Config", lambda **how: Config(blocks=1, heads=2, width=8, motifs=4, **how))
    monkeypatch.setattr(recipes, "HELD_OUT", 3)
    how = {"steps": 2, "seed": 0, "force": False}
    recipes.promoters(tmp_path / "genome.fa", tmp_path / "p.tsv", tmp_path / "out", **how)
    model = load(tmp_path / "out" / "model.safetensors")
    assert model.config.tasks == {"promoter": CLASSES} and not model.config.places
    log = pd.read_csv(tmp_path / "out" / "log.tsv", sep="\t")
    assert {"mcc_blocks", "auroc_matched_elsewhere", "windows_called"} <= set(log)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"sequence": ["ACGT" * 75] * 19 + ["ACGT" * 50]}, r"record 'seq20': 200 bases; .* 300 bases with the TSS at"),
        ({"sequence": ["ACGT" * 75] * 20, "tss": [249] * 19 + [50]}, r"record 'seq20': TSS at 50, expected 249"),
        ({"sequence": ["ACGT" * 75] * 20, "label": [1, 0] * 10}, "10 promoters; at least 20"),
    ],
)
def test_promoters_of_another_kind_are_refused(tmp_path, table, said):
    pd.DataFrame(table).to_csv(tmp_path / "p.tsv", sep="\t", index=False)
    with pytest.raises(InputError, match=said):
        recipes.read_promoters(tmp_path / "p.tsv")

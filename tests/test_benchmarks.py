import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.special import softmax
from sklearn.metrics import log_loss, matthews_corrcoef, roc_auc_score

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # benchmarks and training are run from the repository, not installed

from benchmarks import Row, interval  # noqa: E402
from benchmarks.__main__ import main, show  # noqa: E402
from benchmarks.dna import auroc, corrected, kmers, mcc, paired  # noqa: E402
from benchmarks.markov import markov, words  # noqa: E402
from benchmarks.strand import convolution, frequencies, regression  # noqa: E402
from training.dna import enhancer_trunk  # noqa: E402
from training.dna.enhancer import choose, fit_head  # noqa: E402

from regard.data.sequences import encode  # noqa: E402
from regard.models.dna_gpt.model import Config, DnaGPT, load  # noqa: E402
from regard.models.dna_gpt.predict import features_of, logits_of  # noqa: E402
from regard.models.shelf.weight_files import save  # noqa: E402
from regard.train.genome import Genome  # noqa: E402

NAMES = sorted(p.stem for p in (ROOT / "benchmarks").glob("*.py") if p.stem[0] != "_")


def test_the_list_has_a_line_for_each_benchmark():
    command = [sys.executable, "-m", "benchmarks"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[0] for line in lines] == NAMES
    assert all(len(line) > 3 for line in lines)


@pytest.mark.parametrize(
    ("name", "folder", "said"),
    [
        ("markov", None, "REGARD_DATA is not set"),
        ("markov", "/nowhere", "/nowhere"),
        ("nothing", ".", "no benchmark 'nothing'"),
    ],
)
def test_what_cannot_run_says_so_in_one_line(name, folder, said, monkeypatch, capsys):
    monkeypatch.delenv("REGARD_DATA", raising=False)
    if folder:
        monkeypatch.setenv("REGARD_DATA", folder)
    assert main([name]) == 2
    printed = capsys.readouterr()
    assert said in printed.err and len(printed.err.splitlines()) == 1
    assert not printed.out


def test_a_file_of_chromosomes_that_is_not_there_is_told_before_the_work(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("REGARD_DATA", str(tmp_path))
    monkeypatch.setenv("REGARD_CHROMOSOMES", "nowhere.fa")
    assert main(["dna"]) == 2
    assert "REGARD_CHROMOSOMES is 'nowhere.fa': no such file" in capsys.readouterr().err


def test_a_table_is_written_with_the_promised_columns(tmp_path, capsys):
    show("x", [Row("case", "method", "mcc", 0.5, 0.4, 0.6), Row("case", "other", "mcc", 0.25)], tmp_path)
    table = pd.read_csv(tmp_path / "x.tsv", sep="\t")
    assert list(table) == ["case", "method", "metric", "value", "low", "high", "seconds"]
    assert table.value.tolist() == [0.5, 0.25]
    assert table.low.isna().tolist() == [False, True]
    assert "method" in capsys.readouterr().out


def test_an_interval_draws_whole_clusters():
    value = np.repeat([0.0, 1.0], 200)

    def mean(weight):
        return value @ weight / weight.sum()

    apart = interval(mean, np.arange(400))
    together = interval(mean, value.astype(int))
    assert 0.44 < apart[0] < 0.47 and 0.53 < apart[1] < 0.56  # 0.5 ± 1.96 · 0.5 / √400
    assert together == (0.0, 1.0)


def test_a_lead_is_taken_on_the_same_resamples():
    truth = np.repeat([0, 1], 100)
    scores = truth + np.random.default_rng(0).normal(0, 1, 200)
    methods = {"one": lambda: scores, "same": lambda: scores.copy(), "none": lambda: -scores}
    rows = {row.method: row for row in paired("case", "auroc", truth, methods, np.arange(200))}
    assert rows["one"].value == pytest.approx(1 - rows["none"].value)
    assert (rows["one - same"].value, rows["one - same"].low, rows["one - same"].high) == (0, 0, 0)
    assert rows["one - none"].low > 0.3


def test_weighted_figures_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    truth, weight = rng.integers(0, 2, 80), rng.integers(0, 4, 80)
    scores = np.round(truth + rng.normal(0, 1.5, 80), 1)
    assert mcc(truth, scores)(weight) == pytest.approx(matthews_corrcoef(truth, scores > 0, sample_weight=weight))
    assert auroc(truth, scores)(weight) == pytest.approx(roc_auc_score(truth, scores, sample_weight=weight))


def test_the_corrected_interval_is_the_one_of_nadeau_and_bengio():
    value, low, high = corrected(np.array([0.1, 0.2, 0.3, 0.4, 0.5]))
    half = 2.776445 * np.sqrt((1 / 5 + 1 / 4) * 0.025)
    assert (value, low, high) == pytest.approx((0.3, 0.3 - half, 0.3 + half), abs=1e-6)


def test_words_and_kmer_counts_leave_out_n():
    codes = np.stack([encode("ACGTA"), encode("AANAA")])
    assert words(codes, 2).tolist() == [[1, 6, 11, 12], [0, -1, -1, 0]]
    counts = kmers(codes, 2).toarray()
    assert counts[0].nonzero()[0].tolist() == [1, 6, 11, 12]
    assert counts[1].nonzero()[0].tolist() == [0] and counts[1, 0] == pytest.approx(np.log(3))


def test_frequencies_of_words_are_of_both_strands_and_leave_out_n():
    codes = np.stack([encode("ACGTAC"), encode("AANAAA")])
    other = np.stack([encode("GTACGT"), encode("TTTNTT")])
    found = frequencies(codes, 2)
    assert np.array_equal(found, frequencies(other, 2))
    assert found[1].nonzero()[0].tolist() == [0, 15]  # AA and TT
    assert (found**2).sum(axis=1) == pytest.approx([600, 360])  # two of five words have the N


def test_what_learns_beside_the_gpt_finds_a_planted_word_at_any_length():
    """GATTACA somewhere in half of the sequences, on one strand or the other."""
    rng = np.random.default_rng(0)

    def drawn(n, length):
        codes, label = rng.integers(0, 4, (n, length), dtype=np.uint8), np.arange(n) % 2
        for i in np.flatnonzero(label):
            at = rng.integers(0, length - 14)
            codes[i, at : at + 14] = encode(["GATTACAGATTACA", "TGTAATCTGTAATC"][rng.integers(2)])
        return codes, label

    groups, labels = zip(*(drawn(32, length) for length in rng.integers(60, 120, 20)), strict=True)
    test, truth = drawn(60, 200)
    for score in (
        regression(list(groups), np.concatenate(labels)),
        convolution(list(groups), np.concatenate(labels), rng, epochs=12),
    ):
        assert roc_auc_score(truth, score(test)) > 0.85


def test_a_chain_counts_both_strands_and_no_word_over_a_border():
    genome = Genome(["x", "y"], encode("AAC" + "GGA"), np.zeros(6, dtype=bool), np.array([0, 3, 6]))
    # Forward AA AC GG GA, backward TC CC GT TT; CG, over the border, is not there.
    share = 2 ** -markov(genome, 1).reshape(4, 4)
    assert share[0] == pytest.approx(np.array([1.5, 1.5, 0.5, 0.5]) / 4)
    assert share[1] == pytest.approx(np.array([0.5, 1.5, 0.5, 0.5]) / 3)
    assert share[2] == pytest.approx(np.array([1.5, 0.5, 1.5, 1.5]) / 5)
    assert share[3] == pytest.approx(np.array([0.5, 1.5, 0.5, 1.5]) / 4)


@pytest.fixture
def tiny():
    torch.manual_seed(0)
    return Config(blocks=2, heads=2, width=8, longest=32, tasks={"promoter": ["b", "g", "p"]})


@pytest.fixture
def enhancers(tiny):
    """Codes of sequences that grow richer in G and C from class to class, classes, a trunk and its features."""
    rng, y = np.random.default_rng(0), np.repeat([0, 1, 2], 32)
    codes = np.stack([rng.choice(4, 24, p=[0.4 - s, 0.1 + s, 0.1 + s, 0.4 - s]).astype(np.uint8) for s in 0.15 * y])
    trunk = DnaGPT(replace(tiny, places=False, spots=4)).eval()
    return codes, y, trunk, features_of(trunk, list(codes), both_strands=True).numpy()


def test_the_enhancer_model_begins_as_the_regression_on_both_strands(enhancers, monkeypatch, tmp_path):
    codes, y, trunk, x = enhancers
    weight, bias = fit_head(x, y, 1.0)
    assert (np.argmax(x @ weight.T + bias, axis=1) == y).mean() > 0.6
    monkeypatch.setattr(enhancer_trunk, "EPOCHS", 0)
    model = enhancer_trunk.tuned(trunk, enhancer_trunk.handed_on(trunk, codes), x, y, np.arange(len(y)), 1.0)
    logits = logits_of(model, "enhancer", list(codes), both_strands=True)
    assert logits == pytest.approx(x @ weight.T + bias, abs=1e-3)

    save(model, tmp_path / "model.safetensors")
    difference, _ = enhancer_trunk.rounded(model, load(tmp_path / "model.safetensors"), list(codes))
    assert 0 < difference < 0.2
    with torch.no_grad():
        model.classifiers["enhancer"].bias += torch.tensor([0.0, 0.0, 100.0])
    assert enhancer_trunk.rounded(model, load(tmp_path / "model.safetensors"), list(codes))[1] > 10


def test_only_the_last_block_of_the_enhancer_trunk_is_trained(enhancers, monkeypatch):
    codes, y, trunk, x = enhancers
    rows, of = np.arange(0, len(y), 2), enhancer_trunk.handed_on(trunk, codes)
    for name, value in {"BATCH": 8, "EPOCHS": 10, "DROPPED": 0.0, "RATE": 3e-3}.items():
        monkeypatch.setattr(enhancer_trunk, name, value)
    model = enhancer_trunk.tuned(trunk, of, x, y, rows, 1.0)
    moved = {n for n, w in trunk.state_dict().items() if not torch.equal(w, model.state_dict().get(n, w))}
    assert moved and all(name.startswith(("blocks.1.", "spots.")) for name in moved)
    # What is computed once and then for the last block alone is what the whole model says.
    ours = enhancer_trunk.class_logits(model, of, np.arange(len(y)))
    assert ours == pytest.approx(logits_of(model, "enhancer", list(codes), both_strands=True), abs=2e-3)
    weight, bias = fit_head(x[rows], y[rows], 1.0)
    before, after = (log_loss(y[rows], softmax(one, axis=1)) for one in (x[rows] @ weight.T + bias, ours[rows]))
    assert after < before


def test_the_penalty_is_weak_for_a_signal_and_strong_for_noise():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 150)
    signal, noise = np.eye(3)[y] + rng.normal(0, 0.1, (150, 3)), rng.normal(0, 1, (150, 20))
    family, penalties = np.arange(150), (1e-4, 1.0)
    assert choose(signal, y, family, penalties=penalties)[1] == 1.0
    assert choose(noise, y, family, penalties=penalties)[1] == 1e-4

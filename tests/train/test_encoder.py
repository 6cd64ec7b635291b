"""A head on a frozen model of another family: it learns what is planted, on unseen families, and is read again."""

import os
import signal

import numpy as np
import pandas as pd
import pytest
import torch

import regard
from regard.data.sequences import reverse_complement
from regard.errors import InputError
from regard.models.hugging_face import head
from regard.train import checkpoint, encoder
from tests.audit.planted import changed, random_dna
from tests.models.hugging_face.families import FAMILIES, write

LIKE = {family.like: family for family in FAMILIES}
PAIR = ["off", "on"]


def labelled(path, sequences, labels):
    path.write_text("".join(f">s{i} label={y}\n{s}\n" for i, (s, y) in enumerate(zip(sequences, labels, strict=True))))
    return path


def easy(n=120, length=54, seed=0):
    """Sequences whose label is told by GC, which pooled tokens of any model know."""
    rng = np.random.default_rng(seed)
    return [random_dna(rng, length, 0.65 if i % 2 else 0.35) for i in range(n)], [i % 2 for i in range(n)]


def train(source, out, model, **how):
    given = {"classes": PAIR, "both_strands": False, "seed": 0, "force": False} | how
    encoder.classifier(source, out, model=str(model), **given)
    return pd.read_csv(out / "log.tsv", sep="\t"), pd.read_csv(out / "held_out.tsv", sep="\t")


@pytest.fixture(scope="module")
def kmers(tmp_path_factory):
    return write(LIKE["DNABERT"], tmp_path_factory.mktemp("kmers") / "tiny")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(LIKE["Nucleotide Transformer"], tmp_path_factory.mktemp("model") / "tiny")


@pytest.mark.parametrize("name", ["Nucleotide Transformer", "ProtGPT2"])
def test_any_family_learns_what_is_planted_and_is_read_again(name, tmp_path):
    model = write(LIKE[name], tmp_path / "model")
    sequences, labels = easy()
    log, held = train(labelled(tmp_path / "in.fa", sequences, labels), tmp_path / "out", model)
    given = log[(log.features == "model") & (log.strand == "as given")].iloc[0]
    assert given.low <= given.mcc <= given.high
    if name != "Nucleotide Transformer":  # 4,096 words at random, of which hardly two are seen twice
        assert given.mcc > 0.6 and given.auroc > 0.85
    assert (given.sequences, given.families) == (120, 120)
    assert list(log.strand) == ["as given", "other", "mean", "as given"]
    assert (held.predicted == held.label).mean() == pytest.approx(given.accuracy, abs=1e-4)
    of = regard.reader(str(tmp_path / "out"), unit="base")
    assert of.classes == ("off", "on")
    logits = torch.cat([of.logits(of.tokens(s)[0][None]) for s in sequences])
    assert (logits.argmax(dim=1).numpy() == labels).mean() > (0.55 if name == "Nucleotide Transformer" else 0.85)
    # attention is that of the model it was fitted on, and gradients reach its embedding
    maps = regard.attention(str(model), sequences[:1])[0]
    assert np.array_equal(regard.attention(of, sequences[:1])[0], maps)


def test_relatives_are_never_split(folder, tmp_path):
    """Families of a parent, a copy with 4 % of its bases changed, a shifted window and the other strand."""
    rng = np.random.default_rng(1)
    sequences, labels, parent = [], [], []
    for i in range(30):
        place = random_dna(rng, 300)
        own = place[:200]
        family = [own, changed(own, set(rng.choice(200, 8, replace=False).tolist())), place[70:270]]
        family.append(reverse_complement(changed(own, {100})))
        sequences, labels, parent = sequences + family, labels + [i % 2] * 4, parent + [i] * 4
    log, held = train(labelled(tmp_path / "in.fa", sequences, labels), tmp_path / "out", folder)
    assert (held.groupby(np.array(parent)).fold.nunique() == 1).all()
    assert held.family.nunique() == log.families[0] == 30
    assert held.fold.nunique() == 5
    assert (log.mcc.abs() < 0.6).all()  # a head that saw relatives would know them all: labels are of families


def test_strands_are_alike_where_asked(kmers, tmp_path):
    """Label 1 is rich in A, label 0 in T: on the other strand that is the opposite, unless told otherwise."""
    rng = np.random.default_rng(2)
    sequences = [
        "".join(rng.choice(list("ACGT"), 54, p=[0.4, 0.2, 0.2, 0.2][:: 1 if i % 2 else -1])) for i in range(120)
    ]
    source = labelled(tmp_path / "in.fa", sequences, [i % 2 for i in range(120)])
    one, _ = train(source, tmp_path / "one", kmers)
    assert one.mcc[0] > 0.5 and one.mcc[1] < 0
    both, _ = train(source, tmp_path / "both", kmers, both_strands=True)
    assert abs(both.mcc[0]) < 0.35
    assert one.strands_agree[0] < 0.5 < both.strands_agree[0]


def test_a_killed_run_goes_on_to_the_same_bytes(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(encoder, "EVERY", 20)
    source = labelled(tmp_path / "in.fa", *easy(60))

    def outcome(out, at=None):
        child = os.fork()
        if not child:
            code = 1
            try:
                torch.set_num_threads(1)
                keep, calls = checkpoint.keep, iter(range(100))
                if at is not None:
                    checkpoint.keep = lambda *given: os.kill(os.getpid(), 9) if next(calls) == at else keep(*given)
                train(source, out, folder)
                code = 0
            finally:
                os._exit(code)
        return os.waitpid(child, 0)[1]

    assert outcome(tmp_path / "whole") == 0
    assert outcome(tmp_path / "killed", at=2) == signal.SIGKILL
    assert checkpoint.read(tmp_path / "killed" / checkpoint.FILE)["progress"]["step"] == 20
    assert outcome(tmp_path / "killed") == 0
    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert {"config.json", "model.safetensors", head.FILE, "log.tsv", "held_out.tsv", "checkpoint.pt"} <= set(names)
    assert names == sorted(path.name for path in (tmp_path / "killed").iterdir())
    for name in set(names) - {"checkpoint.pt"}:
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "killed" / name).read_bytes(), name
    with pytest.raises(InputError, match="belongs to another run"):
        train(source, tmp_path / "whole", folder, seed=1)


def test_three_classes_and_what_cannot_be_held_out(kmers, folder, tmp_path):
    rng = np.random.default_rng(3)
    sequences = [random_dna(rng, 54, (0.2, 0.5, 0.8)[i % 3]) for i in range(150)]
    source = labelled(tmp_path / "in.fa", sequences, [i % 3 for i in range(150)])
    log, _ = train(source, tmp_path / "out", kmers, classes=["none", "weak", "strong"])
    assert log.mcc[0] > 0.5
    assert regard.reader(str(tmp_path / "out"), unit="base").classes == ("none", "weak", "strong")
    copies = labelled(tmp_path / "copies.fa", [sequences[0]] * 20 + sequences[:20], [1] * 20 + [0] * 20)
    with pytest.raises(InputError, match="on has sequences of fewer than 4 unrelated families"):
        train(copies, tmp_path / "few", folder)
    long = labelled(tmp_path / "long.fa", [*sequences[:30], random_dna(rng, 800)], [i % 2 for i in range(31)])
    with pytest.raises(InputError, match=r"'s30'.* reads 62 at once"):
        train(long, tmp_path / "long", folder)


def test_a_head_that_does_not_fit_is_refused(folder, tmp_path):
    head.write(folder.parent, head.Head(("a", "b"), torch.zeros(2, 10), torch.zeros(2)))
    with pytest.raises(InputError, match="train it again"):
        head.read(folder.parent, 64)
    (folder.parent / head.FILE).write_bytes(b"damaged")
    with pytest.raises(InputError, match="not a head of"):
        head.read(folder.parent, 64)
    (folder.parent / head.FILE).unlink()
    assert head.read(folder.parent, 64) is None

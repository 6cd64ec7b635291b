"""`regard dna` with models of other people, and with ours in other sizes: real folders, a real process."""

import json
import re

import numpy as np
import pandas as pd
import pytest
import torch
import transformers as hf

from regard.core.store import load
from regard.models.dna_gpt.model import Config, DnaGPT
from regard.models.shelf.weight_files import save
from tests.models.hugging_face import families
from tests.test_cli import PROMOTERS, run

SIZE = families.SIZE | {"num_hidden_layers": 2, "num_attention_heads": 2, "max_position_embeddings": 256}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    records = PROMOTERS.read_text().split(">")[1:]
    path = tmp_path_factory.mktemp("input") / "small.fa"
    lines = [f">{r.split()[0]} label={int(i < 9)}\n{r.split(chr(10))[1][200:260]}\n"
             for i, r in enumerate([*records[:9], *records[120:129]])]  # fmt: skip
    path.write_text("".join(lines))
    return path


def nucleotide_transformer(folder):
    families.write(next(f for f in families.FAMILIES if f.like == "Nucleotide Transformer"), folder)


def gpt2(folder):
    families.write(next(f for f in families.FAMILIES if f.name == "GPT-2"), folder)


def bert_with_classes(folder):
    words = [*families.BERT_WORDS, *families.PAIRS[:5]]
    tokenizer = hf.BertTokenizer(families.word_list(folder, words), do_lower_case=False)
    config = hf.BertConfig(vocab_size=len(words), id2label={0: "random", 1: "promoter"}, **SIZE)
    families.wrote(folder, hf.BertForSequenceClassification(config), tokenizer)


@pytest.mark.parametrize(
    ("write", "layers", "heads", "classes"),
    [(nucleotide_transformer, 3, 4, None), (gpt2, 3, 4, None), (bert_with_classes, 2, 2, ["random", "promoter"])],
)
def test_any_folder_ends_with_a_report(write, layers, heads, classes, small, tmp_path):
    torch.manual_seed(0)
    (tmp_path / "model").mkdir()
    write(tmp_path / "model")
    done = run("dna", small, "--model", tmp_path / "model", "--out", tmp_path / "out", "--examples", 1, "--twins", 2)
    assert done.returncode == 0, done.stderr
    predictions = pd.read_csv(tmp_path / "out" / "predictions.tsv", sep="\t")
    if classes is None:
        assert list(predictions) == ["id", "length", "label"]
        assert "no classifier" in done.stderr
        assert set(predictions.label) == {"class 0", "class 1"}
    else:
        assert list(predictions) == ["id", "length", "predicted", "p_random", "p_promoter", "label"]
        assert np.allclose(predictions.p_random + predictions.p_promoter, 1, atol=1e-4)
    maps = load(tmp_path / "out")
    assert maps[0].shape[:2] == (layers, heads)
    evidence = pd.read_csv(tmp_path / "out" / "evidence.tsv", sep="\t")
    named = set(evidence.method[evidence.metric == "auprc"])
    assert {f"block {layers} head {heads}", "attention, mean of heads"} <= named
    assert ("gradient × input" in named) == (classes is not None)
    page = (tmp_path / "out" / "report.html").read_text()
    assert f"{layers} blocks × {heads} heads" in page and "4 blocks × 4 heads" not in page
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["settings"]["pipeline"].endswith("received")
    assert any(name.endswith("model.safetensors") for name in manifest["inputs"])


def test_ours_in_another_size(small, tmp_path):
    torch.manual_seed(0)
    save(DnaGPT(Config(blocks=2, heads=2, width=16, longest=64, tasks={"own": ["a", "b"]})), tmp_path / "m.safetensors")
    done = run(
        "dna", small, "--model", tmp_path / "m.safetensors", "--out", tmp_path / "out", "--examples", 1, "--twins", 0
    )
    assert done.returncode == 0, done.stderr
    assert "2 blocks × 2 heads" in (tmp_path / "out" / "report.html").read_text()


def test_the_pipeline_is_the_users_and_recorded(small, tmp_path):
    (tmp_path / "model").mkdir()
    gpt2(tmp_path / "model")
    arguments = ("dna", small, "--model", tmp_path / "model", "--out", tmp_path / "out", "--twins", 0)
    done = run(*arguments, "--pipeline", "received")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["settings"]["pipeline"] == "received"
    wrong = run(*arguments, "--force", "--pipeline", "recieved")
    assert wrong.returncode == 2 and "no reduction is called 'recieved'" in wrong.stderr


def test_what_a_model_cannot_do_is_one_line(small, tmp_path):
    (tmp_path / "model").mkdir()
    gpt2(tmp_path / "model")
    long = tmp_path / "long.fa"
    long.write_text(">a\n" + "ACGTTGCA" * 60 + "\n")
    for arguments, says in (
        (("dna", long, "--model", tmp_path / "model"), "record 'a'.*reads 64 at once, so cut it"),
        (("dna", small, "--model", tmp_path / "model", "--predictions-only"), "has no classifier"),
        (("dna", small, "--model", tmp_path / "none"), "no such folder"),
    ):
        done = run(*arguments, "--out", tmp_path / "out")
        assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1
        assert re.search(says, done.stderr)
        assert not (tmp_path / "out").exists()


def test_a_head_of_ones_own_on_another_model(small, tmp_path):
    torch.manual_seed(0)
    nucleotide_transformer(tmp_path / "model")
    out = tmp_path / "trained"
    asked = ("train", "classifier", small, "--classes", "off,on", "--model", tmp_path / "model", "--out", out)
    done = run(*asked)
    assert done.returncode == 0, done.stderr
    assert "on held-out families" in " ".join(done.stdout.split())
    done = run("dna", small, "--model", out, "--out", tmp_path / "out", "--predictions-only")
    assert done.returncode == 0, done.stderr
    predictions = pd.read_csv(tmp_path / "out" / "predictions.tsv", sep="\t")
    assert list(predictions) == ["id", "length", "predicted", "p_off", "p_on", "label"]
    assert set(predictions.label) == {"off", "on"}
    done = run(*asked, "--steps", 5)
    assert done.returncode == 2 and "leave --steps out" in done.stderr

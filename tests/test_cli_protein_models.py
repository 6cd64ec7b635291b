"""`regard protein` with a folder of every kind of protein model: a report that says what could not be done."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from regard.annotate.structure import read_structure
from regard.data.proteins import AMINO_ACIDS
from regard.studies.protein.demo import STRUCTURE
from tests.models.hugging_face.families import OF_RESIDUES

REGARD = Path(sys.executable).parent / "regard"
WITHOUT = {  # what cannot be done with a family, as the report says it
    "ProtT5": "has no masked-language head: it gives no masked likelihoods",
    "GPT-2": "predicts each residue from those before it: it gives no masked likelihoods",
    "ProGen": "predicts each residue from those before it: it gives no masked likelihoods",
}


@pytest.fixture(scope="module")
def proteins(tmp_path_factory):
    """Two stretches of a known structure, longer than what most of the models read at once, and seven others; sites."""
    at, rng = tmp_path_factory.mktemp("proteins"), np.random.default_rng(0)
    chain = read_structure(STRUCTURE)["A"].sequence
    sequences = {"first": chain[:70], "second": chain[200:265]}
    sequences |= {f"other{k}": "".join(rng.choice(list(AMINO_ACIDS), 40)) for k in range(7)}
    (at / "in.fa").write_text("".join(f">{name}\n{one}\n" for name, one in sequences.items()))
    rows = [json.dumps({"id": name, "sequence": one, "sites": [3, 7, 30, 31]}) for name, one in sequences.items()]
    (at / "sites.jsonl").write_text("\n".join(rows))
    return at


@pytest.mark.slow
@pytest.mark.parametrize("family", OF_RESIDUES)
def test_a_folder_of_each_family_ends_in_a_report(family, proteins, tmp_path):
    torch.manual_seed(0)
    OF_RESIDUES[family](tmp_path / "tiny")
    wild = (proteins / "in.fa").read_text().splitlines()[1][9]
    options = [
        "--model", tmp_path / "tiny", "--labels", proteins / "sites.jsonl", "--structure", STRUCTURE,
        "--variant", f"first:{wild}10{'A' if wild != 'A' else 'G'}", "--twins", 2, "--out", tmp_path / "out",
    ]  # fmt: skip
    command = [REGARD, "protein", proteins / "in.fa", *options]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    page, masked = (tmp_path / "out" / "report.html").read_text(), family not in WITHOUT
    evidence = pd.read_csv(tmp_path / "out" / "evidence.tsv", sep="\t")
    sites = evidence[evidence.annotation == "site"]
    assert not set(sites.verdict) & {"too few labels", "supported"}  # random weights, and enough sites to say so
    assert ("gradient × input" in set(evidence.method)) == masked == (tmp_path / "out" / "variants.tsv").is_file()
    if not masked:
        assert page.count(WITHOUT[family]) == 2  # once of gradients, once of variants
    assert ("looks back only" in page) == (family in ("GPT-2", "ProGen"))
    assert ("attention.zarr was not written" in page) != (tmp_path / "out" / "attention.zarr").is_dir()

"""Tutorials and how-tos as a reader follows them: every command is one that there is, and all of them run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer

import regard
from regard.cli import app
from regard.reduce.operations import OPERATIONS
from regard.studies.demo import EXAMPLES
from tests.docs_pages import DOCS, blocks
from tests.models.protein_folder import write_esm2

TUTORIALS = sorted(f"tutorials/{path.name}" for path in (DOCS / "tutorials").glob("*.md"))
PAGES = [*TUTORIALS, "index.md", "hugging-face.md", "cluster.md"]
NEEDS = {"tutorials/protein.md": "antiberty"}
# What stands for a number, or for the reader's own.
VARIABLES = {"EXAMPLES": str(EXAMPLES), "TABLE": str(EXAMPLES / "sachs_cells.tsv"), "FIRST": "1", "LAST": "4"}


def commands(page: str) -> list[list[str]]:
    """Every line of a page that calls Regard, as arguments."""
    text = "".join(one.text for one in blocks(page, "sh")).replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.startswith("regard ")]
    filled = [re.sub(r"\$([A-Z]+)\b", lambda name: VARIABLES.get(name[1], name[0]), line) for line in lines]
    return [shlex.split(line, comments=True) for line in filled]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_one_that_there_is(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = commands(page)
    assert found
    for _, *arguments in found:
        command = typer.main.get_command(app)
        while hasattr(command, "commands"):
            command = command.commands[arguments.pop(0)]
        command.make_context("regard", arguments)  # refuses what it does not know
    for argument in (one for command in found for one in command if one.startswith(str(EXAMPLES))):
        assert Path(argument).exists(), argument


def follow(page: str, folder: Path, **variables: str) -> None:
    """Give every block of a page to a shell, one after the other, in one folder."""
    lines = ["set -euo pipefail"]
    for at, (kind, text) in enumerate(blocks(page, "sh", "python")):
        file = folder / f"block{at}.py"
        file.write_text(text)
        lines.append(text if kind == "sh" else f"python {file}")
    paths = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)], cwd=folder, env=os.environ | paths | variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("page", TUTORIALS)
def test_a_tutorial_runs_from_its_first_line_to_its_last(page, tmp_path):
    if page in NEEDS:
        pytest.importorskip(NEEDS[page])
    follow(page, tmp_path)


@pytest.mark.slow
def test_the_parts_of_a_queue_become_one_network(tmp_path):
    part, merge = (one.text for one in blocks("cluster.md", "sh")[:2])
    script = "set -eu\n" + "".join(f"SLURM_ARRAY_TASK_ID={at}\n{part}" for at in range(3)) + merge
    script += "regard network $TABLE --method lasso --threads 1 --out whole\ncmp whole/edges.tsv network/edges.tsv\n"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    told = os.environ | {"PATH": path, "TABLE": VARIABLES["TABLE"]}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def python_of(page: str, **names) -> dict:
    """Run the Python of a page, in its order, with these names there; what it leaves."""
    for number, one in enumerate(blocks(page, "python")):
        exec(compile(one.text, f"{page}, block {number}", "exec"), names)
    return names


def test_a_hugging_face_model_in_ten_lines(tmp_path):
    pytest.importorskip("transformers")
    rng = np.random.default_rng(0)
    sequences = ["".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), 30)) for _ in range(8)]
    sites = [rng.random(30) < 0.3 for _ in sequences]
    left = python_of("hugging-face.md", FOLDER=str(write_esm2(tmp_path / "esm")), SEQUENCES=sequences, SITES=sites)
    assert len(left["twins"]) == 9 and [value.shape for value in left["scores"].values] == [(30,)] * 8
    (first, *_) = blocks("hugging-face.md", "python")
    counted = [line for line in first.text.splitlines() if line.strip()]
    assert len(counted) <= 10


def test_a_reduction_an_annotation_and_a_baseline(capsys):
    rng = np.random.default_rng(0)
    sequences = ["".join(rng.choice(list("ACGT"), 40)) for _ in range(10)]

    def maps(seed):
        drawn = np.random.default_rng(seed)
        arrays = [drawn.dirichlet(np.ones(40), (2, 2, 40)) for _ in sequences]
        return regard.attention_maps(
            arrays, [f"s{i}" for i in range(10)], [regard.token_table(list(s)) for s in sequences]
        )

    twins = [[maps(seed).reduce("received | mean(layer, head)")] for seed in (1, 2)]
    try:
        left = python_of("add-a-method.md", maps=maps(0), sequences=sequences, twins=twins)
        assert OPERATIONS["surplus"].summary in (DOCS / "add-a-method.md").read_text()
    finally:
        OPERATIONS.pop("surplus", None)
    without = regard.compare(left["scores"], left["cpg"], sequences=sequences, twins=twins)
    assert left["rows"].annotation.tolist() == ["CpG"]
    assert left["rows"].baseline_value.item() != without.baseline_value.item()  # it joined what must be beaten
    one = maps(0).reduce("received | mean(layer, head)").values[0]
    assert (left["scores"].values[0] != one).any() and left["gc"].values[0].max() <= 1 + 1e-9

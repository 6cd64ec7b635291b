"""The demo: every study's folder, and an error of one study as the demo's own."""

import inspect
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

import regard.studies.dna.study as dna
import regard.studies.enhancer.locus as locus
import regard.studies.enhancer.rank as rank
import regard.studies.network.study as network
import regard.studies.protein.study as protein
from regard.errors import InputError
from regard.studies import demo
from regard.studies.demo import EXAMPLES, STUDIES, run, told
from tests.command_line import called


def test_an_error_in_a_study_is_the_demos(tmp_path):
    (tmp_path / "network").mkdir()
    (tmp_path / "network" / "mine.txt").write_text("keep")
    said, error = told("network", tmp_path, seed=0, force=False, threads=1)
    assert said == "" and "not empty" in str(error)
    assert (tmp_path / "network" / "mine.txt").read_text() == "keep"


def test_every_example_has_a_word_on_where_it_comes_from():
    words = (EXAMPLES / "README.md").read_text()
    for file in EXAMPLES.iterdir():
        stem = file.name.split(".")[0].split("_")[0]
        assert stem in words or file.suffix in (".py", ".md"), file.name


def test_last_words_are_not_broken_in_a_pipe(tmp_path, monkeypatch, capsys):
    line = "note: " + "a remark " * 30
    monkeypatch.setattr(demo, "told", partial(says, line))
    monkeypatch.setattr(demo, "STUDIES", {"network": ("Network: " + "a long title " * 12, None)})
    monkeypatch.setattr(demo, "ProcessPoolExecutor", lambda number, *_: ThreadPoolExecutor(number))
    monkeypatch.setenv("COLUMNS", "80")
    run(tmp_path)
    said = capsys.readouterr().err.splitlines()
    assert line.strip() in [one.strip() for one in said] and any(one.endswith("a long title ") for one in said)


def says(line: str, *_) -> tuple[str, None]:
    return line, None


VERBS = {"dna": dna, "protein": protein, "network": network, "enhancer-locus": locus, "enhancer-rank": rank}


def in_words(value) -> str:
    """One thing, or a list of that one thing, alike."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")


@pytest.mark.parametrize("name", STUDIES)
def test_the_command_that_a_manifest_has_asks_for_the_same(tmp_path, monkeypatch, name):
    """What `regard rerun` gives back is what the demo did."""
    asked, signature = [], inspect.signature(VERBS[name].run)

    def ask(*given, **named):
        bound = signature.bind(*given, **named)
        bound.apply_defaults()
        kept = {key: value for key, value in bound.arguments.items() if key not in ("force", "console")}
        asked.append({key: in_words(value) for key, value in kept.items()})

    monkeypatch.setattr(VERBS[name], "run", ask)
    STUDIES[name][1](tmp_path / name, seed=4, force=False, console=None)
    _, *command = demo.command_of(name, tmp_path, seed=4, threads=1)
    ended = called(*command)
    assert ended.code == 0, ended.error
    assert asked[0] == asked[1] and asked[0]["seed"] == "4"


@pytest.mark.slow
def test_every_study_writes_its_report(tmp_path):
    run(tmp_path, seed=0)
    assert {p.parent.name for p in tmp_path.glob("*/report.html")} == set(STUDIES)
    with pytest.raises(InputError, match="not empty"):
        run(tmp_path, seed=0)

"""The demo: every study's folder, and an error of one study as the demo's own."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from regard.errors import InputError
from regard.studies import demo
from regard.studies.demo import EXAMPLES, STUDIES, run, told


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


@pytest.mark.slow
def test_every_study_writes_its_report(tmp_path):
    run(tmp_path, seed=0)
    assert {p.parent.name for p in tmp_path.glob("*/report.html")} == set(STUDIES)
    with pytest.raises(InputError, match="not empty"):
        run(tmp_path, seed=0)

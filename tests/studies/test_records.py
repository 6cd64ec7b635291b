"""One kind of record for all that has a name, and the page that is made of them."""

from inspect import getmembers, isfunction
from pathlib import Path

import pytest

from regard.core.methods import Method
from regard.errors import InputError
from regard.judge import moves
from regard.judge.measures import PRECISIONS
from regard.judge.metrics import METRICS
from regard.reduce.operations import OPERATIONS
from regard.studies import records
from regard.studies.records import BEGIN, END, rows, sections, with_tables

PAGE = Path(__file__).parents[2] / "docs" / "methods.md"


def test_the_page_holds_what_is_made_of_the_records():
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page) == page, "run: regard methods --page docs/methods.md"


def test_names_are_those_that_judge_and_reduce_know():
    assert [one.name for one in records.METRICS] == [*METRICS, *PRECISIONS]
    known = {name for name, one in getmembers(moves, isfunction) if one.__module__ == moves.__name__}
    assert {one.name for one in records.NULLS} == known
    assert [one.name for one in sections()["Reductions of attention"]] == list(OPERATIONS)


def test_every_record_is_of_one_type_and_says_what_it_does():
    for title, those in sections().items():
        assert len({one.name for one in those}) == len(those), title
        for one in those:
            assert isinstance(one, Method) and one.summary, (title, one)


def test_bars_are_escaped_and_empty_columns_left_out(monkeypatch):
    one = Method("x", "a | b", "", "", needs="pip install 'regard[x]'")
    monkeypatch.setattr(records, "sections", lambda: {"Title": [one]})
    table = "\n### Title\n\n| name | what it does | needs |\n|---|---|---|\n| `x` | a \\| b | 'regard[x]' |\n\n"
    assert with_tables(f"before\n{BEGIN}old\n{END}after") == f"before\n{BEGIN}{table}{END}after"
    assert rows([Method("x", "does", "e", "")])[0] == ["name", "what it does", "equation"]


def test_a_page_without_marks_is_left_alone():
    with pytest.raises(InputError, match="regard methods"):
        with_tables("# A page")

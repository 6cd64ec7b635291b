"""The hand-in on planted scores: everything is in both reports, every link leads to a file, all text is escaped."""

import json
import re

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from regard import attention_maps, token_table
from regard.core.evidence import evidence
from regard.core.scores import PositionScores
from regard.models.dna_gpt.model import load
from regard.models.shelf.shipped import DNA_GPT
from regard.report.build import write_page
from regard.report.maps import even_causal, in_blocks, packed
from regard.studies.dna.evidence import MEAN_OF_HEADS
from regard.studies.dna.maps_shown import named_heads
from regard.studies.dna.questions_heads import blocks
from regard.studies.dna.questions_initiation import enhancers_initiate
from regard.studies.dna.questions_positions import attracting_positions
from regard.studies.dna.report import page_of
from regard.studies.dna.result import Result
from regard.studies.dna.subject import of_gpt
from tests.report.pages import MADE
from tests.studies.planted_many import LENGTH, planted_many

NASTY = "<script>alert(1)</script>|`x`"


def result() -> Result:
    """Two examples, one with a name that is markup; three answers, one of which cannot be given."""
    many = planted_many()
    shown = ["promoter 0", "non-promoter 0"]
    rename = {"promoter 0": NASTY}
    names = [rename.get(i, i) for i in shown]
    sequences = many.rows.rename(index=rename)
    rng = np.random.default_rng(0)
    raw = np.tril(rng.random((2, 4, 4, LENGTH, LENGTH)))
    maps = attention_maps(
        list(raw / raw.sum(axis=-1, keepdims=True)), names, [token_table(list(sequences.sequence[i])) for i in names]
    )
    table = pd.DataFrame({"id": names, "length": LENGTH, "predicted": ["promoter", "non-promoter"]})
    table = table.assign(**{"p_non-promoter": [0.1, 0.8], "p_promoter": [0.9, 0.2]}, label=table.predicted)
    scores = [
        PositionScores(names, list(rng.random((2, LENGTH))), name) for name in (MEAN_OF_HEADS, "gradient × input")
    ]
    scores.append(PositionScores(names[:1], [rng.random(LENGTH)], "mutagenesis"))
    tracks = xr.Dataset(
        {"activation": (("sequence", "motif", "position"), rng.normal(size=(2, 2, LENGTH)))},
        coords={"sequence": names, "motif": ["TATA+", "TATA-"], "position": np.arange(LENGTH)},
    )
    methods = [MEAN_OF_HEADS, "gradient × input", "block 1 head 1"]
    compared = evidence([
        {"study": "dna", "item": "promoter", "method": m, "annotation": "TATA", "n": 60, "positives": 30, "value": 0.3,
         "null": "labels turned", "null_mean": 0.1, "adds": 0.1, "needed": 0.2,
         "baseline": "GC", "baseline_value": 0.2, "verdict": "supported", "reason": "r"}
        for m in methods
    ])  # fmt: skip
    many.check.model, many.check.motifs = None, "JASPAR"
    answers = [attracting_positions(many), blocks(many, compared), enhancers_initiate(many)]
    heads, focus = many.received, many.entropy
    return Result(
        subject=of_gpt(load(DNA_GPT), many.task, DNA_GPT.name), negatives="genome", source=f"{NASTY}.fa",
        predictions=table, sequences=sequences, examples=table, maps=maps, scores=scores, heads=heads,
        groups=many.groups, entropy=focus, evidence=compared, check=many.check, tracks=tracks, answers=answers,
        mutated=evidence([]), remarks=[f"a remark with {NASTY}"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("report")
    (out / "figures").mkdir()
    one = result()
    one.sequences = pd.concat([one.sequences, planted_many().rows.loc[["promoter 0"]]])  # groups keep the plain name
    write_page(page_of(one, out), out, MADE)
    return out


def test_both_reports_hold_the_answers_and_the_sequences(folder):
    one = result()
    page, text = (folder / "report.html").read_text(), (folder / "report.md").read_text()
    start = one.sequences.sequence[NASTY][:20]
    for written in (page, text):
        assert written.count(start) == 1
        for answer in one.answers:
            assert answer.question in written
        assert "1 of 16 heads attend more" in written
        assert "--task enhancer" in written
    assert "figures/question_blocks.svg" in page


def test_every_figure_that_markdown_links_is_there_and_side_by_side_ones_among_them(folder):
    text = (folder / "report.md").read_text()
    links = re.findall(r"!\[.*\]\((.*?)\)", text)
    assert {"figures/attention_1_block_1.svg", "figures/tracks_1.svg", "figures/question_positions.svg"} <= set(links)
    assert len(links) == 2 + 1 + 5 + 2 + 2  # questions, profiles, heat maps, tracks for half a sheet and in full
    for link in links:
        assert (folder / link).is_file(), link


def test_text_of_files_is_escaped_in_both(folder):
    assert "<script>" not in (folder / "report.html").read_text()
    text = (folder / "report.md").read_text()
    assert "<script>" not in text
    assert "\\|\\`x\\`" in text


def test_what_is_handed_in_comes_first_and_nothing_is_lost_on_paper(folder):
    page, text = (folder / "report.html").read_text(), (folder / "report.md").read_text()
    for written in (page, text):
        places = [written.index(part) for part in ("The sequences", "Attention maps", "The questions", "Appendix")]
        assert places == sorted(places)
        assert written.index("Attention and gradients against") > places[-1]
        assert "Labels: 0 = non-promoter, 1 = promoter." in written
        assert "The answers are from 60 of the 2 sequences" in written
        assert "Colour is a rank" in written
    assert 'loading="lazy"' not in page
    assert "details::details-content { content-visibility: visible" in page
    assert "@page lying { size: A4 landscape" in page
    assert page.count('class="appendix lying"') == 1


def test_what_could_not_be_judged_is_one_line_and_no_table_of_nothing(tmp_path):
    one = result()
    few = one.evidence.assign(verdict="too few labels", reason="3 sequences; 10 are the least", value=float("nan"))
    one.evidence, one.groups = few, {c: ids[:3] for c, ids in one.groups.items()}
    one.sequences = pd.concat([one.sequences, planted_many().rows.loc[["promoter 0"]]])
    one.answers = []
    (tmp_path / "figures").mkdir()
    write_page(page_of(one, tmp_path), tmp_path, MADE)
    for written in ((tmp_path / "report.html").read_text(), (tmp_path / "report.md").read_text()):
        assert "None of the 3 comparisons of promoter could be judged: 3 sequences; 10 are the least." in written
        assert "AUPRC alone" not in written
        assert "So few show what attention looks like, but not whether classes differ" in written
        assert "10 of each class" in written


def test_tracks_share_one_axis_with_attention(folder):
    drawn = (folder / "figures" / "tracks_1.svg").read_text()
    for label in ("mean of heads", "mutagenesis", "TATA"):
        assert label in drawn


def test_every_map_of_the_sequences_shown_can_be_looked_into(folder):
    one = result()
    page = (folder / "report.html").read_text()
    told = json.loads(re.search(r'id="maps-data">(.*?)</script>', page, re.DOTALL)[1])
    first, second = told["shown"]
    assert (first["id"], second["id"]) == (NASTY, "non-promoter 0") and told["beside"]
    assert "".join(first["letters"]) == one.sequences.sequence[NASTY] and told["first"] == 0
    assert first["about"] == "promoter, predicted promoter"
    attention, even = one.maps[NASTY].reshape(16, LENGTH, LENGTH), even_causal(LENGTH)
    assert first["small"] == packed(in_blocks(attention, even, first["side"]))
    assert first["side"] == LENGTH and first["full"] == {}  # so few are small enough to be there in full
    assert told["named"] == {"0": "the head that adds most at TATA, supported"}
    assert [name for name, _ in first["tracks"]] == [score.name for score in one.scores]
    assert "maps.js" in page and ".maps .heads" in page


def test_heads_are_named_by_verdict_then_by_what_they_add():
    rows = pd.DataFrame(
        [("block 1 head 2", "GC box", 0.3, "not supported"), ("block 2 head 1", "TATA", 0.1, "supported"),
         ("block 1 head 2", "CpG", 0.2, "not supported"), ("block 1 head 3", "ETS", np.nan, "too few labels")],
        columns=["method", "annotation", "adds", "verdict"],
    ).assign(method=lambda table: "best head: " + table.method)  # fmt: skip
    assert named_heads(rows, 4) == {
        4: "the head that adds most at TATA, supported",
        1: "the head that adds most at GC box, not supported; CpG, not supported",
    }

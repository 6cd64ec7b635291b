"""Captions say what rows of evidence say, counted from them, and the figure's file carries the same words."""

import pytest
from matplotlib.figure import Figure

from regard.core.evidence import evidence
from regard.report.caption import UNJUDGED, judged
from regard.report.figures import caption_in
from regard.report.kept import kept

NASTY = "<script>alert(1)</script> & a]]> \x07"


def row(method, verdict, n=90, positives: float | None = 9, null="moved labels", annotation="sites", item="all"):
    return {"item": item, "method": method, "annotation": annotation, "n": n, "positives": positives, "null": null,
            "verdict": verdict}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], UNJUDGED),
        ([row("a", "supported")], "n = 90, 9 known. Null: moved labels. Verdict: supported (a)."),
        (
            [row("a", "not supported"), row("b", "supported", 1200, 10, "random", "CpG")],
            "n = 90 to 1,200, 9 to 10 known. Null: moved labels, random. "
            "Verdict: supported (b, CpG); not supported (a, sites).",
        ),
        (
            [row(f"m{k}", "too few labels" if k else "cannot be told") for k in range(5)],
            "n = 90, 9 known. Null: moved labels. Verdict: too few labels (4 of 5); cannot be told (m0).",
        ),
        ([row("a", "supported", positives=None, null=None)], "n = 90. No null was drawn. Verdict: supported (a)."),
        ([row("a", "supported"), row("a", "supported", null=None)],
         "n = 90, 9 known. Null: moved labels. Verdict: supported (a)."),  # two metrics of one comparison
    ],
)  # fmt: skip
def test_n_null_and_verdict_are_those_of_the_rows(rows, says):
    assert judged(evidence(rows)) == says


def test_page_and_file_carry_the_same_words(tmp_path):
    (tmp_path / "figures").mkdir()
    rows = evidence([row(NASTY, "supported")])
    made = kept(Figure(figsize=(1, 1)), tmp_path, "x", "Drawn.", rows)
    assert made.caption.startswith("Drawn. n = 90, 9 known.") and made.file == "figures/x.svg"
    svg = (tmp_path / made.file).read_bytes()
    assert b"<script" not in svg and caption_in(svg) == made.caption.replace("\x07", "\ufffd")
    assert kept(Figure(figsize=(1, 1)), tmp_path, "x", "Drawn.").caption == f"Drawn. {UNJUDGED}"
    assert caption_in(b"<svg/>") == ""

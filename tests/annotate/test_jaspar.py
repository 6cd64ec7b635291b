"""JASPAR motifs where they were put; the p-value against counting all words."""

import sys
from itertools import product

import numpy as np
import pytest

from regard.annotate import jaspar
from regard.annotate.jaspar import MATRICES, annotate_jaspar, both, jaspar_tracks, lowest_score, scanner
from regard.data.sequences import reverse_complement
from regard.errors import InputError, MissingExtra

TATA, INR, SP = MATRICES[:3]


@pytest.fixture(autouse=True)
def extra(request):
    if "without" not in request.node.name:
        pytest.importorskip("pyjaspar", reason="the extra `motifs` is not installed")


def background(length, seed=0):
    return "".join(np.random.default_rng(seed).choice(list("AC"), length))  # no motif has a match in it


def test_every_matrix_is_in_the_database_that_is_shipped():
    best = {m.name: scanner(m).consensus for m in MATRICES}
    for name, word in {"TATA": "TATAAA", "Inr": "TCA", "SP": "GGGCGG", "NFY": "CCAAT", "CREB": "TCA"}.items():
        assert word in str(best[name]), name
    assert "TTCC" in best["ETS"] and "GCGC" in best["NRF1"] and "ATGG" in best["YY1"] and "TGGGA" in best["ZNF143"]


def test_the_threshold_is_the_stated_probability_over_all_words():
    words = "".join("".join(word) for word in product("ACGT", repeat=8))
    odds = both(INR, [words])[0][0][::8]  # every eighth window is a word
    assert len(odds) == 4**8
    for p in (1e-3, 1e-2, 0.3):
        share = (odds >= lowest_score(INR, p)).mean()
        assert share <= p * 1.02
        assert share > p * 0.8


def test_a_motif_is_annotated_where_it_stands_on_either_strand():
    word = str(scanner(SP).consensus)
    forward = background(40) + word + background(40, 1)
    backward = background(30) + reverse_complement(word) + background(30, 1)
    either = {a.name.split(" (")[0]: a for a in annotate_jaspar(["a", "b"], [forward, backward])}
    assert list(either) == [m.name for m in MATRICES]
    assert either["SP"].name == "SP (JASPAR MA0079.5, p < 0.0001)"
    assert np.flatnonzero(either["SP"].values[0]).tolist() == list(range(40, 49))
    assert np.flatnonzero(either["SP"].values[1]).tolist() == list(range(30, 39))
    each = {a.name.split(" (")[0]: a for a in annotate_jaspar(["a", "b"], [forward, backward], each_strand=True)}
    assert len(each) == 2 * len(MATRICES)
    assert each["SP+"].values[0].sum() == 9 == each["SP-"].values[1].sum()
    assert not each["SP-"].values[0].any()
    assert not each["SP+"].values[1].any()


def test_tata_counts_on_the_given_strand_only():
    text = background(40) + reverse_complement("GTATAAAAGGCGGGG") + background(40, 1)
    tata = annotate_jaspar(["a"], [text])[0]
    assert tata.name.startswith("TATA")
    assert not tata.values[0].any()
    assert annotate_jaspar(["a"], [text], each_strand=True)[1].values[0].sum() == 15


def test_tracks_are_log_odds_at_the_middle_of_the_window():
    word = str(scanner(TATA).consensus)
    text = background(40) + word + background(40, 1)
    found = jaspar_tracks(["a", "b"], [text, text[:50]])
    assert found.sizes == {"sequence": 2, "motif": 18, "position": 95}
    track = found.activation.sel(sequence="a", motif="TATA+")
    assert int(track.argmax("position")) == 40 + 7
    counts = np.array([[scanner(TATA)[base][i] for i in range(15)] for base in "ACGT"])
    assert float(track.max()) == pytest.approx(counts.max(axis=0).sum(), abs=1e-4)
    assert np.isnan(track[:7]).all() and np.isnan(track[-7:]).all() and not np.isnan(track[7:-7]).any()
    assert np.isnan(found.activation.sel(sequence="b")[:, 50:]).all()


def test_n_and_short_sequences_match_nothing():
    for a in annotate_jaspar(["a", "b"], ["N" * 60, "TCAGT"]):
        assert [len(v) for v in a.values] == [60, 5]
        assert not any(v.any() for v in a.values)
    assert np.isnan(jaspar_tracks(["a"], ["N" * 60]).activation).all()


def test_a_p_value_out_of_reach_is_an_error():
    with pytest.raises(InputError, match="Inr: no match of its 8 bases has p < 1e-05; choose a higher one"):
        annotate_jaspar(["a"], ["ACGT" * 10], p_value=1e-5)


def test_without_the_extra_one_line_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyjaspar", None)
    jaspar.scanner.cache_clear()
    with pytest.raises(MissingExtra, match=r"pyjaspar is not installed: pip install 'regard\[motifs\]'"):
        jaspar_tracks(["a"], ["ACGT" * 10])
    jaspar.scanner.cache_clear()

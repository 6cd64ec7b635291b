import numpy as np
import pytest

from regard.data.sequences import reverse_complement
from regard.errors import InputError
from regard.models.initiation.flanks import fill_flanks, find_flanks, random_bases


def fill(before, after, size=6, draws=3, sequence="ACGT"):
    return fill_flanks("a", sequence, before, after, size, draws, np.random.default_rng(0))


def test_true_flanks_are_used_as_they_are():
    assert fill("TTTTTTCCCCCC", "GGGGGGAA") == ("true", ["CCCCCCACGTGGGGGG"])


def test_random_flanks_go_outside_what_is_known():
    kind, filled = fill("CC", "GGGGGG")
    assert kind == "partly true"
    assert len(set(filled)) == 3
    for text in filled:
        assert len(text) == 16
        assert text[4:] == "CCACGTGGGGGG"
    kind, filled = fill("", "")
    assert kind == "random"
    assert [text[6:10] for text in filled] == ["ACGT"] * 3
    assert not set("".join(filled)) - set("ACGT")


def test_random_bases_have_the_composition_of_the_sequence_and_never_n():
    text = random_bases("G" * 700 + "C" * 200 + "A" * 100 + "N" * 500, 5000, np.random.default_rng(0))
    assert abs(text.count("G") / 5000 - 0.7) < 0.03
    assert abs(text.count("A") / 5000 - 0.1) < 0.02
    assert text.count("N") == 0


def test_n_in_a_flank_is_an_error():
    with pytest.raises(InputError, match="'a': its flank has other letters than A, C, G, T"):
        fill("NNNNNN", "")


GENOME = "".join(np.random.default_rng(1).choice(list("ACGT"), 400))


def looked_up(tmp_path, sequences, *records):
    path = tmp_path / "genome.fa"
    path.write_text("".join(f">r{i}\n{text}\n" for i, text in enumerate(records)))
    return find_flanks(sequences, path, 10)


def test_flanks_are_found_on_both_strands(tmp_path):
    sequences = {"a": GENOME[100:160], "b": reverse_complement(GENOME[200:240]), "not there": "ACGT" * 10}
    found, several = looked_up(tmp_path, sequences, GENOME.lower())
    assert found == {
        "a": (GENOME[90:100], GENOME[160:170]),
        "b": (reverse_complement(GENOME[240:250]), reverse_complement(GENOME[190:200])),
    }
    assert several == []


def test_flanks_end_at_the_record_and_at_n(tmp_path):
    text = GENOME[:4] + GENOME[100:140] + "CAN" + GENOME[143:150]
    assert looked_up(tmp_path, {"a": GENOME[100:140]}, text)[0] == {"a": (GENOME[:4], "CA")}


def test_two_places_with_different_flanks_are_no_true_flanks(tmp_path):
    sequences = {"a": GENOME[100:160]}
    assert looked_up(tmp_path, sequences, GENOME, "A" * 20 + GENOME[100:160] + "A" * 20) == ({}, ["a"])
    assert looked_up(tmp_path, sequences, GENOME, GENOME)[0] == {"a": (GENOME[90:100], GENOME[160:170])}

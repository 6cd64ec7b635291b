"""A sequence in plain words: every part was put there by hand."""

import numpy as np
import pandas as pd

from regard.studies.dna.described import described

SEQUENCE = "AC" * 10 + "TATAAAA" + "GT" * 10 + "CCAAT" + "A" * 12 + "GGGCGG" + "TC" * 10


def test_words_composition_runs_attention_and_initiation():
    received = np.zeros(len(SEQUENCE))
    received[40:50] = 1
    initiation = pd.Series(
        {"level": "strong", "strand": "+", "height": 1.2, "peak": 45, "motif": "TATA+", "motif_at": 20}
    )
    said = described(SEQUENCE, received, 50, initiation, True)
    assert "TATA box at −30" in said
    assert "CCAAT box (NFY) at −3" in said
    assert "GC box (SP/KLF) at +14" in said
    assert "(bases from the TSS)" in said
    assert "a run of 12 A at 52" in said
    assert "most attended: bases 40-49, at the TSS" in said
    assert "strong initiation (1.20, base 45, this strand), to which TATA at 20 adds most" in said
    gc = sum(SEQUENCE.count(x) for x in "GC") / len(SEQUENCE)
    assert said.startswith(f"{gc:.0%} G and C, 1 CpG")


def test_without_words_tss_or_model():
    said = described("ACAC" * 10, np.zeros(40), None, None, False)
    assert "no core-promoter word" in said
    assert "initiation" not in said and "TSS" not in said


def test_an_island_is_called_so():
    assert "as in a CpG island" in described("CGACG" * 20, np.zeros(100), None, None, False)
    assert "island" not in described("CCAGG" * 20, np.zeros(100), None, None, False)

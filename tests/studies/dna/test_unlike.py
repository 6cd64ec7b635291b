"""What is unlike training is named, with its number; what is like it is not."""

import numpy as np
import pandas as pd
import pytest

from regard.data.sequences import decode, encode
from regard.studies.dna.unlike import triplet_bits, unlike_training
from regard.studies.tasks import task_of

PROMOTER = task_of("promoter")


def table(*sequences, **columns):
    return pd.DataFrame({"sequence": sequences, **columns})


def like(length=300, seed=0, p=None):
    return decode(np.random.default_rng(seed).choice(4, length, p=p).astype(np.uint8))


def agreed(n):
    return np.zeros((1, n, 3))


def test_ordinary_input_of_any_length_is_not_remarked_on():
    some = table(like(150), like(300), like(512), tss=[40, 249, 471])
    assert unlike_training(PROMOTER, some, agreed(3)) == []


@pytest.mark.parametrize(
    ("sequence", "said"),
    [
        (like(100), "1 of 2 sequences are not 150 to 512 bases long"),
        (
            "GC" * 150,
            "1 of 2 sequences are unlike .* (1 repeat few words of three bases, 1 have more than 87% G and C)",
        ),
        (like(300, p=[0.45, 0.05, 0.05, 0.45]), "1 have less than 23% G and C"),
        (like(250) + "N" * 50, "1 are N for more than 10%"),
    ],
)
def test_each_way_of_being_unlike_is_said(sequence, said):
    (words,) = unlike_training(PROMOTER, table(like(), sequence), agreed(2))
    assert all(part in words for part in said.split(" .* "))


def test_a_tss_near_an_end_is_said():
    some = table(like(), like(), like(), like(), tss=pd.array([39, 40, 260, None], dtype="Int64"))
    (words,) = unlike_training(PROMOTER, some, agreed(4))
    assert words.startswith("2 of 3 TSS stand within 40 bases of an end")


def test_strands_that_disagree_are_counted():
    promoter, window = [0.0, 0.0, 3.0], [0.0, 3.0, 0.0]
    logits = np.array([[promoter, promoter, window], [promoter, window, window]])
    (words,) = unlike_training(PROMOTER, table(like(), like(), like()), logits)
    assert words.startswith("1 of 3 sequences are called differently on their two strands")


def test_bits_of_words_are_those_counted_by_hand():
    assert triplet_bits(encode("A" * 50)) == 0
    assert triplet_bits(encode("GC" * 50 + "GC")) == pytest.approx(1)  # GCG and CGC
    assert triplet_bits(encode("GCN" * 30)) == 0  # no word without N

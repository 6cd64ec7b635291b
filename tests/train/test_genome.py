import gzip

import numpy as np
import pytest

from regard.errors import InputError
from regard.train.genome import Genome, gc_matched, read_genome


@pytest.fixture
def genome(tmp_path):
    path = tmp_path / "genome.fa.gz"
    with gzip.open(path, "wt") as file:
        file.write(">one here\nACGTac\ngt\n>two\nGGNCC\n>three\nTT\n")
    return read_genome(path)


def test_segments_codes_and_repeats_are_read(genome):
    assert genome.names == ["one", "two", "three"]
    assert genome.starts.tolist() == [0, 8, 13, 15]
    assert genome.codes.tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 2, 2, 4, 1, 1, 3, 3]
    assert np.flatnonzero(genome.masked).tolist() == [4, 5, 6, 7]


def test_windows_cross_no_border_and_hold_no_n(genome):
    assert genome.window_starts(2).tolist() == [0, 1, 2, 3, 4, 5, 6, 8, 11, 13]
    assert genome.window_starts(8).tolist() == [0]
    assert genome.window_starts(9).tolist() == []


def test_a_subset_is_what_reading_only_those_would_give(genome):
    part = genome.subset(np.array([False, True, True]))
    assert part.names == ["two", "three"]
    assert part.starts.tolist() == [0, 5, 7]
    assert part.codes.tolist() == [2, 2, 4, 1, 1, 3, 3]
    assert not part.masked.any()


def test_two_genomes_joined_are_the_segments_of_both(genome):
    part = genome.subset(np.array([False, True, True]))
    both = part.joined(genome)
    assert both.names == ["two", "three", "one", "two", "three"]
    assert both.starts.tolist() == [0, 5, 7, 15, 20, 22]
    assert both.codes.tolist() == part.codes.tolist() + genome.codes.tolist()
    assert np.flatnonzero(both.masked).tolist() == [11, 12, 13, 14]


def test_gc_counts_g_and_c_of_each_window(genome):
    assert genome.gc(np.array([0, 3, 8]), 2).tolist() == [0.5, 0.0, 1.0]


def test_matched_windows_have_the_gc_asked_for():
    codes = np.random.default_rng(0).choice(4, 50_000, p=[0.3, 0.2, 0.2, 0.3]).astype(np.uint8)
    genome = Genome(["x"], codes, np.zeros(len(codes), dtype=bool), np.array([0, len(codes)]))
    starts = genome.window_starts(100)
    gc = genome.gc(starts, 100)
    order = np.argsort(gc, kind="stable")
    wanted = np.random.default_rng(1).uniform(0.32, 0.5, 300)
    at = gc_matched(starts[order], gc[order], wanted, np.random.default_rng(2))
    assert abs(genome.gc(at, 100) - wanted).max() <= 0.01 + 1e-9
    assert len(np.unique(at)) > 200
    far = gc_matched(starts[order], gc[order], np.array([0.0, 1.0]), np.random.default_rng(2))
    assert np.allclose(genome.gc(far, 100), [gc.min(), gc.max()], atol=0.02)  # the nearest there is


def test_a_file_without_sequence_is_refused(tmp_path):
    (tmp_path / "empty.fa").write_text("\n")
    with pytest.raises(InputError, match="no sequence in it"):
        read_genome(tmp_path / "empty.fa")

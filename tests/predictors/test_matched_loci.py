from itertools import pairwise

import numpy as np
import pytest

from regard.data.genome import Genome, open_genome
from regard.data.regions import Region
from regard.predictors.matched_loci import TOLERANCE, matched_loci

LENGTH = 400


@pytest.fixture(scope="module")
def genome(tmp_path_factory):
    """100 kb, the second half rich in GC, 3 kb of it unknown; and a short chromosome."""
    rng = np.random.default_rng(0)
    poor = rng.choice(list("ACGT"), 50_000, p=[0.3, 0.2, 0.2, 0.3])
    rich = rng.choice(list("ACGT"), 50_000, p=[0.2, 0.3, 0.3, 0.2])
    rich[20_000:23_000] = "N"
    path = tmp_path_factory.mktemp("genome") / "genome.fa"
    path.write_text(f">chr1\n{''.join([*poor, *rich])}\n>chr2\n{'ACGT' * 50}\n")
    return open_genome(path)


def test_pairs_are_alike_in_gc_and_apart_in_place(genome):
    loci = [Region("1", p, p + 100) for p in range(5_000, 95_000, 9_000)]
    pairs, left_out = matched_loci(genome, loci, LENGTH, away=1_000)
    assert len(pairs) + len(left_out) == len(loci) and len(pairs) >= 8
    middles = np.array([p + 50 for p in range(5_000, 95_000, 9_000)])
    seen = set()
    for pair in pairs:
        assert pair.locus.length == pair.control.length == LENGTH
        assert pair.locus.chrom == pair.control.chrom == "chr1"
        assert abs(pair.gc - pair.control_gc) <= TOLERANCE
        letters = genome.window(*pair.control).sequence
        assert (letters.count("G") + letters.count("C")) / (LENGTH - letters.count("N")) == pytest.approx(
            pair.control_gc
        )
        assert np.abs((pair.control.start + LENGTH // 2) - middles).min() >= 1_000
        assert (pair.locus.start + LENGTH // 2) in middles
        seen.add(pair.control)
    assert len(seen) == len(pairs)  # no control twice
    again, _ = matched_loci(genome, loci, LENGTH, away=1_000)
    assert again == pairs
    assert matched_loci(genome, loci, LENGTH, away=1_000, seed=1)[0] != pairs


def test_loci_without_a_window_or_a_match_are_left_out_with_the_reason(genome):
    loci = [Region("chr1", 71_000, 71_200), Region("chrX", 5, 10), Region("chr1", 0, 10), Region("chr2", 90, 110)]
    pairs, left_out = matched_loci(genome, loci, LENGTH, away=500)
    assert pairs == []
    reasons = {region: reason for region, reason in left_out}
    assert "unknown" in reasons[loci[0]] and "unknown" in reasons[loci[2]] and "unknown" in reasons[loci[3]]
    assert "no such chromosome" in reasons[loci[1]]
    pairs, left_out = matched_loci(genome, [Region("chr1", 30_000, 30_100)], LENGTH, away=80_000)
    assert not pairs and "no free locus" in left_out[0][1]


def test_no_two_matched_loci_overlap(genome):
    loci = [Region("1", p, p + 100) for p in range(5_000, 95_000, 3_000)]
    controls = sorted(pair.control for pair in matched_loci(genome, loci, LENGTH, away=500)[0])
    assert all(a.end <= b.start for a, b in pairwise(controls)) and len(controls) > 10


def test_no_matched_locus_has_a_boundary_in_its_window(genome):
    """Boundaries that are wide count with all their bases, not with their middle."""
    loci = [Region("1", p, p + 700) for p in range(3_000, 95_000, 4_000)]
    pairs, _ = matched_loci(genome, loci, LENGTH, away=0)
    assert len(pairs) > 10
    for pair in pairs:
        assert not any(pair.control.start < locus.end and pair.control.end > locus.start for locus in loci)


def test_only_what_is_used_is_read(genome, monkeypatch):
    """Ten pairs of a thousand boundaries read ten windows and a few candidates, whatever the file holds."""
    loci = [Region("1", p + i, p + i + 2) for p in range(5_000, 65_000, 3_000) for i in range(50)]
    read = []
    whole = Genome.window
    monkeypatch.setattr(Genome, "window", lambda self, *region: read.append(region) or whole(self, *region))
    pairs, _ = matched_loci(genome, loci, LENGTH, away=500, most=10)
    assert len(pairs) == 10
    assert 20 <= len(read) < 300
    assert sorted({pair.locus.start for pair in pairs})[-1] > 30_000  # drawn, not the first ten


def test_matched_loci_have_as_many_gene_starts(genome):
    rng = np.random.default_rng(2)
    loci = [Region("1", p, p + 100) for p in range(5_000, 95_000, 9_000)]
    # Four genes begin in every window of a boundary and of every third stretch between; elsewhere one does.
    dense = [p + 50 + d for p in range(5_000, 95_000, 3_000) for d in (-150, -50, 50, 150)]
    tss = {"chr1": np.sort([*dense, *rng.integers(0, 100_000, 60)])}
    pairs, left_out = matched_loci(genome, loci, LENGTH, away=1_000, tss=tss)
    assert len(pairs) >= 4
    for pair in pairs:
        for region, count in ((pair.locus, pair.starts), (pair.control, pair.control_starts)):
            assert count == ((tss["chr1"] >= region.start) & (tss["chr1"] < region.end)).sum()
        assert abs(pair.starts - pair.control_starts) <= max(1, pair.starts / 4)
    assert np.mean([pair.starts for pair in pairs]) > 3.5
    alone = {"chr1": np.sort([p + 50 + d for p in range(5_000, 95_000, 9_000) for d in (-150, -50, 50, 150)])}
    pairs, left_out = matched_loci(genome, loci, LENGTH, away=1_000, tss=alone)
    assert not pairs and "as many gene starts as its 4" in " ".join(reason for _, reason in left_out)

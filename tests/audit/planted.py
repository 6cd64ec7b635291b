"""A data set with every fault planted by hand."""

import numpy as np

from regard.data.sequences import decode, encode, reverse_complement
from regard.train.negatives import replace_blocks


def random_dna(rng, length, gc=0.5):
    return "".join(rng.choice(list("ACGT"), length, p=[(1 - gc) / 2, gc / 2, gc / 2, (1 - gc) / 2]))


def changed(sequence, places):
    """The sequence with other bases at some places."""
    return "".join("CGTA"["ACGT".index(b)] if i in places else b for i, b in enumerate(sequence))


def corpus_of(tmp_path, rows, name="in.tsv"):
    """A corpus of (sequence, label) pairs, read from a file."""
    from regard.data.corpus import read_corpus

    path = tmp_path / name
    path.write_text("sequence\tlabel\n" + "".join(f"{s}\t{'' if y is None else y}\n" for s, y in rows))
    return read_corpus([path])


def planted_rows(seed=0):
    """200 rows: row i's fault is said beside it; the others are unrelated."""
    rng = np.random.default_rng(seed)
    rows = [(random_dna(rng, 300), i % 2) for i in range(200)]
    s = [sequence for sequence, _ in rows]
    rows[10] = (s[0], 0)  # equal, same label
    rows[11] = (s[1], 0)  # equal, row 1 has label 1
    rows[12] = (reverse_complement(s[2]), 0)  # other strand
    rows[13] = (changed(s[3], {50, 250}), 1)  # two bases differ
    rows[14] = (reverse_complement(changed(s[5], {100})), 0)  # one base differs, other strand, other label
    for child, parent in ((20, 31), (22, 33), (24, 35)):  # 8 of 20 blocks kept
        rows[child] = (decode(replace_blocks(encode(s[parent])[None], rng)[0]), 0)
    return rows

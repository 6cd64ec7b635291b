"""How much a file may hold: more than real data has, and little enough that no file costs hours or all memory.

Whoever passes a limit is told it in one line. They stand here together so that they can be seen and changed at once.
"""

from __future__ import annotations

# Text of any kind, as it is read.
PACKED_RATIO = 250  # bytes out of one byte of gzip; genomes give 5, tables of zeros about 50, a bomb 1,000
PACKED_FREE = 16 << 20  # bytes that may come out of gzip whatever its ratio
PACKED_LINES = 2  # lines out of one byte of gzip, beyond SHORT_LINES; a list of numbers gives 0.5, a bomb 60
LINE = 32_000_000  # bytes of a line of a table; a million barcodes are 20 million
SEQUENCE_LINE = 300_000_000  # bytes of a line of FASTA; human chromosome 1 has 249 million bases
SHORT_LINES, SHORTEST_LINE = 1_000_000, 4  # so many lines must have so many bytes each, on the average
WHOLE = 512 << 20  # bytes of a file that is read in one piece; the HIV capsid's mmCIF has 260 million
DEPTH = 64  # parentheses within each other in JSON, elements in XML

# Sequences to look at; `regard audit` streams, and has limits of its own.
ROWS = 1 << 26
LETTERS = 500_000_000  # of all of them together
RECORD = 20_000_000  # letters of one

# Numbers.
REGION = 300_000_000  # bases of one stretch that is read letter by letter or value by value
RESIDUES = 1_000_000  # position in a protein; the longest known have 75,000
ATOMS = 5_000_000  # rows of a table of BinaryCIF; the HIV capsid has 2.4 million atoms
VALUES = 4_000_000_000  # of an expression table, samples × genes: 20,000 genes of 200,000 cells, 32 GB
CHUNK = 1 << 30  # bytes of a chunk of HDF5 or a column of BinaryCIF once unpacked; writers make them of a megabyte
UNPACKED_FREE = 64 << 20  # bytes that an array of HDF5 may claim whatever the file holds of it
H5_RATIO = 1_200  # bytes claimed for a stored one; deflate gives 1,032 at most
NAMES = 10_000_000  # of genes or samples
ARRAY = 1 << 30  # bytes of one array in an .npz; 11,000 residues × residues of int64

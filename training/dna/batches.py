"""Batches for the DNA GPT.

A classification batch has three parts of equal size: promoters with 12 of 20 blocks replaced (made
afresh every time), windows of chr22 (half of them GC-matched), promoters. Promoters and windows are
those that training/dna/splits gives to a role.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from regard.data.sequences import encode
from regard.train.genome import Genome, read_genome

LENGTH, BLOCK, KEPT = 300, 15, 8
BLOCKS, GENOME, PROMOTER = 0, 1, 2  # the classes of the promoter head
SPLITS = Path(__file__).parent / "splits"


@dataclass
class Genomic:
    """Segments of genomes, with the places where windows may start.

    codes uint8 and masked bool, shape (bases,); long, int32: starts of windows of 512 bases; starts,
    int32: of windows of 300 that hold no known promoter, sorted by their GC share, gc.
    """

    codes: Tensor
    masked: Tensor
    long: Tensor
    starts: Tensor
    gc: Tensor


@dataclass
class Promoters:
    """codes, uint8, shape (sequences, 300), and their label in the table."""

    codes: Tensor
    label: Tensor

    @property
    def positive(self) -> Tensor:
        return self.codes[self.label == 1]


def read_promoters(data: Path, folds: list[int]) -> Promoters:
    """Rows of the promoter table that belong to these folds."""
    table = pd.read_parquet(data / "promoter_train.parquet")
    fold = pd.read_csv(SPLITS / "promoters.tsv.gz", sep="\t").fold
    chosen = table[fold.isin(folds).to_numpy()]
    codes = np.stack([encode(s) for s in chosen.sequence])
    return Promoters(torch.from_numpy(codes), torch.from_numpy(chosen.label.to_numpy()))


def read_background(files: list[Path], role: str) -> Genomic:
    """Segments of that role; a relative's segment `name.species` has the role of the human one."""
    parts = [background(read_genome(file), role) for file in files]
    shift = np.cumsum([0] + [len(part[0].codes) for part in parts])
    gathered = [
        np.concatenate([part[0].codes for part in parts]),
        np.concatenate([part[0].masked for part in parts]),
        *(np.concatenate([part[i] + s for part, s in zip(parts, shift, strict=False)]) for i in (1, 2)),
        np.concatenate([part[3] for part in parts]),
    ]
    codes, masked, long, starts, gc = (torch.from_numpy(a) for a in gathered)
    gc, order = gc.float().sort(stable=True)
    return Genomic(codes, masked, long.int(), starts[order].int(), gc)


def background(genome: Genome, role: str) -> tuple[Genome, np.ndarray, np.ndarray, np.ndarray]:
    """The role's segments, starts of long windows, starts of windows without promoter, their GC share."""
    roles = pd.read_csv(SPLITS / "segments.tsv.gz", sep="\t").set_index("segment").role
    place = pd.read_csv(SPLITS / "promoters.tsv.gz", sep="\t").chr22.dropna().astype(int)
    human = [name.split(".")[0] for name in genome.names]
    near = np.zeros(len(genome.codes), dtype=bool)
    if human == genome.names:  # places of promoters count along the human segments, one after the other
        for at in place:
            near[max(0, at - LENGTH) : at + LENGTH] = True
    else:  # of a relative, leave out the whole segment
        with_promoter = set(np.array(list(roles.index))[segments_of(place.to_numpy(), list(roles.index))])
        for i in np.flatnonzero([name in with_promoter for name in human]):
            near[genome.starts[i] : genome.starts[i + 1]] = True
    keep = (roles.reindex(human) == role).to_numpy()
    near = near[np.repeat(keep, np.diff(genome.starts))]
    genome = genome.subset(keep)
    starts = genome.window_starts(LENGTH)
    starts = starts[~near[starts]]
    return genome, genome.window_starts(512), starts, genome.gc(starts, LENGTH)


def segments_of(places: np.ndarray, names: list[str]) -> np.ndarray:
    """Which human segment each place on the concatenated chromosome lies in."""
    lengths = [int(end) - int(begin) for _, begin, end in (name.split("_") for name in names)]
    return np.searchsorted(np.cumsum(lengths), places, side="right")


def complement(codes: Tensor) -> Tensor:
    return torch.where(codes < 4, 3 - codes, codes)


def cut(codes: Tensor, starts: Tensor, length: int) -> Tensor:
    """Windows, shape (n, length)."""
    return codes[starts.long()[:, None] + torch.arange(length)]


def turn(windows: Tensor, flip: Tensor) -> Tensor:
    """The other strand of those rows where flip is True."""
    return torch.where(flip[:, None], complement(windows).flip(1), windows)


def long_windows(genomic: Genomic, n: int, length: int, draw: torch.Generator) -> tuple[Tensor, Tensor]:
    """Random windows of either strand and their repeat mask, each (n, length); length up to 512."""
    at = genomic.long[torch.randint(len(genomic.long), (n,), generator=draw)]
    flip = torch.rand(n, generator=draw) < 0.5
    masked = cut(genomic.masked, at, length)
    return turn(cut(genomic.codes, at, length), flip), torch.where(flip[:, None], masked.flip(1), masked)


def windows(genomic: Genomic, wanted: Tensor, draw: torch.Generator) -> Tensor:
    """One window of 300 for each wanted GC share, within a percent of it (nan: any), (n, 300)."""
    n = len(wanted)
    low = torch.searchsorted(genomic.gc, wanted - 0.01)
    high = torch.searchsorted(genomic.gc, wanted + 0.01, right=True)
    low = low.clamp(max=len(genomic.gc) - 1)
    high = torch.maximum(high, low + 1)
    low = torch.where(wanted.isnan(), 0, low)
    high = torch.where(wanted.isnan(), len(genomic.gc), high)
    u = torch.rand(n, generator=draw, dtype=torch.float64)
    at = genomic.starts[(low + (u * (high - low)).long()).clamp(max=len(genomic.gc) - 1)]
    return turn(cut(genomic.codes, at, LENGTH), torch.rand(n, generator=draw) < 0.5)


def gc_share(codes: Tensor) -> Tensor:
    return ((codes == 1) | (codes == 2)).float().mean(1)


def replace_blocks(codes: Tensor, kept: Tensor, draw: torch.Generator) -> Tensor:
    """Copies with all but `kept`, (n,), of the blocks of 15 replaced by uniform random bases."""
    rank = torch.rand(len(codes), LENGTH // BLOCK, generator=draw).argsort(1).argsort(1)
    replaced = (rank >= kept[:, None]).repeat_interleave(BLOCK, dim=1)
    noise = torch.randint(0, 4, codes.shape, generator=draw, dtype=codes.dtype)
    return torch.where(replaced, noise, codes)


def surround(tokens: Tensor, genomic: Genomic, length: int, draw: torch.Generator) -> Tensor:
    """The same sequences at one random place inside longer windows, (rows, length)."""
    around, _ = long_windows(genomic, len(tokens), length, draw)
    at = int(torch.randint(length - tokens.shape[1] + 1, (1,), generator=draw))
    around[:, at : at + tokens.shape[1]] = tokens
    return around


def classification(promoters: Tensor, genomic: Genomic, n: int, draw: torch.Generator) -> tuple[Tensor, Tensor]:
    """Tokens (3 n, 300) and classes (3 n,): n with replaced blocks, n windows, n promoters."""
    positive = promoters[torch.randint(len(promoters), (n,), generator=draw)]
    # A base in a hundred or so is misread or varies between people.
    rate = 0.03 * torch.rand(n, 1, generator=draw)
    noise = torch.randint(0, 4, positive.shape, generator=draw, dtype=positive.dtype)
    positive = torch.where(torch.rand(positive.shape, generator=draw) < rate, noise, positive)
    built = replace_blocks(positive, torch.full((n,), KEPT), draw)
    wanted = gc_share(positive)
    wanted[torch.rand(n, generator=draw) < 0.5] = float("nan")
    tokens = torch.cat([built, windows(genomic, wanted, draw), positive])
    return tokens, torch.tensor([BLOCKS, GENOME, PROMOTER]).repeat_interleave(n)

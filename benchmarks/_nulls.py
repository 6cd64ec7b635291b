"""Simulated reports with known truth: each function makes one report's evidence from a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from regard import Annotations, PairAnnotations, PairScores, PositionScores, compare
from regard.annotate.motifs import find
from regard.judge.classes import class_evidence, paired_evidence
from regard.judge.contacts import HYDROPATHY
from regard.judge.edges import compare_edges
from regard.judge.nuisance import share
from regard.judge.pairs import compare_pairs

WORDS = ("CG", "GGSS", "WWWWW", "TATAWAW", "SSSSSS", "GC")
RESIDUES = "ACDEFGHIKLMNPQRSTVWY"
TWINS = 9


def scaled(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / (values.std() + 1e-9)


# DNA: sequences whose GC share varies from one to the next and along each.


def dna(rng: np.random.Generator, count: int, shortest: int, longest: int) -> list[str]:
    out = []
    for length in rng.integers(shortest, longest + 1, count):
        level = np.clip(rng.beta(8, 8) + 0.6 * gaussian_filter1d(rng.normal(size=length), 15), 0.1, 0.9)
        strong = rng.random(length) < level
        out.append("".join(np.where(strong, rng.choice(list("GC"), length), rng.choice(list("AT"), length))))
    return out


def is_in(sequence: str, letters: str) -> np.ndarray:
    return np.isin(list(sequence), list(letters)).astype(float)


def reader(kind: str, rng: np.random.Generator):
    """A head of a kind, with parameters of its own: a function of a sequence, without noise."""
    letters, width = rng.choice(["GC", "G", "AG", "AT"]), int(rng.integers(1, 12))
    filters = rng.normal(size=(4, int(rng.integers(3, 25))))

    def window(sequence: str, before: int, after: int) -> np.ndarray:
        return share(is_in(sequence, letters)[:, None], before, after)[:, 0]

    def decayed(sequence: str) -> np.ndarray:
        weights = np.exp(-np.arange(60) / width)
        return np.convolve(is_in(sequence, letters), weights)[: len(sequence)]

    def motif(sequence: str) -> np.ndarray:
        return sum(np.convolve(is_in(sequence, c), f, "same") for c, f in zip("ACGT", filters, strict=True))

    return {
        "mean of three bases": lambda s: share(is_in(s, "GC")[:, None], 1, 1)[:, 0],
        "mean of a window": lambda s: window(s, width, width),
        "mean of the bases before": lambda s: window(s, 2 * width, 0),
        "Gaussian filter": lambda s: gaussian_filter1d(is_in(s, letters), width),
        "exponential filter": decayed,
        "any sum of letters": motif,
        "threshold of a window's GC": lambda s: (
            1 / (1 + np.exp(-20 * (share(is_in(s, "GC")[:, None], 7, 7)[:, 0] - 0.6)))
        ),
        "window's GC times place": lambda s: window(s, 5, 5) * np.linspace(0, 1, len(s)),
        "distance from the end": lambda s: np.exp(-0.5 * ((np.arange(len(s))[::-1] - 50) / 15) ** 2),
        "noise": lambda s: np.zeros(len(s)),
    }[kind]


def head(kind: str, sequences: list[str], rng: np.random.Generator) -> list[np.ndarray]:
    """What a head of a kind gives each position: its reading and more or less noise, smooth or not."""
    read, noise, smooth = reader(kind, rng), rng.choice([0.02, 0.3, 1.0]), rng.choice([0, 2])
    level = [read(s) for s in sequences]
    every = np.concatenate(level)
    spread = every.std() or 1.0
    out = []
    for values in level:
        own = rng.normal(size=len(values))
        own = scaled(gaussian_filter1d(own, smooth)) if smooth else own
        out.append((values - every.mean()) / spread + noise * own)
    return out


def named(ids: list[str], columns: list[list[np.ndarray]]) -> list[PositionScores]:
    return [PositionScores(ids, values, f"head {k + 1}") for k, values in enumerate(columns)]


def words(sequences: list[str], ids: list[str]) -> list[Annotations]:
    return [Annotations(ids, [find(w, s, stranded=True) for s in sequences], w) for w in WORDS]


def positions(kind: str, seed: int, *, count=12, lengths=(128, 128), heads=16) -> pd.DataFrame:
    """Heads that know letters or places, held against words (and, for the end, against a place before it)."""
    rng = np.random.default_rng(seed)
    sequences = dna(rng, count, *lengths)
    ids = [f"s{i}" for i in range(count)]
    known = words(sequences, ids)
    if kind == "distance from the end":
        places = [len(s) - 50 + int(rng.normal() * 15) for s in sequences]
        near = [np.abs(np.arange(len(s)) - p) < 5 for s, p in zip(sequences, places, strict=True)]
        known.append(Annotations(ids, near, "50 bases before the end"))
    scores = named(ids, [head(kind, sequences, rng) for _ in range(heads)])
    twins = [named(ids, [head("noise", sequences, rng) for _ in range(heads)]) for _ in range(TWINS)]
    return compare(scores, known, sequences=sequences, twins=twins, seed=seed)


def copies(seed: int) -> pd.DataFrame:
    """Two sequences, ten copies each, and a head that is the labels."""
    rng = np.random.default_rng(seed)
    sequences = [s for s in dna(rng, 2, 128, 128) for _ in range(10)]
    ids = [f"s{i}" for i in range(20)]
    known = words(sequences, ids)[:1]
    scores = named(ids, [[v + 0.3 * rng.normal(size=len(v)) for v in known[0].values]])
    twins = [named(ids, [head("noise", sequences, rng)]) for _ in range(TWINS)]
    return compare(scores, known, sequences=sequences, twins=twins, seed=seed)


def random_models(seed: int) -> pd.DataFrame:
    """A DNA GPT with random weights in the place of a trained one, and nine more as its twins."""
    import torch

    from regard.models.attention import reader
    from regard.models.dna_gpt.model import Config, DnaGPT
    from regard.studies.dna.evidence import head_scores
    from regard.studies.dna.subject import RECEIVED_CAUSAL

    rng = np.random.default_rng(seed)
    sequences = dna(rng, 12, 128, 128)
    rows = pd.DataFrame({"sequence": sequences}, index=[f"s{i}" for i in range(12)])
    read = []
    for draw in range(1 + TWINS):
        torch.manual_seed(seed * (1 + TWINS) + draw)
        model = DnaGPT(Config(width=32, heads=4, blocks=4, longest=300, tasks={})).eval()
        read.append(list(head_scores(reader(model), rows, [RECEIVED_CAUSAL])[0].values()))
    return compare(read[0], words(sequences, list(rows.index)), sequences=sequences, twins=read[1:], seed=seed)


def planted_word(seed: int, *, heads=16, strength=0.55, word="CG") -> pd.DataFrame:
    """One head that reads a word, with noise, among readers of letters and places; 20 sequences of 200 bases."""
    rng = np.random.default_rng(seed)
    sequences = dna(rng, 20, 200, 200)
    ids = [f"s{i}" for i in range(20)]
    known = words(sequences, ids)
    kinds = ("mean of a window", "mean of the bases before", "noise", "any sum of letters", "distance from the end")
    label = known[WORDS.index(word)].values
    columns = [[strength * v + rng.normal(size=len(v)) for v in label]]
    columns += [head(str(rng.choice(kinds)), sequences, rng) for _ in range(heads - 1)]
    twins = [named(ids, [head("noise", sequences, rng) for _ in range(heads)]) for _ in range(TWINS)]
    table = compare(named(ids, columns), known, sequences=sequences, twins=twins, seed=seed)
    return table[(table.method == "head 1") & (table.annotation == word)]


# Proteins: sites that hydropathy and neighbours favour, contacts that separation and hydropathy favour.


def water(sequence: str) -> np.ndarray:
    return np.array([HYDROPATHY[c] for c in sequence])


def sites(kind: str, seed: int, *, count=8, heads=20, strength=0.0) -> pd.DataFrame:
    """Heads that know residues, neighbours or places, held against sites that depend on them."""
    rng = np.random.default_rng(seed)
    sequences = ["".join(rng.choice(list(RESIDUES), n)) for n in rng.integers(100, 200, count)]
    ids = [f"p{i}" for i in range(count)]
    favoured = rng.normal(size=(3, 20)) * np.array([[0.5], [1.0], [0.5]])
    index = {c: i for i, c in enumerate(RESIDUES)}

    def rate(sequence: str) -> np.ndarray:
        code = np.array([index[c] for c in sequence])
        logit = favoured[1][code] + np.roll(favoured[0][code], 1) + np.roll(favoured[2][code], -1)
        return 1 / (1 + np.exp(2.8 - logit))

    known = Annotations(ids, [rng.random(len(s)) < rate(s) for s in sequences], "sites")

    def one(sequence: str, own: np.random.Generator) -> np.ndarray:
        value, offset, width = own.normal(size=20), int(own.integers(-2, 3)), int(own.integers(1, 8))
        code = np.array([index[c] for c in sequence])
        return scaled({
            "residues": value[code], "a neighbour": np.roll(value[code], offset),
            "hydropathy of a window": gaussian_filter1d(water(sequence), width),
            "place in the chain": np.abs(np.linspace(-1, 1, len(sequence))) + 1e-9 * value[code],
            "noise": np.zeros(len(sequence)),
        }[kind])  # fmt: skip

    def column() -> list[np.ndarray]:
        own, noise = int(rng.integers(1 << 30)), rng.choice([0.1, 0.5, 1.0])
        return [one(s, np.random.default_rng(own)) + noise * rng.normal(size=len(s)) for s in sequences]

    columns = [column() for _ in range(heads)]
    if strength:
        columns[0] = [strength * v + rng.normal(size=len(v)) for v in known.values]
    twins = [named(ids, [[rng.normal(size=len(s)) for s in sequences] for _ in range(heads)]) for _ in range(TWINS)]
    table = compare(named(ids, columns), known, sequences=sequences, twins=twins, seed=seed)
    return table[table.method == "head 1"] if strength else table


def contacts(kind: str, seed: int, *, count=8, heads=12, least=6, strength=0.0) -> pd.DataFrame:
    """Heads that know separation and what single residues say, held against contacts that depend on them."""
    rng = np.random.default_rng(seed)
    sequences, known = [], []
    for length in rng.integers(80, 140, count):
        sequence = "".join(rng.choice(list(RESIDUES), length))
        h = gaussian_filter1d(water(sequence), 1.5)
        i, j = np.triu_indices(length, least)
        near = scaled(gaussian_filter(rng.normal(size=(length, length)), 1.5))[i, j]  # contacts come in patches
        logit = -3.2 - 0.6 * np.log((j - i) / 20) + 0.25 * (h[i] + h[j]) + 0.1 * h[i] * h[j] + 1.6 * near
        label = np.zeros((length, length), dtype=bool)
        label[i, j] = rng.random(len(i)) < 1 / (1 + np.exp(-logit))
        sequences.append(sequence)
        known.append(label)
    ids = [f"p{i}" for i in range(count)]

    def column(kind: str, strength: float = 0.0) -> list[np.ndarray]:
        a, b, width, noise = abs(rng.normal()), abs(rng.normal()), rng.uniform(0.5, 4), rng.choice([0.1, 0.5, 1.0])
        out = []
        for sequence, label in zip(sequences, known, strict=True):
            n = len(sequence)
            h, own = gaussian_filter1d(water(sequence), width), rng.normal(size=n)
            apart = np.maximum(np.subtract.outer(np.arange(n), np.arange(n)) * -1, 1)
            value = {
                "distance and hydropathy": -a * np.log(apart) + 0.3 * b * np.add.outer(h, h),
                "product of hydropathies": np.multiply.outer(h, h),
                "levels of single residues": np.add.outer(own, own),
                "hydropathy over distance": np.add.outer(h, h) / np.log(apart + 1),
                "noise": np.zeros((n, n)),
            }[kind] + noise * scaled(gaussian_filter(rng.normal(size=(n, n)), rng.choice([0.01, 1.5])))
            value = value + strength * label
            value[apart < least] = np.nan
            out.append(np.where(np.triu(np.ones((n, n), bool), least), value, np.nan))
        return out

    def pairs(columns) -> list[PairScores]:
        return [PairScores(ids, values, f"head {k + 1}") for k, values in enumerate(columns)]

    columns = [column(kind) for _ in range(heads)]
    if strength:
        columns[0] = column("noise", strength)
    twins = [pairs([column("noise") for _ in range(2)]) for _ in range(TWINS)]
    table = compare(
        pairs(columns),
        PairAnnotations(ids, known, "contacts"),
        sequences=sequences,
        twins=twins,
        metric="P@L",
        seed=seed,
    )
    return table[table.method == "head 1"] if strength else table


# Networks, and element–gene pairs.


def network(rng: np.random.Generator, genes: int, *, hubs: bool) -> np.ndarray:
    """A known network, bool, (target, regulator), at least ten edges; hubs: some genes have many."""
    while True:
        level = np.outer(rng.gamma(3, 0.33, genes), rng.gamma(0.8, 1, genes)) if hubs else np.ones((genes, genes))
        known = rng.random((genes, genes)) < np.clip(min(0.16, 4.5 / genes) * level, 0, 0.95)
        np.fill_diagonal(known, False)
        if known.sum() >= 10:
            return known


def edges(kind: str, seed: int, *, genes=10, methods=4, strength=0.0) -> pd.DataFrame:
    """Methods that know which genes have many edges, held against a network with hubs."""
    rng = np.random.default_rng(seed)
    known = network(rng, genes, hubs=not strength)
    out, into = np.log(known.sum(0) + 0.5), np.log(known.sum(1) + 0.5)
    scores = []
    for k in range(methods):
        level = {
            "hubs": out[None] * 2, "popular targets": into[:, None] * 2, "hubs and targets": out[None] + into[:, None],
            "hubs times targets": np.multiply.outer(known.sum(1), known.sum(0)) / 5.0, "noise": np.zeros((1, 1)),
        }[kind]  # fmt: skip
        values = level + rng.choice([0.5, 1.0]) * rng.normal(size=known.shape)
        if strength and not k:
            values = strength * known + rng.normal(size=known.shape)
        np.fill_diagonal(values, np.nan)
        scores.append(PairScores(["network"], [values], f"method {k + 1}"))
    table = compare_edges(scores, PairAnnotations(["network"], [known], "known"), seed=seed)
    table = table[table.metric == "auprc"]
    return table[table.method == "method 1"] if strength else table


def gene_pairs(kind: str, seed: int, *, genes=40, methods=3, strength=0.0) -> pd.DataFrame:
    """Methods that know distance and how many elements a gene has, held against regulation that depends on both."""
    rng = np.random.default_rng(seed)
    gene = np.repeat(np.arange(genes), rng.integers(4, 60, genes))
    n = len(gene)
    distance, rate = np.exp(rng.uniform(np.log(1e3), np.log(1e6), n)), rng.normal(size=genes)[gene]
    known = rng.random(n) < 1 / (1 + np.exp(np.clip(2.6 + 1.1 * (np.log(distance / 3e4)) - rate, -3, 20)))
    scores = {"distance": -distance}
    for k in range(methods):
        level = {
            "distance and the gene's rate": -scaled(np.log(distance)) + 2 * rate, "the gene's rate": rate,
            "nearness, another scale": 1e4 / distance,
            "nearness times rate": -np.log(distance / 1e6) * np.exp(rate / 2),
            "noise": np.zeros(n),
        }[kind]  # fmt: skip
        values = level + rng.choice([0.05, 0.5, 1.0]) * rng.normal(size=n)
        scores[f"method {k + 1}"] = strength * known + rng.normal(size=n) if strength and not k else values
    bins = {"all": np.ones(n, bool)} | {
        name: (distance >= a) & (distance < b)
        for name, a, b in (("< 10 kb", 0, 1e4), ("10-30 kb", 1e4, 3e4), ("30-100 kb", 3e4, 1e5), ("> 100 kb", 1e5, 1e9))
    }
    table = compare_pairs(scores, known, np.array([f"g{i}" for i in gene]), bins, seed=seed)
    table = table[(table.metric == "auprc") & (table.method != "distance")]
    return table[(table.method == "method 1") & (table.item == "all")] if strength else table


# Whole sequences of two classes, and pairs.


def classes(kind: str, seed: int, *, first=60, second=120, numbers=16, strength=0.0) -> pd.DataFrame:
    """Numbers of whole sequences that know length or composition, or differ only in spread, held against classes."""
    rng = np.random.default_rng(seed)
    longer = kind == "length"
    sequences = dna(rng, first, 150, 250 if longer else 150) + dna(
        rng, second, 200 if longer else 150, 320 if longer else 150
    )
    if kind.startswith("GC"):
        swap = [rng.random(len(s)) < 0.25 for s in sequences[:first]]
        sequences[:first] = [
            "".join(np.where(at, rng.choice(list("GC"), len(s)), list(s)))
            for s, at in zip(sequences[:first], swap, strict=True)
        ]
    is_first = np.arange(first + second) < first
    gc = np.array([is_in(s, "GC").mean() for s in sequences])
    length = np.log([len(s) for s in sequences])

    def number(k: int) -> np.ndarray:
        noise = rng.normal(size=len(is_first))
        if strength:
            return noise + strength * is_first * (k == 0)
        return {
            "length": scaled(length) + rng.choice([0.05, 0.5]) * noise,
            "GC": scaled(gc) + rng.choice([0.1, 1.0]) * noise,
            "spread": np.where(is_first, rng.choice([0.3, 3.0]), 1.0) * noise,
            "noise": noise,
        }[kind]

    values = {f"number {k + 1}": number(k) for k in range(numbers)}
    twins = [rng.normal(size=(len(is_first), numbers)) for _ in range(TWINS)]
    table = class_evidence(values, is_first, sequences, "first against second", twins=twins, seed=seed)
    return table[table.method == "number 1"] if strength else table


def loci(kind: str, seed: int, *, pairs=60, heads=16, strength=0.0) -> pd.DataFrame:
    """Differences between loci and their matches, of the size that random models have, or that GC explains."""
    rng = np.random.default_rng(seed)
    gc = rng.normal(size=(2, pairs)) + np.array([[0.3], [0.0]]) * (kind == "GC")

    def model() -> list[tuple[np.ndarray, np.ndarray]]:
        effect = rng.normal(0, 0.3, heads) * (kind == "as random models")
        slope = 1.0 * (kind == "GC")
        return [tuple(slope * gc[side] + rng.normal(size=pairs) + e * (side == 0) for side in (0, 1)) for e in effect]

    own = model()
    if strength:
        own[0] = (own[0][0] + strength, own[0][1])
    twins = [np.stack([np.concatenate(one) for one in model()], axis=1) for _ in range(TWINS)]
    table = paired_evidence(
        {f"head {k + 1}": one for k, one in enumerate(own)}, "loci", twins=twins, two_sided=False,
        features=(gc[0][:, None], gc[1][:, None]), seed=seed,
    )  # fmt: skip
    return table[table.method == "head 1"] if strength else table

"""The shipped DNA GPT on promoters at other places, in windows of 150 to 512 bases, on either strand; nonsense."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn
from training.dna.batches import TEST, TRAINING, background_of, rows_of

from benchmarks import DNA_GPT, Row, chromosomes, data, interval
from benchmarks._windows import STRETCH, any_windows, matched_windows
from benchmarks.markov import words
from regard.data.sequences import encode
from regard.judge.metrics import Ranking, auroc
from regard.models.dna_gpt.model import DnaGPT, load
from regard.models.dna_gpt.predict import strand_logits
from regard.train.families import families
from regard.train.placed import (
    GENOME,
    LENGTH,
    MATCHED,
    PROMOTER,
    TSS,
    Background,
    any_length,
    anywhere,
    gc_share,
    other_strand,
    placed,
)

PROMOTERS, LEARNT, SEED = 300, 9000, 0  # of fold 0, measured; of folds 2 to 9, which the others learn from
PLACES = ((300, 249), (300, 149), (150, 90), (200, 150), (400, 300), (512, 256), (512, 400))  # bases, index of the TSS
DISTANCES = ((1, 1000, "within 1 kb of"), (1000, 10_000, "1 to 10 kb from"), (10_000, np.inf, "over 10 kb from"))
RICH = 0.7  # share of G and C above which windows that are no promoter are few
NONSENSE = {"poly-A": "A", "poly-G": "G", "(GC)n": "GC", "(AT)n": "AT", "(CAG)n": "CAG", "(TATAAA)n": "TATAAA"}


def run(promoters: int = PROMOTERS, learnt: int = LEARNT) -> Iterator[Row]:
    torch.manual_seed(SEED)
    rng, model = np.random.default_rng(SEED), load(DNA_GPT)
    held = promoters_of(TEST)[:promoters]  # neither training nor a choice has seen them
    of_training = background_of(data() / "dna", "train", more=chromosomes())
    test = background_of(data() / "dna", "test", low=1)
    apart = np.random.default_rng([SEED, 3])  # what is measured on does not hang on what was learnt from
    groups, label = learn_from(learnt, of_training, apart)
    others = {"6-mer regression": regression(groups, label), "CNN": convolution(groups, label, apart), "GC": gc_share}
    yield Row("learnt from", "all", "million windows", len(of_training.starts) / 1e6)
    yield Row("learnt from", "6-mer regression, CNN", "sequences", len(label))
    yield from scarce(of_training)
    yield from by_heart(model, of_training, len(held))
    family = families(held.sequence.tolist(), k=50)
    positive = np.stack([encode(s) for s in held.sequence])
    negatives, stretch = {}, {}
    negatives["random windows"], stretch["random windows"] = any_windows(test, len(held), rng)
    negatives["GC-matched windows"], stretch["GC-matched windows"] = matched_windows(test, gc_share(positive), rng)
    for name, one in stretch.items():
        yield Row(name, "all", "stretches of 10 kb", len(np.unique(one)))
    yield from by_distance(model, positive, family)
    truth = np.repeat([1, 0], len(held))
    for length, tss in PLACES:
        begin = np.full(len(held), tss - TSS)
        parts = {
            name: placed(one, test.surroundings(len(held), length, rng), begin)
            for name, one in ({"promoters": positive} | negatives).items()
        }
        started = time.monotonic()
        odds = {name: log_odds(model, one) for name, one in parts.items()}  # (3, sequences): given, other, both
        seconds = time.monotonic() - started
        where = f"{length} bases, TSS at {tss}"
        for against in negatives:
            both = np.concatenate([parts["promoters"], parts[against]])
            cases = np.concatenate([family, family.max() + 1 + stretch[against]])
            ours = np.concatenate([odds["promoters"], odds[against]], axis=1)
            scores = dict(zip(("given strand", "other strand", "both strands"), ours, strict=True))
            methods = {f"DNA GPT, {name}": one for name, one in scores.items()}
            methods |= {name: score(both) for name, score in others.items()}
            for name, values in methods.items():
                yield Row(f"{where}, {against}", name, "auroc", *measured(values, truth, cases), seconds)
        called = {name: float((one[2] > 0).mean()) for name, one in odds.items()}
        yield Row(where, "DNA GPT, both strands", "promoters kept", called["promoters"])
        yield Row(where, "DNA GPT, both strands", "random windows called", called["random windows"])
        yield Row(where, "DNA GPT, both strands", "GC-matched windows called", called["GC-matched windows"])
    for name, unit in NONSENSE.items():
        logits = torch.from_numpy(strand_logits(model, "promoter", [encode((unit * 300)[:300])], both_strands=True))
        share = logits.mean(dim=0)[0, [GENOME, PROMOTER]].softmax(dim=0)[1]
        yield Row("300 bases of", name, "p of a promoter", float(share))


def by_distance(model: DnaGPT, positive: np.ndarray, family: np.ndarray) -> Iterator[Row]:
    """GC-matched windows beside known promoters, which may well be of one, and others."""
    rng = np.random.default_rng([SEED, 2])
    ours, truth = log_odds(model, positive)[2], np.repeat([1, 0], len(positive))
    for low, high, name in DISTANCES:
        windows, stretch = matched_windows(background_of(data() / "dna", "test", low, high), gc_share(positive), rng)
        odds, cases = log_odds(model, windows)[2], np.concatenate([family, family.max() + 1 + stretch])
        case = f"GC-matched windows {name} a known promoter"
        yield Row(case, "all", "stretches of 10 kb", len(np.unique(stretch)))
        yield Row(case, "DNA GPT, both strands", "auroc", *measured(np.concatenate([ours, odds]), truth, cases))
        yield Row(case, "DNA GPT, both strands", "windows called", float((odds > 0).mean()))


def scarce(of_training: Background) -> Iterator[Row]:
    """How many promoters of training are rich in G and C, and in how many places of its segments windows are."""
    gc = gc_share(np.stack([encode(s) for s in promoters_of(TRAINING).sequence]))
    rich = of_training.starts[of_training.gc > RICH]
    case = f"learnt from, more than {RICH:.0%} G and C"
    yield Row(case, "promoters", "sequences", int((gc > RICH).sum()))
    yield Row(case, "windows", "pieces of 300 bases", len(np.unique(rich // LENGTH)))
    yield Row(case, "windows", "stretches of 10 kb", len(np.unique(rich // STRETCH)))


def by_heart(model: DnaGPT, of_training: Background, n: int) -> Iterator[Row]:
    """The model on what it was trained on: what it has over what it was not is learnt by heart."""
    rng = np.random.default_rng([SEED, 1])
    shown = promoters_of(TRAINING).sample(n, random_state=SEED).sequence
    positive = np.stack([encode(s) for s in shown])
    windows, stretch = matched_windows(of_training, gc_share(positive), rng)
    odds, truth = log_odds(model, np.concatenate([positive, windows]))[2], np.repeat([1, 0], n)
    family = families(shown.tolist(), k=50)
    found = measured(odds, truth, np.concatenate([family, family.max() + 1 + stretch]))
    yield Row("learnt from, GC-matched windows", "DNA GPT, both strands", "auroc", *found)


def measured(values: np.ndarray, truth: np.ndarray, family: np.ndarray) -> tuple[float, float, float]:
    """AUROC and its interval under a bootstrap of families of promoters and stretches of the genome."""
    ranking = Ranking(values)
    return auroc(ranking, truth, np.ones(len(truth))), *interval(lambda w: auroc(ranking, truth, w), family)


def promoters_of(folds: list[int]) -> pd.DataFrame:
    table = rows_of(data() / "dna", folds)
    return table[table.label == 1]


def log_odds(model: DnaGPT, codes: np.ndarray) -> np.ndarray:
    """Of promoter against the genome, on the given strand, the other, and both, shape (3, sequences)."""
    logits = strand_logits(model, "promoter", list(codes), both_strands=True)
    each = logits[..., PROMOTER] - logits[..., GENOME]
    return np.concatenate([each, each.mean(axis=0, keepdims=True)])


# What needs no trunk: it learns from promoters and windows as the GPT did, at any place, length and strand.


def learn_from(n: int, of_training: Background, rng: np.random.Generator) -> tuple[list[np.ndarray], np.ndarray]:
    """Sequences in groups of one length, and their label, 1 for promoters; half of them promoters."""
    positive = np.stack([encode(s) for s in promoters_of(TRAINING).sample(n, random_state=SEED).sequence])
    windows = of_training.any(n, rng)
    matched = rng.random(n) < MATCHED
    windows[matched] = of_training.matched(gc_share(positive[matched]), rng)
    groups, label = [], []
    for some in np.array_split(rng.permutation(n), max(1, n // 32)):
        length, both = any_length(rng), np.concatenate([positive[some], windows[some]])
        both = placed(both, of_training.surroundings(len(both), length, rng), anywhere(len(both), length, rng))
        groups.append(np.where((rng.random(len(both)) < 0.5)[:, None], other_strand(both), both))
        label.append(np.repeat([1, 0], len(some)))
    return groups, np.concatenate(label)


def frequencies(codes: np.ndarray, k: int = 6) -> np.ndarray:
    """Root of how often each k-mer and its complement would be in 300 bases, shape (sequences, 4 ** k)."""
    both = np.concatenate([words(codes, k), words(other_strand(codes), k)], axis=1)
    out = np.zeros((len(codes), 4**k + 1), dtype=np.float32)
    np.add.at(out, (np.arange(len(codes))[:, None], both), 1)  # words with N, −1, fall into the last column
    return np.sqrt(600 * out[:, :-1] / both.shape[1])


def regression(groups: list[np.ndarray], label: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Log-odds by logistic regression on `frequencies` of 6-mers, its penalty chosen on the last tenth."""
    x, last = np.concatenate([frequencies(one) for one in groups]), len(label) // 10
    fits = [LogisticRegression(C=c, max_iter=200).fit(x[:-last], label[:-last]) for c in (0.003, 0.01, 0.03)]
    best = max(fits, key=lambda fit: fit.score(x[-last:], label[-last:]))
    return lambda codes: best.decision_function(frequencies(codes))


class Scan(nn.Module):
    """Log-odds, shape (batch,), of codes (batch, length): two convolutions and the maximum over places."""

    def __init__(self, filters: int = 96):
        super().__init__()
        self.scan = nn.Sequential(
            *(nn.Conv1d(4, filters, 12), nn.ReLU(), nn.MaxPool1d(4)),
            *(nn.Conv1d(filters, filters, 5, padding=2), nn.ReLU()),
        )
        self.decide = nn.Sequential(nn.Dropout(0.2), nn.Linear(filters, 1))

    def forward(self, codes: Tensor) -> Tensor:
        one_hot = F.one_hot(codes.long(), 5)[..., :4].float().transpose(1, 2)
        return self.decide(self.scan(one_hot).amax(dim=2)).squeeze(1)


def convolution(
    groups: list[np.ndarray], label: np.ndarray, rng: np.random.Generator, epochs: int = 4
) -> Callable[[np.ndarray], np.ndarray]:
    """Log-odds by a small convolutional network, the mean of both strands."""
    model, ends = Scan(), np.cumsum([0, *map(len, groups)])
    adam = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.02)
    falls = torch.optim.lr_scheduler.OneCycleLR(adam, 2e-3, total_steps=epochs * len(groups))
    for _ in range(epochs):
        for i in rng.permutation(len(groups)):
            truth = torch.from_numpy(label[ends[i] : ends[i + 1]]).float()
            F.binary_cross_entropy_with_logits(model(torch.from_numpy(groups[i])), truth).backward()
            adam.step()
            adam.zero_grad()
            falls.step()
    model.eval()

    @torch.no_grad()
    def score(codes: np.ndarray) -> np.ndarray:
        return np.mean([model(torch.from_numpy(one)).numpy() for one in (codes, other_strand(codes))], axis=0)

    return score

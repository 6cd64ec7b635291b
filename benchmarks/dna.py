"""The shipped DNA GPT beside k-mer regression and a small CNN: promoters, enhancers, speed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy.sparse import csr_matrix
from scipy.stats import t as student
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import matthews_corrcoef
from training.dna.batches import background_of
from training.dna.enhancer import choose, fit_head
from training.dna.enhancer_trunk import class_logits, handed_on, tuned
from training.dna.teacher import log_odds as log_odds_of_teacher
from training.dna.teacher import train_teacher

from benchmarks import DNA_GPT, SPLITS, Row, chromosomes, data, interval
from benchmarks._windows import any_windows, matched_windows
from benchmarks.markov import words
from regard.data.sequences import complement, encode
from regard.errors import RegardError
from regard.judge import metrics
from regard.judge.metrics import Ranking
from regard.models.dna_gpt.model import load
from regard.models.dna_gpt.predict import features_of, logits_of
from regard.train.families import families, folds
from regard.train.placed import BLOCKS, GENOME, MATCHED, PROMOTER, gc_share

SEED, REPEATS, TIMED = 0, 2, 1000
NONE, STRONG = 0, 2  # labels of enhancers; weak ones are 1
PROMOTERS = 1000  # of fold 0, and as many of each kind of negatives


def run(weights: Path = DNA_GPT, n: int = PROMOTERS) -> Iterator[Row]:
    table = pd.read_parquet(data() / "dna" / "promoter_train.parquet")
    model = load(weights)
    split = pd.read_csv(SPLITS / "promoters.tsv.gz", sep="\t")
    yield from promoters(model, table, split.fold.to_numpy(), n)
    yield from genomic(model, table, split.fold.to_numpy(), n)
    yield from speed(table.sequence[:TIMED])
    yield from enhancers(model)


# Promoters


def promoters(model, table: pd.DataFrame, fold: np.ndarray, n: int) -> Iterator[Row]:
    """Promoters against copies with replaced blocks; the first 2 n rows of fold 0, which nothing was chosen on."""
    codes, label = np.stack([encode(s) for s in table.sequence]), table.label.to_numpy()
    rows = np.flatnonzero(fold == 0)[: 2 * n]
    test, truth = codes[rows], label[rows]
    family = families(table.sequence.iloc[rows].tolist(), k=50, block=15)
    methods = {
        "DNA GPT": lambda: log_odds(model, test, BLOCKS),
        "6-mer regression": lambda: regression(codes, label, fold)(test),
        "1D CNN": lambda: convolution(codes, label, fold)(test),
    }
    yield from paired("promoter, blocks replaced", "mcc", truth, methods, family)


def genomic(model, table: pd.DataFrame, fold: np.ndarray, n: int) -> Iterator[Row]:
    """The first n promoters of fold 0 against windows of test segments that overlap no known promoter."""
    rng = np.random.default_rng(SEED)
    positive = table.label.to_numpy() == 1
    codes, fold = np.stack([encode(s) for s in table.sequence[positive]]), fold[positive]
    test = np.flatnonzero(fold == 0)[:n]
    held = codes[test]
    source = background_of(data() / "dna", "test", low=1)
    learnt = background_of(data() / "dna", "train", more=chromosomes())
    negatives = {
        "random windows": any_windows(source, len(held), rng),
        "GC-matched windows": matched_windows(source, gc_share(held), rng),
    }
    yield Row("promoter, windows", "all", "million windows to learn from", len(learnt.starts) / 1e6)
    # The regression learns from what the GPT learnt from: most of the windows GC-matched.
    windows, matched = learnt.any(len(codes), rng), rng.random(len(codes)) < MATCHED
    windows[matched] = learnt.matched(gc_share(codes[matched]), rng)
    trained = np.concatenate([codes, windows])
    fit = regression(trained, np.repeat([1, 0], len(codes)), np.tile(np.where(fold == 0, -1, fold), 2))
    family = families(table.sequence[positive].iloc[test].tolist(), k=50)
    for kind, (drawn, stretch) in negatives.items():
        both, truth = np.concatenate([held, drawn]), np.repeat([1, 0], len(held))
        methods = {
            "DNA GPT": lambda both=both: log_odds(model, both, GENOME),
            "6-mer regression": lambda both=both: fit(both),
        }
        cases = np.concatenate([family, family.max() + 1 + stretch])
        yield from paired(f"promoter, {kind}", "auroc", truth, methods, cases)


def paired(case: str, metric: str, truth, methods: dict, family) -> Iterator[Row]:
    """The metric of each method, and the first one's lead over the others on the same resamples."""
    every, values = np.ones(len(truth)), []
    for name, predict in methods.items():
        begin = time.monotonic()
        values.append(MEASURES[metric](truth, predict()))
        seconds = time.monotonic() - begin
        yield Row(case, name, metric, values[-1](every), *interval(values[-1], family), seconds)
    first, *others = methods
    for name, value in zip(others, values[1:], strict=True):

        def lead(weight, value=value):
            return values[0](weight) - value(weight)

        yield Row(case, f"{first} - {name}", metric, lead(every), *interval(lead, family))


def mcc(truth: np.ndarray, scores: np.ndarray):
    """Matthews correlation of scores > 0, a function of weights, shape (sequences,)."""
    cell = 2 * truth + (scores > 0)

    def value(weight):
        tn, fp, fn, tp = np.bincount(cell, weight, minlength=4)
        return (tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))

    return value


def auroc(truth: np.ndarray, scores: np.ndarray):
    """Area under the ROC curve, a function of weights, shape (sequences,)."""
    ranking = Ranking(scores)
    return lambda weight: metrics.auroc(ranking, truth, weight)


MEASURES = {"mcc": mcc, "auroc": auroc}


def log_odds(model, codes: np.ndarray, other: int) -> np.ndarray:
    """Of promoter against one other class, both strands, shape (sequences,)."""
    logits = logits_of(model, "promoter", list(codes), both_strands=True)
    return logits[:, PROMOTER] - logits[:, other]


# What needs no trunk


def kmers(codes: np.ndarray, k: int) -> csr_matrix:
    """log(1 + count) of each k-mer, shape (sequences, 4 ** k)."""
    word = words(codes, k)
    row = np.repeat(np.arange(len(codes)), word.shape[1])[(word >= 0).ravel()]
    ones = np.ones(len(row), dtype=np.float32)
    return csr_matrix((ones, (row, word[word >= 0])), shape=(len(codes), 4**k)).log1p()


def regression(codes, label, fold):
    """Log-odds by logistic regression on 6-mers of folds from 2 on, its penalty chosen on fold 1."""
    x = kmers(codes, 6)
    fits = [LogisticRegression(C=c, max_iter=200).fit(x[fold >= 2], label[fold >= 2]) for c in (0.01, 0.03, 0.1)]
    best = max(fits, key=lambda fit: matthews_corrcoef(label[fold == 1], fit.predict(x[fold == 1])))
    return lambda sequences: best.decision_function(kmers(sequences, 6))


def convolution(codes, label, fold):
    """Log-odds by the CNN that taught the DNA GPT, trained here by its recipe."""
    teacher = train_teacher(codes[(fold >= 2) & (label == 1)])
    return lambda sequences: log_odds_of_teacher(teacher, torch.from_numpy(sequences)).numpy()


# Enhancers


def enhancers(promoter) -> Iterator[Row]:
    """None, weak, strong by repeated cross-validation over families; every choice made inside a fold.

    The model that ships was made of all of them, so that in each fold its like is made of the others. Besides the MCC
    of what is called: that of the same logits if weak were never called, which may be higher.

    promoter : the trunk that it begins from, which might read enhancers as it is.
    """
    table = pd.read_csv(data() / "dna" / "enhancer_train.tsv", sep="\t")
    y, family = table.label.to_numpy(), families(table.sequence.tolist(), k=50)
    codes = np.stack([encode(s) for s in table.sequence])
    strands = np.hstack([codes, np.full((len(codes), 1), 4, codes.dtype), complement(codes)[:, ::-1]])
    begin = time.process_time()
    frozen, of = features_of(promoter, list(codes), both_strands=True).numpy(), handed_on(promoter, codes)
    read = time.process_time() - begin
    # Both strands' counts are the same for a word and its complement: one column for both.
    words_of = {k: np.unique(kmers(strands, k).toarray(), axis=1) for k in (3, 4, 5)}
    methods = {
        "DNA GPT": {0: frozen},
        "3-mer regression": {3: kmers(codes, 3).toarray()},
        "k-mer regression, both strands": words_of,
        "trunk of promoters, frozen": {0: frozen},
        "trunk of promoters and k-mers": {k: np.hstack([frozen, counts]) for k, counts in words_of.items()},
    }
    spent = dict.fromkeys(methods, 0.0) | {"DNA GPT": read}
    found = {name: [] for name in methods}
    never_weak = {name: [] for name in methods}
    for repeat in range(REPEATS):
        fold = folds(family, 5, repeat)
        for held in range(5):
            train, test = np.flatnonzero(fold != held), np.flatnonzero(fold == held)
            for name, inputs in methods.items():
                begin = time.process_time()
                choices = [(*choose(x[train], y[train], family[train], n=2), i) for i, x in inputs.items()]
                _, penalty, i = min(choices)
                if name == "DNA GPT":
                    logits = class_logits(tuned(promoter, of, frozen, y, train, penalty), of, test)
                else:
                    weight, bias = fit_head(inputs[i][train], y[train], penalty)
                    logits = inputs[i][test] @ weight.T + bias
                found[name].append(matthews_corrcoef(y[test], logits.argmax(axis=1)))
                strong = logits[:, STRONG] > logits[:, NONE]
                never_weak[name].append(matthews_corrcoef(y[test], np.where(strong, STRONG, NONE)))
                spent[name] += time.process_time() - begin
    case, first = f"enhancer, 3 classes, {REPEATS} x 5 folds", "DNA GPT"
    for name, values in found.items():
        yield Row(case, name, "mcc", *corrected(np.array(values)), spent[name])
        yield Row(case, name, "mcc, weak never called", *corrected(np.array(never_weak[name])))
        if name != first:
            yield Row(case, f"{first} - {name}", "mcc", *corrected(np.array(found[first]) - np.array(values)))


def corrected(values: np.ndarray, n: int = 5) -> tuple[float, float, float]:
    """Mean and 95 % interval over repeated n-fold cross-validation, whose folds share training rows.

    The corrected resampled t interval of Nadeau & Bengio (2003): the variance of the mean is
    (1 / J + test / training) times that of the J values.
    """
    error = np.sqrt((1 / len(values) + 1 / (n - 1)) * values.var(ddof=1))
    half = student.ppf(0.975, len(values) - 1) * error
    return values.mean(), values.mean() - half, values.mean() + half


# Speed


def speed(sequences: pd.Series) -> Iterator[Row]:
    """Wall-clock of the command, start of the program included."""
    with tempfile.TemporaryDirectory() as folder:
        fasta, out = Path(folder) / "in.fa", Path(folder) / "out"
        fasta.write_text("".join(f">seq{i}\n{s}\n" for i, s in enumerate(sequences, 1)))
        program = str(Path(sys.executable).with_name("regard"))
        command = [program, "dna", str(fasta), "--task", "promoter", "--out", str(out), "--predictions-only"]
        begin = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - begin
        if done.returncode:
            last = (done.stderr.strip() or "no message").splitlines()[-1]
            raise RegardError(f"regard dna ended with exit code {done.returncode}: {last}")
        if len(pd.read_csv(out / "predictions.tsv", sep="\t")) != len(sequences):
            raise RegardError(f"regard dna did not predict all {len(sequences)} sequences")
    yield Row(f"classify {len(sequences)} x 300 bp", "regard dna", "seconds", seconds, seconds=seconds)

"""Bits per base on held-out segments of chr22: the DNA GPT and Markov chains."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from training.dna.batches import chr22

from benchmarks import DNA_GPT, Row, data, interval
from regard.models.dna_gpt.model import load
from regard.train.genome import Genome
from regard.train.pretrain import complement, cross_entropy_bits, draw

LENGTH, CONTEXT, WINDOWS, SEED = 256, 64, 512, 0  # the first 64 bases of a window are context only


def words(codes: np.ndarray, k: int) -> np.ndarray:
    """Every k-mer as a number to base 4, shape (..., length - k + 1); -1 where it holds an N."""
    length = codes.shape[-1] - k + 1
    number, whole = np.zeros((*codes.shape[:-1], length), dtype=np.int64), True
    for i in range(k):
        base = codes[..., i : i + length]
        number, whole = 4 * number + base, whole & (base < 4)
    return np.where(whole, number, -1)


def markov(genome: Genome, order: int) -> np.ndarray:
    """Bits of each base after `order` others, shape (4 ** (order + 1),); counts of both strands + 1/2."""
    codes = np.insert(genome.codes, genome.starts[1:-1], 4)  # no word reaches over two segments
    counts = np.full(4 ** (order + 1), 0.5)
    for strand in (codes, complement(codes)[::-1]):
        word = words(strand, order + 1)
        counts += np.bincount(word[word >= 0], minlength=len(counts))
    table = counts.reshape(-1, 4)
    return -np.log2(table / table.sum(axis=1, keepdims=True)).ravel()


def run(weights: Path = DNA_GPT, orders: tuple[int, ...] = (5, 8)) -> Iterator[Row]:
    genome, role = chr22(data() / "dna")
    model = load(weights)
    test, train = genome.subset(role == "test"), genome.subset(role == "train")
    rng = np.random.default_rng(SEED)
    codes, masked = draw(test, test.window_starts(LENGTH), LENGTH, WINDOWS, rng)
    masked = masked[:, CONTEXT:]
    parts = {"all": np.ones_like(masked), "unique": ~masked, "repeats": masked}

    def rows(method, bits, seconds):
        for part, inside in parts.items():

            def mean(weight, bits=bits, inside=inside):
                return float((bits * inside).sum(axis=1) @ weight / (inside.sum(axis=1) @ weight))

            low, high = interval(mean, np.arange(WINDOWS))
            yield Row(f"chr22 test, {part}", method, "bits per base", mean(np.ones(WINDOWS)), low, high, seconds)

    begin = time.monotonic()
    gpt = np.concatenate([cross_entropy_bits(model, torch.from_numpy(p).long()) for p in np.split(codes, 16)])
    gpt = gpt[:, CONTEXT - 1 :]
    yield from rows("DNA GPT", gpt, time.monotonic() - begin)
    for order in orders:
        begin = time.monotonic()
        chain = markov(train, order)[words(codes, order + 1)][:, CONTEXT - order :]
        yield from rows(f"Markov chain of order {order}", chain, time.monotonic() - begin)
        yield from rows(f"order {order} - DNA GPT", chain - gpt, np.nan)

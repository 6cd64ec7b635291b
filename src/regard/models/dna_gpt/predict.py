"""Features and class logits of a DNA GPT for many sequences of any length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from regard.data.sequences import complement
from regard.models.dna_gpt.model import DnaGPT


def pad(sequences: list[np.ndarray]) -> tuple[Tensor, Tensor]:
    """Tokens (batch, longest), filled up with N, and lengths (batch,)."""
    lengths = torch.tensor([len(s) for s in sequences])
    tokens = torch.full((len(sequences), int(lengths.max())), 4)
    for row, sequence in zip(tokens, sequences, strict=True):
        row[: len(sequence)] = torch.from_numpy(sequence)
    return tokens, lengths


def device_of(model: DnaGPT) -> torch.device:
    return model.next_base.weight.device


@contextmanager
def readers(device: torch.device) -> Iterator[Executor]:
    """As many threads as torch may use, with one torch thread each; when interrupted, what waits is not begun.

    Threads that each read a batch of their own lose less time than threads that share a batch's small matrices.
    """
    threads = torch.get_num_threads()
    pool = ThreadPoolExecutor(threads if device.type == "cpu" else 1, initializer=torch.set_num_threads, initargs=(1,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(threads)


def features_of(model: DnaGPT, sequences: list[np.ndarray], **how) -> Tensor:
    """The classifiers' input, shape (sequences, features), the mean of both strands where asked: see `strands_of`."""
    return strands_of(model, sequences, **how).mean(dim=0)


def strands_of(
    model: DnaGPT,
    sequences: list[np.ndarray],
    *,
    batch: int | None = None,
    both_strands: bool = False,
    advance: Callable[[int], None] = lambda done: None,
) -> Tensor:
    """What the classifiers read, shape (strands, sequences, features): of the given strand and, if asked, of the other.

    On a processor each sequence is read by itself, so that its features are the same to the last bit whatever stands
    beside it: a matrix product of other size may round otherwise. It takes no longer than batches do.

    Parameters
    ----------
    batch : sequences that are read together, filled up to the longest; 1, on an accelerator 32, if left out.
    advance : told how many sequences each batch added, for a progress bar.
    """
    batch = batch or (1 if device_of(model).type == "cpu" else 32)
    order = np.argsort([len(s) for s in sequences], kind="stable")  # little padding
    parts = [order[start : start + batch] for start in range(0, len(order), batch)]
    out = torch.empty(1 + both_strands, len(sequences), model.config.features)

    @torch.inference_mode()
    def read(part: np.ndarray) -> Tensor:
        strands = [[sequences[i] for i in part]]
        if both_strands:
            strands.append([complement(s)[::-1].copy() for s in strands[0]])
        found = []
        for strand in strands:
            tokens, lengths = (x.to(device_of(model)) for x in pad(strand))
            found.append(model.features(model.states(tokens), tokens, lengths).cpu())
        return torch.stack(found)

    with readers(device_of(model)) as pool:
        for part, found in zip(parts, pool.map(read, parts), strict=True):
            out[:, part] = found
            advance(len(part))
    return out


def logits_of(model: DnaGPT, task: str, sequences: list[np.ndarray], **how) -> np.ndarray:
    """Class logits, shape (sequences, classes), the mean of both strands where asked; `how` as in `strands_of`."""
    return strand_logits(model, task, sequences, **how).mean(axis=0)


@torch.inference_mode()
def strand_logits(model: DnaGPT, task: str, sequences: list[np.ndarray], **how) -> np.ndarray:
    """Class logits of each strand, shape (strands, sequences, classes); `how` as in `strands_of`."""
    features = strands_of(model, sequences, **how).to(device_of(model))
    # One by one, as the features, and from memory of their own: a sum may also round by where it begins.
    each = [torch.cat([model.classifiers[task](one[None].clone()) for one in strand]) for strand in features]
    return torch.stack(each).cpu().numpy()

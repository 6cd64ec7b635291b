"""Networks by RegDiffusion, where the user has it installed."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO

import numpy as np

from regard.data.expression import Expression
from regard.errors import InputError, MissingExtra
from regard.predictors.edges import predictor


@predictor(
    "regdiffusion",
    "weights between genes of a small diffusion model of this table, fitted as published (1,000 steps)",
    "|A[regulator, target]| of a network that tells the noise in x from h(x) (I − A), A sparse, without a diagonal",
    "Zhu & Slonim 2024, Journal of Computational Biology 31:1087",
    needs="pip install 'regard[regdiffusion]'",
)
def regdiffusion(expression: Expression, regulators: np.ndarray, *, seed: int = 0, **_) -> np.ndarray:
    try:
        import regdiffusion as package  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise MissingExtra("regdiffusion", "regdiffusion") from None
    flat = np.ptp(expression.values, axis=1) == 0
    if flat.any():
        sample = expression.samples[int(flat.argmax())]
        raise InputError(f"method 'regdiffusion': all genes are equal in sample {sample!r}; leave such samples out")
    with left_as_it_was(package.trainer.torch), warnings.catch_warnings(), redirect_stderr(StringIO()):
        warnings.simplefilter("ignore")  # on fewer samples than it draws at a time, with replacement
        trainer = package.RegDiffusionTrainer(expression.values.copy(), device="cpu", seed=seed)
        trainer.train()
    return np.abs(trainer.get_adj().astype(float)).T[:, regulators]  # its rows are regulators


@contextmanager
def left_as_it_was(torch) -> Iterator[None]:
    """The package seeds the generators of the whole process; give them back their states."""
    plain, numpy = random.getstate(), np.random.get_state()
    with torch.random.fork_rng(devices=[]):
        try:
            yield
        finally:
            random.setstate(plain)
            np.random.set_state(numpy)

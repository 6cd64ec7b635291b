"""What a simulated table looks like, and how often which kind is drawn: the prior of the network model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

SIZES = ((5, 16), (16, 50), (50, 151))  # genes
SMALL_MIX, LARGE_MIX = (0.62, 0.24, 0.14), (0.42, 0.30, 0.28)  # how often each size; large where a batch holds a lot
ROOMY = 20_000  # values of a batch from which on the mix is the large one
TABLE, EVERYTHING = 50_000, 130_000  # values of a table at most; of one in eight, a hundred genes with every design
MODELS = {
    "published": 0.35,
    "wide": 0.12,
    "switch": 0.08,
    "logic": 0.08,
    "fate": 0.14,
    "structural": 0.08,
    "types": 0.10,
    "screen": 0.05,
}


@dataclass(frozen=True)
class Plan:
    """What a table looks like: its genes, the number of samples of each kind, the model and the measurement.

    `model`: "published", "wide" (stochastic kinetics), "switch", "logic", "fate" (near-Boolean kinetics), or
    "structural" (equations). `cells`: single cells, taken at random times of their own differentiation; with `types`,
    in the steady states of so many types instead; with `screened`, one gene perturbed in most of them, so many genes in
    all. `counts`: measured as molecules. `few`: few of the genes may regulate.
    """

    genes: int
    model: str = "published"
    wild: int = 0
    knockouts: int = 0
    knockdowns: int = 0
    overexpressions: int = 0
    multifactorial: int = 0
    series: int = 0
    points: int = 21
    cells: int = 0
    types: int = 0
    screened: int = 0
    counts: bool = False
    few: bool = False

    @property
    def steady(self) -> int:
        return self.wild + self.knockouts + self.knockdowns + self.overexpressions + self.multifactorial

    @property
    def samples(self) -> int:
        return self.steady + self.series * self.points + self.cells


def draw_plan(rng: np.random.Generator, *, cells: int = 5_000, largest: int = 120) -> Plan:
    """Draw what a batch looks like, for batches of `cells` values: 5 to `largest` genes, 10 to 1,300 samples.

    A table has at most 2.5 × `cells` values, and at most 50,000, or, one in eight where there is room, 130,000.
    """
    low, high = SIZES[rng.choice(3, p=LARGE_MIX if cells >= ROOMY else SMALL_MIX)]
    genes = int(np.exp(rng.uniform(np.log(min(low, largest)), np.log(min(high, largest + 1)))))
    values = min(2.5 * cells, EVERYTHING if rng.random() < 0.125 else TABLE)
    most = int(np.clip(values / genes, 10, 1300))
    model = str(rng.choice(list(MODELS), p=list(MODELS.values())))
    if model in ("types", "screen"):
        return cells_at_rest(rng, genes, most, screen=model == "screen")
    if model == "fate" or (model in ("switch", "logic") and rng.random() < 0.8):
        return Plan(genes, model, cells=min(some(rng, 50, 1000), most), counts=bool(rng.random() < 0.28))
    return fitted(experiments(rng, genes, model), most)


def some(rng: np.random.Generator, low: float, high: float) -> int:
    """A number whose logarithm is uniform."""
    return int(np.exp(rng.uniform(np.log(low), np.log(high))))


def cells_at_rest(rng: np.random.Generator, genes: int, most: int, *, screen: bool) -> Plan:
    """Cells of some types, or of a screen in one or few types."""
    model = "wide" if rng.random() < 0.7 else "switch"
    plan = Plan(genes, model, cells=min(some(rng, 60, 1000), most), few=bool(rng.random() < 0.6))
    if screen:
        screened = max(1, min(genes, int(plan.cells / rng.integers(3, 30)), int(genes * rng.uniform(0.2, 1.2))))
        return replace(plan, types=int(rng.integers(1, 4)), screened=screened, counts=bool(rng.random() < 0.8))
    return replace(plan, types=int(rng.integers(2, 16)), counts=bool(rng.random() < 0.6))


def experiments(rng: np.random.Generator, genes: int, model: str) -> Plan:
    """Multifactorial samples, perturbations of one gene, time series, or all together."""
    counts = model != "published" and rng.random() < 0.25
    kinds = rng.choice(["multifactorial", "knockouts", "series", "all"], p=[0.34, 0.22, 0.20, 0.24])
    parts: dict[str, int] = {}
    if kinds in ("multifactorial", "all"):
        parts["multifactorial"] = genes if rng.random() < 0.5 else some(rng, 10, 600)
    if kinds in ("knockouts", "all"):
        share = 1.0 if rng.random() < 0.7 else rng.uniform(0.2, 1.0)
        copies = int(rng.choice([1, 2, 4])) if counts or rng.random() < 0.1 else 1
        parts["wild"] = int(rng.integers(1, 4)) * copies
        parts["knockouts"] = max(1, int(share * genes)) * copies
        parts["knockdowns"] = int(share * genes) if rng.random() < 0.6 else 0
        parts["overexpressions"] = int(share * genes) if rng.random() < (0 if model == "published" else 0.25) else 0
    if kinds in ("series", "all"):
        parts["series"] = 5 if rng.random() < 0.4 else int(rng.integers(2, 11))
        parts["points"] = 21 if rng.random() < 0.6 else int(rng.integers(6, 40))
    return Plan(genes, model, **parts, counts=counts)


def fitted(plan: Plan, most: int) -> Plan:
    """The longest part halved until the table has at most `most` samples; at least ten."""
    parts = ("knockouts", "knockdowns", "overexpressions", "multifactorial", "series")
    while plan.samples > most:
        rows = {name: getattr(plan, name) * (plan.points if name == "series" else 1) for name in parts}
        longer = [name for name in parts if getattr(plan, name) > 1]
        if not longer:
            break
        name = max(longer, key=rows.__getitem__)
        plan = replace(plan, **{name: getattr(plan, name) // 2})
    return plan if plan.samples >= 10 else replace(plan, multifactorial=plan.multifactorial + 10)

"""A small network that is known: five roots, five genes that follow them."""

import numpy as np

from regard.data.expression import Expression

GENES = [f"g{i}" for i in range(10)]
PARENTS = {"g5": [("g0", 2.0)], "g6": [("g0", -2.0)], "g7": [("g1", 2.0)], "g8": [("g2", 2.0), ("g3", -2.0)],
           "g9": [("g4", 2.0)]}  # fmt: skip
EDGES = {(regulator, target): np.sign(w) for target, parents in PARENTS.items() for regulator, w in parents}


def planted(samples: int = 80, seed: int = 0, noise: float = 0.5) -> Expression:
    """Roots are normal noise; every other gene is the weighted sum of its parents, and noise."""
    rng = np.random.default_rng(seed)
    values = {gene: rng.normal(size=samples) for gene in GENES[:5]}
    for target, parents in PARENTS.items():
        values[target] = sum(w * values[r] for r, w in parents) + noise * rng.normal(size=samples)
    table = np.stack([values[gene] for gene in GENES], axis=1)
    return Expression(table, list(GENES), [f"s{i}" for i in range(samples)])


def gold(genes: list[str] = GENES) -> np.ndarray:
    """Known edges, bool, shape (target, regulator)."""
    at = {gene: i for i, gene in enumerate(genes)}
    known = np.zeros((len(genes), len(genes)), dtype=bool)
    for regulator, target in EDGES:
        known[at[target], at[regulator]] = True
    return known


def write(expression: Expression, path, separator: str = "\t") -> None:
    """The table as a file with a column `sample`."""
    lines = [separator.join(["sample", *expression.genes])]
    for name, row in zip(expression.samples, expression.values, strict=True):
        lines.append(separator.join([name, *(repr(float(v)) for v in row)]))
    path.write_text("\n".join(lines) + "\n")

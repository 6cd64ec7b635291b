"""Does a method say rightly whether a known edge activates or represses?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from regard.core.edges import Edges, KnownEdges


def of_signs(edges: Edges, known: KnownEdges) -> tuple[int, int, int] | None:
    """Of the known edges with a sign that the method scores: how many it gets right, the most that one sign for all
    would get right, and how many there are; None where either says no sign.

    An edge to which the method gives no sign is not right.
    """
    if edges.effects is None or known.sign is None:
        return None
    columns = np.arange(len(edges.genes)) if edges.regulators is None else edges.regulators
    truth = known.sign[:, columns].toarray()
    there = (truth != 0) & ~np.isnan(edges.values)
    truth, said = truth[there], edges.effects[there]
    if not there.any():
        return None
    return int((truth == said).sum()), int(max((truth > 0).sum(), (truth < 0).sum())), len(truth)


def sign_remarks(edges: Iterable[Edges], known: KnownEdges) -> list[str]:
    """A line for each method with signs, and none where the known edges have no sign."""
    found = [(one.method, of_signs(one, known)) for one in edges]
    return [
        f"{known.name}: of {count[2]} known edges with a sign {method} has the sign of {count[0]} right; one sign for "
        f"all would be right for {count[1]}. This is counted, not judged: the verdicts are of edges without sign"
        for method, count in found
        if count is not None
    ]

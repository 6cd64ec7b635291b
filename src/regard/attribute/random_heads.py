"""Random heads to compare chosen heads with: as many, of the same blocks."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, product

import numpy as np

from regard.attribute.ablation import Head
from regard.errors import InputError


def random_sets(
    chosen: Sequence[Head], counts: Sequence[int], draws: int, same_blocks: bool, seed: int
) -> list[list[Head]]:
    """Up to `draws` different sets of as many heads as the chosen; `counts`, heads of each layer."""
    taken = defaultdict(list)
    for head in chosen:
        taken[head[0] if same_blocks else "all"].append(head)
    every = [(layer, head) for layer, heads in enumerate(counts) for head in range(heads)]
    pools = []  # of each block: what is always in the set, from what the rest is drawn, and how many
    for block, gone in taken.items():
        others = [head for head in every if head not in gone and (head[0] == block or not same_blocks)]
        if not others:
            where = f"block {block + 1}" if same_blocks else "the model"
            raise InputError(
                f"{where} has no head but the {len(gone)} chosen, so that there is nothing to compare them with; "
                "choose fewer, compare with same_blocks=False, or with none (draws=0)"
            )
        short = len(gone) - len(others)
        pools.append(([], others, len(gone)) if short <= 0 else (others, gone, short))
    if math.prod(math.comb(len(pool), size) for _, pool, size in pools) <= draws:
        parts = ([sorted([*always, *some]) for some in combinations(pool, size)] for always, pool, size in pools)
        return [sorted(head for part in one for head in part) for one in product(*parts)]
    rng, found = np.random.default_rng(seed), {}
    while len(found) < draws:
        one: list[Head] = []
        for always, pool, size in pools:
            one += [*always, *(pool[i] for i in rng.choice(len(pool), size, replace=False))]
        found[tuple(sorted(one))] = sorted(one)
    return list(found.values())

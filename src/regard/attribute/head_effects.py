"""Does a head matter? What a model loses without it, beside what it loses without other heads of the same block."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from regard.attribute.ablation import Head, ablated, check_heads, head_name, mean_outputs
from regard.attribute.random_heads import random_sets

FEWEST = 5  # sequences, for an interval over sequences
MEASURES = {
    # How far a set of heads is from nothing, of the mean change over sequences: ranks chosen heads among random ones.
    "loss_change": lambda mean: mean,  # a head that matters makes the loss rise
    "prediction_change": np.abs,  # a prediction may move either way
    "prediction_moved": lambda mean: mean,
}


@dataclass(frozen=True)
class Assay:
    """What is measured on a model with and without heads.

    model : whose passes `read` makes. layers : attention layers of a pass, None where `read` calls the model itself.
    read : makes the passes, in this thread, and keeps what is needed. loss : of what was read, one value a sequence.
    change : of what was read with and without heads, the change of the prediction, one value a sequence. loss_unit,
    prediction : words. modules, head_count : as for `head_outputs`.
    """

    model: nn.Module
    layers: int | None
    read: Callable[[], Any]
    loss: Callable[[Any], np.ndarray]
    change: Callable[[Any, Any], np.ndarray]
    loss_unit: str
    prediction: str
    modules: str | None = None
    head_count: int | None = None

    def seam(self) -> dict[str, Any]:
        return {"layers": self.layers, "modules": self.modules, "head_count": self.head_count}


@torch.no_grad()
def head_effects(
    assay: Assay,
    chosen: Sequence[Head],
    *,
    how: str = "zero",
    means: Sequence[Tensor] | None = None,
    draws: int = 100,
    same_blocks: bool = True,
    seed: int = 0,
    advance: Callable[[int], object] = lambda done: None,
) -> pd.DataFrame:
    """Change of loss and prediction without the chosen heads, and without equally many random ones.

    Parameters
    ----------
    chosen : (layer, head), 0-based; taken out together.
    how : "zero" or "mean"; see `ablation`.
    means : for "mean", of reference inputs; measured on the assay's own sequences if left out.
    draws : random sets, all different; where there are no more, each is taken once. 0: only the chosen heads.
    same_blocks : random sets have as many heads of each block as the chosen, and are drawn from the others of that
        block, then, where those do not suffice, filled up from the chosen; if False, from all others of the model.

    Returns
    -------
    Columns heads, how, set ("chosen" or "random"), draw, sequence, loss_change, prediction_change: without − with, a
    row for each set and sequence.

    Raises
    ------
    InputError
        No such head, an unknown `how`, or no other head to compare with.
    """
    chosen = sorted(set(chosen))
    kept: list[Any] = []
    own = mean_outputs(assay.model, lambda: kept.append(assay.read()), **assay.seam())
    counts = [len(mean) for mean in own]
    check_heads(chosen, len(counts), counts.__getitem__)
    sets = [chosen, *(random_sets(chosen, counts, draws, same_blocks, seed) if draws else ())]
    before, tables = kept[0], []
    for draw, heads in enumerate(sets):
        with ablated(assay.model, heads, how, means=own if means is None else means, **assay.seam()):
            after = assay.read()
        change = assay.change(before, after)
        columns = {
            "heads": ", ".join(map(head_name, heads)),
            "how": how,
            "set": "random" if draw else "chosen",
            "draw": max(draw - 1, 0),
            "sequence": np.arange(len(change)),
            "loss_change": assay.loss(after) - assay.loss(before),
            "prediction_change": change,
        }
        tables.append(pd.DataFrame(columns))
        advance(1)
    return pd.concat(tables, ignore_index=True)


def summary(effects: pd.DataFrame, *, resamples: int = 2000, seed: int = 0) -> pd.DataFrame:
    """One row of what `head_effects` found.

    Returns
    -------
    Columns heads, how, sequences, sets (random ones) and, for each of loss_change, prediction_change (mean with its
    sign) and prediction_moved (mean of absolute changes): the mean over sequences, with `_low` and `_high`; `_lead`,
    how much more than the mean of random sets, with `_lead_low` and `_lead_high`; `_random`, `_random_low` and
    `_random_high`, the mean and 2.5 and 97.5 % of random sets; and `_p` = (b + 1) / (sets + 1), where b random sets do
    as much (loss up; prediction either way), so that it cannot be less than 1 / (sets + 1). The other intervals are
    2.5 and 97.5 % of a bootstrap of sequences, each paired with itself; NaN for fewer than 5.
    """
    effects = effects.assign(prediction_moved=effects.prediction_change.abs())
    mine = effects[effects["set"] == "chosen"].set_index("sequence")
    others = effects[effects["set"] == "random"]
    usual = others.groupby("sequence")[list(MEASURES)].mean().reindex(mine.index)  # NaN where there are no sets
    sets = others.groupby("draw")[list(MEASURES)].mean()
    weights = np.random.default_rng(seed).multinomial(len(mine), np.full(len(mine), 1 / len(mine)), resamples)

    def interval(values: np.ndarray) -> np.ndarray:
        return np.percentile(weights @ values / len(mine), [2.5, 97.5]) if len(mine) >= FEWEST else np.full(2, np.nan)

    row = {"heads": mine.heads.iloc[0], "how": mine.how.iloc[0], "sequences": len(mine), "sets": len(sets)}
    for name, size in MEASURES.items():
        value, random, lead = mine[name].mean(), sets[name].to_numpy(), (mine[name] - usual[name]).to_numpy()
        row[name], row[f"{name}_lead"] = value, lead.mean()
        row[f"{name}_low"], row[f"{name}_high"] = interval(mine[name].to_numpy())
        row[f"{name}_lead_low"], row[f"{name}_lead_high"] = interval(lead)
        row[f"{name}_random"] = random.mean() if len(random) else np.nan
        spread = np.percentile(random, [2.5, 97.5]) if len(random) else (np.nan, np.nan)
        row[f"{name}_random_low"], row[f"{name}_random_high"] = spread
        as_much = (size(random) >= size(value) - 1e-12).sum()  # rounding is no difference
        row[f"{name}_p"] = (as_much + 1) / (len(random) + 1) if len(random) else np.nan
    return pd.DataFrame([row])


def sentences(row: pd.Series, assay: Assay, others: str = "heads of the same blocks") -> Iterator[str]:
    """A row of `summary` in words, the loss and then the prediction; `others`, what the random heads are."""
    for name, what in (
        ("loss_change", f"the loss changes by {row.loss_change:+.3g} {assay.loss_unit}"),
        ("prediction_moved", f"the prediction ({assay.prediction}) moves by {row.prediction_moved:.3g} on average"),
    ):
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        spread = "" if np.isnan(low) else f"{low:.3g} to {high:.3g} over "
        text = f"Without {row.heads} ({row.how} ablation) {what} ({spread}{row.sequences} sequences)"
        if row.sets:
            text += (
                f"; without as many other {others}, by {row[f'{name}_random']:.3g} ({row[f'{name}_random_low']:.3g} to "
                f"{row[f'{name}_random_high']:.3g} over {row.sets} sets, p = {row[f'{name}_p']:.2g})"
            )
            if not np.isnan(row[f"{name}_lead_low"]):
                lead = (row[f"{name}_lead{end}"] for end in ("", "_low", "_high"))
                text += "; more by {:.3g} ({:.3g} to {:.3g} over sequences)".format(*lead)
            if 1 / (row.sets + 1) > 0.05:
                text += f"; with {row.sets} sets p cannot be less than {1 / (row.sets + 1):.2g}"
        yield text + "."

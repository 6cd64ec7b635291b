"""What the initiation model predicts in each sequence that is shown, a row each, and where attention meets it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from regard.core.scores import PositionScores
from regard.models.initiation.model import Config
from regard.studies.dna.initiation import CrossCheck
from regard.studies.dna.levels import level_of
from regard.studies.dna.overlap import ATTENDED, STRONG, Overlap, highest, overlap

NEAR = 10  # bases: an attended base this close to the peak has found it
REACH = 60  # bases about the peak within which the motif that drives it is looked for


def initiation_rows(check: CrossCheck, found: xr.Dataset | None, attention: PositionScores) -> pd.DataFrame:
    """Height, place and strand of the highest initiation, the motif that drives it, and overlaps with attention.

    found : tracks of the sequences shown. attention : what each of their bases receives, mean of heads.

    Returns
    -------
    One row a sequence: `id`; `height` (in the unit of the model), `level` (strong, weak, none; empty without a unit),
    `peak` (0-based), `strand`; `motif`, that adds most at the peak, `adds` (before the softplus, less its mean over the
    sequence) and `motif_at`, where it is most active near the peak; `attended`, how many bases count as attended,
    `on_motif`, `on_motif_chance` and `on_motif_p` (attended bases on strong motif effects), and the same `on_peak…`
    for bases with high initiation; `from_peak`, bases between the peak and the nearest attended one. Without a model
    of initiation there is no row.
    """
    if check.model is None or found is None:
        return pd.DataFrame()
    config = check.model.config
    return pd.DataFrame([
        row_of(check, config, found.sel(sequence=name), received)
        for name, received in zip(attention.ids, attention.values, strict=True)
    ])  # fmt: skip


def row_of(check: CrossCheck, config: Config, found: xr.Dataset, received: np.ndarray) -> dict:
    """The row of one sequence."""
    length = int(found.length)
    targets = [t for t in config.targets if t in (check.target, check.target[:-1] + "-")]
    targets.sort(key=lambda t: t != check.target)
    found = found.isel(position=slice(length))
    both = found.prediction.sel(target=targets).values  # (strands, length)
    # With flanks that are random, what is predicted at the edges is not the sequence's own.
    edge = 0 if found.flanks.item() == "true" else min(max(config.width.values()) // 2, (length - 1) // 2)
    inner = np.full_like(both, -np.inf)
    inner[:, edge : length - edge] = both[:, edge : length - edge]
    strand, peak = np.unravel_index(int(inner.argmax()), inner.shape)
    effect = found.effect.sel(target=targets[strand])
    effect = effect - effect.mean("position")  # a detector that is a little active everywhere adds the same everywhere
    at_peak = effect.isel(position=peak)
    motif = str(at_peak.motif.values[int(at_peak.values.argmax())])
    active = found.activation.sel(motif=motif).values
    low = max(peak - REACH, 0)
    attended = highest(received, ATTENDED)
    on_motif = overlap(attended, highest(np.abs(effect.values).max(axis=0), STRONG))
    on_peak = overlap(attended, highest(both.max(axis=0), STRONG))
    height = float(both[strand, peak])
    return {
        "id": str(found.sequence.item()), "height": height, "level": level_of(height) if check.counts else "",
        "peak": int(peak), "strand": "+-"[strand], "motif": motif, "adds": float(at_peak.max()),
        "motif_at": low + int(active[low : peak + REACH + 1].argmax()), "attended": int(attended.sum()),
        **named("on_motif", on_motif), **named("on_peak", on_peak),
        "from_peak": int(np.abs(np.flatnonzero(attended) - peak).min()),
    }  # fmt: skip


def named(what: str, found: Overlap) -> dict:
    return {what: found.shared, f"{what}_chance": found.expected, f"{what}_p": found.p}


def rows_words(check: CrossCheck, rows: pd.DataFrame, label: pd.Series) -> str:
    """What the rows say, class by class, in a few sentences; empty without rows.

    label : the class that each shown sequence is of, by id.
    """
    if rows.empty:
        return ""
    said = []
    for name, of in rows.groupby(label.loc[rows.id].to_numpy(), sort=False):
        heights = f"{of.height.min():.2f} to {of.height.max():.2f}"
        levels = ", ".join(f"{n} {level}" for level, n in of.level.value_counts(sort=False).items() if level)
        said.append(
            f"{name}: {levels + ', ' if levels else ''}heights {heights} {check.unit}; {of.on_motif.sum()} of "
            f"{of.attended.sum()} attended bases on strong motif effects, {of.on_motif_chance.sum():.1f} by chance; "
            f"{(of.from_peak <= NEAR).sum()} of {len(of)} with an attended base within {NEAR} of the peak"
        )
    few = (rows.on_motif_p <= 0.05).sum()
    return (
        f"{'. '.join(one[:1].upper() + one[1:] for one in said)}. In {few} of {len(rows)} sequences by itself "
        "attention "
        f"meets motif effects more often than in 95 % of turned copies ({0.05 * len(rows):.1f} of them would by "
        "chance)."
    )

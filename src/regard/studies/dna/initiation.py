"""What stands beside the attention: Puffin, our own initiation model, JASPAR motifs, or words alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from regard.annotate.activation import annotate_activation
from regard.annotate.jaspar import annotate_jaspar, jaspar_tracks
from regard.annotate.motifs import MOTIFS, annotate_motif
from regard.core.scores import Annotations, PositionScores
from regard.errors import MissingExtra
from regard.models.initiation import model as initiation
from regard.models.initiation import puffin
from regard.models.initiation.flanks import find_flanks
from regard.models.initiation.model import InitiationModel
from regard.models.initiation.strength import Reading, read_many
from regard.models.initiation.tracks import interpret
from regard.models.shelf.shipped import INITIATION, model_folder

DRAWS = 8  # random flanks of a sequence that is shown


@dataclass
class CrossCheck:
    """An initiation model, if there is one, and where motifs come from.

    Attributes
    ----------
    name : "Puffin", "Regard's initiation model" or "" (no model).
    motifs : "Puffin", "JASPAR" or "words".
    weights : the file that the model was read from.
    flanks : true flanks by id, as far as they were found.
    remarks : for the reader of the report.
    """

    name: str = ""
    motifs: str = "words"
    model: InitiationModel | None = None
    weights: Path | None = None
    flanks: dict[str, tuple[str, str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        """Whether predictions are ln(count + 1), so that they can be strong or weak in absolute terms."""
        return self.name == "Puffin"

    @property
    def unit(self) -> str:
        """Of predicted initiation: Puffin counts reads, our model was trained on places alone."""
        return "ln(count + 1)" if self.counts else "no unit"

    @property
    def target(self) -> str:
        """The predicted track that is shown: the first of the given strand."""
        return self.model.config.targets[0] if self.model else ""


def cross_check(puffin_path: Path | None, flanks: Path | None, rows: pd.DataFrame) -> CrossCheck:
    """Find the best cross-check there is; fails at once on a path that was given and cannot be read.

    Puffin from the path given or from the folder of models; else our own initiation model, if shipped. Motifs are
    Puffin's, else JASPAR's (extra `motifs`), else IUPAC words.
    """
    found = CrossCheck()
    own = model_folder() / puffin.FILES[0]
    if puffin_path is not None or own.is_file():
        path = puffin.weights_in(puffin_path or own)
        found.name, found.motifs, found.model, found.weights = "Puffin", "Puffin", puffin.load(path), path
    elif INITIATION.is_file():
        found.name, found.weights = "Regard's initiation model", INITIATION
        found.model = initiation.load(INITIATION)
    if found.motifs != "Puffin":
        try:
            annotate_jaspar(["x"], ["ACGT" * 5])
            found.motifs = "JASPAR"
        except MissingExtra as error:
            found.remarks.append(f"motifs are IUPAC words only; for JASPAR's matrices, {error}")
    if found.model is None:
        found.remarks.append(
            "initiation of transcription is not predicted: give Puffin's weights with --puffin (academic use only)"
        )
    elif flanks is not None:
        found.flanks, several = find_flanks(rows.sequence.to_dict(), flanks, found.model.config.flank)
        if absent := len(rows) - len(found.flanks) - len(several):
            found.remarks.append(f"{absent} of {len(rows)} sequences are not in {flanks.name}: flanks random")
        if several:
            found.remarks.append(f"{len(several)} sequences stand at several places of {flanks.name}: flanks not used")
    return found


def example_tracks(check: CrossCheck, shown: pd.DataFrame, seed: int, advance: Callable) -> xr.Dataset | None:
    """Tracks of the sequences shown: the model's, all assays; without a model JASPAR's activations, or None."""
    ids, sequences = list(shown.index), shown.sequence.tolist()
    if check.model is not None:
        flanks = [check.flanks.get(i, ("", "")) for i in ids]
        found = interpret(check.model, sequences, ids, flanks=flanks, draws=DRAWS, seed=seed, advance=advance)
        return found.astype({name: np.float32 for name in found.data_vars})
    return jaspar_tracks(ids, sequences) if check.motifs == "JASPAR" else None


def read_initiation(check: CrossCheck, rows: pd.DataFrame, seed: int, advance: Callable) -> dict[str, Reading]:
    """Initiation and activations of many sequences, by id; empty without a model."""
    if check.model is None:
        return {}
    ids = list(rows.index)
    found = read_many(check.model, rows.sequence.tolist(), ids, flanks=check.flanks, seed=seed, advance=advance)
    return dict(zip(ids, found, strict=True))


def known_motifs(check: CrossCheck, rows: pd.DataFrame, readings: dict[str, Reading]) -> list[Annotations]:
    """Positions inside motifs of these sequences, by the best source there is; CpG as a word everywhere."""
    ids, sequences = list(rows.index), rows.sequence.tolist()
    words = [annotate_motif(motif, ids, sequences) for motif in MOTIFS]
    if check.model is not None and check.motifs == "Puffin":
        activation = [readings[i].activation for i in ids]
        return [*annotate_activation(ids, activation, check.model.config.motifs), words[-1]]
    if check.motifs != "JASPAR":
        return words
    each = annotate_jaspar(ids, sequences)
    union = [np.any(of_one, axis=0) for of_one in zip(*(a.values for a in each), strict=True)]
    return [*each, Annotations(ids, union, "any motif (JASPAR)"), words[-1]]


def initiation_scores(check: CrossCheck, found: xr.Dataset | None) -> list[PositionScores]:
    """Predicted initiation and what each base contributes, of the sequences shown, for `positions.tsv`."""
    if check.model is None or found is None:
        return []
    one, ids = found.sel(target=check.target), [str(i) for i in found.sequence.values]
    lengths = found.length.values

    def scores(name: str, what: str) -> PositionScores:
        values = [v[:n] for v, n in zip(one[name].values, lengths, strict=True)]
        return PositionScores(ids, values, f"{check.name}, {what} ({check.target})")

    return [scores("prediction", "ln(initiation + 1)"), scores("contribution", "contribution of bases")]


def flanks_text(check: CrossCheck, found: xr.Dataset | None) -> str:
    """In a sentence or two: which flanks the shown sequences stood between, and how sure that makes the tracks."""
    if check.model is None or found is None:
        return ""
    kinds = [str(kind) for kind in found.flanks.values]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("true", "partly true", "random") if kind in kinds)
    text = f"{check.name} reads {check.model.config.flank} bases on each side; flanks of those shown: {counts}. "
    if set(kinds) == {"true"}:
        return text
    agreement = float(found.tss_agreement.sel(target=check.target).mean())
    return text + (
        f"Where they are not all true, tracks are means over {DRAWS} random flanks of the sequence's own composition, "
        f"and the grey band is their standard deviation; in {agreement:.0%} of these the highest prediction is "
        "within 10 bases of that of the mean. Nothing real stands around a sequence there: trust shapes, not heights."
    )

"""Scores of one sequence with what is known of it: the figure for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from regard.core.scores import Annotations, PositionScores
from regard.errors import InputError
from regard.judge.groups import NUCLEOTIDES
from regard.plot.residues import along_residues
from regard.plot.tracks import stacked

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from regard.annotate.uniprot import Feature


def plot_with_functional_annotations(
    scores: PositionScores | Sequence[PositionScores],
    annotations: Annotations | Sequence[Annotations] = (),
    *,
    sequence: str,
    sample: str | None = None,
    features: Sequence[Feature] = (),
    secondary: str = "",
    marked: int | None = None,
    title: str = "",
) -> Figure:
    """Scores of one protein or stretch of DNA as tracks, with what is known of it below, on one axis.

    Parameters
    ----------
    scores : one or several; of the sample shown, values of shape (length,), NaN where there is none. The first is
        blue (attention, say), what it is compared with orange.
    annotations : one or several, bool, shape (length,): where they are True is marked, a row each.
    sequence : its bases or residues, `length` of them. Only A, C, G, T, U and N are DNA, on an axis of base pairs
        from 0; anything else is a protein, on an axis of residues from 1.
    sample : an id of the scores; their first if None.
    features : of a protein, boxes with labels, as `regard.annotate.uniprot.read_uniprot` gives them.
    secondary : of a protein, H (helix), E (strand) or - for each residue.
    marked : a 0-based position to mark in every track: a TSS, an active site, a variant.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        Scores or annotations without this sample, or not as long as the sequence; features of DNA.

    References
    ----------
    After the browser tracks of Avsec et al. 2021, figure 2a.

    Examples
    --------
    >>> import numpy as np, regard
    >>> attention = regard.PositionScores(["p1"], [np.array([0.1, 0.2, 0.9, 0.3])], "attention")
    >>> site = regard.Annotations(["p1"], [np.array([False, False, True, False])], "active site")
    >>> figure = regard.plot_with_functional_annotations(attention, site, sequence="MKHE")
    >>> [ax.get_ylabel() for ax in figure.axes], figure.axes[1].get_yticklabels()[0].get_text()
    (['attention', ''], 'active site')
    """
    tracks = [scores] if isinstance(scores, PositionScores) else list(scores)
    known = [annotations] if isinstance(annotations, Annotations) else list(annotations)
    if not tracks or not tracks[0].ids:
        raise InputError("no scores to show: give PositionScores of a sample or more")
    sample = tracks[0].ids[0] if sample is None else sample
    values = {one.name: of_sample(one, sample, len(sequence)).astype(float) for one in tracks}
    rows = {one.name: of_sample(one, sample, len(sequence)).astype(bool) for one in known}
    title = title or sample
    if not set(sequence.upper()) <= NUCLEOTIDES:
        first, *others = values.items()
        return along_residues(
            dict([first]), dict(others), features=features, secondary=secondary, sites=rows, sequence=sequence,
            marked=marked, title=title,
        )  # fmt: skip
    if features or secondary:
        raise InputError(f"{sample!r} is DNA ({sequence[:12]}…), and features and secondary structure are of proteins")
    return stacked(list(values.items()), list(rows.items()), title, marked)


def of_sample(one: PositionScores | Annotations, sample: str, length: int) -> np.ndarray:
    """What is said of one sample, shape (length,)."""
    if sample not in one.ids:
        raise InputError(f"{one.name}: no sample {sample!r}; there are {', '.join(map(repr, one.ids[:5]))}")
    values = np.asarray(one.values[one.ids.index(sample)])
    if len(values) != length:
        raise InputError(f"{one.name}, {sample!r}: {len(values)} positions, but the sequence has {length}")
    return values

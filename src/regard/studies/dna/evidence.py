"""Scores of many sequences and the evidence in them: attention, gradients, motifs, nulls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch
from rich.progress import Progress

from regard.attribute.gradient import gradient_x_input
from regard.attribute.mutagenesis import transitions
from regard.core.maps import AttentionMaps
from regard.core.scores import Annotations, PositionScores
from regard.data.sequences import encode
from regard.judge.compare import compare
from regard.models.attention import attention
from regard.models.dna_gpt.endings import features_after
from regard.models.dna_gpt.model import DnaGPT
from regard.models.dna_gpt.predict import device_of
from regard.models.reader import Reader
from regard.studies.tasks import Task

if TYPE_CHECKING:
    from regard.studies.dna.subject import Subject

MEAN_OF_HEADS = "attention, mean of heads"
GRADIENT = "gradient × input"
SEQUENCES = 60  # of each class, at most
CHUNK = 4  # sequences whose maps are in memory together


Gradients = Mapping[str, np.ndarray]  # gradient × input by id, (length,); empty without a classifier


def gradients_of(subject: Subject, rows: pd.DataFrame, progress: Progress) -> Gradients:
    """Gradient × input of each sequence, once for all that asks for it."""
    if subject.gradient is None:
        return {}
    each = progress.track(rows.sequence, description="gradients")
    return {name: subject.gradient(sequence) for name, sequence in zip(rows.index, each, strict=True)}


def example_scores(
    subject: Subject,
    maps: AttentionMaps,
    shown: pd.DataFrame,
    mutated: list[str],
    gradients: Gradients,
    progress: Progress,
) -> list[PositionScores]:
    """Attention received and gradient × input of the shown sequences; mutagenesis of those in `mutated`."""
    ids = list(shown.index)
    received = maps.reduce(f"{subject.received} | mean(layer, head)").on("base")
    found = [PositionScores(ids, received.values, MEAN_OF_HEADS)]
    if gradients:
        found.append(PositionScores(ids, [gradients[i] for i in ids], GRADIENT))
    if subject.changes is not None:
        some = progress.track(shown.sequence.loc[mutated], description="mutating every base")
        found.append(PositionScores(mutated, [subject.changes(s, 1) for s in some], "mutagenesis"))
    return found


def class_score(model: DnaGPT, task: Task, sequences: torch.Tensor) -> torch.Tensor:
    """Log odds of not being background, of whole sequences of one length, on the processor."""
    sequences = sequences.to(device_of(model))
    lengths = torch.full((len(sequences),), sequences.shape[1], device=sequences.device)
    return task.score(model.classify(task.name, sequences, lengths).cpu())


def gradient(model: DnaGPT, task: Task, sequence: str) -> np.ndarray:
    tokens = torch.from_numpy(encode(sequence)).long()[None]
    return gradient_x_input(lambda x: class_score(model, task, x), tokens, centre=True)[0]


def changes_of(model: DnaGPT, task: Task, sequence: str, every: int = 1) -> np.ndarray:
    """Absolute change of the class score by a transition, of all bases or, with `every` = 6, every sixth."""
    tokens = torch.from_numpy(encode(sequence)).long()
    features = features_after(model, tokens.to(device_of(model)))

    def score(mutants: torch.Tensor) -> torch.Tensor:
        return task.score(model.classifiers[task.name](features(mutants.to(device_of(model)))).cpu())

    return transitions(score, tokens, every=every)


def evidence_groups(
    predictions: pd.DataFrame, classes: list[str], seed: int, most: int = SEQUENCES
) -> dict[str, list[str]]:
    """Ids of up to `most` sequences of each class, by label where there is one; more hold those of fewer."""
    rng = np.random.default_rng(seed)
    column = next((c for c in ("label", "predicted") if c in predictions), None)
    of = predictions[column] if column else pd.Series(classes[0], index=predictions.index)
    groups = {}
    for name in reversed(classes):
        ids = predictions.id[of == name].to_numpy()
        if len(ids):
            groups[name] = ids[np.sort(rng.permutation(len(ids))[:most])].tolist()
    return groups


def head_scores(
    model: Reader,
    rows: pd.DataFrame,
    pipelines: list[str],
    progress: Progress | None = None,
    what: str = "",
    *,
    also: Sequence[str] = (),
    first: int = 0,
) -> list[dict[str, PositionScores]]:
    """For each pipeline, the scores of every head and their mean, a few sequences at a time.

    also : further pipelines, that the `first` rows alone are read by, in the same passes; their scores come last.
    """
    every = [*pipelines, *also]
    parts: list[list[dict[str, PositionScores]]] = [[] for _ in every]
    starts = range(0, len(rows), CHUNK)
    for start in progress.track(starts, description=what) if progress else starts:
        some = rows.iloc[start : start + CHUNK]
        maps = attention(model, some.sequence.tolist(), list(some.index))
        for pipeline, part in list(zip(every, parts, strict=True))[: len(every if start < first else pipelines)]:
            part.append(on_bases(maps.reduce(f"{pipeline} | per_head")))
    out = []
    for number, of_pipeline in enumerate(parts):
        ids = list(rows.index)[: len(rows) if number < len(pipelines) else first]
        values = {h: [v for part in of_pipeline for v in part[h].values][: len(ids)] for h in of_pipeline[0]}
        heads = {h: PositionScores(ids, value, h) for h, value in values.items()}
        out.append(heads | {MEAN_OF_HEADS: mean_of(list(heads.values()), MEAN_OF_HEADS)})
    return out


def on_bases(heads: dict[str, PositionScores]) -> dict[str, PositionScores]:
    return {name: scores.on("base") for name, scores in heads.items()}


def mean_of(scores: list[PositionScores], name: str) -> PositionScores:
    values = [np.mean(of_one, axis=0) for of_one in zip(*(s.values for s in scores), strict=True)]
    return PositionScores(scores[0].ids, values, name)


def only(scores: PositionScores, ids: list[str]) -> PositionScores:
    at = {name: i for i, name in enumerate(scores.ids)}
    return PositionScores(ids, [scores.values[at[i]] for i in ids], scores.name)


def gather_evidence(
    gradients: Gradients,
    rows: pd.DataFrame,
    groups: dict[str, list[str]],
    heads: dict[str, PositionScores],
    twins: list[dict[str, PositionScores]],
    motifs: list[Annotations],
    seed: int,
    progress: Progress,
) -> pd.DataFrame:
    """Does attention fall on motifs (and the TSS) in the sequences of the class asked about?

    twins : received attention of each head of each random twin.
    """
    name, ids = next(iter(groups.items()))
    sequences = rows.sequence.loc[ids].tolist()
    methods = [only(h, ids) for h in heads.values()][::-1]  # the mean of heads first
    if gradients:
        methods.insert(1, PositionScores(ids, [gradients[i] for i in ids], GRADIENT))
    annotations = list(motifs)
    if "tss" in rows and rows.tss.loc[ids].notna().all():
        near = [np.abs(np.arange(len(s)) - t) <= 10 for s, t in zip(sequences, rows.tss.loc[ids], strict=True)]
        annotations.insert(0, Annotations(ids, near, "TSS ± 10 bp"))
    bar = progress.add_task("judging", total=None)
    table = compare(
        methods,
        annotations,
        sequences=sequences,
        twins=[[only(h, ids) for h in twin.values()] for twin in twins],
        study="dna",
        item=f"{name} ({len(ids)} sequences)",
        seed=seed,
    )
    progress.remove_task(bar)
    return table

"""Classify sequences, and say in a few lines what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from rich.progress import Progress
from sklearn.metrics import matthews_corrcoef

from regard.core.evidence import JUDGED, SUPPORTED
from regard.data.sequences import encode
from regard.errors import RegardError
from regard.models.dna_gpt.model import DnaGPT
from regard.models.dna_gpt.predict import strand_logits
from regard.studies.dna.unlike import unlike_training
from regard.studies.tasks import Task

if TYPE_CHECKING:
    from regard.studies.dna.result import Result


def predict_own(model: DnaGPT, task: Task, table: pd.DataFrame, progress: Progress) -> tuple[pd.DataFrame, list[str]]:
    """Predictions of a DNA GPT, as `as_table` lays them out, and what of the input is unlike what it learnt from.

    Where the classifier reads both strands, its logits are their mean.
    """
    bar = progress.add_task("classifying", total=len(table))
    logits = strand_logits(
        model,
        task.name,
        [encode(s) for s in table.sequence],
        both_strands=task.name in model.config.both_strands,
        advance=lambda done: progress.advance(bar, done),
    )
    return as_table(task, table, logits.mean(axis=0)), unlike_training(task, table, logits)


def as_table(task: Task, table: pd.DataFrame, logits: np.ndarray | None) -> pd.DataFrame:
    """One row a sequence: id, length, predicted class, the probability of each, label if known.

    logits : (sequences, logits of the head), or None without a classifier: then nothing is predicted.
    Raises RegardError where they are no numbers.
    """
    out = pd.DataFrame({"id": table.id, "length": table.sequence.str.len()})
    if logits is not None:
        if not np.isfinite(logits).all():
            row = table.id[~np.isfinite(logits).all(axis=1)].iloc[0]
            raise RegardError(f"sequence {row!r}: the model's logits are no numbers; are its weights damaged?")
        p = np.exp(task.log_probabilities(logits))
        out["predicted"] = np.array(task.classes)[p.argmax(axis=1)]
        for i, name in enumerate(task.classes):
            out[f"p_{name}"] = p[:, i]
    if "label" in table:
        out["label"] = table.label
    return out


def matthews_text(predictions: pd.DataFrame) -> str:
    """Matthews correlation of predictions with labels, where there are labels of more than one class."""
    if predictions.label.nunique() < 2:
        return "not defined for one class"
    return f"{matthews_corrcoef(predictions.label, predictions.predicted):.3f}"


def counted(predictions: pd.DataFrame, task: Task) -> str:
    """How many are predicted of each class, in words."""
    if "predicted" not in predictions:
        return "the model has no classifier, so that nothing is predicted"
    counts = predictions.predicted.value_counts()
    return ", ".join(f"{counts.get(c, 0)} {c}" for c in task.classes)


def predicted_words(task: Task, predictions: pd.DataFrame) -> list[str]:
    """What was predicted, in a line or three."""
    lines = [f"{len(predictions)} sequences: {counted(predictions, task)}"]
    if "label" in predictions and "predicted" in predictions:
        lines.append(f"Matthews correlation with the labels: {matthews_text(predictions)}")
    return lines


def evidence_words(result: Result) -> str:
    """How many comparisons are supported, with known elements and between classes."""
    verdict = result.compared.verdict
    judged = verdict.isin(JUDGED).sum()
    return (
        f"evidence: {(verdict == SUPPORTED).sum()} of {judged} comparisons supported; "
        f"{len(verdict) - judged} could not be judged"
    )

"""Would another way of reading the same attention say otherwise?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

from regard.core.evidence import JUDGED, SUPPORTED, evidence
from regard.core.scores import Annotations, PositionScores
from regard.studies.dna.answers import Answer
from regard.studies.dna.evidence import only

QUESTION = "Would another reading of the same attention say otherwise?"
Heads = Mapping[str, PositionScores]


def other_readings(received: str) -> list[str]:
    """Pipelines beside the one that was asked for: without logarithm, without correction for distance, plain means."""
    steps = [step.strip() for step in received.split("|")]
    fewer = [[s for s in steps if s != left_out] for left_out in ("log", "detrend")]
    plain = [s for s in steps if s in ("drop_special", "received")]
    found = [" | ".join(one) for one in (*fewer, plain) if one != steps]
    return list(dict.fromkeys(found))


def another_reading(rows: pd.DataFrame, readings: Mapping[str, Heads], motifs: list[Annotations]) -> Answer:
    """AUPRC of the (supported) head that adds most, by each pipeline; none of them was chosen by it.

    readings : scores of each head by pipeline, the one that the study uses first.
    """
    heads = rows[rows.method.str.startswith("block") & rows.verdict.isin(JUDGED) & (rows.annotation != "TSS ± 10 bp")]
    if heads.empty:
        return Answer(QUESTION, "Not asked: no head could be judged.")
    supported = heads[heads.verdict == SUPPORTED]
    best = (supported if len(supported) else heads).sort_values("adds").iloc[-1]
    known = next(m for m in motifs if m.name == best.annotation)
    told = {p: auprc(only(of[best.method], known.ids), known) for p, of in readings.items()}
    named = [f"{value:.3f} by “{pipeline}”" for pipeline, value in told.items()]
    sentence = (
        f"{best.method.capitalize()} against {best.annotation} has an AUPRC of {named[0]}, the reading used here; "
        f"{'; '.join(named[1:])} (prevalence {best.prevalence:.3f})."
    )
    caveat = "Alone, without what needs no model. The reading was fixed beforehand; the highest is not the true one."
    return Answer(QUESTION, sentence, None, evidence([]), caveat, "readings")


def auprc(scores: PositionScores, known: Annotations) -> float:
    """Average precision over the positions of all sequences that have a score."""
    values, labels = np.concatenate(scores.values), np.concatenate(known.values)
    there = ~np.isnan(values)
    return float(average_precision_score(labels[there], values[there]))

"""Would another way of reading the same attention say otherwise?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from regard.judge.measures import within
from regard.models.protein.model import ProteinModel
from regard.models.protein.reading import SITES
from regard.models.protein.windows import CONTACTS, stitched
from regard.report.page import Note, Section
from regard.studies.protein.inputs import Protein
from regard.studies.protein.pipelines import Pipelines
from regard.studies.protein.questions import LONG, Question, about_contacts, about_sites

QUESTION = "Would another reading of the same attention say otherwise?"
CAVEAT = (
    "Each by itself, beside nothing that needs no model, and no verdict. The reading used was fixed beforehand; the "
    "highest is not the true one. Heads that were chosen or weighed were so by the first of each."
)
MEAN, MAX, LAST = "mean(layer, head)", "max(layer, head)", "last | mean(head)"


def readings_of(steps: str, others: Sequence[str]) -> list[str]:
    """The mean of all heads as the study reads them, by other steps; then their maximum, and the last layer alone."""
    found = [*(f"{one} | {MEAN}" for one in (steps, *others)), f"{steps} | {MAX}", f"{steps} | {LAST}"]
    return list(dict.fromkeys(found))


def other_readings(
    model: ProteinModel,
    proteins: Sequence[Protein],
    pipelines: Pipelines,
    advance: Callable[[int], object] = lambda done: None,
) -> list[dict]:
    """A row for each question and pipeline, the one that the study uses first; one more pass over each protein.

    Asked are contacts farthest apart of which any is known, and every kind of site.
    """
    contacts, sites = about_contacts(proteins), about_sites(proteins)
    far = contacts.get(LONG) or next(reversed(contacts.values()), None)
    asked = [
        *([(far, "P@L", readings_of(pipelines.contacts, (CONTACTS, "symmetrise")))] if far else []),
        *((q, "auroc", readings_of(pipelines.sites, (SITES, "received", "log | received"))) for q in sites.values()),
    ]
    wanted = list(dict.fromkeys(one for _, _, some in asked for one in some))
    found: dict[str, dict[str, np.ndarray]] = {}
    for protein in {p.id: p for q, _, _ in asked for p in q.proteins}.values():
        found[protein.id] = dict(zip(wanted, stitched(model, protein.sequence, wanted), strict=True))
        advance(1)
    return [
        {
            "asked of": question.name, "reading": pipeline, "figure": metric.replace("auroc", "AUROC"),
            "value": value_of(question, metric, [found[i][pipeline] for i in question.ids]),
            "": "used here" if pipeline == some[0] else "",
        }
        for question, metric, some in asked for pipeline in some
    ]  # fmt: skip


def value_of(question: Question, metric: str, scores: Sequence[np.ndarray]) -> float:
    """The figure of the tables: the mean over proteins of that within each, where there is a score."""
    places = [there & ~np.isnan(one) for there, one in zip(question.there, scores, strict=True)]
    edges = np.cumsum([0, *(int(one.sum()) for one in places)])
    blocks = [slice(*some) for some in pairwise(edges.tolist())]
    lengths = [len(p) if p.resolved is None else int(np.sum(p.resolved)) for p in question.proteins]
    measure = within(metric, blocks, lengths, np.arange(len(blocks)))
    values, labels = (
        np.concatenate([one[at] for one, at in zip(some, places, strict=True)]) for some in (scores, question.labels)
    )
    return measure.value(values, labels)


def readings_sections(rows: list[dict]) -> list[Section]:
    """The section of the report; none where nothing known was given."""
    if not rows:
        return []
    text = []
    for what in dict.fromkeys(row["asked of"] for row in rows):
        used, *others = [row for row in rows if row["asked of"] == what]
        told = "; ".join(f"{row['value']:.3f} by “{row['reading']}”" for row in others)
        text.append(
            f"{what[:1].upper()}{what[1:]}: {used['figure']} {used['value']:.3f} by “{used['reading']}”, the reading "
            f"used here; {told}."
        )
    return [Section(QUESTION, [*text, Note(CAVEAT)])]

"""Does it matter? Heads that the judge supports, taken out of the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from regard.attribute.ablation import HOW, Head
from regard.attribute.ablation_scores import protein_assay
from regard.attribute.head_effects import head_effects, sentences, summary
from regard.core.evidence import SUPPORTED
from regard.errors import CaptureError, InputError
from regard.report.page import Note, Section
from regard.studies.protein.contact_scores import BEST, CHOSEN, SHIPPED, TOP
from regard.studies.protein.questions import about_sites
from regard.studies.protein.result import Result
from regard.studies.protein.sites import BEST as SITE_BEST
from regard.studies.protein.sites import choices_of

MOST = 8  # proteins that are read without the heads
LONGEST = 500  # residues
DRAWS = 20  # sets of other heads, at most
CAVEAT = (
    "Heads taken out together, beside as many other heads of the same blocks. What a model loses shows whether it uses "
    "a head, not what for; where it loses nothing, other heads may do the same."
)


def matter_sections(result: Result, rows: pd.DataFrame) -> list[Section]:
    """A section on the heads that are supported, zero and mean ablation; none where none is.

    rows : what verdicts are on. Read are the first few proteins that are short enough.
    """
    short = [p for p in result.proteins if len(p) <= min(LONGEST, result.model.longest)][:MOST]
    sets: dict[tuple[Head, ...], dict[str, list[str]]] = {}
    for heads, method, annotation in supported_heads(result, rows[rows.verdict == SUPPORTED]):
        sets.setdefault(heads, {}).setdefault(method, []).append(annotation)
    if not sets or not short or not result.model.likelihoods:
        return []
    assay = protein_assay(result.model, [p.sequence for p in short])
    text = []
    for heads, what in sets.items():
        told = "; ".join(f"{method} ({', '.join(about)})" for method, about in what.items())
        text.append(f"Taken out: {told}. Where heads were chosen for each protein, those chosen most often.")
        for how in HOW:
            try:
                effects = head_effects(assay, heads, how=how, draws=DRAWS, seed=result.seed)
            except (InputError, CaptureError) as error:  # no other head in the block, or heads are out of reach
                text.append(f"Not taken out: {error}.")
                break
            text += sentences(summary(effects, seed=result.seed).iloc[0], assay)
    return [Section("Does it matter?", [*text, Note(CAVEAT)])]


def supported_heads(result: Result, rows: pd.DataFrame) -> Iterator[tuple[tuple[Head, ...], str, str]]:
    """The heads behind each supported method that is one head or the mean of a few; the method; the annotation."""
    names = {CHOSEN[name]: name for name in ("best head", "top heads")}
    shipped = {SHIPPED[name]: name for name in ("best head", "top heads")}
    for row in rows.drop_duplicates(["method", "annotation"]).itertuples():
        if row.method in (BEST, TOP) and result.contacts is not None:
            name = names[row.method]
            weights = {p.group: result.contacts.choices[p.id].weights[name] for p in result.contacts.proteins}
        elif row.method in shipped and result.contacts is not None and result.contacts.learned is not None:
            weights = {0: result.contacts.learned.heads[shipped[row.method]]}
        elif row.method == SITE_BEST:
            question = about_sites(result.proteins)[row.annotation]
            received = {p.id: result.readings[p.id].received for p in question.proteins}
            chosen = choices_of(row.annotation, question.proteins, received, result.seed)
            weights = {group: of["best head"] for group, of in chosen.items()}
        else:
            continue
        yield usual(weights.values(), result.model.heads), row.method, row.annotation


def usual(weights: Iterable[np.ndarray], heads: int) -> tuple[Head, ...]:
    """The heads chosen most often; as many as are chosen on average."""
    chosen = np.stack(list(weights)) > 0
    count = max(1, round(chosen.sum() / len(chosen)))
    most = np.argsort(-chosen.sum(axis=0), kind="stable")[:count]
    return tuple(sorted(divmod(int(k), heads) for k in most))

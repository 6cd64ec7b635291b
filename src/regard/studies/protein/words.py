"""What the protein report says, in sentences made from the tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.core.evidence import CANNOT_TELL, JUDGED, NOT_SUPPORTED, SEEN, SUPPORTED, TOO_FEW
from regard.core.methods import Method
from regard.core.scores import Annotations, PositionScores
from regard.judge.among_best import among_best
from regard.judge.rules import FEWEST_GROUPS, FEWEST_POSITIVES
from regard.report.sure import COMPARISONS, about, found_among_best, how_many
from regard.studies.protein.bar import FREE, plain
from regard.studies.protein.contact_scores import (
    BEST,
    CORRECTED,
    COUPLING,
    DISTANCE,
    GRADIENT,
    HYDROPATHY,
    IDENTITY,
    LOGISTIC,
    MEAN,
    OWN,
    SHIPPED,
    SHIPPED_IDENTITY,
    SHIPPED_TEMPLATE,
    TEMPLATE,
    TOP,
    mean_name,
)
from regard.studies.protein.contacts import Contacts
from regard.studies.protein.factored import FACTORED
from regard.studies.protein.list_report import OF
from regard.studies.protein.questions import LONG
from regard.studies.protein.result import Result
from regard.studies.protein.sites import BEST as SITE_BEST
from regard.studies.protein.sites import CONSERVATION, PUBLISHED, RECEIVED
from regard.studies.protein.sites import LOGISTIC as SITE_LOGISTIC

PROTEINS, CHAINS, STRUCTURES = ("protein", "proteins"), ("chain", "chains"), ("structure", "structures")
METRIC = {"P@L": "P@L", "auroc": "AUROC"}  # what verdicts are on, in sentences
NAMES = METRIC | {"auprc": "AUPRC"}  # the last within one protein, of attention that is trained on its alignment
WHAT = {  # name: what it does, where it comes from
    MEAN: ("average over all layers and heads, both directions averaged", "Avsec et al. 2021"),
    CORRECTED: ("each head symmetrised, average product taken off, then averaged", "Rao et al. 2021"),
    BEST: ("the head with the most contacts in its best L pairs, chosen on other proteins (q ≤ .05)", "this project"),
    TOP: ("mean of up to 5 such heads, chosen on other proteins", "this project"),
    LOGISTIC: ("sparse logistic regression of contacts on all heads, fitted on other proteins", "Rao et al. 2021"),
    OWN: ("the regression over heads that comes with the model", "Rao et al. 2021; Lin et al. 2023"),
    GRADIENT: ("|gradient × input| of each residue's log likelihood, symmetrised", "Shrikumar et al. 2017"),
    DISTANCE: ("the nearer in sequence, the higher; no model", ""),
    TEMPLATE: ("share of aligned relatives in which the same places touch, or are sites; no model", ""),
    IDENTITY: ("how often such amino acids touch, or are sites, in other proteins; no model", ""),
    SHIPPED["best head"]: ("the head that is best on other antibodies, learned before", "this project"),
    SHIPPED["top heads"]: ("mean of up to 5 heads that are best on other antibodies, learned before", "this project"),
    SHIPPED["logistic regression"]: (
        "sparse logistic regression of contacts on all heads, fitted on other antibodies beforehand",
        "Rao et al. 2021",
    ),
    SHIPPED_TEMPLATE: (
        "how often the same two IMGT positions touch in other antibodies, heavy and light chains apart; no model",
        "this project",
    ),
    SHIPPED_IDENTITY: ("how often such amino acids touch in other antibodies; no model", "this project"),
    HYDROPATHY: ("sum of the hydropathy of both residues; no model", "Kyte & Doolittle 1982"),
    RECEIVED: ("mean attention from all other residues, averaged over layers and heads", "Vig et al. 2021"),
    SITE_BEST: ("the same of the head with the highest AUROC in other proteins", "this project"),
    SITE_LOGISTIC: ("sparse logistic regression of sites on all heads, fitted on other proteins", "this project"),
    CONSERVATION: (
        "Jensen–Shannon divergence of the amino acids in the alignment from the usual ones, over neighbours; no model",
        "Capra & Singh 2007",
    ),
    COUPLING: (
        "mean-field couplings of the alignment, corrected by average product; no attention",
        "Morcos et al. 2011; Dunn et al. 2008",
    ),
    FACTORED: (
        "a layer of attention between places, trained on the alignment; each head symmetrised, corrected, and as heavy "
        "as its value",
        "Bhattacharya et al. 2022",
    ),
    PUBLISHED: ("how often each amino acid binds a ligand, in 503 chains of the PDB; no model", "this project"),
}  # fmt: skip

METHODS = {name: Method(name, summary, "", reference) for name, (summary, reference) in WHAT.items()}


def share(value: float) -> str:
    """A share as a percentage: one decimal below 10 %."""
    return f"{100 * value:.1f} %" if value < 0.0995 else f"{100 * value:.0f} %"


def asked(result: Result) -> list[str]:
    sizes = [len(p) for p in result.proteins]
    between = f"{min(sizes)} to {max(sizes)}" if len(set(sizes)) > 1 else str(sizes[0])
    lines = [
        f"What does {result.model.name} attend to in {how_many(len(sizes), PROTEINS)} of {between} residues, and is "
        "it biology?"
    ]
    known = [p for p in result.proteins if p.contacts is not None]
    if known:
        groups = len({p.group for p in known})
        lines.append(
            f"Contacts: pairs of residues with Cβ nearer than 8 Å, in {how_many(len(known), CHAINS)} "
            f"of {how_many(groups, STRUCTURES)}. " + taught(result, groups)
        )
    kinds = list(dict.fromkeys(kind for p in result.proteins for kind in p.sites))
    if kinds:
        lines.append(f"Sites: {', '.join(kinds)}.")
    return lines


def taught(result: Result, groups: int) -> str:
    """On what heads, propensities and templates were learned."""
    learned = result.contacts.learned if result.contacts else None
    if learned:
        shipped = f"{learned.structures} structures of other antibodies ({len(learned.domains)} variable domains)"
        words = f"Rows marked (shipped) were learned beforehand on {shipped}."
        return f"{words} Other heads are chosen on the other structures given." if groups > 1 else words
    if groups > 1:
        return "Heads are chosen on the other structures."
    return "One structure: there is no other to choose heads on."


def judged_rows(table: pd.DataFrame) -> pd.DataFrame:
    """What the verdicts are on, a row a comparison: scores that read the model, P@L of contacts and AUROC of sites."""
    about = (table.metric.isin(METRIC) | (table.method == FACTORED)) & ~table.method.isin(FREE)
    listed = table.annotation.astype(str).str.startswith(OF)  # told where they are shown
    return table[about & ~listed & ~table.reason.astype(str).str.startswith(SEEN)]


def counted(rows: pd.DataFrame) -> str:
    """How many comparisons are supported, of those that could be judged, and why the others could not."""
    number = rows.verdict.value_counts()
    judged, yes = int(number.reindex(JUDGED).sum()), int(number.get(SUPPORTED, 0))
    few, untold = int(number.get(TOO_FEW, 0)), int(number.get(CANNOT_TELL, 0))
    if not len(rows):
        return "nothing known to compare with"
    text = f"{yes} of {how_many(judged, COMPARISONS)} supported" if judged else "no comparison could be judged"
    text += f"; {few} {'has' if few == 1 else 'have'} too few labels" if few else ""
    return text + (f"; {untold} cannot be told" if untold else "")


def headline(rows: pd.DataFrame) -> str:
    """The verdicts in one line; rows as `judged_rows` gives them."""
    if not len(rows):
        return "What the model attends to; without a structure or known sites nothing says whether it is evidence"
    yes, judged = rows[rows.verdict == SUPPORTED], rows[rows.verdict.isin(JUDGED)]
    if len(yes):
        what, of = foremost(yes)
        told = [
            f"{'; '.join(part.annotation.unique())}, beyond {plain(bar)}"
            for bar, part in of.groupby("baseline", sort=False)
        ]
        return f"{what} agrees with {'; and with '.join(told)}"
    if len(judged) == 1:
        return "The one comparison of the model with what is known is not supported"
    if len(judged):
        return f"None of {len(judged)} comparisons of the model with what is known is supported"
    if (rows.verdict == TOO_FEW).all():
        return "Too few proteins for a verdict"
    return "No verdict: it cannot be told whether what the model shows is evidence"


def foremost(yes: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """What the headline is about, and its rows: the model's attention where it is supported. yes : rows that are."""
    attention = yes[~yes.method.isin([GRADIENT, FACTORED])]
    return next((what, part) for what, part in (
        ("Attention", attention), ("Gradient × input", yes[yes.method == GRADIENT]),
        ("Attention trained on the alignment, not the model's,", yes),
    ) if len(part) or part is yes)  # fmt: skip


def answers(rows: pd.DataFrame) -> list[str]:
    """What is supported, what is not and what it would have needed, what cannot be told, what has too few labels."""
    lines, few = [], []
    for annotation, part in rows.groupby("annotation", sort=False):
        name = f"{annotation[:1].upper()}{annotation[1:]}"
        if (part.verdict == TOO_FEW).all():
            few.append(annotation)
        yes = part[part.verdict == SUPPORTED]
        if len(yes):
            most = yes.loc[yes.adds.idxmax()]
            added = f"{most.adds:+.3f} [{most.adds_low:+.3f}, {most.adds_high:+.3f}] in {NAMES[most.metric]}"
            lines.append(
                f"{name}: supported for {', '.join(yes.method)}. Most is added to {plain(most.baseline)} by "
                f"{most.method}, {added}."
            )
        for reason, alike in part[part.verdict == CANNOT_TELL].groupby("reason", sort=False):
            lines.append(f"{name}: cannot be told for {', '.join(alike.method)}; {reason}.")
        no = part[part.verdict == NOT_SUPPORTED]
        if len(no):
            best = no.loc[no.value.idxmax()]
            figure = f"{NAMES[best.metric]} {best.value:.2f}{needed_words(best)}"
            lines.append(
                f"{name}: not supported for {', '.join(no.method)}. Highest by itself is {best.method}, {figure}; "
                f"{best.reason}."
            )
    if few:
        lines.append(
            f"Too few labels: {'; '.join(few)}. Chains of one structure, and near copies, count once; "
            f"{FEWEST_POSITIVES} positives in {FEWEST_GROUPS} independent proteins are the least to judge by. "
            "The numbers hold for the proteins shown and say little about others."
        )
    return lines


def needed_words(row: pd.Series) -> str:
    """What a score that is not supported would have needed, where that is more than it has."""
    return f" (it would have needed {row.needed:.2f})" if row.needed > row.value else ""


def findings(result: Result, contacts: list[dict], sites: list[dict]) -> list[str]:
    """What was found, as sentences; long-range contacts first."""
    lines = []
    far = {r["method"]: r for r in contacts if r["range"] == LONG}
    if MEAN in far:
        lines.append(plain_average(far[MEAN]))
        read = [r for name, r in far.items() if r["attention"] and name != MEAN]
        free = [r for r in far.values() if r["free"]]
        if read:
            best = max(read, key=lambda r: r["value"])
            lines.append(f"The best other reading, {best['method']}: {share(best['value'])}.")
        if free:
            best = max(free, key=lambda r: r["value"])
            lines.append(f"The best without any model, {best['method']}: {share(best['value'])}.")
        if GRADIENT in far:
            lines.append(f"Gradient × input of the same model: {share(far[GRADIENT]['value'])}.")
    lines += [attended_words(result, kind) for kind in dict.fromkeys(r["annotation"] for r in sites)]
    if result.contacts is not None:
        lines += bonds(result.contacts)
    return lines or ["See the figures: heads, amino acids and the residues that attract attention."]


def plain_average(row: dict) -> str:
    value, base = row["value"], row["null_mean"]
    counted = (
        f"of 100 pairs that averaged attention ranks first, {about(100 * value)} touch, and of 100 pairs drawn at "
        f"random {about(100 * base)}"
    )
    if value <= base:
        return (
            "Averaged over all heads, attention here finds contacts 24 or more residues apart no more often than "
            f"random pairs do: {counted}."
        )
    return f"Contacts 24 or more residues apart: {counted}."


def attended_words(result: Result, kind: str) -> str:
    """How many known residues are among the most attended of their protein, mean of all heads."""
    proteins = [p for p in result.proteins if kind in p.sites and p.sites[kind].any()]
    ids = [p.id for p in proteins]
    received = [np.where(p.told(kind), result.readings[p.id].received.mean(axis=0), np.nan) for p in proteins]
    told = among_best(
        PositionScores(ids, received, RECEIVED), Annotations(ids, [p.sites[kind] for p in proteins], kind)
    )
    by = "most attended of their proteins" if len(ids) > 1 else "most attended"
    return found_among_best(f"known residues ({kind})", told.known, told.found, by, told.chance)


def bonds(contacts: Contacts) -> list[str]:
    """Where the disulfides stand in the ranking of each chain, by the best reading there is."""
    scores = contacts.scores
    name = next((n for n in (OWN, LOGISTIC, SHIPPED["logistic regression"], TOP, CORRECTED) if n in scores), MEAN)
    lines = []
    for k, protein in enumerate(contacts.proteins[:4]):
        values = scores[name].values[k]
        i, j = protein.known.nonzero()
        for a, b in protein.disulfides:
            if protein.known[a, b]:
                rank = int((values[i, j] > values[a, b]).sum()) + 1
                lines.append(f"{protein.id}: the disulfide Cys{a + 1}–Cys{b + 1} is pair {rank} of {len(i)} by {name}.")
    return lines


def methods_used(result: Result) -> list[Method]:
    own = mean_name(result.pipelines.contacts)
    known = {own: Method(own, "each head read so, then averaged", "", "")} | METHODS
    return [known[name] for name in dict.fromkeys(result.evidence.method) if name in known]

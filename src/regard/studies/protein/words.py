"""What the protein report says, in sentences made from the tables."""

from __future__ import annotations

from regard.core.evidence import SUPPORTED, TOO_FEW
from regard.studies.protein.contact_scores import (
    BASELINES,
    BEST,
    CORRECTED,
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
)
from regard.studies.protein.contacts import LONG, Contacts
from regard.studies.protein.result import Result
from regard.studies.protein.sites import BEST as SITE_BEST
from regard.studies.protein.sites import LOGISTIC as SITE_LOGISTIC
from regard.studies.protein.sites import PUBLISHED, RECEIVED

# name: what it does, where it comes from
METHODS = {
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
    PUBLISHED: ("how often each amino acid binds a ligand, in 503 chains of the PDB; no model", "this project"),
}  # fmt: skip


def share(value: float) -> str:
    """A share as a percentage: one decimal below 10 %."""
    return f"{100 * value:.1f} %" if value < 0.0995 else f"{100 * value:.0f} %"


def asked(result: Result) -> list[str]:
    sizes = [len(p) for p in result.proteins]
    between = f"{min(sizes)} to {max(sizes)}" if len(set(sizes)) > 1 else str(sizes[0])
    lines = [
        f"What does {result.model.name} attend to in {len(sizes)} proteins of {between} residues, and is it biology?"
    ]
    known = [p for p in result.proteins if p.contacts is not None]
    if known:
        groups = len({p.group for p in known})
        lines.append(
            f"Contacts: pairs of residues with Cβ nearer than 8 Å, in {len(known)} chains of {groups} "
            f"{'structures' if groups > 1 else 'structure'}. " + taught(result, groups)
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


def headline(result: Result, contacts: list[dict], sites: list[dict]) -> str:
    if not contacts and not sites:
        return "What the model attends to; without a structure or known sites nothing says whether it is evidence"
    judged = [r for r in [*contacts, *sites] if r["attention"]]
    yes = [r for r in judged if r["verdict"] == SUPPORTED]
    if yes:
        about = list(dict.fromkeys(r["annotation"] for r in yes))
        return f"Attention beats every null and baseline at: {'; '.join(about)}"
    far = {r["method"]: r for r in contacts if r["range"] == LONG}
    if all(r["verdict"] == TOO_FEW for r in judged):
        text = "Too few proteins for a verdict"
        if MEAN in far and far[MEAN]["value"] <= far[MEAN]["prevalence"]:
            text += "; averaged attention finds far contacts no more often than chance"
        return text
    return "Attention shows nothing here that a null or a baseline without it does not show as well"


def findings(result: Result, contacts: list[dict], sites: list[dict]) -> list[str]:
    """What was found, as sentences; long-range contacts first."""
    lines = []
    far = {r["method"]: r for r in contacts if r["range"] == LONG}
    if MEAN in far:
        lines.append(plain_average(far[MEAN]))
        read = [r for name, r in far.items() if r["attention"] and name != MEAN]
        free = [far[name] for name in BASELINES if name in far and name != GRADIENT]
        if read:
            best = max(read, key=lambda r: r["value"])
            lines.append(f"The best other reading, {best['method']}: {share(best['value'])}.")
        if free:
            best = max(free, key=lambda r: r["value"])
            lines.append(f"The best without any model, {best['method']}: {share(best['value'])}.")
        if GRADIENT in far:
            lines.append(f"Gradient × input of the same model: {share(far[GRADIENT]['value'])}.")
    for kind in dict.fromkeys(r["annotation"] for r in sites):
        part = [r for r in sites if r["annotation"] == kind]
        read = [r for r in part if r["attention"]]
        free = [r for r in part if not r["attention"]]
        if read and free:
            a, b = max(read, key=lambda r: r["value"]), max(free, key=lambda r: r["value"])
            lines.append(
                f"{kind[:1].upper()}{kind[1:]} ({a['positives']} residues): AUROC {a['value']:.2f} by {a['method']}, "
                f"{b['value']:.2f} by {b['method']}."
            )
    if result.contacts is not None:
        lines += bonds(result.contacts)
    return lines or ["See the figures: heads, amino acids and the residues that attract attention."]


def plain_average(row: dict) -> str:
    value, base = row["value"], row["prevalence"]
    if value <= base:
        return (
            "Averaged over all heads, attention finds contacts 24 or more residues apart no more often than random "
            f"pairs do: {share(value)} of its best L pairs touch, and {share(base)} of all pairs."
        )
    return (
        f"Contacts 24 or more residues apart: {share(value)} of the best L pairs of averaged attention touch, "
        f"{share(base)} of all pairs."
    )


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


def methods_used(result: Result) -> list[dict]:
    names = dict.fromkeys(result.evidence.method)
    return [{"name": n, "summary": METHODS[n][0], "reference": METHODS[n][1]} for n in names if n in METHODS]

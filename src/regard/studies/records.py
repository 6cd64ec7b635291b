"""Every record there is, section by section: what `regard methods` prints and docs/methods.md holds."""

from __future__ import annotations

from collections.abc import Iterable

from regard.attribute.records import ATTRIBUTIONS
from regard.core.methods import Method
from regard.errors import InputError
from regard.predictors.edges import PREDICTORS
from regard.reduce.operations import OPERATIONS
from regard.studies.network.methods import METHODS as NETWORK
from regard.studies.protein.words import METHODS as PROTEIN

# judge/ keeps what a figure and a move are called; the tests hold these beside it.
METRICS = [
    Method(
        "auprc",
        "average precision over all places, a step function, never trapezoid",
        "mean over positives of precision at their score",
        "Davis & Goadrich 2006",
    ),
    Method(
        "auroc",
        "how often a positive scores above a negative, ties one half",
        "P(s⁺ > s⁻) + P(s⁺ = s⁻) / 2",
        "Hanley & McNeil 1982",
    ),
    Method(
        "enrichment",
        "prevalence among the best 5 % of places over prevalence in all",
        "P(known | best 5 %) / P(known)",
        "this project",
    ),
    Method(
        "early precision",
        "share of known edges among as many best ones as are known",
        "precision at k = number of positives",
        "Pratapa et al. 2020",
    ),
    Method(
        "P@L",
        "share of a protein's best L pairs that touch, mean over proteins",
        "precision at k = L",
        "Rao et al. 2021",
    ),
    Method("P@L/2", "the same of its best L/2 pairs", "precision at k = L/2", "Rao et al. 2021"),
    Method("P@L/5", "the same of its best L/5 pairs", "precision at k = L/5", "Rao et al. 2021"),
]
NULLS = [
    Method(
        "turned",
        "what is left of labels turned along its sequence, or along the diagonals of a contact map",
        "r[(i + k) mod n], one share k / n a group",
        "this project",
    ),
    Method(
        "exchanged",
        "labels exchanged within a gene, among pairs at like distances",
        "r[π(i)], π within strata",
        "each draw by its own spread: Chung & Romano 2013",
    ),
    Method(
        "flipped",
        "the sign of whole groups' products changed",
        "Σ_g ± r_g · s_g",
        "Hansen & Lee 2019; Shah & Peters 2020",
    ),
    Method(
        "renamed",
        "genes exchange their names, each among those with as many roles",
        "r[π(target), π(regulator)]",
        "Dekker, Krackhardt & Snijders 2007",
    ),
]
COLUMNS = ("name", "what it does", "equation", "source", "needs", "sign")
BEGIN, END = "<!-- regard methods -->\n", "<!-- end of regard methods -->\n"


def sections() -> dict[str, list[Method]]:
    """Title and records of each section, plug-ins of other packages among them."""
    reductions = [Method(one.name, one.summary, one.equation, one.reference) for one in OPERATIONS.values()]
    return {
        "Reductions of attention": reductions,
        "Attributions, without attention": list(ATTRIBUTIONS.values()),
        "Scores of residues and pairs of residues": list(PROTEIN.values()),
        "Network methods": list(NETWORK.values()),
        "Nulls: how what is left of labels is moved": NULLS,
        "Metrics": METRICS,
    }


def rows(records: Iterable[Method]) -> tuple[list[str], list[list[str]]]:
    """Columns of one section and a row a record; `needs` and `sign` only where one of them has something there."""
    cells = [
        [one.name, one.summary, one.equation, one.reference, one.needs, "yes" if one.signed else "no"]
        for one in records
    ]
    quiet = {"equation": "", "source": "", "needs": "", "sign": "no"}
    used = [i for i, name in enumerate(COLUMNS) if any(row[i] != quiet.get(name) for row in cells)]
    return [COLUMNS[i] for i in used], [[row[i] for i in used] for row in cells]


def markdown() -> str:
    """All sections but what other packages bring, as Markdown tables."""
    text, plugins = "", {name for name, one in PREDICTORS.items() if one.package}
    for title, records in sections().items():
        columns, cells = rows(one for one in records if one.name not in plugins)
        text += f"\n### {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n"
        for name, *others in cells:
            line = [f"`{name}`", *(cell.removeprefix("pip install ").replace("|", "\\|") for cell in others)]
            text += f"| {' | '.join(line)} |\n"
    return text + "\n"


def with_tables(page: str) -> str:
    """A page of Markdown with the tables, as they are now, between its two marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError(f"the page has no lines {BEGIN.strip()} and {END.strip()} for the tables to stand between")
    return before + BEGIN + markdown() + END + after

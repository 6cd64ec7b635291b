"""What a reader who knows patients rather than models needs first: a few sentences, and what the words mean."""

from __future__ import annotations

import pandas as pd

from regard.core.evidence import JUDGED, SUPPORTED
from regard.data.changes import Change
from regard.report.columns import named
from regard.report.page import Section
from regard.report.sure import how_many
from regard.studies.protein.bar import outdone
from regard.studies.protein.changed import part_shown, place_variants, shifted
from regard.studies.protein.deletions import deletion_ranks
from regard.studies.protein.factored import FACTORED
from regard.studies.protein.inputs import Protein
from regard.studies.protein.reported import known_briefly
from regard.studies.protein.result import Result
from regard.studies.protein.substitutions import ranked

MOST = 3  # variants that are told first
MORE, MORE_VARIANTS = ("more protein", "more proteins"), ("more variant", "more variants")
LEAST = "1 being the least likely to the model"
NOT_FOR_PATIENTS = "None of this was tested on patients, and it must not be used to decide about one."
WORDS = {
    "residue": "one amino acid of the chain; E35 is glutamate at place 35, counted from 1",
    "model": "a program that learned to guess hidden residues of natural sequences; it was told of no disease",
    "contact": "two residues nearer than 8 Å in the folded protein",
    "site": "a residue known to do something: active, binding a ligand, in a disulfide, modified",
    "disulfide": "a bond between two cysteines that holds the fold together",
    "helix, strand": "the two regular shapes that a chain takes",
    "conservation": "how little a residue changes among relatives of the protein; needs no model",
    "log ratio": "how much less (below 0) or more likely the model finds the new amino acid than the old one",
    "rank": "place in the list of all substitutions (of a deletion: of all of one residue); 1 is the least likely one",
}


def first_said(result: Result, judged: pd.DataFrame, variants: list[str]) -> list[str]:
    """What was looked at, what came of it, the variants, and what it is not for. judged : rows that verdicts are on."""
    return [
        looked_at(result),
        " ".join([came_of_it(judged), *(f"{line}." for line in outdone(judged, result.evidence))]),
        *about_variants(result, variants),
    ]


def looked_at(result: Result) -> str:
    first, *more = [p.id for p in result.proteins]
    of = f"{first} and {how_many(len(more), MORE)}" if more else first
    name = result.model.name
    return f"This shows which residues of {of} the model {name} reads together; it does not show what they do."


def came_of_it(judged: pd.DataFrame) -> str:
    """What the verdicts say of the model; beside it what attention says that knows an alignment alone."""
    trained = judged.method == FACTORED
    about = "; ".join(judged[trained & (judged.verdict == SUPPORTED)].annotation.unique())
    return came_of_model(judged[~trained]) + (
        f" Attention that was trained on the alignment, which is not the model's, agrees with what is known ({about})."
        if about else ""
    )  # fmt: skip


def came_of_model(judged: pd.DataFrame) -> str:
    yes, able = judged[judged.verdict == SUPPORTED], judged[judged.verdict.isin(JUDGED)]
    if len(yes):
        about = "; ".join(yes.annotation.unique())
        return f"Where it reads agrees with what is known ({about}) more than luck and simple rules explain."
    if len(able):
        none = f"Of {len(able)} comparisons with what is known none goes"
        none = "The one comparison with what is known that could be judged does not go" if len(able) == 1 else none
        return f"{none} beyond luck and simple rules, so that its looks prove nothing."
    return "Too little is known of these proteins to say whether where it reads means anything."


def about_variants(result: Result, variants: list[str]) -> list[str]:
    """The first few variants with what is known of each; and always what it is not for."""
    placed = place_variants(variants, result.proteins)
    lines = [about_variant(result, protein, change) for protein, change in placed[:MOST]]
    if len(placed) > MOST:
        lines.append(f"And {how_many(len(placed) - MOST, MORE_VARIANTS)}, below.")
    likely = "Likely or not to a model says nothing about disease. " if placed else ""
    return [*lines, likely + NOT_FOR_PATIENTS]


def about_variant(result: Result, protein: Protein, change: Change) -> str:
    """Where a variant stands among all that are like it, if they were asked, and what the UniProt file has on it."""
    name, single = shifted(change, protein.offset).name, change.single
    of = f" of {protein.id}" if len(result.proteins) > 1 else ""
    said = f"{name}{of}: what the model makes of it stands below."
    if single is not None and single.mutant and protein.id in result.every:
        row = ranked(result.every[protein.id], protein, single)[0]
        said = f"{name}{of} comes {row['rank']:,} of {row['of']:,} among the protein's substitutions, {LEAST}."
    elif single is not None and not single.mutant and protein.id in result.deletions:
        row = deletion_ranks(result.deletions[protein.id], protein, single)[0]
        among = f"the protein's deletions of one residue, {LEAST}"
        said = f"{name}{of} comes {row['rank']:,} of {row['of']:,} among {among}."
    known = [(part_shown(protein, ends), known_briefly(protein, *ends)) for ends in change.parts]
    told = [one if single is not None else f"{part}: {one}" for part, one in known if one]
    return " ".join([said, *told])


def words_section() -> Section:
    """The glossary, a row a word."""
    rows = [{"word": word, "what it means": meaning} for word, meaning in WORDS.items()]
    return Section("Words about proteins", named(rows))

"""What a reader who knows patients rather than models needs first: three sentences, and what the words mean."""

from __future__ import annotations

import pandas as pd

from regard.core.evidence import JUDGED, SUPPORTED
from regard.report.columns import named
from regard.report.page import Section
from regard.studies.protein.deletions import deletion_ranks
from regard.studies.protein.factored import FACTORED
from regard.studies.protein.result import Result
from regard.studies.protein.substitutions import ranked
from regard.studies.protein.variant_words import shown
from regard.studies.protein.variants import place_variants

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


def three_sentences(result: Result, judged: pd.DataFrame, variants: list[str]) -> list[str]:
    """What was looked at, what came of it, and what it is not for. judged : rows that verdicts are on."""
    return [looked_at(result), came_of_it(judged), about_variants(result, variants)]


def looked_at(result: Result) -> str:
    names = [p.id for p in result.proteins]
    of = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more proteins"
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
        return (
            f"Of {len(able)} comparisons with what is known none goes beyond luck and simple rules, so that its looks "
            "prove nothing."
        )
    return "Too little is known of these proteins to say whether where it reads means anything."


def about_variants(result: Result, variants: list[str]) -> str:
    """Where the first variant stands among all that are like it, if they were asked; and always what it is not for."""
    for protein, variant in place_variants(variants, result.proteins):
        if protein.id in result.every and variant.mutant:
            row = ranked(result.every[protein.id], protein, variant)[0]
            return (
                f"{shown(protein, variant).name} comes {row['rank']:,} of {row['of']:,} among the protein's "
                f"substitutions, 1 being the least likely to the model; likely or not says nothing about disease. "
                + NOT_FOR_PATIENTS
            )
        if protein.id in result.deletions and not variant.mutant:
            row = deletion_ranks(result.deletions[protein.id], protein, variant)[0]
            return (
                f"{shown(protein, variant).name} comes {row['rank']:,} of {row['of']:,} among the protein's deletions "
                f"of one residue, 1 being the least likely to the model; likely or not says nothing about disease. "
                + NOT_FOR_PATIENTS
            )
    return NOT_FOR_PATIENTS


def words_section() -> Section:
    """The glossary, a row a word."""
    rows = [{"word": word, "what it means": meaning} for word, meaning in WORDS.items()]
    return Section("Words about proteins", named(rows))

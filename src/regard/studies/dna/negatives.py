"""What promoters are told apart from where nobody said it: windows of the genome, or promoters with replaced blocks."""

from __future__ import annotations

import pandas as pd

from regard.data.sequences import encode
from regard.models.dna_gpt.model import DnaGPT
from regard.models.dna_gpt.predict import logits_of

MOST = 100  # labelled non-promoters that are looked at
BLOCKS, GENOME = 0, 1  # logits of the promoter head


def kind_of_negatives(model: DnaGPT, table: pd.DataFrame, seed: int) -> tuple[str, str]:
    """ "blocks" or "genome", and why, in words.

    A head that knows both kinds is asked of which kind the labelled non-promoters are. That promoters are called
    right is no part of it.
    """
    asked = "--negatives blocks or genome says otherwise"
    if "label" not in table:
        return "genome", f"the input has no labels, so promoters are told apart from windows of the genome; {asked}"
    negatives = table.sequence[table.label == "non-promoter"]
    if negatives.empty:
        return "genome", f"no non-promoter is labelled, so promoters are told apart from windows of the genome; {asked}"
    some = negatives.sample(min(MOST, len(negatives)), random_state=seed)
    logits = logits_of(model, "promoter", [encode(s) for s in some], both_strands=True)
    built = int((logits[:, BLOCKS] > logits[:, GENOME]).sum())
    if 2 * built > len(some):
        like = f"{built} of {len(some)} labelled non-promoters look like promoters with replaced blocks"
        return "blocks", f"{like}, as in public tests, so promoters are told apart from such; {asked}"
    like = f"{len(some) - built} of {len(some)} labelled non-promoters look like windows of the genome"
    return "genome", f"{like}, so promoters are told apart from such; {asked}"

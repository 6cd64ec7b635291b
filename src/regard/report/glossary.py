"""Words that pages use and not every reader knows: those that stand in a page are explained at its end."""

from __future__ import annotations

import re

GLOSSARY = {
    "attention": (
        "How much a model looks at one place when it reads another, as shares that add up to 1. It has no sign: it "
        "does not say whether what is looked at speaks for or against something, and that a model looks there does not "
        "show that it matters to a cell."
    ),
    "head": "One of many attention maps that a model makes side by side in each of its layers (or blocks).",
    "AUPRC": (
        "Average precision: how pure the top of a ranking is. 1 is a perfect ranking; a random one has about the "
        "prevalence."
    ),
    "AUROC": "How often something known stands above something that is not. 1 is always, .5 is what random gives.",
    "P@L": "The share of true contacts among a protein's L best pairs of residues, L being its length.",
    "prevalence": "The share of what is known among all that is ranked.",
    "baseline": (
        "What says as much without the score that is judged: distance, composition, place, a gene's own level. A score "
        "must add to it."
    ),
    "chance": "What random rankings, or moved labels, reach here: their mean.",
    "null": "What the figure is when nothing is known: labels are moved or exchanged, and it is measured again.",
    "95 % interval": "Made so that it holds the true figure in 95 of 100 such studies.",
    "corrected": "A p-value that allows for how many comparisons were made: one of many looks good by luck alone.",
    "gradient × input": "How strongly a model's answer hangs on each letter that it reads; needs no attention.",
    "supported": "Beyond chance and beyond its baseline, by the rules that stand above the table.",
    "not supported": "There was enough to judge by, and it was not beyond them. It is no proof of absence.",
    "too few labels": "Too little is known here for any verdict.",
    "cannot be told": "Something that a verdict takes is missing; the reason beside it says what.",
}


def terms_in(text: str) -> list[tuple[str, str]]:
    """Terms that stand in a text, and what they mean, in the order above."""
    return [(term, says) for term, says in GLOSSARY.items() if re.search(rf"\b{re.escape(term)}(?!\w)", text, re.I)]

"""The record of each way to ask a model what matters without its attention."""

from __future__ import annotations

from regard.core.methods import Method

ATTRIBUTIONS = {
    one.name: one
    for one in (
        Method(
            "gradient × input",
            "how far the output moves with each base or residue, by its gradient",
            "|Σ_letters x ∂f/∂x|",
            "Shrikumar et al. 2017; absolute after the sum: Avsec et al. 2021",
            model=True,
        ),
        Method(
            "mutagenesis",
            "how far the output moves when a base is exchanged for its transition partner (A-G, C-T)",
            "|f(x with the other base) − f(x)|",
            "Zhou & Troyanskaya 2015",
            model=True,
        ),
        Method(
            "shuffling",
            "how far the output falls when a stretch is shuffled, its dinucleotides kept, mean over shuffles",
            "f(x) − f(x shuffled)",
            "Altschul & Erickson 1985 (the shuffle)",
            model=True,
        ),
        Method(
            "ablation",
            "what is lost without a head, its output made 0 or its mean, beside other heads of the same block",
            "loss without the head − loss",
            "Michel et al. 2019; the mean: Wang et al. 2022",
            model=True,
        ),
    )
}

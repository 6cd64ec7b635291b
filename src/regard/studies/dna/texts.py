"""Sentences of the DNA study's page that do not depend on what was found."""

from __future__ import annotations

from regard.annotate.motifs import MOTIFS
from regard.judge.classes import FEWEST_A_CLASS
from regard.studies.dna.result import Result

AGAINST = {
    "both": "Non-promoters are of two kinds, together: promoters with 12 of 20 blocks replaced by random bases, and "
    "windows of the genome.",
    "blocks": "Non-promoters are promoters with 12 of 20 blocks replaced by random bases, as in public test sets; "
    "ordinary genomic sequence is not among them.",
    "genome": "Non-promoters are windows of the genome.",
}


TRACKS = {
    "model": "Blue: scores of the transformer, each to its own scale; mutagenesis of one example of each class. Below, "
    "what the initiation model reads: activation of its strongest motifs (orange upwards on the given strand, grey "
    "downwards on the other; black: their effect, to its own scale), the sums of effects, what each base contributes, "
    "and predicted initiation (orange; thin lines: all assays, blue on the given strand, grey downwards on the other). "
    "Effects are differences from their mean over the sequence: a detector that is a little active everywhere adds the "
    "same everywhere.",
    "JASPAR": "Blue: scores of the transformer, each to its own scale; mutagenesis of one example a class. Below, "
    "how well JASPAR motifs fit (log-odds above 0; orange upwards on the given strand, grey downwards on the other).",
    "words": "Each track has its own scale; mutagenesis of one example of each class; grey boxes are motif words.",
}


SHORT_TRACKS = {
    "model": "Blue: attention received. Motif activation: orange on the given strand, grey (downwards) on the other; "
    "black: its effect. Then the sums of effects, and predicted initiation (orange; grey, downwards: the other "
    "strand).",
    "JASPAR": "Blue: attention received; below, how well JASPAR motifs fit, grey (downwards) on the other strand. "
    "Initiation is not predicted here: give Puffin's weights with --puffin.",
    "words": "Blue: attention received; grey boxes: motif words. Initiation is not predicted here: give Puffin's "
    "weights with --puffin.",
}


MOTIFS_TEXT = {
    "Puffin": "Motifs are those of Puffin: the highest 1 % of a motif's activations, with 4 bases to each side; CpG is "
    "a word. No motif there is no proof of absence.",
    "JASPAR": "Motifs are matches of JASPAR matrices on either strand (TATA and Inr on the given one); CpG is a word. "
    "Matrices match by chance, GC-rich ones in GC-rich sequence above all.",
    "words": "Motifs are IUPAC words: "
    + "; ".join(f"{m.name} {m.word} ({m.reference})" for m in MOTIFS)
    + ". Words are a coarse annotation: they match by chance, and a missing match is not proof of absence.",
}


def telling(result: Result) -> str:
    """What the model tells apart, in half a sentence."""
    if not result.subject.classifies:
        return ""
    names = [*reversed(result.task.classes)]
    return f" when it tells {', '.join(names[:-1])} and {names[-1]} apart"


def basis(result: Result) -> str:
    """Which sequences the answers are from: the table behind those shown, or those shown alone and what they lack."""
    counts = {c: len(ids) for c, ids in result.groups.items()}
    used, total, shown = sum(counts.values()), len(result.predictions), len(result.examples)
    named = ", ".join(f"{n} {c}" for c, n in counts.items())
    if len(counts) > 1 and min(counts.values()) >= FEWEST_A_CLASS:
        return (
            f"The {shown} sequences shown are examples. The answers are from {used} of the {total} sequences of "
            f"{result.source} ({named}), drawn with the seed of the run."
        )
    if len(counts) < 2:
        return f"The answers are from {used} sequences ({named}); with one class there is nothing to compare."
    return (
        f"The answers are from {used} sequences ({named}). So few show what attention looks like, but not whether "
        f"classes differ, or whether it is evidence: that takes {FEWEST_A_CLASS} of each class. Give the whole table, "
        "and "
        "examples are chosen from it."
    )

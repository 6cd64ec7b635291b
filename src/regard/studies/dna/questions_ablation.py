"""Does the head matter? What the model loses without the heads that agree with something known."""

from __future__ import annotations

from itertools import groupby

import pandas as pd
from rich.progress import Progress

from regard.attribute.ablation_scores import dna_assay
from regard.attribute.head_effects import head_effects, sentences, summary
from regard.core.evidence import SUPPORTED
from regard.data.sequences import encode
from regard.models.dna_gpt.model import DnaGPT
from regard.studies.dna.answers import Answer
from regard.studies.tasks import Task

QUESTION = "Does the model need the heads that agree with known elements?"
MOST, DRAWS, SEQUENCES = 4, 20, 30  # heads taken out together; random sets of heads; sequences read without them
KINDS = ("zero", "mean")


def heads_matter(
    evidence: pd.DataFrame, model: DnaGPT, task: Task, rows: pd.DataFrame, seed: int, progress: Progress
) -> Answer:
    """Loss and prediction without the supported heads, beside as many random heads of the same blocks."""
    found = evidence[evidence.method.str.startswith("block") & (evidence.verdict == SUPPORTED)]
    names = list(dict.fromkeys(found.sort_values("adds", ascending=False).method))[:MOST]
    if not names:
        return Answer(QUESTION, "Not asked: no single head agrees with a known element here.")
    heads = sorted(tuple(int(word) - 1 for word in name.split()[1::2]) for name in names)
    counts = [len(list(of)) for _, of in groupby(heads, key=lambda head: head[0])]
    same_blocks = max(counts) <= model.config.heads // 2  # else there are too few others
    sequences = [encode(s) for s in rows.sequence[:SEQUENCES]]
    assay = dna_assay(model, sequences, task.name, task.score, prediction=f"log odds of not being {task.classes[0]}")
    said = []
    bar = progress.add_task("taking heads out", total=None)
    for how in KINDS:
        effects = head_effects(assay, heads, how=how, draws=DRAWS, same_blocks=same_blocks, seed=seed)
        others = "heads of the same blocks" if same_blocks else "heads of the model"
        said += sentences(summary(effects, seed=seed).iloc[0], assay, others)
    progress.remove_task(bar)
    return Answer(
        QUESTION,
        " ".join(said),
        caveat="Zero ablation puts nothing in a head's place, mean ablation its mean over these sequences. Heads stand "
        "in for one another: little change does not prove that a head is not used.",
    )

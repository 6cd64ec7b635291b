"""Loss and predictions without each attention head: the DNA GPT on held-out promoters, AntiBERTy on an antibody."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks import DNA_GPT, ROOT, Row
from regard.attribute.ablation_scores import dna_assay, protein_assay
from regard.attribute.head_effects import Assay, head_effects, summary
from regard.data.sequences import encode, read_fasta
from regard.models.dna_gpt.model import load
from regard.models.protein.model import load_protein
from regard.studies.protein.demo import ANTIBODY
from regard.studies.tasks import task_of

PROMOTERS = ROOT / "src" / "regard" / "examples" / "chr22_promoters.fa"
READS_CPG = (2, 3)  # block 3 head 4: of the heads that are evidence for a known element the one that adds most
DNA = {"loss_change": "loss change", "prediction_change": "change", "prediction_moved": "mean |change|"}
PROTEIN = {"loss_change": "loss change", "prediction_moved": "mean"}  # a divergence has no sign


def run(promoters: int = 60, protein: str = "antiberty") -> Iterator[Row]:
    yield from dna(promoters)
    yield from antibody(protein)


def dna(promoters: int) -> Iterator[Row]:
    model, task = load(DNA_GPT), task_of("promoter")
    found = [encode(sequence) for header, sequence in read_fasta(PROMOTERS) if header.startswith("promoter_")]
    assay = dna_assay(model, found[:promoters], task.name, task.score, prediction="log odds of a promoter")
    case = f"{len(found[:promoters])} held-out promoters of chr22"
    yield Row(case, "all heads", f"loss, {assay.loss_unit}", float(assay.loss(assay.read()).mean()))
    heads, own = model.config.blocks * model.config.heads, f"block {READS_CPG[0] + 1}"
    same = f"{model.config.heads - 1} others of {own}"
    for how, others in (("zero", heads - 1), ("mean", model.config.heads - 1)):
        begin = time.monotonic()
        effects = head_effects(assay, [READS_CPG], how=how, draws=others, same_blocks=how == "mean")
        yield from each_alone(case, effects, assay, DNA, time.monotonic() - begin)
        yield from beside(case, effects[effects.heads.str.startswith(f"{own} ")], assay, same)
        if how == "zero":
            yield from beside(case, effects, assay, f"{others} others of the model")


def antibody(protein: str) -> Iterator[Row]:
    model = load_protein(protein)
    (_, sequence), *_ = read_fasta(ANTIBODY)
    assay = protein_assay(model, [sequence])
    case = f"{model.name}, heavy chain of the example antibody"
    yield Row(case, "all heads", f"loss, {assay.loss_unit}", float(assay.loss(assay.read()).mean()))
    begin, heads = time.monotonic(), model.layers * model.heads
    effects = head_effects(assay, [(0, 0)], draws=heads - 1, same_blocks=False)
    yield from each_alone(case, effects, assay, PROTEIN, time.monotonic() - begin)
    moved = np.sort(effects.prediction_change.to_numpy())[::-1]
    yield Row(case, f"5 of {heads} heads, zero", "share of the KL of all", float(moved[:5].sum() / moved.sum()))
    blocks = {f"block {layer + 1}": [layer] for layer in range(model.layers)}
    for name, layers in (blocks | {"all blocks": list(range(model.layers))}).items():
        whole = head_effects(assay, [(layer, head) for layer in layers for head in range(model.heads)], draws=0)
        yield from figures(case, whole.assign(heads=f"{name}, all heads"), assay, PROTEIN)


def figures(case: str, effects: pd.DataFrame, assay: Assay, measures: dict[str, str], seconds=np.nan) -> Iterator[Row]:
    """What is lost without the chosen heads; the interval is over sequences."""
    row = summary(effects).iloc[0]
    for measure, what in measures.items():
        unit = assay.loss_unit if measure == "loss_change" else assay.prediction
        value = (row[measure], row[f"{measure}_low"], row[f"{measure}_high"])
        yield Row(case, f"{row.heads}, {row.how}", f"{what}, {unit}".removeprefix("mean, "), *value, seconds)


def each_alone(case: str, effects: pd.DataFrame, assay: Assay, measures: dict[str, str], seconds: float):
    order = effects.heads.str.extract(r"(\d+)\D+(\d+)").astype(int).apply(tuple, axis=1)
    for _, mine in effects.groupby(order):
        yield from figures(case, mine.assign(set="chosen", draw=0), assay, measures, seconds)


def beside(case: str, effects: pd.DataFrame, assay: Assay, others: str) -> Iterator[Row]:
    """The head that reads CpG beside others, one at a time: 2.5 to 97.5 % of these; its lead, over sequences."""
    row = summary(effects).iloc[0]
    for measure, what in DNA.items():
        unit = assay.loss_unit if measure == "loss_change" else assay.prediction
        for part, method in (("random", others), ("lead", f"{row.heads} - mean of {others}")):
            value = (row[f"{measure}_{part}{end}"] for end in ("", "_low", "_high"))
            yield Row(case, f"{method}, {row.how}", f"{what}, {unit}", *value)
        yield Row(case, f"{row.heads} among {others}, {row.how}", f"p, {what}", row[f"{measure}_p"])

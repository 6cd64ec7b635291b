"""How blocks and heads differ, over many sequences: near or far, focused or diffuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

from regard.core.evidence import SUPPORTED, evidence
from regard.judge.classes import class_evidence, paired_evidence
from regard.plot.questions import intervals
from regard.studies.dna.answers import LOOKS, Answer, Many, few, interval, per_sequence

ENTROPY, AWAY = "entropy", "distance"


def blocks(many: Many) -> Answer:
    """Do early and late blocks look differently?"""
    ids, layers = many.ids, list(dict.fromkeys(h.rsplit(" head", 1)[0] for h in many.heads))

    def of_blocks(scores, ids):
        heads = {layer: [h for h in many.heads if h.startswith(f"{layer} ")] for layer in layers}
        return np.stack([np.mean([per_sequence(scores[h], ids) for h in heads[b]], axis=0) for b in layers], axis=1)

    focus, away = of_blocks(many.entropy, ids), of_blocks(many.distance, ids)
    both = {ENTROPY: focus, AWAY: away}
    table = pd.concat([
        paired_evidence(
            {f"{name} of attention": (values[:, 0], values[:, -1])},
            f"{layers[0]} minus {layers[-1]}",
            twins=[np.concatenate([of[:, :1], of[:, -1:]]) for of in of_random],
            metric="difference" if name == ENTROPY else f"difference in {'bases' if many.unit == 'bp' else many.unit}",
            seed=many.seed,
            looks=LOOKS,
        )
        for (name, values), of_random in zip(
            both.items(), ([of_blocks(twin[k], ids) for twin in many.twins] for k in (1, 2)), strict=True
        )
    ], ignore_index=True)  # fmt: skip
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.5), layout="constrained")
    for ax, scores, label in (
        (axes[0], many.entropy, "entropy (1 = uniform)"),
        (axes[1], many.distance, f"distance ({many.unit})"),
    ):
        intervals(ax, {c: of_blocks(scores, i) for c, i in many.groups.items()}, layers, label)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    words = ["more diffuse" if table.value[0] > 0 else "more focused", "further" if table.value[1] > 0 else "nearer"]
    tails = ["" if v == SUPPORTED else ", no more than random weights may" for v in table.verdict]
    near, far = away[:, 0].mean(), away[:, -1].mean()
    sentence = (
        f"The first block is {words[0]} than the last (entropy {focus[:, 0].mean():.2f} against "
        f"{focus[:, -1].mean():.2f}, difference {interval(table.loc[0])}{tails[0]}) and looks {words[1]} "
        f"({near:.0f} against {far:.0f} {many.unit} away{tails[1]}; n = {len(ids)} sequences)."
    )
    caveat = "A mean over the heads of a block hides what they do one by one; see the next question."
    return Answer("Do early and late blocks look differently?", sentence, figure, table, caveat, "blocks")


def focus(many: Many) -> Answer:
    """Which heads are focused, which diffuse, and does the class change that?"""
    question = "Which heads are focused and which diffuse, and does the class change that?"
    value = np.stack([per_sequence(many.entropy[h], many.ids) for h in many.heads], axis=1)
    mean = value.mean(axis=0)
    low, high = int(mean.argmin()), int(mean.argmax())
    sentence = (
        f"{many.heads[low].capitalize()} is the most focused (entropy {mean[low]:.2f}; 0 one base, 1 all alike), "
        f"{many.heads[high]} the most diffuse ({mean[high]:.2f})"
    )
    figure, ax = plt.subplots(figsize=(9, 4.0), layout="constrained")
    of = {c: value[[many.ids.index(i) for i in ids]] for c, ids in many.groups.items()}
    intervals(ax, of, many.heads, "entropy (1 = uniform)")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    caveat = "Entropy says how narrow a head looks, not whether it looks at anything that matters."
    first, last = many.task.ends
    if reason := many.cannot(first, last):
        return Answer(question, f"{sentence}. {reason}", figure, evidence([]), caveat, "focus")
    ids = many.groups[first] + many.groups[last]

    def of_heads(entropy) -> list[np.ndarray]:
        return [per_sequence(entropy[h], ids) for h in many.heads]

    table = class_evidence(
        {f"entropy, {h}": v for h, v in zip(many.heads, of_heads(many.entropy), strict=True)},
        np.arange(len(ids)) < len(many.groups[first]),
        many.sequences(ids),
        f"{first} against {last}",
        twins=many.of_twins(lambda twin: of_heads(twin[1])),
        seed=many.seed,
        looks=LOOKS,
    )
    beyond = int((table.verdict == SUPPORTED).sum())
    sentence += (
        f"; {beyond} of {len(mean)} heads are more or less focused in {first} than in {last} sequences, beyond what "
        "composition, length and random weights explain" + few(many.groups[first], many.groups[last])
    )
    return Answer(question, f"{sentence}.", figure, table, caveat, "focus")

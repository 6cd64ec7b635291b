"""How blocks and heads differ, over many sequences: near or far, focused or diffuse."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt

from regard.core.evidence import SUPPORTED
from regard.judge.classes import class_row, judged, paired_row
from regard.plot.questions import intervals
from regard.studies.dna.answers import Answer, Many, few, interval, per_sequence


def blocks(many: Many) -> Answer:
    """Do early and late blocks look differently?"""
    ids, layers = many.ids, list(dict.fromkeys(h.rsplit(" head", 1)[0] for h in many.heads))

    def of_blocks(scores, ids):
        heads = {layer: [h for h in many.heads if h.startswith(f"{layer} ")] for layer in layers}
        return np.stack([np.mean([per_sequence(scores[h], ids) for h in heads[b]], axis=0) for b in layers], axis=1)

    focus, away = of_blocks(many.entropy, ids), of_blocks(many.distance, ids)
    rows = []
    for name, values, metric in (("entropy", focus, "difference"), ("distance", away, "difference in bases")):
        row = paired_row(values[:, 0], values[:, -1], metric, seed=many.seed)
        rows.append(row | {"method": f"{name} of attention", "annotation": f"{layers[0]} minus {layers[-1]}"})
    table = judged(rows)
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.5), layout="constrained")
    for ax, scores, label in (
        (axes[0], many.entropy, "entropy (1 = uniform)"),
        (axes[1], many.distance, "distance (bp)"),
    ):
        intervals(ax, {c: of_blocks(scores, i) for c, i in many.groups.items()}, layers, label)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    words = ["more diffuse" if table.value[0] > 0 else "more focused", "further" if table.value[1] > 0 else "nearer"]
    words = [w if v == SUPPORTED else f"not clearly {w}" for w, v in zip(words, table.verdict, strict=True)]
    sentence = (
        f"The first block is {words[0]} than the last (entropy {focus[:, 0].mean():.2f} against "
        f"{focus[:, -1].mean():.2f}, difference {interval(table.loc[0])}) and looks {words[1]} "
        f"({away[:, 0].mean():.0f} against {away[:, -1].mean():.0f} bp away; n = {len(ids)} sequences)."
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
    first, *_, last = many.task.classes[::-1]
    if reason := many.cannot(first, last):
        return Answer(question, f"{sentence}. {reason}", figure, judged([]), caveat, "focus")
    gc = ("GC share", many.gc(many.groups[first]), many.gc(many.groups[last]))
    rows = [
        class_row(of[first][:, h], of[last][:, h], baseline=gc, seed=many.seed)
        | {"method": f"entropy, {head}", "annotation": f"{first} against {last}"}
        for h, head in enumerate(many.heads)
    ]
    table = judged(rows)
    changed, beyond = int((table.q_value <= 0.05).sum()), int((table.verdict == SUPPORTED).sum())
    sentence += (
        f"; {changed} of {len(mean)} heads are more or less focused in {first} than in {last} sequences (q ≤ .05), "
        f"{beyond} of them beyond what GC explains" + few(many.groups[first], many.groups[last])
    )
    return Answer(question, f"{sentence}.", figure, table, caveat, "focus")

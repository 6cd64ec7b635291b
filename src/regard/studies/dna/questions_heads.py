"""How blocks and heads differ, over many sequences: near or far, focused or diffuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

from regard.core.evidence import JUDGED, SUPPORTED, TOO_FEW, evidence
from regard.judge.classes import class_evidence, paired_evidence
from regard.plot.questions import intervals
from regard.studies.dna.answers import LOOKS, Answer, Many, few, interval, per_sequence
from regard.studies.dna.overlap import ATTENDED, highest, overlap

ENTROPY, AWAY = "entropy", "distance"
FOCUS = (
    "A head that reads a word of a core promoter (a TATA box, an initiator, a GC box: 6 to 10 bases) has to be focused "
    "where that word stands. A head that measures something spread out, such as the GC share of a CpG island, does "
    "well "
    "to be diffuse."
)


def blocks(many: Many, known: pd.DataFrame) -> Answer:
    """Do the early half of the blocks and the late half attend to different things?

    known : evidence on what single heads agree with.
    """
    ids, layers = many.ids, list(dict.fromkeys(h.rsplit(" head", 1)[0] for h in many.heads))
    question = "Do early and late blocks attend to different things?"
    if len(layers) < 2:
        return Answer(question, "This cannot be answered: the model has one block.")
    early, late = layers[: len(layers) // 2], layers[-(len(layers) // 2) :]

    def of_blocks(scores, ids):
        heads = {layer: [h for h in many.heads if h.startswith(f"{layer} ")] for layer in layers}
        return np.stack([np.mean([per_sequence(scores[h], ids) for h in heads[b]], axis=0) for b in layers], axis=1)

    def halves(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return values[:, : len(early)].mean(axis=1), values[:, -len(late) :].mean(axis=1)

    focus, away = of_blocks(many.entropy, ids), of_blocks(many.distance, ids)
    table = pd.concat([
        paired_evidence(
            {f"{name} of attention": halves(values)},
            f"{named(early)} minus {named(late)}",
            twins=[np.concatenate(halves(of))[:, None] for of in of_random],
            metric="difference" if name == ENTROPY else f"difference in {'bases' if many.unit == 'bp' else many.unit}",
            seed=many.seed,
            looks=LOOKS,
        )
        for (name, values), of_random in zip(
            {ENTROPY: focus, AWAY: away}.items(),
            ([of_blocks(twin[k], ids) for twin in many.twins] for k in (1, 2)),
            strict=True,
        )
    ], ignore_index=True)  # fmt: skip
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.0), layout="constrained")
    for ax, scores, label in (
        (axes[0], many.entropy, "entropy (1 = uniform)"),
        (axes[1], many.distance, f"distance ({many.unit})"),
    ):
        intervals(ax, {c: of_blocks(scores, i) for c, i in many.groups.items()}, layers, label)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    words = ["more diffuse" if table.value[0] > 0 else "more focused", "further" if table.value[1] > 0 else "nearer"]
    tails = [tail_of(verdict) for verdict in table.verdict]
    (own, other), (near, far) = (tuple(half.mean() for half in halves(values)) for values in (focus, away))
    sentence = (
        f"{named(early).capitalize()} are {words[0]} than {named(late)} (entropy {own:.2f} against {other:.2f}, "
        f"difference {interval(table.loc[0])}{tails[0]}) and look {words[1]} ({near:.0f} against {far:.0f} {many.unit} "
        f"away{tails[1]}; n = {len(ids)} sequences). {together(many, early, late)} {agreeing(known, early, late)}"
    )
    caveat = "A mean over the heads of blocks hides what they do one by one; see the next question."
    return Answer(question, sentence, figure, table, caveat, "blocks")


def tail_of(verdict: str) -> str:
    """What a comparison of halves lacks, after its numbers."""
    if verdict == SUPPORTED:
        return ""
    return ", too few sequences for a verdict" if verdict == TOO_FEW else ", no more than random weights may"


def named(layers: list[str]) -> str:
    """`blocks 1–2` of `block 1`, `block 2`."""
    numbers = [layer.split()[-1] for layer in layers]
    return layers[0] if len(layers) == 1 else f"blocks {numbers[0]}–{numbers[-1]}"


def together(many: Many, early: list[str], late: list[str]) -> str:
    """How many of the bases that early blocks attend to most late ones do as well, in a sentence."""
    shared = []
    for i in range(len(many.ids)):
        both = []
        for half in (early, late):
            heads = [many.received[h].values[i] for h in many.heads if h.rsplit(" head", 1)[0] in half]
            both.append(highest(np.mean(heads, axis=0), ATTENDED))
        shared.append(overlap(*both))
    part = np.array([one.shared / one.first for one in shared])
    chance = np.mean([one.expected / one.first for one in shared])
    error = 1.96 * part.std(ddof=1) / np.sqrt(len(part)) if len(part) > 1 else np.nan
    more = part.mean() - error > chance
    what = "partly the same bases" if more else "the same bases no more often than by chance"
    return (
        f"They attend to {what}: of the {ATTENDED:.0%} of bases that each half attends to most, {part.mean():.0%} ± "
        f"{error:.0%} are shared (by chance {chance:.0%})."
    )


def agreeing(known: pd.DataFrame, early: list[str], late: list[str]) -> str:
    """What heads of each half agree with beyond what needs no model, in a sentence."""
    heads = known[known.method.str.startswith("block")]
    if not heads.verdict.isin(JUDGED).any():
        return "What they agree with could not be judged."
    said = []
    for half in (early, late):
        found = heads[(heads.verdict == SUPPORTED) & heads.method.str.rsplit(" head", n=1).str[0].isin(half)]
        count, what = found.method.nunique(), ", ".join(found.annotation.unique())
        who, verb = ("head", "agrees") if count <= 1 else ("heads", "agree")
        said.append(f"{count or 'no'} {who} of {named(half)} {verb} with {what or 'a known element'}")
    return f"Beyond letters and random weights, {said[0]}, and {said[1]}."


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
    figure, ax = plt.subplots(figsize=(7.2, 3.4), layout="constrained")
    of = {c: value[[many.ids.index(i) for i in ids]] for c, ids in many.groups.items()}
    intervals(ax, of, many.heads, "entropy (1 = uniform)")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    caveat = "Entropy says how narrow a head looks, not whether it looks at anything that matters."
    first, last = many.task.ends
    if reason := many.cannot(first, last):
        return Answer(question, f"{sentence}. {reason}", figure, evidence([]), caveat, "focus", FOCUS)
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
    beyond = table[table.verdict == SUPPORTED]
    if many.too_few(first, last):
        sentence += f"; whether {first} and {last} sequences differ in it cannot be told" + few(
            many.groups[first], many.groups[last]
        )
    else:
        sentence += (
            f"; {(beyond.value < 0.5).sum()} of {len(mean)} heads are more focused and {(beyond.value > 0.5).sum()} "
            "more "
            f"diffuse in {first} than in {last} sequences, beyond what composition, length and random weights explain"
        )
    return Answer(question, f"{sentence}.", figure, table, caveat, "focus", FOCUS)

"""Is the enhancer model "cloudier", and why? The same measures, matched one after another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from matplotlib import pyplot as plt
from rich.progress import Progress
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from regard.attribute.gradient import gradient_x_input
from regard.core.evidence import SUPPORTED, stacked
from regard.data.inputs import read_sequences
from regard.data.sequences import encode
from regard.judge.classes import class_evidence, paired_evidence
from regard.models.attention import reader
from regard.models.dna_gpt.model import DnaGPT, load
from regard.models.dna_gpt.predict import device_of, features_of
from regard.models.shelf.shipped import DNA_GPT
from regard.plot.questions import strips
from regard.studies.dna.answers import LOOKS, Answer, Many, compared, interval, per_sequence
from regard.studies.dna.evidence import MEAN_OF_HEADS, head_scores
from regard.studies.dna.subject import Subject
from regard.studies.dna.twins import read_twins
from regard.studies.tasks import Task, task_of

PROMOTERS = Path(__file__).parents[2] / "examples" / "chr22_promoters.fa"
MOST, GRADIENTS = 40, 12  # sequences of each kind; of each kind with gradients
QUESTION = "Is the enhancer model cloudier than the promoter model, and why?"
Score = Callable[[Tensor], Tensor]


def cloudier(many: Many, subject: Subject, progress: Progress) -> Answer:
    """Entropy of attention in enhancers and in shipped promoters, as they are and matched; and of gradients, of ours.

    Of ours the promoters are read by the promoter trunk; another model reads both.
    """
    if many.task.name != "enhancer":
        return Answer(QUESTION, "Needs enhancers: run --task enhancer.")
    if reason := many.cannot("strong", "none"):
        return Answer(QUESTION, reason)
    promoters, _ = shipped()
    beside = None if subject.own is None else load(DNA_GPT).to(device_of(subject.own))
    of_promoters = subject.reader if beside is None else reader(beside)
    enhancers = many.rows.loc[many.groups["strong"]]
    length = int(enhancers.sequence.str.len().median())
    values = {f"strong enhancers, {length} bp": per_sequence(many.entropy[MEAN_OF_HEADS], list(enhancers.index))}
    tables, own = [], next(iter(values.values()))
    for what, cut in (("whole", None), ("same length", length), ("same length and number", length)):
        name, of = f"promoters, {what}", last(promoters, cut)
        if "number" not in what:
            (found,) = head_scores(of_promoters, of, [subject.entropy], progress, f"attention of {name}")
            values[name] = other = per_sequence(found[MEAN_OF_HEADS], found[MEAN_OF_HEADS].ids)
            twins = read_twins(of_promoters, of, [subject.entropy], len(many.twins), many.seed, progress)
            random = [one[0][MEAN_OF_HEADS] for one in twins]
        n = min(MOST, len(own), len(other)) if "number" in what else max(len(own), len(other))
        tables.append(class_evidence(
            {"entropy of attention": np.concatenate([own[:n], other[:n]])},
            np.arange(len(own[:n]) + len(other[:n])) < len(own[:n]),
            [*enhancers.sequence[:n], *of.sequence[:n]],
            f"strong enhancers against {name}",
            twins=[
                np.concatenate([per_sequence(mine[1][MEAN_OF_HEADS], list(enhancers.index))[:n],
                                per_sequence(theirs, theirs.ids)[:n]])[:, None]
                for mine, theirs in zip(many.twins, random, strict=True)
            ],
            seed=many.seed,
            looks=LOOKS,
        ))  # fmt: skip
    table = stacked(tables)
    first, *_, final = (row for _, row in table.iterrows())
    attention = [compared(row, "entropy of attention", "strong enhancer", "promoter") for row in (first, final)]
    sentence = (
        f"As they are, {attention[0]} (AUROC {interval(first)}); at the same length and number, {attention[1]} "
        f"(AUROC {interval(final)})."
    )
    caveat = "Promoters are those that ship with Regard, cut to their last bases (the TSS is there)."
    clouds = {}
    if subject.own is not None and beside is not None:
        clouds, judged_gradients, said = of_gradients(many, subject.own, beside, enhancers, length, progress)
        table, sentence = stacked([table, judged_gradients]), f"{sentence} {said}"
        caveat += (
            f" Gradients: the same {len(next(iter(clouds.values())))} sequences through both classifiers; matched "
            "classifiers are logistic regressions of two classes on equally many sequences of this input and of the "
            "shipped examples."
        )
    figure, axes = plt.subplots(1, 1 + bool(clouds), figsize=(7.2, 3.2), layout="constrained", squeeze=False)
    strips(axes[0, 0], values, "entropy of attention, mean of heads")
    if clouds:
        differences = {what: of[:, 0] - of[:, 1] for what, of in clouds.items()}
        strips(axes[0, 1], differences, "entropy of gradient × input,\nenhancer − promoter")
        axes[0, 1].axhline(0, color="black", linewidth=0.5, linestyle=":")
    for ax in axes.flat:
        ax.tick_params(axis="x", labelsize=7)
        ax.set_xticks(ax.get_xticks(), [label.get_text().replace(", ", ",\n") for label in ax.get_xticklabels()])
    return Answer(QUESTION, sentence, figure, table, caveat, "cloud", biology_of(first.verdict, first.value > 0.5))


def biology_of(verdict: str, cloudier: bool) -> str:
    """What is known of enhancers, and whether the numbers show it."""
    known = (
        "Enhancers have no fixed start: their sites stand in any order, distance and strand, where a promoter has its "
        "elements at set distances from the TSS, so that attention has no place of its own to gather at."
    )
    if verdict == SUPPORTED:
        fits = "fit that" if cloudier else "show the reverse: it is promoters that are cloudier"
        return f"{known} These numbers {fits}."
    return f"{known} These numbers do not show it beyond composition, length and random weights."


def of_gradients(
    many: Many, model: DnaGPT, beside: DnaGPT, enhancers: pd.DataFrame, length: int, progress: Progress
) -> tuple[dict[str, np.ndarray], pd.DataFrame, str]:
    """Entropy of gradients by both classifiers, (sequences, 2) of each kind of match; its evidence; and a sentence."""
    promoters, windows = shipped()
    none = many.rows.loc[many.groups["none"]]
    pairs = heads(
        (model, many.task), (beside, task_of("promoter")),
        enhancers, none, last(promoters, length), last(windows, length),
    )  # fmt: skip
    both = [*enhancers.sequence[:GRADIENTS], *last(promoters, length).sequence[:GRADIENTS]]
    clouds = {
        what: np.array([[gradient_entropy(f, s) for f in pair] for s in progress.track(both, description=what)])
        for what, pair in pairs.items()
    }
    table = pd.concat([
        paired_evidence(
            {"entropy of gradient × input": (of[:, 0], of[:, 1])},
            f"enhancer minus promoter classifier, {what}",
            metric="difference in entropy",
            seed=many.seed,
            looks=LOOKS,
        )
        for what, of in clouds.items()
    ], ignore_index=True)  # fmt: skip
    gradients = ", ".join(f"{row.value:+.3f} {row.annotation.split(', ')[1]}" for _, row in table.iterrows())
    return (
        clouds,
        table,
        (f"{trained_apart(model, beside)}; entropy of gradient × input, enhancer minus promoter: {gradients}."),
    )


def trained_apart(model: DnaGPT, beside: DnaGPT) -> str:
    """In how many blocks attention can differ because the two models were trained for different things."""
    pairs = list(zip(model.blocks, beside.blocks, strict=False))
    alike = [all(map(torch.equal, a.state_dict().values(), b.state_dict().values())) for a, b in pairs]
    first = next((k for k, same in enumerate(alike) if not same), len(alike))
    if not first:
        return "Each classifier reads a trunk of its own, so that attention may differ by training"
    return (
        f"Both classifiers read the same first {first} of {len(model.blocks)} blocks, so that attention differs by "
        "training in what comes after them alone"
    )


def shipped() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Promoters and windows of the examples, at most `MOST` of each."""
    table = read_sequences(PROMOTERS, ["window", "promoter"]).set_index("id")
    return table[table.label == "promoter"][:MOST], table[table.label == "window"][-MOST:]


def last(rows: pd.DataFrame, length: int | None) -> pd.DataFrame:
    """The last bases of each sequence; all of them where no length is given."""
    return rows if length is None else rows.assign(sequence=rows.sequence.str[-length:])


def heads(
    enhancer: tuple[DnaGPT, Task], promoter: tuple[DnaGPT, Task], strong, none, promoters, windows
) -> dict[str, tuple[Score, Score]]:
    """Scores to take gradients of, (enhancer, promoter): as trained, with two classes, with equal data as well."""

    def logits(of: tuple[DnaGPT, Task], x: Tensor) -> Tensor:
        model, task = of
        x = x.to(device_of(model))
        return model.classify(task.name, x, torch.full((len(x),), x.shape[1], device=x.device)).cpu()

    n = min(map(len, (strong, none, promoters, windows)))
    return {
        "as trained": (
            lambda x: enhancer[1].score(logits(enhancer, x)),
            lambda x: promoter[1].score(logits(promoter, x)),
        ),
        "two classes": (
            lambda x: logits(enhancer, x) @ torch.tensor([-1.0, 0.0, 1.0]),  # strong over none
            lambda x: logits(promoter, x) @ torch.tensor([0.0, -1.0, 1.0]),  # promoter over windows
        ),
        f"and {n} sequences a class": (
            refit(enhancer[0], (strong, none), n),
            refit(promoter[0], (promoters, windows), n),
        ),
    }


def refit(model: DnaGPT, pair: tuple[pd.DataFrame, pd.DataFrame], n: int) -> Score:
    """A logistic regression on the trunk's features of n sequences a class, as a function of the input."""
    sequences = [encode(s) for rows in pair for s in rows.sequence[:n]]
    scaler = StandardScaler()
    features = scaler.fit_transform(features_of(model, sequences).numpy())
    fit = LogisticRegression(C=0.01).fit(features, np.repeat([1, 0], n))
    weight = torch.from_numpy((fit.coef_[0] / scaler.scale_).astype(np.float32))

    def score(x: Tensor) -> Tensor:
        x = x.to(device_of(model))
        return model.features(model.states(x), x, torch.full((len(x),), x.shape[1], device=x.device)).cpu() @ weight

    return score


def gradient_entropy(score: Score, sequence: str) -> float:
    """Entropy of a sequence's absolute gradients × input over positions, 0 one base to 1 all alike."""
    tokens = torch.from_numpy(encode(sequence)).long()[None]
    share = np.abs(gradient_x_input(score, tokens, centre=True)[0])
    share = share[share > 0] / share.sum()
    return float(-(share * np.log(share)).sum() / np.log(len(sequence)))

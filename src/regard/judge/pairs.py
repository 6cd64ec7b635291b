"""Lay scores of element–gene pairs beside what CRISPRi found, by distance, and against distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.metrics import average_precision_score

from regard.core.evidence import CANNOT_TELL, NOT_SUPPORTED, TOO_FEW, evidence
from regard.judge.engine import Question, blocks_of
from regard.judge.interval import interval
from regard.judge.measures import pooled
from regard.judge.metrics import Ranking, exponential_scores
from regard.judge.moves import exchanged
from regard.judge.nuisance import Nuisance, bumps
from regard.judge.rows import judged
from regard.judge.rules import Words

LEAD, RECALL = "auprc lead", 0.7  # the metric of rows that hold a method's AUPRC less the baseline's
WEIGHTED = "auprc, weighted"  # by how much each pair counts, such as the probability that its effect is direct
PRECISION, CALLS = f"precision at recall {RECALL:g}", "recall at ABC's calls"
WORDS = Words("labels within genes", "distance and the gene's rate", "genes")
BAR = "distance is the bar, not a candidate: every other method must say more than distance and the gene's rate"
FEWEST_MOVED = 10  # regulated pairs that can be exchanged with others, at least, for a verdict of not supported
CLASSES = 5  # of distance, within which the pairs of a gene are exchanged
SHARED = ("study", "item", "method", "annotation", "n", "positives", "prevalence", "verdict", "reason")
BLOCK = 1 << 21  # values worked on at once


def figures(
    ranking: Ranking, labels: np.ndarray, weights: np.ndarray, called: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Figures of one ranking under many weights of its pairs, each shape (draws,); NaN where no positive has weight.

    Parameters
    ----------
    labels : bool, shape (pairs,).
    weights : shape (draws, pairs), 0 and up.
    called : bool, shape (pairs,): what another method calls.

    Returns
    -------
    "auprc": average precision, as `metrics.average_precision`; precision at the highest score that reaches a recall of
    .7; with `called`, recall among as many best pairs as the other calls, equal scores in proportion.
    """
    found: dict[str, list[np.ndarray]] = {}
    for some in np.array_split(weights, max(weights.size // BLOCK, 1)):
        total = some[:, ranking.order].cumsum(axis=1)[:, ranking.ends]  # pairs at or above each distinct score
        hit = (some * labels)[:, ranking.order].cumsum(axis=1)[:, ranking.ends]
        every = hit[:, -1:].astype(float)
        every[every == 0] = np.nan
        precision = hit / np.maximum(total, 1e-12)
        found.setdefault("auprc", []).append((np.diff(hit, axis=1, prepend=0) * precision).sum(axis=1) / every[:, 0])
        reached = (hit >= RECALL * np.nan_to_num(every) - 1e-9).argmax(axis=1)
        at = np.take_along_axis(precision, reached[:, None], axis=1)[:, 0]
        found.setdefault(PRECISION, []).append(np.where(np.isnan(every[:, 0]), np.nan, at))
        if called is not None:
            k = some @ called.astype(some.dtype)
            share = [np.interp(n, np.append(0, t), np.append(0, h)) for n, t, h in zip(k, total, hit, strict=True)]
            found.setdefault(CALLS, []).append(np.array(share) / every[:, 0])
    return {name: np.concatenate(parts) for name, parts in found.items()}


def question_of_pairs(
    distance: np.ndarray,
    genes: np.ndarray,
    strata: np.ndarray,
    *,
    cells: np.ndarray | None = None,
    extra: np.ndarray | None = None,
    seed: int = 0,
) -> Question:
    """What distance and a gene's own rate say of element–gene pairs, which stand gene by gene.

    Pairs are exchanged within a gene, cell type and class of distance; a gene has a rate of its own in each cell type,
    and is on one side of a prediction in all of them. distance : any unit, (pairs,); strata : int, (pairs,), pairs that
    stay apart. cells : names, (pairs,). extra : float, (pairs, k), more that needs no model.
    """
    _, of_gene, sizes = np.unique(genes, return_inverse=True, return_counts=True)
    blocks = blocks_of(sizes)
    near = places_of(distance)
    code, counts = of_gene, sizes
    if cells is not None:
        both = np.stack([of_gene, np.unique(cells, return_inverse=True)[1]], 1)
        code, counts = np.unique(both, axis=0, return_inverse=True, return_counts=True)[1:]
        code = code.ravel()
    size = np.log(counts[code])
    smooth = np.stack([near, size], 1) if extra is None else np.hstack([near[:, None], size[:, None], extra])
    added = bumps(near, 1.0, 12)
    exact = added if extra is None else np.hstack([added, extra])
    nuisance = Nuisance(lambda b: (smooth[blocks[b]], added[blocks[b]]), [code], exact)
    together = exchanged_among(distance, code, strata)
    return Question(blocks, np.arange(len(sizes)), nuisance, exchanged(together, seed))


def places_of(distance: np.ndarray) -> np.ndarray:
    """Ranks of distances between 0 and 1, shape (pairs,)."""
    return (rankdata(distance) - 0.5) / len(distance)


def exchanged_among(distance: np.ndarray, code: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """A number for each pair, int, (pairs,), that those it can be exchanged with share."""
    classes = np.minimum((places_of(distance) * CLASSES).astype(int), CLASSES - 1)
    return np.unique(np.stack([code, classes, strata], 1), axis=0, return_inverse=True)[1].ravel()


def movable(regulated: np.ndarray, together: np.ndarray) -> np.ndarray:
    """Which pairs stand among pairs of both kinds, so that exchanging them changes a label, bool, (pairs,)."""
    count = np.bincount(together)[together]
    hit = np.bincount(together, regulated)[together]
    return (hit > 0) & (hit < count)


def compare_pairs(
    scores: Mapping[str, np.ndarray],
    regulated: np.ndarray,
    genes: np.ndarray,
    bins: Mapping[str, np.ndarray],
    *,
    cells: np.ndarray | None = None,
    baseline: str = "distance",
    models: Sequence[str] = (),
    apart_from: Sequence[str] = (),
    twins: Sequence[np.ndarray] | None = None,
    called: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    annotation: str = "regulated in CRISPRi",
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Evidence that scores find the elements that regulate a gene, and that they do so beyond distance.

    Parameters
    ----------
    scores : one array a method, shape (pairs,), no NaN; bigger is likelier. `baseline` is one of them: nearness.
    regulated : bool, shape (pairs,).
    genes : names, shape (pairs,).
    cells : cell types, (pairs,), where there are several; intervals hold for other genes, in whatever cells.
    bins : name and bool, shape (pairs,): which pairs are ranked together. A bin without regulated pairs has no rows.
    apart_from : methods that are corrected for among themselves, so that rows of others are the same without them.
    models : methods that read a trained model; without twins, (pairs, scores) each, they get no verdict.
    called : bool, shape (pairs,): pairs above the threshold of ABC, for recall at as many calls; None for no such row.
    weights : how much each pair counts, 0 and up, shape (pairs,), for rows of AUPRC weighted by them, as scikit-learn's
        `average_precision_score(…, sample_weight=…)` has it; all other rows are unweighted. None for no such row.

    Returns
    -------
    For each bin and method: AUPRC, judged beyond distance and the gene's own rate; for all but the baseline, its lead
    in AUPRC on that; the other figures of `figures`. Intervals hold for other genes. All methods and bins are corrected
    together, those of `models` and of `apart_from` each by themselves. Scores are judged by their ranks, so that their
    unit decides nothing. The verdict is of the method in the bin, the same in all its rows.
    """
    order = np.argsort(genes, kind="stable")
    scores = {name: np.asarray(values, dtype=float)[order] for name, values in scores.items()}
    regulated, genes = np.asarray(regulated, dtype=bool)[order], np.asarray(genes)[order]
    called = None if called is None else called[order]
    weights = None if weights is None else np.asarray(weights, dtype=float)[order]
    cells = None if cells is None else np.asarray(cells)[order]
    bins = {name: inside[order] for name, inside in bins.items() if (inside[order] & regulated).any()}
    apart = np.unique(np.stack([*bins.values()], 1), axis=0, return_inverse=True)[1].ravel() if bins else None
    if apart is None:
        return evidence([])
    tables = []
    rest = [name for name in scores if name not in models and name not in apart_from]
    for names, model in ((rest, False), (list(apart_from), False), ([n for n in scores if n in models], True)):
        random = [np.asarray(twin)[order] for twin in twins or ()]
        drawn = [np.apply_along_axis(exponential_scores, 0, one) for one in random] if model else None
        question = question_of_pairs(-scores[baseline], genes, apart, cells=cells, seed=seed)
        table = {name: exponential_scores(scores[name]) for name in names}
        tables.append(judged(
            question, table, {item: regulated & inside for item, inside in bins.items()},
            {item: pooled("auprc", genes[inside]) for item, inside in bins.items()}, WORDS,
            twins=drawn, model=model, inside=bins, study="enhancer", draws=draws, seed=seed,
        ))  # fmt: skip
    rows = pd.concat([one for one in tables if len(one)])
    rows = rows.assign(item=rows.annotation, annotation=annotation)
    of = genes if cells is None else np.char.add(np.char.add(genes.astype(str), "\t"), cells.astype(str))
    code = np.unique(of, return_inverse=True)[1]
    moved = movable(regulated, exchanged_among(-scores[baseline], code, apart))
    rows = with_too_few_moved(rows, {item: (regulated & inside, moved & inside) for item, inside in bins.items()})
    return with_figures(rows, scores, regulated, genes, bins, baseline, called, weights, seed)


def with_too_few_moved(table: pd.DataFrame, by_item: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> pd.DataFrame:
    """What is not supported only because hardly a label can be moved cannot be told.

    by_item : for each bin the regulated pairs and those that can be exchanged, bool, (pairs,) each.
    """
    table = table.copy()
    for item, (regulated, moved) in by_item.items():
        count = int((regulated & moved).sum())
        here = (table["item"] == item) & (table.verdict == NOT_SUPPORTED)
        if count < FEWEST_MOVED and here.any():
            table.loc[here, "reason"] = (
                f"only {count} of {int(regulated.sum())} regulated pairs stand beside one of their gene that is not, "
                f"at a like distance; labels can hardly be exchanged ({FEWEST_MOVED} are the least to judge by)"
            )
            table.loc[here, "verdict"] = CANNOT_TELL
            table.loc[here, "needed"] = np.nan
    return table


def with_figures(
    table: pd.DataFrame, scores, regulated, genes, bins, baseline: str, called, counts: np.ndarray | None, seed: int
) -> pd.DataFrame:
    """The judged rows, and beside each method's the lead on the baseline and the other figures."""
    rows, code = [], np.unique(genes, return_inverse=True)[1]
    by_name = table.set_index(["item", "method"])
    for item, inside in bins.items():
        labels, gene = regulated[inside], np.unique(code[inside], return_inverse=True)[1]
        weights = np.vstack([np.ones(len(labels), np.int32), 1 - np.eye(gene.max() + 1, dtype=np.int32)[:, gene]])
        by = None if called is None else called[inside]
        found = {name: figures(Ranking(values[inside]), labels, weights, by) for name, values in scores.items()}
        for name, values in found.items():
            first = by_name.loc[(item, name)].to_dict() | {"item": item, "method": name}
            if name == baseline and first["verdict"] != TOO_FEW:
                first |= {"verdict": CANNOT_TELL, "reason": BAR.replace("distance", baseline, 1)}
            rows.append(first)
            common = {key: first[key] for key in SHARED}
            if name != baseline:
                lead = values["auprc"] - found[baseline]["auprc"]
                rows.append(common | told(LEAD, lead, False, seed) | {"null": "no lead", "null_mean": 0.0,
                            "baseline": baseline, "baseline_value": found[baseline]["auprc"][0]})  # fmt: skip
            rows += [common | told(metric, values[metric], True, seed) for metric in values if metric != "auprc"]
            if counts is not None and (counts[inside] * labels).any():
                rows.append(common | weighted(scores[name][inside], labels, weights, counts[inside], seed))
    return evidence(rows)


def weighted(
    scores: np.ndarray, labels: np.ndarray, weights: np.ndarray, counts: np.ndarray, seed: int
) -> dict[str, object]:
    """Weighted AUPRC and its interval. weights : (1 + genes, pairs), 1 or 0; counts : (pairs,), of each pair."""
    drawn = figures(Ranking(scores), labels, weights * counts)["auprc"]
    drawn[0] = average_precision_score(labels, scores, sample_weight=counts)
    share = (counts * labels).sum() / counts.sum()
    return told(WEIGHTED, drawn, True, seed) | {"null": "weighted prevalence", "null_mean": share}


def told(metric: str, values: np.ndarray, bounded: bool, seed: int) -> dict:
    """A figure and its interval; values, (1 + genes,): with all genes, then with one left out each.

    bounded : whether it is a share; else the difference of two.
    """
    low, high = interval(values[0], (values[1:],), bounded=bounded, most=1.0, seed=seed)
    return {"metric": metric, "value": values[0], "ci_low": low, "ci_high": high}

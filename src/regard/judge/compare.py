"""Lay scores beside annotations, with the sequences and random twins passed in, and get evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regard.core.scores import Annotations, PairAnnotations, PairScores, PositionScores
from regard.errors import InputError
from regard.judge.contacts import question_of_contacts
from regard.judge.engine import LEVEL, Question, blocks_of
from regard.judge.groups import NUCLEOTIDES, near_copies
from regard.judge.inputs import distinct, finite, fits, given_features, letters, listed, same_places, yes_or_no
from regard.judge.measures import PRECISIONS, Measure, pooled, within
from regard.judge.metrics import METRICS
from regard.judge.moves import turned
from regard.judge.nuisance import Nuisance
from regard.judge.positions import question_of_positions
from regard.judge.rows import judged
from regard.judge.rules import Words

Scores = PositionScores | PairScores
Known = Annotations | PairAnnotations
NO_SEQUENCES = "the sequences (or features that need no model)"
BASES = Words("labels turned within their sequence", "letters, shares and place", "sequences")
RESIDUES = Words("labels turned within their protein", "residues, their neighbours and place", "proteins")
PAIRS = Words("contacts moved along their diagonals", "separation, residues and place", "proteins")
GIVEN = Words("labels turned within their sample", "the features given", "samples")


def compare(
    scores: Scores | Sequence[Scores],
    annotations: Known | Sequence[Known],
    *,
    sequences: Sequence[str] | None = None,
    twins: Sequence[Sequence[Scores]] | None = None,
    baselines: Sequence[Scores] = (),
    features: Sequence[np.ndarray] | None = None,
    groups: Sequence | None = None,
    model: bool = True,
    metric: str | Sequence[str] = "auprc",
    each_sample: bool = False,
    lengths: Sequence[int] | None = None,
    looks: int = 1,
    words: Words | None = None,
    study: str = "",
    item: str = "all",
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Evidence that scores agree with what is known, beyond what needs no model.

    Parameters
    ----------
    scores, annotations : one or several, of the same samples. All are corrected together for their number (Westfall &
        Young 1993), so pass all that a report looks at in one call.
    sequences : of the samples, bases or residues, as long as their scores. Without them nothing is said about what
        needs no model, and there is no verdict.
    twins : for each model of the same architecture with random weights all its scores; the best of each counts.
        Nine are good, two the least; without them a model's scores get no verdict.
    baselines : other scores that need no model; they join what must be beaten.
    features : instead of sequences, where samples have none: float, (places, k) a sample.
    groups : of the samples, those of one group count once; near copies among the sequences where None.
    model : whether the scores are a model's. Those of a file or a formula need no twins.
    metric : "auprc" (average precision), "auroc" or "enrichment" (in the best 5 %), over all samples together; or, of
        proteins, `P@L`, `P@L/2`, `P@L/5`, the mean over samples. Of several each has its row; p is the same in all.
    each_sample : whether "auprc" and "auroc" are computed within each sample and averaged over samples as well.
    lengths : L of each sample, of "P@L"; the length of its scores where None.
    looks : how many such calls a report makes; the corrected p is multiplied by it, so that it corrects for all.
    words : what the features given, and the samples, are called in reasons.

    Returns
    -------
    A row for each annotation, method and metric: the figure alone with its interval; `baseline_value`, the figure of
    what needs no model, predicted across groups; `adds`, the lead of both together with its interval; `needed`, the
    least figure with which the method would have passed; p by itself, and corrected in `q_value`; verdict and reason.

    Raises
    ------
    InputError
        Samples or shapes of scores, annotations, sequences or twins differ, or no place has all scores.

    References
    ----------
    Shah & Peters 2020 (the figure), Westfall & Young 1993 (the correction); `regard.judge.engine` says how.

    Examples
    --------
    Twelve sequences with sites drawn at random, and a score that knows something of them, though no model's:

    >>> import numpy as np, regard
    >>> rng = np.random.default_rng(0)
    >>> ids = [f"seq{i}" for i in range(12)]
    >>> sequences = ["".join(rng.choice(list("ACGT"), 60)) for _ in ids]
    >>> sites = regard.Annotations(ids, [rng.random(60) < 0.1 for _ in ids], "site")
    >>> scores = regard.PositionScores(ids, [site + rng.normal(size=60) for site in sites.values], "score")
    >>> rows = regard.compare(scores, sites, sequences=sequences, model=False)
    >>> rows[["method", "annotation", "n", "verdict"]]
      method annotation    n    verdict
    0  score       site  720  supported
    """
    methods, known, models = listed(scores), listed(annotations), [listed(twin) for twin in twins or ()]
    distinct(methods, "scores")
    distinct(known, "annotations")
    if draws + 1 < 1 / LEVEL:
        raise InputError(f"of {draws} draws no corrected p can be {LEVEL:g}; {round(1 / LEVEL) - 1} are the least")
    ids, shapes = known[0].ids, [np.shape(v) for v in known[0].values]
    every = [*methods, *baselines, *(s for twin in models for s in twin)]
    for several, check in ((every, finite), (known, yes_or_no)):
        for one in several:
            same_places(one, known[0], ids, shapes)
            check(one)
    if sequences is not None:
        fits(sequences, ids, shapes)
        sequences = letters(sequences)
    if features is not None:
        if sequences is not None:
            raise InputError("sequences and features: give one of them; other scores that need no model are baselines")
        features = given_features(features, ids, shapes)
    there = places(every, shapes)
    question, usual, lacks = asked(sequences, features, groups, baselines, there, seed)
    table = {one.name: flat(one, there) for one in methods}
    labels = {one.name: flat(one, there).astype(bool) for one in known}
    drawn = [np.stack([flat(s, there) for s in twin], 1) for twin in models if twin]
    lengths = [s[0] for s in shapes] if lengths is None else list(lengths)
    metrics = [metric] if isinstance(metric, str) else metric
    measures = [measure_of(one, question, lengths, each_sample) for one in metrics]
    return judged(
        question, table, labels, measures, words or usual,
        twins=drawn, model=model, lacks=lacks, looks=looks, study=study, item=item, draws=draws, seed=seed,
    )  # fmt: skip


def places(scores: Sequence[Scores], shapes: list[tuple]) -> list[np.ndarray]:
    """Which places of each sample every method scores; of pairs those with i < j."""
    there = [np.ones(s, bool) if len(s) == 1 else np.triu(np.ones(s, bool), 1) for s in shapes]
    for one in scores:
        for k, value in enumerate(one.values):
            there[k] &= ~np.isnan(np.asarray(value, dtype=float))
    if not any(t.any() for t in there):
        raise InputError("no place has a score of every method: nothing can be compared")
    return there


def flat(one, there: list[np.ndarray]) -> np.ndarray:
    """Values of all samples in one row, at the places compared."""
    return np.concatenate([np.asarray(v, dtype=float)[t] for v, t in zip(one.values, there, strict=True)])


def asked(sequences, features, groups, baselines, there, seed: int) -> tuple[Question, Words, str]:
    """The kind of question that the samples pose, how it speaks, and what it lacks."""
    count = len(there)
    extra = np.stack([flat(one, there) for one in baselines], 1) if baselines else None
    if groups is None:
        groups = np.arange(count) if sequences is None else near_copies(sequences)
    if len(groups) != count:
        raise InputError(f"{len(groups)} groups for {count} samples")
    number = {group: k for k, group in enumerate(dict.fromkeys(groups))}
    groups = np.array([number[group] for group in groups])
    pairs = there[0].ndim == 2
    if sequences is not None and pairs:
        return question_of_contacts(sequences, groups, there, extra=extra, seed=seed), PAIRS, ""
    if sequences is not None:
        words = BASES if set("".join(sequences)) <= NUCLEOTIDES else RESIDUES
        return question_of_positions(sequences, groups, there=there, extra=extra, seed=seed), words, ""
    blocks = blocks_of([t.sum() for t in there])
    given = [np.zeros((t.sum(), 0)) for t in there]
    if features is not None:
        given = [f[t] for f, t in zip(features, there, strict=True)]
    given = np.hstack([np.concatenate(given), *([] if extra is None else [extra])])
    nuisance = Nuisance(lambda b: (given[blocks[b]], np.zeros((blocks[b].stop - blocks[b].start, 0))), (), given)
    rings = [np.arange(b.start, b.stop) for b in blocks]
    question = Question(blocks, groups, nuisance, turned(rings, list(groups), seed))
    return question, GIVEN, "" if features is not None or extra is not None else NO_SEQUENCES


def measure_of(metric: str, question: Question, lengths: list[int], each_sample: bool) -> Measure:
    if metric in PRECISIONS or (each_sample and metric in ("auprc", "auroc")):
        return within(metric, question.blocks, lengths, question.groups)
    if metric not in METRICS:
        raise InputError(f"metric {metric!r} is unknown; choose one of {', '.join([*METRICS, *PRECISIONS])}")
    sizes = [b.stop - b.start for b in question.blocks]
    return pooled(metric, np.repeat(question.groups, sizes))

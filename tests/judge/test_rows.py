"""From what the engine found to rows."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from regard.core.evidence import CANNOT_TELL, COLUMNS, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.judge.engine import Question, weigh
from regard.judge.measures import chance_of, mean_difference, pooled
from regard.judge.moves import flipped, turned
from regard.judge.nuisance import Nuisance
from regard.judge.rows import judged, scaled, together
from regard.judge.rules import Words

COUNT, LENGTH = 12, 50
ITEMS = COUNT * LENGTH
BLOCKS = [slice(i * LENGTH, (i + 1) * LENGTH) for i in range(COUNT)]
GROUP = np.repeat(np.arange(COUNT), LENGTH)
WORDS = Words("turned labels", "a feature", "sequences")
RNG = np.random.default_rng(0)
FEATURE = RNG.normal(size=(ITEMS, 1))
LABEL = RNG.random(ITEMS) < 1 / (1 + np.exp(2 - FEATURE[:, 0]))
SCORES = {
    "planted": LABEL + RNG.normal(size=ITEMS),
    "noise": RNG.normal(size=ITEMS),
    "feature": 2 * FEATURE[:, 0] + RNG.normal(size=ITEMS),
}
TWINS = [RNG.normal(size=(ITEMS, 4)) for _ in range(9)]


def question():
    nuisance = Nuisance(lambda b: (FEATURE[BLOCKS[b]], np.zeros((LENGTH, 0))))
    return Question(
        BLOCKS, np.arange(COUNT), nuisance, turned([np.arange(b.start, b.stop) for b in BLOCKS], range(COUNT), 0)
    )


def rows(**changes):
    how = {"twins": TWINS, "study": "dna", "item": "all"} | changes
    labels = how.pop("labels", {"known": LABEL})
    return judged(question(), SCORES, labels, how.pop("measure", pooled("auprc", GROUP)), WORDS, **how)


def test_rows_hold_what_scikit_learn_and_the_engine_say():
    table = rows()
    assert list(table.columns) == COLUMNS
    assert table.method.tolist() == list(SCORES)
    found = weigh(question(), np.stack(list(SCORES.values()), 1), LABEL[:, None], TWINS)
    for m, (row, score) in enumerate(zip(table.itertuples(), SCORES.values(), strict=True)):
        assert row.value == pytest.approx(average_precision_score(LABEL, score))
        assert row.ci_low < row.value < row.ci_high
        assert (row.p_value, row.q_value) == (found.alone[0, m], found.p[0, m])
        assert row.baseline_value == pytest.approx(average_precision_score(LABEL, found.expected[:, 0]))
        both = average_precision_score(LABEL, together(found, 0, m))
        assert row.adds == pytest.approx(both - row.baseline_value)
        assert row.adds_low <= row.adds <= row.adds_high
        assert (row.n, row.positives, row.study, row.item) == (ITEMS, LABEL.sum(), "dna", "all")
        assert row.null_mean == chance_of("auprc", LABEL.sum(), ITEMS)
        just = score + found.more[0, m] * score.std() * (LABEL - LABEL.mean()) / LABEL.std()
        assert row.needed == pytest.approx(average_precision_score(LABEL, just))
    assert table.verdict.tolist() == [SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED]
    assert table.needed[0] < table.value[0] and (table.needed[1:] > table.value[1:]).all()


def test_slopes_come_from_other_folds():
    found = weigh(question(), np.stack(list(SCORES.values()), 1), LABEL[:, None], draws=49)
    left, rest, expected = found.remainders[:, 0], found.rest[:, 0], found.expected[:, 0]
    for k in np.unique(found.fold):
        out = found.fold == k
        slope = (left[~out] @ rest[~out]) / (left[~out] @ left[~out])
        assert together(found, 0, 0)[out] == pytest.approx(expected[out] + slope * left[out], abs=1e-6)


def test_models_without_twins_and_what_else_is_lacking_are_named():
    assert "random weights (twins)" in rows(twins=TWINS[:1]).reason[0]
    assert set(rows(twins=None).verdict) == {CANNOT_TELL}
    both = rows(twins=None, lacks="the sequences").reason[0]
    assert both.startswith("needs the sequences and the same scores")
    assert rows(twins=None, model=False).verdict[0] == SUPPORTED


def test_twins_that_know_as_much_take_the_verdict_away():
    knowing = [np.stack([LABEL + RNG.normal(size=ITEMS)] * 2, 1) for _ in range(3)]
    table = rows(twins=knowing)
    assert table.verdict[0] == NOT_SUPPORTED and "random weights reach as much" in table.reason[0]


def test_nothing_to_judge_is_an_empty_table():
    for scores, labels in (({}, {"known": LABEL}), (SCORES, {})):
        table = judged(question(), scores, labels, pooled("auprc", GROUP), WORDS)
        assert isinstance(table, pd.DataFrame) and not len(table) and list(table.columns) == COLUMNS


def test_each_annotation_may_have_items_and_a_measure_of_its_own():
    inside = {"a": GROUP < 10, "b": np.ones(ITEMS, bool)}
    measures = {"a": pooled("auroc", GROUP[inside["a"]]), "b": pooled("auprc", GROUP)}
    table = rows(labels={"a": LABEL & inside["a"], "b": LABEL}, inside=inside, measure=measures).set_index(
        ["annotation", "method"]
    )
    a, b = table.loc[("a", "planted")], table.loc[("b", "planted")]
    assert (a.n, b.n) == (10 * LENGTH, ITEMS)
    assert a.value == pytest.approx(roc_auc_score(LABEL[inside["a"]], SCORES["planted"][inside["a"]]))
    assert b.value == pytest.approx(average_precision_score(LABEL, SCORES["planted"]))
    assert a.prevalence == LABEL[inside["a"]].mean() and a.null_mean == 0.5


def test_groups_with_a_label_are_counted_or_the_nodes_at_both_ends():
    few = LABEL & (GROUP < 7)
    assert "in 7 sequences" in rows(labels={"few": few}).reason[0]
    ends = (GROUP % 3, 3 + np.arange(ITEMS) % 4)
    assert "in 7 sequences" in rows(ends=ends).reason[0]
    assert rows(ends=(GROUP, GROUP)).verdict[0] == SUPPORTED
    assert rows(smallest=19).verdict[0] == TOO_FEW


def test_a_figure_in_the_scores_own_unit_adds_what_is_left_of_it_either_way():
    count = 40
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=count) - 1, rng.normal(size=count)
    code = np.tile(np.arange(count), 2)
    blocks = [slice(i, i + 1) for i in range(2 * count)]
    asked = Question(
        blocks, code, Nuisance(lambda b: (np.zeros((1, 0)),) * 2, [code]), flipped(code, 0), two_sided=True
    )
    table = judged(
        asked, {"d": np.concatenate([first, second])}, {"known": np.arange(2 * count) < count},
        mean_difference("difference"), Words("exchanged sides", "nothing", "pairs", 10), model=False, smallest=count,
    )  # fmt: skip
    row = table.iloc[0]
    assert row.value == pytest.approx((first - second).mean())
    assert row.adds == pytest.approx(row.value, rel=0.02)  # nothing is known: all of it is left
    assert row.value < 0 and row.verdict == SUPPORTED  # lower is a difference, too
    assert row.null_mean == 0


def test_scaled_is_in_standard_deviations_of_all():
    label = np.array([0.0, 1, 1, 0])
    assert scaled(label[:2], label) == pytest.approx([-1, 1])

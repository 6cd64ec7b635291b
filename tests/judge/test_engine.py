"""The engine on items whose truth is planted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student
from sklearn.metrics import r2_score

from regard.judge.engine import BEYOND, LEVEL, NOTHING_LEFT, Question, explained, lacking, one_more, standardised, weigh
from regard.judge.moves import flipped, turned
from regard.judge.nuisance import Nuisance

COUNT, LENGTH = 16, 60
BLOCKS = [slice(i * LENGTH, (i + 1) * LENGTH) for i in range(COUNT)]
ITEMS = COUNT * LENGTH


def question(features=None, exact=None, two_sided=False, groups=None):
    """Sequences of positions that turn; features (items, k) are known without a model."""
    groups = np.arange(COUNT) if groups is None else groups
    known = np.zeros((ITEMS, 0)) if features is None else features
    nuisance = Nuisance(lambda b: (known[BLOCKS[b]], np.zeros((LENGTH, 0))), (), exact)
    rings = [np.arange(b.start, b.stop) for b in BLOCKS]
    return Question(BLOCKS, groups, nuisance, turned(rings, list(groups), 0), two_sided)


def drawn(seed=0, share=0.2):
    rng = np.random.default_rng(seed)
    return rng.random((ITEMS, 1)) < share, rng.normal(size=(ITEMS, 6)), rng


def test_a_planted_score_passes_noise_does_not_and_p_follows_z():
    labels, scores, _ = drawn()
    scores[:, 2] += labels[:, 0]
    found = weigh(question(), scores, labels)
    assert found.z.shape == found.p.shape == found.alone.shape == found.more.shape == (1, 6)
    assert found.p[0].argmin() == 2 and found.p[0, 2] == 0.001
    assert (np.delete(found.p[0], 2) > 0.05).all()
    assert (found.p >= found.alone).all()
    order = found.z[0].argsort()
    assert (np.diff(found.p[0, order]) <= 0).all()
    assert found.known[0] == pytest.approx(0, abs=0.02)


def test_the_corrected_p_is_that_of_the_largest_figure_of_all_methods_and_annotations():
    labels, scores, rng = drawn()
    labels = np.hstack([labels, rng.random((ITEMS, 2)) < 0.3])
    scores[:, 1] += 0.2 * labels[:, 0]
    found = weigh(question(), scores, labels, draws=499)
    one = [weigh(question(), scores[:, [m]], labels[:, [k]], draws=499) for k in range(3) for m in range(6)]
    # The same moves for each alone: z and its own p are equal, and no correction is p itself.
    assert found.z.ravel() == pytest.approx(np.array([w.z[0, 0] for w in one]), abs=0.01)
    assert found.alone.ravel() == pytest.approx(np.array([w.p[0, 0] for w in one]), abs=0.005)
    assert max(w.limit for w in one) < found.limit
    # Bonferroni bounds it.
    assert (found.p <= 18 * found.alone + 1e-9).all()


def test_the_limit_is_where_p_passes():
    labels, _, rng = drawn()
    scores = np.linspace(0, 0.5, 1000) * labels + rng.normal(size=(ITEMS, 1))
    found = weigh(question(), scores, labels, draws=999)
    assert ((found.z > found.limit) == (found.p <= LEVEL)).all()
    # Methods stand so close that some are on either side of every draw near the limit.
    assert {0.008, 0.009, 0.01, 0.011, 0.012} <= set(np.round(found.p[0], 3))


def test_the_figure_is_of_labels_in_units_of_their_own_expected_spread():
    labels, scores, rng = drawn()
    feature = rng.normal(size=(ITEMS, 1))
    labels = rng.random((ITEMS, 1)) < 1 / (1 + np.exp(3 - 2 * feature))
    asked = question(feature)
    found = weigh(asked, scores, labels)
    assert found.expected.min() == pytest.approx(labels.mean() / 4)  # nothing is impossible
    r = (labels - found.expected) / np.sqrt(found.expected * (1 - found.expected))
    figure, null = asked.moves(r, found.remainders, 999)
    believed = np.sqrt((left := (found.remainders**2).mean(0)) / (left + NOTHING_LEFT))
    assert found.z == pytest.approx((figure - null.mean(0)) / null.std(0) * believed, abs=1e-3)
    assert found.rest == pytest.approx(labels - found.expected)


def test_a_score_that_knows_only_what_needs_no_model_is_freed_of_it():
    labels, scores, rng = drawn()
    feature = rng.normal(size=(ITEMS, 2))
    labels = rng.random((ITEMS, 1)) < 1 / (1 + np.exp(1.5 - 2 * feature[:, :1]))
    scores[:, 0] += 2 * feature[:, 0]
    blind, seeing = weigh(question(), scores, labels), weigh(question(feature), scores, labels)
    exactly = weigh(question(exact=feature), scores, labels)
    assert blind.z[0, 0] > 8
    assert abs(seeing.z[0, 0]) < 3 and seeing.p[0, 0] > 0.05
    assert abs(exactly.z[0, 0]) < 3
    assert seeing.known[0] > 0.2 and blind.known[0] < 0.01
    assert exactly.placed[0] > 0.2 and seeing.placed[0] == pytest.approx(0, abs=1e-6)


def test_what_a_score_knows_besides_stays():
    labels, scores, rng = drawn()
    feature = rng.normal(size=(ITEMS, 2))
    other = rng.normal(size=ITEMS)
    labels = (feature[:, 0] + other > 1.2)[:, None]
    scores[:, 0] = feature[:, 0] + 0.5 * other
    assert weigh(question(feature), scores, labels).p[0, 0] <= LEVEL


def test_both_sides_count_only_where_asked():
    labels, scores, _ = drawn()
    scores[:, 0] -= labels[:, 0]
    one, two = weigh(question(), scores, labels), weigh(question(two_sided=True), scores, labels)
    assert one.z[0, 0] < -8 and one.p[0, 0] == 1.0
    assert two.z[0, 0] > 8 and two.p[0, 0] == 0.001
    assert (two.z >= 0).all()


def test_the_best_head_of_each_random_model_is_its_figure():
    labels, scores, rng = drawn()
    twins = [rng.normal(size=(ITEMS, k)) + 0.1 * k * labels for k in (1, 3, 5)]
    found = weigh(question(), scores, labels, twins)
    own = [weigh(question(), twin, labels, draws=199).z.max(1) for twin in twins]
    assert found.twins == pytest.approx(np.stack(own, 1), abs=1e-3)
    assert found.bound == pytest.approx(one_more(found.twins))
    assert np.isnan(weigh(question(), scores, labels, twins[:1]).bound[0])
    # Twins are no methods: the correction does not count them.
    assert found.p == pytest.approx(weigh(question(), scores, labels).p, abs=0.003)


def test_items_outside_an_annotation_do_not_count():
    labels, scores, _ = drawn()
    inside = np.repeat(np.arange(COUNT) < 10, LENGTH)[:, None]
    scores[:, 0] += 3 * (labels & ~inside)[:, 0]
    found = weigh(question(), scores, labels, inside=inside)
    assert not found.rest[~inside].any()
    assert found.z[0, 0] < 3 < weigh(question(), scores, labels).z[0, 0]


@given(st.floats(0.01, 1e4), st.floats(-1e3, 1e3))
@settings(max_examples=8)
def test_a_score_has_no_unit(scale, shift):
    labels, scores, _ = drawn()
    scores[:, 0] += 0.2 * labels[:, 0]
    before, after = (weigh(question(), s, labels, draws=99) for s in (scores, scores * scale + shift))
    assert after.z == pytest.approx(before.z, abs=0.01)


def test_a_score_of_which_nothing_is_left_is_not_believed():
    labels, scores, rng = drawn()
    exact = rng.normal(size=(ITEMS, 1))
    scores[:, 0] = exact[:, 0] + 0.003 * labels[:, 0]
    found = weigh(question(exact=exact), scores, labels)
    assert abs(found.z[0, 0]) < 3
    assert found.remainders[:, 0].std() < 0.1


@pytest.mark.filterwarnings("error")
def test_constant_scores_and_constant_labels_give_no_figure_and_no_warning():
    labels, scores, _ = drawn()
    labels = np.hstack([labels, np.ones_like(labels), np.zeros_like(labels)])
    scores[:, 0] = 7.0
    found = weigh(question(), scores, labels, draws=99)
    assert found.z[:, 0] == pytest.approx(0, abs=1e-6)
    assert (found.p[1:] > LEVEL).all() and np.isinf(found.more[1:]).all()
    assert np.isfinite(found.more[0]).all()  # what a constant lacks is known


@pytest.mark.parametrize("annotation", [0, 1])
def test_with_what_is_lacking_added_a_score_just_passes(annotation):
    labels, scores, rng = drawn()
    labels = np.hstack([labels, rng.random((ITEMS, 1)) < 0.05])
    scores[:, 3] += 0.5 * labels[:, 0]
    found = weigh(question(), scores, labels)
    y = standardised(labels.astype(float))
    for m in range(6):
        more = scores.copy()
        own = (scores[:, m] - scores[:, m].mean()) / scores[:, m].std()
        more[:, m] = own + found.more[annotation, m] * y[:, annotation]
        z = weigh(question(), more, labels).z[annotation, m]
        assert z == pytest.approx(found.limit, rel=0.02)
    assert (found.more[annotation] < 0).tolist() == (found.z[annotation] > found.limit).tolist()


def test_lacking_solves_its_equation_and_is_endless_where_labels_themselves_would_not_pass():
    rng = np.random.default_rng(0)
    null = rng.normal(size=(500, 2, 5)) * [1, 2, 3, 1.5, 1.5]
    null -= null.mean(0)
    figure = np.array([[0.5, 3.0, -20.0, 12.0, 1.0], [0.5, 3.0, -2.0, 12.0, 2.0]])  # the last two are the labels'
    more = lacking(figure, null, np.array([4.0, 4.0]), np.ones(3))
    assert np.isinf(more[1]).all()
    for m in range(3):
        both = null[:, 0, m] + more[0, m] * null[:, 0, 3]
        assert (figure[0, m] + more[0, m] * figure[0, 3]) / both.std() == pytest.approx(4.0)


def test_one_more_is_the_prediction_interval_of_students_t():
    best = np.random.default_rng(0).normal(3, 2, (4, 9))
    scale = best.std(1, ddof=1) * np.sqrt(1 + 1 / 9)
    expected = student.interval(2 * BEYOND - 1, 8, loc=best.mean(1), scale=scale)[1]
    assert one_more(best) == pytest.approx(expected)
    many = np.random.default_rng(1).normal(size=(40_000, 6))
    assert (many[:, 5] > one_more(many[:, :5])).mean() == pytest.approx(1 - BEYOND, abs=0.002)
    assert np.isnan(one_more(best[:, :1])).all() and np.isnan(one_more(best[:, :0])).all()


def test_standardised_is_cut_at_six_and_leaves_constants_at_nought():
    values = np.random.default_rng(0).normal(5, 3, (4000, 2))
    values[0, 0], values[:, 1] = 1e4, 2.0
    found = standardised(values)
    assert found[0, 0] == 6 and not found[:, 1].any()
    usual = values[:, :1].clip(None, 20)
    assert standardised(usual) == pytest.approx((usual - usual.mean()) / usual.std())


def test_explained_is_scikit_learns_r2():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(50, 3))
    guess = y * [1, 0.5, -1] + 0.1
    assert explained(y, guess) == pytest.approx(r2_score(y, guess, multioutput="raw_values"))


def test_same_seed_same_bytes_and_other_seed_other_draws():
    labels, scores, _ = drawn()
    feature = np.random.default_rng(3).normal(size=(ITEMS, 3))
    one, two, other = (weigh(question(feature), scores, labels, draws=99, seed=s) for s in (1, 1, 2))
    assert one.z.tobytes() == two.z.tobytes() and one.remainders.tobytes() == two.remainders.tobytes()
    assert one.z.tobytes() != other.z.tobytes()


def test_groups_stand_on_one_side_of_every_prediction():
    labels, scores, _ = drawn()
    groups = np.arange(COUNT) // 2
    found = weigh(question(groups=groups), scores, labels, draws=49)
    of_block = found.fold[::LENGTH].reshape(-1, 2)
    assert (of_block[:, 0] == of_block[:, 1]).all()


def test_p_of_noise_is_uniform():
    p = []
    for seed in range(40):
        labels, scores, _ = drawn(seed)
        code = np.arange(ITEMS)
        asked = Question(BLOCKS, np.arange(COUNT), question().nuisance, flipped(code, seed))
        p.append(weigh(asked, scores, labels, draws=99).p.min())
    assert 0.35 < np.mean(p) < 0.65
    assert np.mean(np.array(p) <= 0.1) < 0.25

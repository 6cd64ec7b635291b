"""Pipelines do what they say, say what is wrong with them, and find what was planted."""

import numpy as np
import pytest
import torch

from regard.core.maps import attention_maps
from regard.core.scores import PairScores, PositionScores
from regard.core.tokens import token_table
from regard.data.sequences import encode
from regard.errors import PipelineError
from regard.models.capture import capture
from regard.reduce.pipeline import parse, reduce
from tests.toys.planted import HEADS, planted_attention, planted_model, random_model


def some_maps(lengths=(5, 3), layers=2, heads=3, causal=False):
    rng = np.random.default_rng(0)
    maps = []
    for n in lengths:
        one = rng.random((layers, heads, n, n)) + 0.1
        one = np.tril(one) if causal else one
        maps.append(one / one.sum(axis=-1, keepdims=True))
    return attention_maps(maps, [f"s{n}" for n in lengths], [token_table(["A"] * n) for n in lengths])


# ---- reading


def test_parse():
    assert parse("symmetrise|apc | mean( layer ,head )") == [
        ("symmetrise", [], {}),
        ("apc", [], {}),
        ("mean", ["layer", "head"], {}),
    ]
    assert parse("remove_sinks(share=0.5) | select(layer=2, head = 1) | per_head") == [
        ("remove_sinks", [], {"share": 0.5}),
        ("select", [], {"layer": 2, "head": 1}),
        ("per_head", [], {}),
    ]


def test_parse_queries_tokens_and_names():
    vector = np.arange(4)
    steps = parse("from(3, 12 : 30)|pool( 4 ) | weights( heads, {best} )", {"heads, {best}": vector})
    assert [step[:2] for step in steps[:2]] == [("from", [range(3, 4), range(12, 30)]), ("pool", [4])]
    assert steps[2].arguments[0] is vector
    with pytest.raises(PipelineError, match="'x' in 'weights\\(x\\)' names no weights; there are a, b"):
        parse("weights(x)", {"a": vector, "b": vector})


@pytest.mark.parametrize(
    ("pipeline", "reason"),
    [
        ("", "'' is no step"),
        ("apc |", "'' is no step"),
        ("apc mean(head)", "'apc mean(head)' is no step; write name or name(…)"),
        ("mean(layer", "'mean(layer' is no step"),
        ("average(head)", "no reduction is called 'average'; there are drop_special, drop_self, from"),
        ("mean(heads)", "'heads' in 'mean(heads)' is neither an axis (layer, head, query, key, position)"),
        ("mean(sample)", "'sample' in 'mean(sample)' is neither an axis"),
        ("remove_sinks(share=much)", "'share=much' in 'remove_sinks(share=much)' is neither an axis"),
        ("remove_sinks(0.3)", "'0.3' in 'remove_sinks(0.3)' is neither an axis"),
        ("remove_sinks(=0.3)", "remove_sinks(=0.3)"),
        ("remove_sinks(share=)", "'share=' in 'remove_sinks(share=)' is neither an axis"),
        ("remove_sinks(part=0.3)", "'remove_sinks(part=0.3)': got an unexpected keyword argument 'part'"),
        ("remove_sinks(layer)", "'remove_sinks(layer)': too many positional arguments"),
        ("rollout(layer)", "'rollout(layer)': too many positional arguments"),
        ("log(layer)", "'log(layer)': too many positional arguments"),
        ("rollout(array=1)", "'rollout(array=1)': multiple values for argument 'array'"),
        ("apc(layer)", "'apc(layer)': too many positional arguments"),
        ("last(layer, head)", "'last(layer, head)': too many positional arguments"),
        ("last(dim=1)", "'last(dim=1)': "),
        ("select(layer)", "'select(layer)': too many positional arguments"),
        ("from", "'from': missing a required argument: 'first'"),
        ("from(first)", "'first' in 'from(first)' is neither a query, such as 12, nor a range of them, such as 12:30"),
        ("from(3, -1)", "'-1' in 'from(3, -1)' is neither a query"),
        ("from(5:5)", "'5:5' in 'from(5:5)' is neither a query"),
        ("from(1:2:3)", "'1:2:3' in 'from(1:2:3)' is neither a query"),
        ("from(head)", "'head' in 'from(head)' is neither a query"),
        ("from(query=1)", "'from(query=1)': missing a required argument: 'first'"),
        ("pool", "'pool': missing a required argument: 'size'"),
        ("pool(0)", "'0' in 'pool(0)' is no number of tokens, such as 4"),
        ("pool(2.5)", "'2.5' in 'pool(2.5)' is no number of tokens"),
        ("pool(2, 3)", "'pool(2, 3)': too many positional arguments"),
        ("weights(best heads)", "'best heads' in 'weights(best heads)' names no weights; none were given"),
        ("weights", "'' in 'weights' names no weights; none were given"),
        ("mean | apc", "say over what, such as mean(layer, head)"),
        ("max", "say over what, such as max(layer, head)"),
        ("per_head | received", "per_head can only come last"),
        ("received | per_head(layer)", "'per_head(layer)': too many positional arguments"),
    ],
)
def test_what_cannot_be_read_is_quoted_with_the_reason(pipeline, reason):
    with pytest.raises(PipelineError) as caught:
        parse(pipeline)
    assert str(caught.value).startswith(f"pipeline {pipeline!r}: ")
    assert reason in str(caught.value)


# ---- what does not fit


@pytest.mark.parametrize(
    ("pipeline", "reason"),
    [
        ("received", " leaves layer, head, position; end with mean(…), max(…), last(…) or select(…)"),
        ("mean(layer) | received", " leaves head, position;"),
        ("received | mean(layer, head, position)", " leaves nothing;"),
        ("received | mean(query)", ": mean wants query, but only sample, layer, head, position are left there"),
        ("mean(layer) | select(layer=1)", ": select wants layer, but only sample, head, query, key are left"),
        ("mean(layer) | last", ": last takes a layer or head that is still there, got 'layer'; left: sample, head"),
        ("last(query)", ": last takes a layer or head that is still there, got 'query'"),
        ("select(query=1)", ": select takes a layer or head that is still there, got 'query'"),
        ("select(rows=1)", ": select takes a layer or head that is still there, got 'rows'"),
        ("select(layer=2)", ": select(layer=2): there are 2, counted from 0"),
        ("received | apc", ": apc needs maps with query and key; only sample, layer, head, position are left"),
        ("mean(layer) | rollout", ": rollout multiplies layers: it must come before layers are reduced"),
        ("from(2, 5) | received", ": from(5): there are 5 queries, counted from 0"),
        ("received | pool(2)", ": pool needs maps with query and key; only sample, layer, head, position are left"),
        ("weights(few)", ": weights are (5,) numbers, but there are 2 layers × 3 heads"),
        ("mean(head) | weights(few)", ": weights are of layers and heads: they must come before either is reduced"),
        ("causal | received", ": causal is for causal models, but some query here attends to a later key"),
    ],
)
def test_what_does_not_fit_is_quoted_with_the_reason(pipeline, reason):
    with pytest.raises(PipelineError) as caught:
        reduce(some_maps(), pipeline, weights={"few": np.ones(5)})
    assert str(caught.value).startswith(f"pipeline {pipeline!r}{reason}")


def test_square_maps_are_asked_for():
    maps = attention_maps([np.full((1, 1, 2, 3), 1 / 3)], ["a"], [token_table(list("AC"))], [token_table(list("xyz"))])
    with pytest.raises(PipelineError, match="pipeline 'symmetrise': symmetrise needs square maps, got 2 × 3"):
        reduce(maps, "symmetrise")


# ---- what comes out


def test_positions_without_padding():
    maps = some_maps()
    scores = reduce(maps, "received|mean(layer,   head)")
    assert isinstance(scores, PositionScores)
    assert scores.name == "received | mean(layer,   head)"
    assert scores.ids == ["s5", "s3"]
    assert scores.notes == ()
    for found, one in zip(scores.values, maps, strict=True):
        np.testing.assert_allclose(found, one.mean(axis=(0, 1, 2)), rtol=1e-5)


def test_pairs_without_padding_row_is_query():
    maps = some_maps()
    scores = reduce(maps, "max(layer, head)")
    assert isinstance(scores, PairScores)
    for found, one in zip(scores.values, maps, strict=True):
        np.testing.assert_array_equal(found, one.max(axis=(0, 1)))


def test_steps_run_from_left_to_right():
    maps = some_maps()
    first, then = reduce(maps, "mean(head) | last | given"), reduce(maps, "given | last | mean(head)")
    np.testing.assert_allclose(first.values[1], then.values[1], rtol=1e-5)
    assert not np.allclose(
        reduce(maps, "apc | max(head) | last").values[0], reduce(maps, "max(head) | apc | last").values[0]
    )


def test_axes_that_pairs_leave_may_be_reduced_too():
    maps = some_maps()
    over_queries = reduce(maps, "mean(layer, head) | mean(query)")
    np.testing.assert_allclose(over_queries.values[1], maps[1].mean(axis=(0, 1, 2)), rtol=1e-5)
    over_keys = reduce(maps, "mean(layer, head) | max(key)")
    np.testing.assert_allclose(over_keys.values[1], maps[1].mean(axis=(0, 1)).max(axis=1), rtol=1e-5)


def test_positions_are_queries_or_keys_where_these_differ():
    tables = [token_table(list("AC")), token_table(list("ACG"))], [token_table(list("wxyz")), token_table(["v"])]
    maps = attention_maps([np.full((1, 1, 2, 4), 1 / 4), np.ones((1, 1, 3, 1))], ["a", "b"], *tables)
    assert [len(v) for v in reduce(maps, "received | mean(layer, head)").values] == [4, 1]
    assert [len(v) for v in reduce(maps, "entropy | mean(layer, head)").values] == [2, 3]
    assert [len(v) for v in reduce(maps, "mean(layer, head, query)").values] == [4, 1]
    assert [v.shape for v in reduce(maps, "last | last(head)").values] == [(2, 4), (3, 1)]


def test_per_head():
    maps = some_maps()
    scores = reduce(maps, "received | per_head")
    assert list(scores) == [f"block {b} head {h}" for b in (1, 2) for h in (1, 2, 3)]
    one = scores["block 2 head 3"]
    assert one.name == "block 2 head 3"
    np.testing.assert_allclose(one.values[1], maps[1][1, 2].mean(axis=0), rtol=1e-5)
    assert isinstance(reduce(maps, "apc | per_head")["block 1 head 1"], PairScores)


@pytest.mark.parametrize(
    ("pipeline", "names"),
    [
        ("mean(layer) | received | per_head", ["head 1", "head 2", "head 3"]),
        ("max(head) | received | per_head", ["block 1", "block 2"]),
        ("received | select(layer=1) | per_head", ["head 1", "head 2", "head 3"]),
        ("rollout | received | per_head", ["rollout | received | per_head"]),
    ],
)
def test_per_head_names_only_what_is_left(pipeline, names):
    scores = reduce(some_maps(), pipeline)
    assert list(scores) == names
    assert [one.name for one in scores.values()] == names


def test_notes_of_all_steps_come_along():
    maps = some_maps(layers=1)
    scores = reduce(maps, "remove_sinks(share=0.9) | symmetrise | remove_sinks | received | mean(layer, head)")
    assert len(scores.notes) == 2
    assert scores.notes[0] == "remove_sinks took away 0.0% of the attention (share > 0.9)"
    assert "share > 0.3" in scores.notes[1]
    assert reduce(maps, "remove_sinks | received | per_head")["block 1 head 2"].notes == (
        reduce(maps, "remove_sinks | mean(layer, head)").notes
    )


def test_maps_are_as_they_were():
    maps = some_maps()
    before = maps.array.copy(deep=True)
    reduce(maps, "remove_sinks | apc | last | per_head")
    reduce(maps, "select | per_head")
    assert maps.array.identical(before)
    assert maps.array.attrs == {}


@pytest.mark.parametrize(
    "pipeline",
    [
        "received | mean(layer, head)",
        "causal | log | received | max(layer, head)",
        "causal | apc | mean(layer, head)",
        "remove_sinks | received | last | max(head)",
        "symmetrise | apc | detrend | mean(layer, head)",
        "rollout | received",
        "entropy | mean(layer, head)",
    ],
)
def test_a_sample_scores_the_same_in_any_batch(pipeline):
    together = reduce(some_maps((4, 11, 6), causal=True), pipeline)
    both = some_maps((4, 11, 6), causal=True)
    for i, one in enumerate(both):
        table = token_table(["A"] * one.shape[-1])
        alone = reduce(attention_maps([one], ["x"], [table]), pipeline).values[0]
        np.testing.assert_allclose(together.values[i], alone, atol=1e-6)
        assert np.isfinite(alone).any()


def test_scores_of_blocks_are_as_many_as_there_are_blocks():
    maps = some_maps((5, 3))
    pairs, positions = (
        reduce(maps, "pool(2) | mean(layer, head)"),
        reduce(maps, "pool(2) | received | mean(layer, head)"),
    )
    assert [v.shape for v in pairs.values] == [(3, 3), (2, 2)]
    for blocks, received in zip(pairs.values, positions.values, strict=True):
        np.testing.assert_allclose(blocks.sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_allclose(blocks.mean(axis=0), received, rtol=1e-5)


def test_what_some_queries_attend_to():
    maps = some_maps((5, 3))
    found = reduce(maps, "from(0, 2:4) | received | mean(layer, head)")
    np.testing.assert_allclose(found.values[0], maps[0][:, :, [0, 2, 3]].mean(axis=(0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(found.values[1], maps[1][:, :, [0, 2]].mean(axis=(0, 1, 2)), rtol=1e-5)


def test_weights_are_a_sum_over_layers_and_heads():
    maps, vector = some_maps(), np.arange(6.0)
    found = maps.reduce("symmetrise | weights(mine)", weights={"mine": vector})
    wanted = np.tensordot(vector, maps[1].reshape(6, 3, 3), 1)
    np.testing.assert_allclose(found.values[1], (wanted + wanted.T) / 2, rtol=1e-5)


# ---- from a model with planted attention to scores

SEQUENCES = {
    "late": "GGCCACGTGCTATACGACGG",
    "two": "CCTATAGGCGTATACC",
    "overlap": "GTATATAGC",
    "none": "GGCCACGTGCTTTACG",
}


def captured(model):
    """Attention of SEQUENCES, which have different lengths, one forward pass each."""
    maps = []
    for sequence in SEQUENCES.values():
        with torch.no_grad(), capture(model, layers=1) as layers:
            model(torch.from_numpy(encode(sequence)).long()[None])
        maps.append(torch.stack([layer[0] for layer in layers]).numpy())
    return attention_maps(maps, list(SEQUENCES), [token_table(list(s)) for s in SEQUENCES.values()])


@pytest.fixture(scope="module")
def planted():
    return captured(planted_model())


def covered(sequence: str) -> np.ndarray:
    """Positions inside a TATA."""
    return planted_attention(sequence)[0, -1] * (sequence.count("TATA") > 0) > 0


def test_planted_maps_arrive(planted):
    for name, sequence in SEQUENCES.items():
        np.testing.assert_allclose(planted[name][0], planted_attention(sequence), atol=1e-6)


def test_attention_received_finds_the_planted_motif(planted):
    tata = reduce(planted, "causal | received | per_head")["block 1 head 1"]
    for name, found in zip(tata.ids, tata.values, strict=True):
        inside = covered(SEQUENCES[name])
        if inside.any():
            # the last bases are seen by few queries, all of which look at the TATA
            assert found[inside].min() > found[~inside].max()
        else:
            np.testing.assert_allclose(found, 1, atol=1e-5)


def test_uncorrected_attention_of_the_uniform_head_only_shows_the_mask(planted):
    maps = reduce(planted, "received | per_head")["block 1 head 3"].values[0]
    assert (np.diff(maps) < 0).all()
    n = len(maps)
    np.testing.assert_allclose(maps, [sum(1 / (i + 1) for i in range(j, n)) / n for j in range(n)], rtol=1e-5)
    corrected = reduce(planted, "causal | received | per_head")["block 1 head 3"].values[0]
    np.testing.assert_allclose(corrected, 1, rtol=1e-5)


def test_previous_base_head_by_its_scores(planted):
    previous = "select(layer=0, head=1)"
    for found in reduce(planted, f"{previous} | symmetrise").values:
        n = len(found)
        expected = (np.eye(n, k=1) + np.eye(n, k=-1)) / 2
        expected[0, 0] = 1
        np.testing.assert_allclose(found, expected, atol=1e-6)
    for found in reduce(planted, f"{previous} | given").values:
        np.testing.assert_allclose(found, [0] + [1] * (len(found) - 1), atol=1e-6)


def test_entropy_tells_the_heads_apart(planted):
    by_head = reduce(planted, "entropy | per_head")
    tata, previous, uniform = (scores.values[0][1:] for scores in by_head.values())
    assert len(by_head) == len(HEADS)
    np.testing.assert_allclose(previous, 0, atol=1e-5)
    np.testing.assert_allclose(uniform, 1, atol=1e-5)
    # "late" has its TATA from base 10: before that uniform, at the end 4 of 20 keys
    np.testing.assert_allclose(tata[:9], 1, atol=1e-5)
    np.testing.assert_allclose(tata[-1], np.log(4) / np.log(20), atol=1e-5)


def test_remove_sinks_leaves_what_the_tata_head_sees_besides(planted):
    scores = reduce(planted, "select(layer=0, head=2) | remove_sinks")
    assert scores.notes == ("remove_sinks took away 0.0% of the attention (share > 0.3)",)
    np.testing.assert_allclose(scores.values[1], planted["two"][0, 2], rtol=1e-5)


def test_rollout_of_one_layer_is_half_the_skip_connection(planted):
    found = reduce(planted, "rollout").values[2]
    expected = np.eye(9) / 2 + planted_attention(SEQUENCES["overlap"]).mean(axis=0) / 2
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_random_weights_do_not_find_the_motif():
    """The answer is in the planted weights, not in the way of reading them."""
    found = 0
    for seed in range(5):
        scores = reduce(captured(random_model(seed)), "causal | received | per_head")["block 1 head 1"]
        inside = covered(SEQUENCES["late"])
        found += scores.values[0][inside].min() > scores.values[0][~inside].max()
    assert found < 5

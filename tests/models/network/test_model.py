import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from regard.data.expression import Expression
from regard.errors import InputError
from regard.models.network import edges as network_edges
from regard.models.network import layers
from regard.models.network.edges import edges, known, planned, screen
from regard.models.network.inputs import CHANNELS, channels, normal_scores, time_channels
from regard.models.network.model import Config, NetworkModel, load, standardise
from regard.models.shelf.shipped import NETWORK
from regard.models.shelf.weight_files import save
from tests.core.cluster import cluster

TINY = Config(blocks=3, width=16, gene_heads=2, sample_heads=2, pair_width=8)


@pytest.fixture
def model() -> NetworkModel:
    torch.manual_seed(0)
    return NetworkModel(TINY).eval()


def table(samples=12, genes=7, seed=0, **what) -> Expression:
    rng = np.random.default_rng(seed)
    names = [f"g{i}" for i in rng.permutation(genes)]
    return Expression(rng.normal(5, 1, (samples, genes)), names, [f"s{i}" for i in range(samples)], **what)


def tell(expression: Expression) -> Expression:
    samples, genes = expression.values.shape
    done = np.zeros((samples, genes), dtype=np.int8)
    done[np.arange(genes), np.arange(genes)] = 1
    time = np.arange(samples, dtype=float)
    return replace(expression, perturbation=done, time=time, series=np.zeros(samples, dtype=int))


def test_on_a_processor_genes_and_samples_are_gone_through_some_at_once(model, monkeypatch):
    x = channels(torch.randn(2, 11, 6, generator=torch.Generator().manual_seed(1)))
    whole = model.seen(x)  # where gradients are wanted all go together
    monkeypatch.setattr(layers, "CACHED", 2 * 3 * 11 * TINY.width)
    seen = []
    model.blocks[0].samples.register_forward_hook(lambda module, shown, out: seen.append(out.shape))
    with torch.no_grad():
        for one, other in zip(whole, model.seen(x), strict=True):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)
    assert seen == [(2, 3, 11, TINY.width)] * 2


def test_gene_and_sample_order_make_no_difference(model):
    x = torch.randn(2, 11, 6, generator=torch.Generator().manual_seed(1))
    genes, samples = torch.randperm(6), torch.randperm(11)
    with torch.no_grad():
        straight, moved = model.read(x), model.read(x[:, samples][:, :, genes])
    for one, other in zip(straight, moved, strict=True):
        assert one.shape == (2, 6, 6)
        torch.testing.assert_close(other, one[:, genes][:, :, genes], atol=1e-4, rtol=1e-4)


def test_rows_are_targets(model):
    """What only the regulator's side of the last map reads must move columns, not rows."""
    x = channels(torch.randn(1, 9, 5, generator=torch.Generator().manual_seed(2)))
    last = model.blocks[-1].genes
    with torch.no_grad():
        last.qkv.weight[:16] = 0  # no query
        assert model(x)[1].std() < 1e-5
        x = torch.randn(1, 5, 9, 16)
        last.qkv.weight[:16] = torch.eye(16)
        y = last.norm(x)
        weight = last.weigh(y).softmax(2)[..., 0]
        key = y @ last.qkv.weight[16:32].T
        by_hand = torch.einsum("btsw,brs,brsw->btr", y, weight, key) / 4
        torch.testing.assert_close(last(x)[1][:, 0], by_hand, atol=1e-5, rtol=1e-4)


def test_inputs_know_no_units_and_mark_what_is_not_told():
    x = torch.rand(1, 8, 4, generator=torch.Generator().manual_seed(3)) + 0.5
    plain, scaled = channels(x), channels(7 * x)
    assert plain.shape == (1, 4, 8, CHANNELS)
    torch.testing.assert_close(plain, scaled, atol=1e-4, rtol=1e-4)
    assert (plain[..., 11:] == 0).all()
    nothing_done = channels(x, perturbation=torch.zeros(1, 8, 4))
    assert (nothing_done[..., 11] == 1).all()
    assert (nothing_done[..., 12:] == 0).all()
    done = torch.zeros(1, 8, 4)
    done[0, 2, 3] = 2
    shown = channels(x, perturbation=done)[0]
    assert shown[:, :, 13].nonzero().tolist() == [[3, 2]]
    assert shown[:, 2, 15].tolist() == [1] * 4


def test_ranks_become_normal_quantiles_and_ties_share_one():
    x = torch.tensor([[[3.0, 1.0, 1.0, 2.0]]])
    found = normal_scores(x)[0, 0]
    expected = torch.special.ndtri(torch.tensor([7 / 8, 1 / 4, 1 / 4, 5 / 8]))
    torch.testing.assert_close(found, expected)


def test_steps_go_to_the_next_time_point_of_the_same_series():
    z = torch.tensor([[[1.0, 5.0, 2.0, 9.0, 4.0]]])
    time = torch.tensor([[20.0, 0.0, 0.0, torch.nan, 10.0]])
    series = torch.tensor([[0, 1, 0, -1, 0]])  # series 0 in order of time: 2, 4, 1
    has, stamp, after, more, before, had = (part[0, 0].tolist() for part in time_channels(z, time, series))
    assert has == [1, 1, 1, 0, 1]
    assert stamp == [1, 0, 0, 0, 0.5]
    assert after == [0, 0, 2, 0, -3]
    assert more == [0, 0, 1, 0, 1]
    assert before == [-3, 0, 0, 0, 2]
    assert had == [1, 0, 0, 0, 1]


def test_standardised_maps():
    maps = torch.randn(2, 3, 5, 5, generator=torch.Generator().manual_seed(4)) * 4 + 1
    off = standardise(maps)[:, :, ~torch.eye(5, dtype=torch.bool)]
    torch.testing.assert_close(off.mean(2), torch.zeros(2, 3), atol=1e-6, rtol=0)
    torch.testing.assert_close(off.var(2, correction=0), torch.ones(2, 3))


def test_save_and_load(model, tmp_path):
    path = tmp_path / "network.safetensors"
    save(model, path)
    back = load(path)
    assert back.config == TINY
    assert not back.training
    for name, weight in model.state_dict().items():
        assert torch.equal(back.state_dict()[name], weight.half().float()), name
    assert [p.name for p in tmp_path.iterdir()] == ["network.safetensors"]


def test_load_says_what_is_wrong(tmp_path):
    with pytest.raises(InputError, match=r"none\.safetensors: no such file"):
        load(tmp_path / "none.safetensors")
    path = tmp_path / "x.safetensors"
    path.write_text("gene\n")
    with pytest.raises(InputError, match="not the weights of a network model"):
        load(path)
    save_file({"a": torch.zeros(1)}, path, metadata={"config": '{"width": 16}'})
    with pytest.raises(InputError, match="not the weights of a network model"):
        load(path)


def test_edges_are_probabilities_of_both_readings(model):
    expression = table()
    done = []
    found = edges(model, expression, advance=done.append)
    assert list(found) == ["attention", "attention.layer"]
    assert sum(done) == 7
    with torch.no_grad():
        order = np.argsort(expression.genes)
        logits = model.read(torch.tensor(expression.values[:, order])[None].float())
    for one, expected in zip(found.values(), logits, strict=True):
        assert one.dtype == np.float32
        assert np.array_equal(np.isnan(one), np.eye(7, dtype=bool))
        expected = expected[0].sigmoid().numpy()
        off = ~np.eye(7, dtype=bool)
        np.testing.assert_allclose(one[np.ix_(order, order)][off], expected[off], atol=1e-4)


def test_the_order_of_genes_in_the_table_changes_no_bit(model):
    expression = tell(table())
    place = np.random.default_rng(1).permutation(7)
    moved = replace(
        expression,
        values=expression.values[:, place],
        genes=[expression.genes[i] for i in place],
        perturbation=expression.perturbation[:, place],
    )
    one, other = edges(model, expression), edges(model, moved)
    for name in one:
        assert np.array_equal(other[name], one[name][np.ix_(place, place)], equal_nan=True)


@pytest.mark.parametrize("in_parts", [False, True], ids=["one pass", "parts and draws"])
def test_the_order_of_samples_in_the_table_changes_no_bit(model, monkeypatch, in_parts):
    if in_parts:
        for name, value in {"WHOLE": 4, "PART": 5, "FEWEST": 2, "SAMPLES": 8, "PART_SAMPLES": 4}.items():
            monkeypatch.setattr(network_edges, name, value)
    expression = tell(table(20))
    expression.series[:12] = -1
    expression.time[:12] = np.nan
    order = np.insert(np.random.default_rng(1).permutation(12), [0, 3, 3, 8, 8, 8, 11, 12], range(12, 20))
    moved = replace(
        expression,
        values=expression.values[order],
        samples=[expression.samples[i] for i in order],
        perturbation=expression.perturbation[order],
        time=expression.time[order],
        series=expression.series[order],
    )
    one, other = edges(model, expression), edges(model, moved)
    for name in one:
        assert np.array_equal(one[name], other[name], equal_nan=True), name
        assert np.nanstd(one[name]) > 0


def test_threads_change_edges_by_less_than_a_millionth():
    model, before = load(NETWORK), torch.get_num_threads()
    found = []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        found.append(edges(model, table(30, 10))["attention"])
    torch.set_num_threads(before)
    for one in found[1:]:
        assert np.nanmax(np.abs(one - found[0])) < 1e-6


def test_what_is_known_of_samples_reaches_the_model(model):
    plain = table()
    told = tell(plain)
    alone = [plain, told, replace(told, time=None, series=None), replace(told, perturbation=None)]
    scores = [edges(model, one)["attention"] for one in alone]
    off = ~np.eye(7, dtype=bool)
    for i in range(4):
        for j in range(i):
            assert np.abs(scores[i] - scores[j])[off].max() > 1e-4


def test_only_allowed_regulators_have_a_score_and_constant_genes_have_none(model):
    expression = table()
    expression.values[:, 2] = 1.5
    found = edges(model, expression, regulators=[0, 2, 5])["attention"]
    scored = np.zeros((7, 7), dtype=bool)
    scored[:, [0, 5]] = True
    scored[2] = False
    scored[[0, 5], [0, 5]] = False
    assert np.array_equal(~np.isnan(found), scored[:, [0, 2, 5]])
    expression.values[:] = 1.0
    assert np.isnan(edges(model, expression)["attention"]).all()
    with pytest.raises(InputError, match="2 samples"):
        edges(model, table(samples=2))


@pytest.fixture
def many(monkeypatch) -> Expression:
    """A table that is read in seven parts."""
    for name, size in (("WHOLE", 10), ("PART", 9), ("FEWEST", 4)):
        monkeypatch.setattr(network_edges, name, size)
    return tell(table(samples=30, genes=26))


def test_many_genes_are_read_in_parts(model, many, monkeypatch):
    expression = many
    expression.values[:, 3] = expression.values[:, 17] + 0.01 * np.random.default_rng(2).normal(size=30)
    sizes = []
    read = network_edges.Table.read
    monkeypatch.setattr(network_edges.Table, "read", lambda self: sizes.append(self.values.shape[1]) or read(self))
    done = []
    found = edges(model, expression, seed=3, advance=done.append)
    assert sum(done) == 26
    assert set(sizes) == {9}
    assert len(sizes) == 7
    scores = found["attention"]
    assert np.array_equal(np.isnan(scores), np.eye(26, dtype=bool))
    pairs = scores[~np.isnan(scores)]
    assert (pairs > 0).all()
    assert len(np.unique(pairs)) > 600
    assert np.array_equal(scores, edges(model, expression, seed=3)["attention"], equal_nan=True)
    # the screen puts a gene's double into its part: it is read by the model, not left behind
    read_pairs = np.sort(pairs)[-26 * 8 :]
    assert scores[3, 17] > read_pairs[0] or scores[3, 17] > np.median(pairs)
    allowed = edges(model, expression, regulators=[0, 1, 2], seed=3)["attention.layer"]
    assert (~np.isnan(allowed)).sum() == 26 * 3 - 3


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return all(one[name].tobytes() == other[name].tobytes() for name in network_edges.READINGS)


def test_parts_read_by_two_threads_have_the_same_bytes_and_kept_ones_are_not_read_again(
    model, many, monkeypatch, tmp_path
):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    here = edges(model, many, seed=3)
    assert same(edges(model, many, seed=3, threads=2, kept=tmp_path), here)
    assert torch.get_num_threads() == 2
    torch.set_num_threads(before)
    assert len(list(tmp_path.glob("*.npy"))) == 7
    monkeypatch.setattr(network_edges.Table, "read", None)
    assert same(edges(model, many, seed=3, kept=tmp_path), here)
    (tmp_path / "4.npy").unlink()
    with pytest.raises(TypeError):
        edges(model, many, seed=3, kept=tmp_path)


def test_parts_read_by_a_cluster_have_the_same_bytes(model, many, tmp_path):
    pytest.importorskip("distributed", reason="the extra cluster is not installed")
    with cluster(tmp_path) as (address, _):
        there = edges(model, many, seed=3, scheduler=address)
    assert same(there, edges(model, many, seed=3))


def test_the_screen_sees_correlation_response_and_the_next_time_point():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(80, 6))
    values[:, 1] = -values[:, 0] + 0.1 * rng.normal(size=80)
    done = np.zeros((80, 6), dtype=np.int8)
    done[:2, 2] = 1
    values[:2, 3] = 12.0
    for t in range(40, 79):
        values[t + 1, 4] = values[t, 4] + values[t, 5]
    expression = Expression(
        values, list("abcdef"), [str(i) for i in range(80)], done, np.arange(80.0), np.repeat([-1, 0], 40)
    )
    model = NetworkModel(TINY)
    found = screen(network_edges.Table(model, *known(expression, np.arange(6)), None))
    assert found[0, 1] > 0.95
    assert found[1, 0] > 0.95
    assert found[3, 2] > 0.8
    assert found[2, 3] < 0.5
    assert found[4, 5] > 0.8
    assert (np.diag(found) == 0).all()


def test_very_many_samples_are_read_in_draws_that_keep_the_perturbed(model, monkeypatch):
    monkeypatch.setattr(network_edges, "SAMPLES", 8)
    expression = tell(table(samples=40))
    rows = []
    take = network_edges.Table.take
    monkeypatch.setattr(network_edges.Table, "take", lambda self, s, g: rows.append(s.tolist()) or take(self, s, g))
    edges(model, expression)
    assert len(rows) == 3
    for drawn in rows:
        assert len(drawn) == 8
        assert drawn == sorted(drawn)
        assert set(range(7)) <= set(drawn)


def test_weights_of_before_are_read_without_the_statistics_that_were_kept_beside_them(model, tmp_path):
    save(model, tmp_path / "now.safetensors")
    with safe_open(tmp_path / "now.safetensors", framework="pt") as file:
        config = json.loads(file.metadata()["config"]) | {"references": 3}
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    weights["prior"] = torch.zeros(3, 13).half()
    save_file(weights, tmp_path / "before.safetensors", metadata={"config": json.dumps(config)})
    now, before = (load(tmp_path / f"{name}.safetensors").state_dict() for name in ("now", "before"))
    assert now.keys() == before.keys() and all(torch.equal(now[name], before[name]) for name in now)


@pytest.mark.parametrize(("regulators", "targets"), [(200, 125), (500, 84), (1000, 42)])
def test_parts_have_fewer_targets_the_more_genes_may_regulate(regulators, targets):
    may = np.arange(1000) < regulators
    shown = network_edges.Table(NetworkModel(TINY), np.random.default_rng(0).normal(size=(450, 1000)), *[None] * 3, may)
    plan = planned(shown, screen(shown), np.random.default_rng(1))
    assert sorted(np.concatenate([part[0] for part in plan])) == list(range(1000))
    assert all(len(chosen) == 200 and len(samples) == 400 for _, chosen, samples in plan)
    assert all(np.isin(part, chosen).all() for part, chosen, _ in plan)
    assert {len(part) for part, *_ in plan[:-1]} == {targets}

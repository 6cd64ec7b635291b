import math

import numpy as np
import pytest
import torch

from regard.train import kinetics, structural
from regard.train.kinetics import MODULES, Conditions, draw_kinetics
from regard.train.measurement import by_counts, drop_low
from regard.train.regulation import KNOCKDOWN, KNOCKOUT, OVEREXPRESSION, Plan, draw_plan, simulate
from regard.train.structural import draw_structural
from regard.train.topology import draw_topology


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_edges_are_the_filled_slots_without_self_loops():
    topology = draw_topology(20, 7, generator())
    expected = torch.zeros(20, 7, 7, dtype=torch.bool)
    for network, target, slot in topology.present.nonzero().tolist():
        expected[network, target, topology.regulators[network, target, slot]] = True
    found = topology.edges()
    assert torch.equal(found, expected)
    assert not found.diagonal(dim1=1, dim2=2).any()
    assert not (found & ~topology.allowed[:, None, :]).any()
    assert found.any((1, 2)).all()


def test_networks_differ_in_hubs_and_density():
    edges = draw_topology(200, 30, generator()).edges().float()
    assert edges.sum((1, 2)).quantile(torch.tensor([0.1, 0.9])).diff() > 20
    hub = edges.sum(1).amax(1) / edges.sum((1, 2))  # share of edges that the strongest regulator has
    assert hub.min() < 0.15
    assert hub.max() > 0.4


def transcription_by_hand(net, gene, protein, shift):
    """Mean rate of one gene in one sample, one combination of active modules after another."""
    active = np.zeros(MODULES)
    for unit in range(len(net.module)):
        if net.module[unit] // MODULES != gene:
            continue
        alone, bound, block, has_block = 1.0, 1.0, 1.0, False
        for edge in range(len(net.source)):
            if net.place[edge] // 2 != unit:
                continue
            ratio = (protein[net.source[edge]] / math.exp(net.log_k[edge])) ** float(net.hill[edge])
            hill = ratio / (1 + ratio)
            if net.sign[edge] > 0:
                alone, bound = alone * hill, bound * ratio
            else:
                alone, block, has_block = alone * (1 - hill), block * ratio, True
        complexes = bound / (1 + bound + bound * block * has_block)
        active[net.module[unit] % MODULES] = complexes if net.complexes[unit] else alone
    mean = 0.0
    for state in range(2**MODULES):
        on = np.array([state >> m & 1 for m in range(MODULES)])
        chance = np.prod(np.where(on, active, 1 - active))
        basal = min(max(float(net.basal[gene]) + shift, 0), 1)
        mean += chance * min(max(basal + float(on @ net.effect[gene].numpy()), 0), 1)
    return mean


@pytest.mark.parametrize("style", ["published", "wide"])
def test_transcription_equals_the_equations_taken_one_gene_at_a_time(style):
    g = generator(3)
    net = draw_kinetics(draw_topology(4, 6, g), g, style)
    protein = 0.1 + 0.9 * torch.rand(24, 2, generator=g)
    shift = 0.3 * torch.randn(24, 2, generator=g)
    found = kinetics.transcription(net, kinetics.state_rates(net, shift), protein)
    expected = [
        [transcription_by_hand(net, gene, protein[:, s].numpy(), float(shift[gene, s])) for s in range(2)]
        for gene in range(24)
    ]
    # Ratios are clamped at e^±12, hence the tolerance.
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float32), atol=2e-4, rtol=0)


def test_without_noise_the_equations_stay_where_they_settled():
    g = generator(1)
    net = draw_kinetics(draw_topology(30, 8, g), g, "published")
    net.noise = torch.zeros_like(net.noise)
    zero = torch.zeros(240, 1)
    still = Conditions(zero, zero + 1, zero)
    settled = kinetics.settle(net, still, zero + 0.5, steps=300)
    later, _, _ = kinetics.integrate(net, still, settled, g, steps=10, minutes=10.0)
    assert (later - settled).abs().quantile(0.9) < 1e-3  # some networks oscillate


def test_structural_equations_hold():
    g = generator(2)
    net = draw_structural(draw_topology(10, 9, g), g)
    noise = torch.randn(90, 4, generator=g)
    x = structural.settle(net, Conditions(noise, torch.ones(90, 4), torch.zeros(90, 4)), steps=400)
    torch.testing.assert_close(structural.respond(net, x) + noise, x, atol=1e-3, rtol=0)
    by_hand = torch.zeros(90, 4)
    which = np.repeat(np.arange(5), net.counts)
    for edge, (source, target) in enumerate(zip(net.source, net.target, strict=True)):
        by_hand[target] += net.weight[edge] * structural.FUNCTIONS[which[edge]](x[source])
    torch.testing.assert_close(structural.respond(net, x), by_hand, atol=1e-5, rtol=0)


ALL = Plan(6, wild=2, knockouts=6, knockdowns=6, overexpressions=3, multifactorial=4, series=2, points=7)


@pytest.mark.parametrize("model", ["published", "wide", "switch", "structural"])
def test_tables_have_the_shape_of_their_plan(model):
    plan = Plan(6, model, wild=2, knockouts=6, knockdowns=6, overexpressions=3, multifactorial=4, series=2, points=7)
    tables = simulate(plan, 3, 1)
    assert tables.values.shape == (3, 35, 6) == (3, plan.samples, plan.genes)
    assert torch.isfinite(tables.values).all()
    assert (tables.values.std(1) > 0).float().mean() > 0.9
    expected = [0] * 2 + [KNOCKOUT] * 6 + [KNOCKDOWN] * 6 + [OVEREXPRESSION] * 3 + [0] * 18
    assert tables.perturbation.amax(2).tolist() == [expected] * 3
    assert (tables.perturbation[:, 2:8] > 0).sum(1).tolist() == [[1] * 6] * 3  # every gene is knocked out once
    assert tables.series[0].tolist() == [-1] * 21 + [0] * 7 + [1] * 7
    assert tables.time[:, :21].isnan().all()
    assert (tables.time[0, 21:28].diff() > 0).all()


def test_a_deleted_gene_is_not_expressed_and_a_halved_one_is_expressed_less():
    tables = simulate(ALL, 40, 1)
    deleted = tables.perturbation == KNOCKOUT
    assert (tables.values[deleted] == 0).all()
    wild = tables.values[:, :2].mean(1)
    halved = (tables.values * (tables.perturbation == KNOCKDOWN)).sum(1)
    assert 0.4 < (halved.sum() / wild.sum()) < 0.75


def test_the_same_seed_gives_the_same_tables():
    plan = Plan(8, "switch", cells=30, counts=True)
    one, same, other = (simulate(plan, 2, seed) for seed in (1, 1, 2))
    assert torch.equal(one.values, same.values)
    assert torch.equal(one.edges, same.edges)
    assert not torch.equal(one.values, other.values)


def test_knocking_out_a_regulator_moves_its_targets_most():
    tables = simulate(Plan(10, wild=10, knockouts=10), 60, 5)
    wild = tables.values[:, :10].mean(1, keepdim=True)
    change = (tables.values[:, 10:] - wild).abs()  # (B, sample, gene)
    out = (tables.perturbation[:, 10:] == KNOCKOUT).float()
    change = change.transpose(1, 2) @ out  # (B, target, regulator)
    off = ~torch.eye(10, dtype=torch.bool).expand_as(tables.edges)
    assert change[tables.edges].mean() > 3 * change[off & ~tables.edges].mean()


def test_counts_are_sparse_and_drop_outs_hit_low_values():
    x = torch.rand(8, 50, 10, generator=generator())
    counts = by_counts(x, generator(1))
    assert (counts >= 0).all()
    assert 0.02 < (counts == 0).float().mean() < 0.9
    dropped = drop_low(x, generator(2), 1.0)
    assert x[dropped == 0].mean() < 0.9 * x[dropped > 0].mean()
    assert torch.equal(dropped[dropped > 0], x[dropped > 0])


def test_plans_stay_inside_their_bounds_and_cover_every_kind():
    plans = [draw_plan(np.random.default_rng(i)) for i in range(600)]
    assert min(p.genes for p in plans) == 5
    assert 100 < max(p.genes for p in plans) <= 120
    assert all(10 <= p.samples <= 1000 for p in plans)
    assert np.mean([p.genes * p.samples <= 12_500 for p in plans]) > 0.97
    assert {p.model for p in plans} == {"published", "wide", "switch", "structural"}
    assert 0.55 < np.mean([p.model == "published" for p in plans]) < 0.72
    assert any(p.counts for p in plans)
    assert all(any(getattr(p, part) for p in plans) for part in ("knockouts", "knockdowns", "series", "cells"))


def test_plans_fit_small_batches_too():
    """A part that cannot be halved any more must not keep the others from it."""
    plans = [draw_plan(np.random.default_rng(i), cells=100, largest=8) for i in range(400)]
    assert max(p.samples for p in plans) < 80  # one series, a few wild types and one of the rest
    assert np.mean([p.samples <= 50 for p in plans]) > 0.8

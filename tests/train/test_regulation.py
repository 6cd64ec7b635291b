import math

import numpy as np
import pytest
import torch

from regard.train import kinetics, structural
from regard.train.kinetics import MODULES, Conditions, draw_kinetics
from regard.train.measurement import by_counts, drop_low, in_droplets
from regard.train.plans import Plan
from regard.train.regulation import KNOCKDOWN, KNOCKOUT, OVEREXPRESSION, decisive, simulate
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


@pytest.mark.parametrize("style", ["published", "wide", "logic", "fate"])
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


@pytest.mark.parametrize("style", ["published", "wide", "logic", "fate"])
def test_more_of_a_regulator_moves_its_targets_as_the_edge_s_sign_says_and_nothing_else(style):
    g = generator(5)
    net = draw_kinetics(draw_topology(5, 7, g), g, style)
    protein, sign = 0.05 + 0.9 * torch.rand(35, 40, generator=g), kinetics.signs(net, 5)
    rates = kinetics.state_rates(net, torch.zeros(35, 40))
    before, moved = kinetics.transcription(net, rates, protein), torch.zeros(5, 7, 7)
    for regulator in range(7):
        more = protein.clone()
        more.view(5, 7, 40)[:, regulator] *= 1.5
        change = (kinetics.transcription(net, rates, more) - before).view(5, 7, 40)
        assert (change * sign[:, :, regulator, None] >= -1e-6).all()
        moved[:, :, regulator] = change.abs().amax(2)
    assert (moved[sign == 0] < 1e-6).all() and (moved[sign != 0] > 1e-4).float().mean() > 0.9
    assert {-1, 0, 1} == set(sign.unique().tolist())


def test_signs_of_structural_equations_are_those_of_functions_that_go_one_way():
    g = generator(6)
    net = draw_structural(draw_topology(12, 6, g), g)
    sign, unclear = structural.signs(net, 12, 6), torch.zeros(12, 6, 6, dtype=torch.bool)
    x = torch.randn(72, 60, generator=g) * 2
    before = structural.respond(net, x)
    for regulator in range(6):
        more = x.clone()
        more.view(12, 6, 60)[:, regulator] += 0.3
        change = (structural.respond(net, more) - before).view(12, 6, 60)
        one_way = sign[:, :, regulator, None]
        assert (change * one_way >= -1e-5).all()
        unclear[:, :, regulator] = (change.amin(2) < -1e-4) & (change.amax(2) > 1e-4)
    assert unclear.any() and (sign[unclear] == 0).all()
    assert {-1, 0, 1} == set(sign.unique().tolist())


def test_only_edges_have_a_sign():
    for plan in (Plan(8, multifactorial=12), Plan(8, "fate", cells=12), Plan(8, "structural", multifactorial=12)):
        tables = simulate(plan, 6, 4)
        assert not (tables.sign != 0)[~tables.edges].any()
        assert (tables.sign != 0)[tables.edges].all() or plan.model == "structural"


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
    phase = net.offset[:, :, None].repeat(1, 1, 4)
    for (source, target), frequency in zip(net.joint, net.frequency, strict=True):
        phase[target] += frequency[:, None] * x[source]
    by_hand += (net.height[:, :, None] * phase.cos()).sum(1)
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


def test_a_fate_is_ruled_by_boolean_rules():
    """Whatever its regulators, a gene that has some is off without an activator, and off where a repressor is on."""
    g = generator(4)
    net = draw_kinetics(draw_topology(20, 8, g, ruled=True), g, "fate")
    rises, falls = net.effect.clamp(min=0), net.effect.clamp(max=0)
    assert set(net.basal[rises.sum(1) > 0].unique().tolist()) == {0.0}
    assert set(net.basal[rises.sum(1) == 0].unique().tolist()) == {1.0}
    assert (falls[falls < 0] <= -MODULES).all()  # one active repressor outweighs every activator


def test_few_genes_may_regulate_and_every_ruled_gene_is_regulated():
    few = draw_topology(50, 60, generator(5), few=True)
    assert few.allowed.float().mean(1).max() <= 0.32
    regulated = draw_topology(50, 10, generator(6), ruled=True).edges().any(2).float().mean()
    assert regulated > draw_topology(50, 10, generator(6)).edges().any(2).float().mean() + 0.05


def share_of_neighbours(tables):
    """How unevenly cells share their nearer half: all or none of it where they fall into groups."""
    z = (tables.values - tables.values.mean(1, keepdim=True)) / tables.values.std(1, keepdim=True).clamp(min=1e-6)
    apart = torch.cdist(z, z)
    near = (apart < apart.median(dim=2, keepdim=True).values).float()
    return float((near @ near.transpose(1, 2) / near.shape[1] * 2).std())


def test_cells_of_types_fall_into_groups_and_those_of_a_screen_are_told():
    one, two = (simulate(Plan(12, "wide", cells=60, types=types), 12, 7) for types in (1, 2))
    assert one.time.isnan().all()
    assert share_of_neighbours(two) > 1.3 * share_of_neighbours(one)
    screened = simulate(Plan(12, "wide", cells=90, types=1, screened=5, counts=True), 6, 8)
    done = screened.perturbation > 0
    assert done.any(1).sum(1).tolist() == [5] * 6
    assert (done.sum(2) <= 1).all()
    assert 0.8 < done.any(2).float().mean() < 1
    codes = [set(table[table > 0].tolist()) for table in screened.perturbation]
    assert all(len(kinds) == 1 for kinds in codes)


def test_a_knocked_out_gene_of_a_screen_is_low_in_its_cells():
    tables = simulate(Plan(12, "wide", cells=120, types=1, screened=6), 30, 9)
    out = tables.perturbation == KNOCKOUT
    seen = out.any(1)  # genes that were knocked out somewhere
    inside = (tables.values * out).sum(1) / out.sum(1).clamp(min=1)
    outside = (tables.values * ~out).sum(1) / (~out).sum(1)
    assert (inside[seen] < outside[seen]).float().mean() > 0.85


def test_decisive_tables_vary_together_more_and_only_where_cells_take_sides():
    def together(tables):
        x = tables.values - tables.values.mean(1, keepdim=True)
        x = x / x.norm(dim=1, keepdim=True).clamp(min=1e-6)
        return float((x.transpose(1, 2) @ x).abs().mean())

    cells = Plan(8, "fate", cells=80)
    kept, drawn = ([together(make(cells, 8, [10, i])) for i in range(6)] for make in (decisive, simulate))
    assert np.mean(kept) > np.mean(drawn) + 0.05
    steady = Plan(8, multifactorial=20)
    assert torch.equal(decisive(steady, 3, 1).values, simulate(steady, 3, 1).values)


def test_droplets_mix_cells_and_keep_what_there_is():
    x = torch.rand(60, 40, 6, generator=generator(11))
    held = in_droplets(x, generator(12))
    assert (held >= 0).all()
    same = (held == x).flatten(1).all(1)
    assert 0.05 < same.float().mean() < 0.5  # no ambient RNA, no doublets, no batches
    ratio = held.mean((1, 2)) / x.mean((1, 2))
    assert 0.7 < ratio.min() < 1 < ratio.max() < 1.5

"""The network model through the one verb: what it gives is what the model itself computes."""

import numpy as np
import pandas as pd
import pytest
import torch

import regard
from regard.errors import InputError
from regard.models.network.edges import edges
from tests.models.network.test_model import TINY, model, table, tell  # noqa: F401


def test_the_last_map_is_the_reading_of_the_study(model):  # noqa: F811
    expression = tell(table())
    maps = regard.attention(model, [expression])[0]  # (layers, heads, target, regulator)
    assert maps.shape == (TINY.blocks, TINY.gene_heads, 7, 7)
    study = edges(model, expression)["attention.layer"]
    logit = np.log(study / (1 - study))
    scale, bias = model.layer_scale.detach().numpy()
    expected = torch.tensor((logit - bias) / scale)
    expected[range(7), range(7)] = -np.inf  # the study says nothing of a gene and itself
    got = np.log(maps[-1, 0])
    np.fill_diagonal(got, -np.inf)
    got = torch.tensor(got) - torch.tensor(got).logsumexp(1, keepdim=True)
    expected = expected - expected.logsumexp(1, keepdim=True)
    off = ~np.eye(7, dtype=bool)
    np.testing.assert_allclose(got.numpy()[off], expected.numpy()[off], atol=1e-4)


def test_a_frame_is_read_and_scores_are_laid_on_genes(model):  # noqa: F811
    expression = table()
    frame = pd.DataFrame(expression.values, columns=expression.genes, index=expression.samples)
    maps = regard.attention(model, [frame])
    np.testing.assert_array_equal(maps[0], regard.attention(model, [expression])[0])
    assert len(maps.reduce("received | mean(layer, head)").on("gene").values[0]) == 7


def test_what_is_told_changes_what_is_read(model):  # noqa: F811
    plain, told = (regard.attention(model, [one])[0] for one in (table(), tell(table())))
    assert abs(plain - told).max() > 1e-6


def test_maps_are_those_that_the_study_takes_its_edges_from(model):  # noqa: F811
    """Also where it is told which genes may regulate."""
    expression, seen = tell(table()), []
    handles = [b.genes.register_forward_hook(lambda *of: seen.append(of[2][1][0].softmax(2))) for b in model.blocks]
    edges(model, expression, regulators=[0, 2, 3])
    for handle in handles:
        handle.remove()
    order = np.argsort(expression.genes, kind="stable")
    named = [expression.genes[i] for i in (0, 2, 3)]
    maps = regard.attention(model, [expression.take(order)], regulators=named)[0]
    for got, expected in zip(maps, seen, strict=True):
        assert (got == expected.numpy()).all()  # of the last layer the one head stands for each
    assert (maps != regard.attention(model, [expression.take(order)])[0]).any()


def test_a_gene_that_never_varies_is_refused_by_name(model):  # noqa: F811
    expression = table()
    expression.values[:, 2] = 1
    with pytest.raises(InputError, match=rf"gene {expression.genes[2]} never varies"):
        regard.attention(model, [expression])

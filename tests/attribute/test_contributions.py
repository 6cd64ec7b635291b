from dataclasses import replace

import numpy as np
import pytest
import torch

from regard.attribute.contributions import (
    attention_by,
    attention_from_tss,
    gradient_by_bin,
    over_window,
    shuffled_elements,
)
from regard.data.sequences import encode
from regard.errors import InputError, PipelineError
from regard.models.dna_gpt.model import Config, DnaGPT
from regard.models.dna_gpt.window import genomic
from tests.toys.boundary import LENGTH, WORD, domains


def window(at, seed=0):
    bases = np.random.default_rng(seed).choice(list("ACGT"), LENGTH)
    for place in at:
        bases[place : place + len(WORD)] = list(WORD)
    return torch.from_numpy(encode("".join(bases))).long()


def test_gradient_is_one_at_each_base_of_the_word_and_zero_elsewhere():
    by_bin = gradient_by_bin(domains(), torch.stack([window([330]), window([330, 640])]), batch=2)
    expected = np.zeros((2, 32))
    expected[:, 10] = len(WORD) / 32  # bases 330 to 341 lie in bin 10
    expected[1, 20] = len(WORD) / 32
    np.testing.assert_allclose(by_bin, expected)


def test_attention_of_the_tss_is_the_mean_of_the_planted_heads():
    found = attention_from_tss(domains(), window([330])[None])[0]
    # Head 1 looks at the word, head 2 at its own domain (bins 10 to 31), head 3 at all.
    expected = (np.eye(32)[10] + np.r_[np.zeros(10), np.ones(22)] / 22 + np.ones(32) / 32) / 3
    np.testing.assert_allclose(found, expected, atol=1e-3)


@pytest.mark.parametrize("queries", [(16,), (9, 10, 11), (3, 20, 21)])
def test_attention_by_a_pipeline_is_the_mean_made_by_hand(queries):
    model, tokens, maps = replace(domains(), queries=queries), torch.stack([window([330]), window([100, 640])]), []
    model.attend(tokens, lambda _layer, attention: maps.append(attention.numpy()))
    wanted = np.mean([one[:, :, list(queries)].mean(axis=(1, 2)) for one in maps], axis=0)
    for batch in (1, 2):
        np.testing.assert_allclose(attention_from_tss(model, tokens, batch=batch), wanted, atol=1e-6)
    loudest, mean = attention_by(model, tokens, ["received | max(layer, head)", "received | mean(layer, head)"])
    np.testing.assert_allclose(loudest, np.max([one.mean(axis=2) for one in maps], axis=(0, 2)), atol=1e-6)
    np.testing.assert_allclose(mean, np.mean([one.mean(axis=(1, 2)) for one in maps], axis=0), atol=1e-6)


@pytest.mark.parametrize(
    "pipeline", ["mean(layer, head)", "received | per_head", "pool(2) | received | max(layer, head)"][:3]
)
def test_what_leaves_no_value_for_each_bin_is_one_line(pipeline):
    with pytest.raises(PipelineError, match="does not leave one value for each of the 32 bins"):
        attention_by(domains(), window([330])[None], [pipeline])


def test_shuffling_changes_the_output_by_the_words_in_an_element():
    elements = [(320, 360), (0, 200), (LENGTH, LENGTH + 50), (-100, 5), (600, 700)]
    change = shuffled_elements(domains(), window([330, 640]), elements, repeats=2, batch=3)
    np.testing.assert_allclose(change, [-1, 0, np.nan, 0, -1], atol=1e-6)
    again = shuffled_elements(domains(), window([330, 640]), elements, repeats=2, batch=8)
    np.testing.assert_array_equal(change, again)


def test_an_element_is_scored_over_its_bases_or_over_the_widest():
    values = np.array([1.0, 2.0, 4.0, 8.0])  # bins of 10 bases

    def over(start, end, **how):
        return over_window(values, np.array([start]), np.array([end]), 10, **how)[0]

    assert over(10, 20) == 2
    assert over(15, 25) == 3
    assert over(5, 40) == (5 * 1 + 20 + 40 + 80) / 35
    assert over(14, 16, widest=20) == (5 * 1 + 10 * 2 + 5 * 4) / 20
    assert over(-20, 10) == 1  # what lies outside is left out
    assert np.isnan(over(40, 50)) and np.isnan(over(-5, 0))


def test_dna_gpt_sees_the_promoter_from_its_tss_on():
    torch.manual_seed(0)
    gpt = DnaGPT(Config(blocks=2, heads=2, width=16, longest=128, tasks={"promoter": ["no", "yes"]})).eval()

    def score(model, x):
        return model.classify("promoter", x, torch.full((len(x),), x.shape[1]))[:, 1]

    model = genomic(gpt, score, length=128)
    assert (model.length, model.bin, model.tss, len(model.queries)) == (128, 1, 77, 51)
    tokens = torch.randint(0, 4, (3, 128))
    attention = attention_from_tss(model, tokens, batch=2)
    np.testing.assert_allclose(attention.sum(axis=1), 1, atol=1e-5)
    assert (attention > 0).all()
    gradient = gradient_by_bin(model, tokens)
    assert gradient.shape == (3, 128) and (gradient >= 0).all() and gradient.max() > 0
    rows = torch.nn.functional.one_hot(tokens, 5).float()
    torch.testing.assert_close(model.output(rows), score(gpt, tokens))
    with pytest.raises(InputError, match="takes 100 to 128"):
        genomic(gpt, score)
    other = model.untrained(1)
    assert not other.trained and not torch.allclose(other.output(rows), model.output(rows))

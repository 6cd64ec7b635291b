"""Chosen heads beside random ones: planted effects, counts and figures by hand, and models as users have them."""

import itertools
from functools import partial

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F

from regard.attribute.ablation import ablated
from regard.attribute.ablation_logits import logits_assay
from regard.attribute.ablation_scores import dna_assay, masked, protein_assay
from regard.attribute.head_effects import Assay, head_effects, sentences, summary
from regard.attribute.random_heads import random_sets
from regard.data.sequences import encode
from regard.errors import CaptureError, InputError
from regard.models.dna_gpt.model import Config, DnaGPT, load
from regard.models.protein.likelihood import masked_log_likelihoods, pseudo_log_likelihood
from regard.models.protein.model import load_protein
from regard.models.shelf.shipped import DNA_GPT
from regard.train.pretrain import cross_entropy_bits
from tests.models.protein_folder import write_esm2
from tests.toys.planted import planted_model

PROTEINS = ["MKTAYIAKQRQISFVKSH", "GDGTQXNLSGAEK"]


def toy_assay() -> Assay:
    """Loss: 1 where the planted model does not see the TATA that is there. Prediction: its second logit."""
    model = planted_model()
    tokens = torch.from_numpy(np.stack([encode("GCTATACGTATA"), encode("TATAGGGGCCCC")])).long()
    return Assay(
        model,
        None,
        read=torch.no_grad()(lambda: model(tokens)[:, -1, 1].numpy()),
        loss=lambda seen: 1 - seen,
        change=lambda before, after: after - before,
        loss_unit="of one",
        prediction="TATA",
    )


# ---- planted


@pytest.mark.parametrize("how", ["zero", "mean"])
def test_the_planted_head_matters_and_the_others_do_not(how):
    effects = head_effects(toy_assay(), [(0, 0)], how=how)
    assert list(effects) == ["heads", "how", "set", "draw", "sequence", "loss_change", "prediction_change"]
    assert len(effects) == 2 * (1 + 2) and set(effects.how) == {how}
    chosen, random = (effects[effects["set"] == which] for which in ("chosen", "random"))
    lost = 1 if how == "zero" else 1 - 22 / 24
    np.testing.assert_allclose(chosen.loss_change, lost, atol=1e-6)
    np.testing.assert_allclose(chosen.prediction_change, -lost, atol=1e-6)
    assert (random[["loss_change", "prediction_change"]] == 0).all(axis=None)
    assert list(dict.fromkeys(random.heads)) == ["block 1 head 2", "block 1 head 3"]
    (row,) = summary(effects).itertuples()
    assert row.heads == "block 1 head 1" and row.sets == 2 and row.sequences == 2
    assert row.loss_change_p == row.prediction_change_p == row.prediction_moved_p == pytest.approx(1 / 3)


def test_a_head_that_does_nothing_ranks_last():
    (row,) = summary(head_effects(toy_assay(), [(0, 2)])).itertuples()
    assert row.loss_change == 0 and row.loss_change_p == row.prediction_moved_p == 1
    assert row.loss_change_random == pytest.approx(0.5)


def test_chosen_heads_alone():
    effects = head_effects(toy_assay(), [(0, 0), (0, 1), (0, 2)], draws=0)
    assert set(effects["set"]) == {"chosen"} and effects.heads[0] == "block 1 head 1, block 1 head 2, block 1 head 3"
    (row,) = summary(effects).itertuples()
    assert row.sets == 0 and np.isnan([row.loss_change_p, row.loss_change_random, row.loss_change_random_low]).all()


@pytest.mark.parametrize(
    ("chosen", "kwargs", "said"),
    [
        ([(0, 3)], {}, "layer 0 has heads 0 to 2"),
        ([(1, 0)], {}, "layers 0 to 0"),
        ([(0, 0), (0, 1), (0, 2)], {}, "block 1 has no head but the 3 chosen.*draws=0"),
        ([(0, 0)], {"how": "no"}, "choose one of zero, mean"),
    ],
)
def test_refused(chosen, kwargs, said):
    with pytest.raises(InputError, match=said):
        head_effects(toy_assay(), chosen, **kwargs)


# ---- random sets


def blocks(heads):
    return [layer for layer, _ in heads]


def test_all_sets_where_there_are_few():
    sets = random_sets([(0, 1), (2, 0)], [3, 3, 2], 100, True, 0)
    assert sets == [[(0, 0), (2, 1)], [(0, 2), (2, 1)]]
    sets = random_sets([(0, 1), (0, 2)], [5, 5], 100, True, 0)
    assert sets == [list(two) for two in itertools.combinations([(0, 0), (0, 3), (0, 4)], 2)]


def test_random_sets_are_different_layer_matched_and_seeded():
    chosen = [(0, 1), (0, 2), (1, 7)]
    sets = random_sets(chosen, [8, 8, 8], 50, True, 0)
    assert len({tuple(one) for one in sets}) == len(sets) == 50
    assert all(blocks(one) == [0, 0, 1] and not set(one) & set(chosen) for one in sets)
    assert sets == random_sets(chosen, [8, 8, 8], 50, True, 0) != random_sets(chosen, [8, 8, 8], 50, True, 1)
    anywhere = random_sets(chosen, [8, 8, 8], 50, False, 0)
    assert {layer for one in anywhere for layer, _ in one} == {0, 1, 2}
    assert not any(set(one) & set(chosen) for one in anywhere)


def test_where_others_do_not_suffice_they_are_all_in_and_chosen_ones_fill_up():
    sets = random_sets([(0, 0), (0, 1), (0, 2)], [4], 100, True, 0)
    assert sets == [[(0, 0), (0, 1), (0, 3)], [(0, 0), (0, 2), (0, 3)], [(0, 1), (0, 2), (0, 3)]]


# ---- the summary, by hand


def planted_effects(chosen, random) -> pd.DataFrame:
    rows = [("a", "zero", "chosen", 0, i, x, -x) for i, x in enumerate(chosen)]
    rows += [("b", "zero", "random", d, i, x, x) for d, xs in enumerate(random) for i, x in enumerate(xs)]
    return pd.DataFrame(rows, columns=["heads", "how", "set", "draw", "sequence", "loss_change", "prediction_change"])


def test_summary_by_hand():
    rng = np.random.default_rng(0)
    chosen, random = rng.normal(2, 1, 200), [np.full(200, x) for x in (-3.0, 0.5, 1.0, 2.5)]
    (row,) = summary(planted_effects(chosen, random)).itertuples()
    assert row.loss_change == pytest.approx(chosen.mean())
    half = 1.96 * chosen.std(ddof=1) / 200**0.5
    assert [row.loss_change_low, row.loss_change_high] == pytest.approx(
        [chosen.mean() - half, chosen.mean() + half], abs=0.02
    )
    assert row.loss_change_random == pytest.approx(0.25)
    assert row.loss_change_lead == pytest.approx(chosen.mean() - 0.25)
    assert row.loss_change_lead_low == pytest.approx(row.loss_change_low - 0.25)  # random ones alike on all sequences
    assert [row.loss_change_random_low, row.loss_change_random_high] == pytest.approx(
        np.percentile([-3, 0.5, 1, 2.5], [2.5, 97.5])
    )
    assert row.loss_change_p == pytest.approx(2 / 5)  # 2.5 is above
    assert row.prediction_change == pytest.approx(-chosen.mean())
    assert row.prediction_change_p == pytest.approx(3 / 5)  # −3 is as far, the other way
    assert row.prediction_moved == pytest.approx(np.abs(chosen).mean())


def test_the_lead_is_paired_by_sequence():
    rng = np.random.default_rng(0)
    hard = rng.normal(0, 5, 50)  # sequences differ much more than sets of heads
    effects = planted_effects(hard + 0.1, [hard - 0.01, hard + 0.01])
    (row,) = summary(effects.sample(frac=1, random_state=0)).itertuples()
    assert row.loss_change_low < 0 < row.loss_change_high
    assert [row.loss_change_lead, row.loss_change_lead_low, row.loss_change_lead_high] == pytest.approx([0.1] * 3)


def test_few_sequences_have_no_interval():
    for n, none in ((4, True), (5, False)):
        (row,) = summary(planted_effects(np.arange(n), [np.zeros(n)])).itertuples()
        assert np.isnan(row.loss_change_low) == np.isnan(row.loss_change_high) == none


def test_sentences():
    assay = toy_assay()
    loss, prediction = sentences(summary(head_effects(assay, [(0, 0)])).iloc[0], assay)
    assert loss == (
        "Without block 1 head 1 (zero ablation) the loss changes by +1 of one (2 sequences); without as many other "
        "heads of the same blocks, by 0 (0 to 0 over 2 sets, p = 0.33); with 2 sets p cannot be less than 0.33."
    )
    assert prediction.startswith("Without block 1 head 1 (zero ablation) the prediction (TATA) moves by 1 on average (")
    many = planted_effects(np.arange(8), [np.full(8, x / 40) for x in range(40)])
    assert "p cannot" not in next(sentences(summary(many).iloc[0], assay))
    assert "; more by 3.01 (" in next(sentences(summary(many).iloc[0], assay))
    alone = list(sentences(summary(head_effects(assay, [(0, 0)], draws=0)).iloc[0], assay))
    assert all("other" not in one for one in alone)


# ---- the DNA GPT


def promoter_score(logits):
    return logits[:, 2] - logits[:, :2].logsumexp(dim=1)


@torch.no_grad()
def test_dna_assay_on_shipped_weights_against_one_sequence_at_a_time():
    model, rng = load(DNA_GPT), np.random.default_rng(0)
    sequences = [rng.integers(0, 4, n).astype(np.uint8) for n in (40, 30, 40)]
    assay = dna_assay(model, sequences, "promoter", promoter_score, batch=2)
    effects = head_effects(assay, [(1, 3)])
    assert len(effects) == 3 * 4 and set(effects.heads) == {f"block 2 head {h}" for h in (1, 2, 3, 4)}
    for i, sequence in enumerate(sequences):
        x, length = torch.from_numpy(sequence).long()[None], torch.tensor([len(sequence)])
        found = []
        for context in (partial(ablated, model, [(1, 3)], layers=4), torch.no_grad):
            with context():
                bits = cross_entropy_bits(model, x).mean()
                found.append((bits, promoter_score(model.classify("promoter", x, length)).item()))
        row = effects[(effects["set"] == "chosen") & (effects.sequence == i)].iloc[0]
        assert row.loss_change == pytest.approx(found[0][0] - found[1][0], abs=1e-5)
        assert row.prediction_change == pytest.approx(found[0][1] - found[1][1], abs=1e-4)
        assert abs(row.prediction_change) > 1e-3


def test_n_is_no_target_and_too_short_is_refused():
    model = DnaGPT(Config(blocks=2, heads=2, width=16, longest=32, tasks={"on": ["no", "yes"]})).eval()
    score = lambda logits: logits[:, 1] - logits[:, 0]  # noqa: E731
    found = dna_assay(model, [encode("ACGNNT")], "on", score).read()
    bits = cross_entropy_bits(model, torch.tensor([[0, 1, 2, 3, 3, 3]]))[0]  # C and G come before the N
    with torch.no_grad():
        last = -F.log_softmax(model(torch.tensor([[0, 1, 2, 4, 4, 3]]))[0, 4], dim=0)[3].item() / np.log(2)
    assert found[0] == pytest.approx((bits[0] + bits[1] + last) / 3, abs=1e-5)
    for sequences in ([], [encode("ACGT"), encode("A")], [encode("ANN")]):
        with pytest.raises(InputError, match="at least one sequence"):
            dna_assay(model, sequences, "on", score)


# ---- protein encoders


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    pytest.importorskip("transformers", reason="transformers is not installed")
    return load_protein(str(write_esm2(tmp_path_factory.mktemp("esm2") / "tiny")))


def test_protein_assay_is_the_pseudo_likelihood(encoder):
    assay = protein_assay(encoder, PROTEINS, together=None)
    effects = head_effects(assay, [(1, 0), (2, 3)], draws=2)
    before = [masked_log_likelihoods(encoder, s) for s in PROTEINS]
    with ablated(encoder.network, [(1, 0), (2, 3)]):
        after = [masked_log_likelihoods(encoder, s) for s in PROTEINS]
    chosen = effects[effects["set"] == "chosen"]
    usual = (18, 12)  # X is no residue to be predicted
    for i, (p, q, n) in enumerate(zip(before, after, usual, strict=True)):
        lost = (pseudo_log_likelihood(p, PROTEINS[i]) - pseudo_log_likelihood(q, PROTEINS[i])) / n
        assert chosen.loss_change.iloc[i] == pytest.approx(lost)
        divergence = np.mean([sum(np.exp(a) * (a - b) for a, b in zip(*rows, strict=True)) for rows in zip(p, q)])  # noqa: B905
        assert chosen.prediction_change.iloc[i] == pytest.approx(divergence)
        assert divergence > 1e-3


def test_masking_together(encoder):
    one = PROTEINS[0]
    np.testing.assert_allclose(masked(encoder, one, 100), masked_log_likelihoods(encoder, one), atol=1e-5)
    every = masked(encoder, one, 4)
    tokens = encoder.tokens(one)
    tokens[0, [1 + place for place in (2, 6, 10, 14)]] = encoder.mask
    with torch.no_grad():
        expected = encoder.logits(tokens, len(one))[0].log_softmax(dim=-1)
    np.testing.assert_allclose(every[[2, 6, 10, 14]], expected[[2, 6, 10, 14]], atol=1e-5)
    assert np.abs(every - masked_log_likelihoods(encoder, one)).max() > 1e-3


def test_mean_ablation_of_an_encoder_through_both_seams(encoder):
    named = r".*attention\.output\.dense"
    one, other = (
        head_effects(protein_assay(encoder, PROTEINS, modules=modules), [(1, 0)], how="mean")
        for modules in (None, named)
    )
    pd.testing.assert_frame_equal(one, other, atol=1e-5)
    assert len(one) == 2 * (1 + 3)


def test_proteins_refused(encoder, tmp_path):
    with pytest.raises(InputError, match="no proteins"):
        protein_assay(encoder, [])
    short = load_protein(str(write_esm2(tmp_path / "short", longest=20)))
    with pytest.raises(InputError, match=r"protein 2 has 18 residues; short reads 16"):
        protein_assay(short, ["MKTAYIAK", PROTEINS[0]])


def test_antiberty():
    pytest.importorskip("antiberty", reason="extra antibody")
    model = load_protein("antiberty")
    effects = head_effects(protein_assay(model, ["EVQLVESGAEVKKPGASVK"]), [(5, 7), (6, 0)], draws=3)
    assert len(effects) == 4 and (effects.prediction_change > 0).all()
    assert all("block 6" in h and "block 7" in h for h in effects.heads)


# ---- any model with logits


@torch.no_grad()
@pytest.mark.parametrize("causal", [True, False])
def test_hugging_face_logits_against_their_own_loss(causal):
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    torch.manual_seed(0)
    if causal:
        config = transformers.GPT2Config(vocab_size=11, n_embd=16, n_layer=2, n_head=4, initializer_range=0.5)
        model = transformers.GPT2LMHeadModel(config).eval()
    else:
        config = transformers.BertConfig(
            vocab_size=11, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=32,
            initializer_range=0.5, num_labels=3,
        )  # fmt: skip
        model = transformers.BertForSequenceClassification(config).eval()
    inputs = [{"input_ids": torch.randint(0, 11, (1, n))} for n in (7, 9)]
    labels = [x["input_ids"].clone() if causal else torch.tensor([i]) for i, x in enumerate(inputs)]
    if causal:
        labels[0][0, 2:4] = -100
    assay = logits_assay(model, inputs, labels, next_token=causal)
    effects = head_effects(assay, [(0, 1)])
    before = [model(**x, labels=y).loss.item() for x, y in zip(inputs, labels, strict=True)]
    with ablated(model, [(0, 1)]):
        after = [model(**x, labels=y).loss.item() for x, y in zip(inputs, labels, strict=True)]
    chosen = effects[effects["set"] == "chosen"]
    np.testing.assert_allclose(chosen.loss_change, np.subtract(after, before), atol=1e-5)
    assert (chosen.prediction_change > 1e-4).all() and set(effects.heads) == {f"block 1 head {h}" for h in (1, 2, 3, 4)}
    with pytest.raises(InputError, match="one sequence a pass"):
        logits_assay(model, [{"input_ids": torch.ones(2, 5, dtype=torch.long)}], [torch.zeros(2)]).read()


def test_passes_in_another_thread_are_not_silently_whole():
    from concurrent.futures import ThreadPoolExecutor

    assay = toy_assay()
    with (
        ThreadPoolExecutor(1) as pool,
        pytest.raises(CaptureError, match="in its own thread"),
        ablated(assay.model, [(0, 0)]),
    ):
        pool.submit(assay.read).result()

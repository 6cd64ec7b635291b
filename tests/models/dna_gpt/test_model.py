import math

import pytest
import torch
from safetensors.torch import save_file
from torch.nn import functional as F

from regard.errors import InputError
from regard.models.dna_gpt.model import Config, DnaGPT, load, rotary_turns, rotate
from regard.models.shelf.weight_files import save

TASKS = {"promoter": ["non-promoter", "promoter"], "enhancer": ["none", "weak", "strong"]}


@pytest.fixture
def model() -> DnaGPT:
    torch.manual_seed(0)
    config = Config(blocks=2, heads=2, width=16, longest=24, tasks=TASKS, both_strands=["enhancer"])
    return DnaGPT(config).double().eval()


def bases(batch=3, length=12):
    return torch.randint(4, (batch, length), generator=torch.Generator().manual_seed(1))


def test_shapes(model):
    x = bases()
    assert model(x).shape == (3, 12, 4)
    assert [s.shape for s in model.states(x)] == [(3, 12, 16)] * 2
    lengths = torch.full((3,), 12)
    assert model.classify("promoter", x, lengths).shape == (3, 2)
    assert model.classify("enhancer", x, lengths).shape == (3, 3)


def test_four_blocks_of_four_heads_have_as_many_weights_as_expected():
    """Bases and places; motifs; per block 12 width² in projections, 4 width in two norms; norm and next base."""
    width, blocks, motifs = 256, 4, 192
    expected = (
        (5 + 512) * width + motifs * (4 * 12 + 1 + width) + blocks * (12 * width**2 + 4 * width) + 2 * width + 4 * width
    )
    assert sum(p.numel() for p in DnaGPT(Config()).parameters()) == expected


def test_what_comes_later_changes_nothing_before(model):
    x = bases()
    changed = x.clone()
    changed[:, 7] = (x[:, 7] + 1) % 4
    one, other = model(x), model(changed)
    assert torch.equal(one[:, :7], other[:, :7])
    assert ((one - other)[:, 7:].abs().amax(dim=2) > 0).all()


def test_a_motif_adds_to_the_base_where_it_ends(model):
    """A planted motif GATTACA, one filter: only the last A of it gets what the motif adds."""
    motifs = model.motifs
    for weight in motifs.parameters():
        weight.data.zero_()
    motif = torch.tensor(["ACGTN".index(base) for base in "GATTACA"])
    motifs.scan.weight.data[0, :, -7:] = F.one_hot(motif, 4).T.double()
    motifs.scan.bias.data[0] = -6  # one more than all but a full match
    motifs.add.weight.data[:, 0] = 1
    x = torch.full((1, 20), 4)
    x[0, 5:12] = motif
    added = motifs(F.one_hot(x, 5).double())[0]
    assert torch.equal(added.abs().sum(dim=1).nonzero().squeeze(1), torch.tensor([11]))
    torch.testing.assert_close(added[11], torch.ones(16).double())


def test_one_hot_rows_give_the_same_as_tokens(model):
    x = bases()
    torch.testing.assert_close(model(F.one_hot(x, 5).double()), model(x), atol=1e-12, rtol=0)


def test_gradient_reaches_every_base_of_the_input(model):
    rows = F.one_hot(bases(1), 5).double().requires_grad_()
    model.classify("promoter", rows, torch.tensor([12]))[0, 1].backward()
    assert (rows.grad.abs().sum(dim=2) > 0).all()


def test_filling_up_with_n_changes_no_class(model):
    x = bases(2, 9)
    alone = model.classify("promoter", x, torch.tensor([9, 6]))
    filled = torch.full((2, 20), 4)
    filled[0, :9], filled[1, :6] = x[0], x[1, :6]
    torch.testing.assert_close(model.classify("promoter", filled, torch.tensor([9, 6])), alone)
    # but the second sequence's own bases all count
    assert not torch.allclose(model.classify("promoter", filled, torch.tensor([9, 5]))[1], alone[1])


def test_features_are_means_of_normalised_states(model):
    sequence = bases(1, 5)
    states = model.states(sequence)
    found = model.features(states, sequence, torch.tensor([3]))
    for block in range(2):
        x = states[block][0, :3]
        normal = (x - x.mean(1, keepdim=True)) / (x.var(1, unbiased=False, keepdim=True) + 1e-5).sqrt()
        torch.testing.assert_close(found[0, block * 16 : (block + 1) * 16], normal.mean(0))
    log_p = model(sequence)[0].log_softmax(dim=1)
    likelihood = log_p[0, sequence[0, 1]] + log_p[1, sequence[0, 2]]  # of the second and third base
    torch.testing.assert_close(found[0, -1], (likelihood - 2 * math.log(1 / 4)) / math.sqrt(2))


def test_rotation_keeps_lengths_and_turns_by_the_position():
    turn = rotary_turns(10, 2)
    x = torch.tensor([[1.0, 0.0]]).expand(1, 10, 2)
    turned = rotate(x, turn)[0]
    torch.testing.assert_close(turned[1], torch.tensor([math.cos(1), math.sin(1)]))
    torch.testing.assert_close(turned.norm(dim=1), torch.ones(10))
    assert torch.equal(turned[0], x[0, 0])


def test_rotated_products_know_only_the_distance():
    torch.manual_seed(0)
    turn = rotary_turns(40, 8)
    q, k = torch.randn(2, 8)
    products = rotate(q.expand(1, 40, 8), turn)[0] @ rotate(k.expand(1, 40, 8), turn)[0].T
    for distance in (0, 3, 11):
        along = products.diagonal(-distance)
        torch.testing.assert_close(along, along[:1].expand_as(along), atol=1e-4, rtol=0)
    assert (products[11, 0] - products[3, 0]).abs() > 1e-2


def test_a_sequence_that_is_too_long_is_refused(model):
    with pytest.raises(InputError, match=r"25 bases .* up to 24"):
        model(bases(1, 25))


def test_save_and_load(model, tmp_path):
    path = tmp_path / "dna.safetensors"
    save(model, path)
    back = load(path)
    assert back.config == model.config
    assert list(back.config.tasks) == list(TASKS)
    assert not back.training
    for (name, one), other in zip(back.state_dict().items(), model.state_dict().values(), strict=True):
        assert torch.equal(one, other.half().float()), name  # half precision on disk
    torch.testing.assert_close(back(bases()), model(bases()).float(), atol=2e-3, rtol=0)
    assert [p.name for p in tmp_path.iterdir()] == ["dna.safetensors"]


def test_saving_again_replaces_the_file(model, tmp_path):
    path = tmp_path / "dna.safetensors"
    save(model, path)
    model.embed.weight.data += 1
    save(model, path)
    assert torch.equal(load(path).embed.weight, model.embed.weight.half().float())


def test_load_says_what_is_wrong(model, tmp_path):
    with pytest.raises(InputError, match=r"none\.safetensors: no such file"):
        load(tmp_path / "none.safetensors")
    with pytest.raises(InputError, match=r"not the weights of a DNA GPT \(a folder\)"):
        load(tmp_path)
    path = tmp_path / "x.safetensors"
    path.write_text(">a\nACGT\n")
    with pytest.raises(InputError, match=r"x\.safetensors: not the weights of a DNA GPT \("):
        load(path)
    save_file({"a": torch.zeros(1)}, path)  # no config
    with pytest.raises(InputError, match="not the weights of a DNA GPT"):
        load(path)
    save_file({"a": torch.zeros(1)}, path, metadata={"config": '{"blocks": 1, "width": 8, "heads": 2}'})
    with pytest.raises(InputError, match=r"not the weights of a DNA GPT \(a is \[1\], by its config not there"):
        load(path)
    save_file({"a": torch.zeros(1)}, path, metadata={"config": '{"colour": 1}'})
    with pytest.raises(InputError, match="colour"):
        load(path)


def plain_logits(weights: dict[str, torch.Tensor], x: list[int], blocks: int, heads: int) -> torch.Tensor:
    """Class logits of one sequence without places, base after base and head after head, from the weights alone."""
    w, size = weights, weights["embed.weight"].shape[1] // heads

    def norm(row, name=None):
        row = (row - row.mean()) / (row.var(unbiased=False) + 1e-5).sqrt()
        return row if name is None else row * w[f"{name}.weight"] + w[f"{name}.bias"]

    def turn(row, place):
        turned = row.clone()
        for i in range(0, size, 2):
            c, s = (f(torch.tensor(place * 10_000 ** (-i / size))).double() for f in (torch.cos, torch.sin))
            turned[i], turned[i + 1] = c * row[i] - s * row[i + 1], s * row[i] + c * row[i + 1]
        return turned

    rows = []
    for t, base in enumerate(x):
        filters = w["motifs.scan.bias"].clone()
        for back in range(w["motifs.scan.weight"].shape[2]):
            if t - back >= 0 and x[t - back] < 4:
                filters = filters + w["motifs.scan.weight"][:, x[t - back], -1 - back]
        rows.append(w["embed.weight"][base] + w["motifs.add.weight"] @ filters.relu())
    pooled = []
    for b in range(blocks):
        name, after = f"blocks.{b}", []
        read = [w[f"{name}.attention.qkv.weight"] @ norm(r, f"{name}.attention_norm") for r in rows]
        q, k, v = zip(*(row.chunk(3) for row in read), strict=True)
        for t, row in enumerate(rows):
            mixed = []
            for h in range(heads):
                of = slice(h * size, (h + 1) * size)
                keys = [turn(k[s][of], s) @ turn(q[t][of], t) / math.sqrt(size) for s in range(t + 1)]
                mixed.append(sum(p * v[s][of] for s, p in enumerate(torch.stack(keys).softmax(0))))
            row = row + w[f"{name}.attention.out.weight"] @ torch.cat(mixed)
            up = w[f"{name}.up.weight"] @ norm(row, f"{name}.mlp_norm")
            after.append(row + w[f"{name}.down.weight"] @ up.relu())
        rows = after
        pooled.append(torch.stack([norm(r) for r in rows]).mean(0))
    seen = torch.stack([w["spots.weight"] @ norm(r) + w["spots.bias"] for r in rows])
    log_p = [(w["next_base.weight"] @ norm(r, "norm")).log_softmax(0) for r in rows]
    ratio = sum(p[x[t + 1]] - math.log(1 / 4) for t, p in enumerate(log_p[:-1])) / math.sqrt(len(x) - 1)
    features = torch.cat([*pooled, (seen.exp().sum(0) / 300).log(), ratio[None]])
    return w["classifiers.promoter.weight"] @ features + w["classifiers.promoter.bias"]


@pytest.fixture
def without_places() -> DnaGPT:
    torch.manual_seed(0)
    config = Config(blocks=2, heads=2, width=16, longest=24, motifs=5, places=False, spots=3, tasks=TASKS)
    model = DnaGPT(config).double().eval()
    for parameter in model.parameters():  # larger than they start, so that attention is not uniform
        parameter.data.mul_(3)
    return model


def test_without_places_a_plain_forward_pass_gives_the_same_classes(without_places):
    x = bases(2, 11)
    found = without_places.classify("promoter", x, torch.full((2,), 11))
    weights = {name: value.double() for name, value in without_places.state_dict().items()}
    plain = torch.stack([plain_logits(weights, row.tolist(), 2, 2) for row in x])
    assert plain.std() > 1e-2
    torch.testing.assert_close(found, plain, atol=1e-6, rtol=0)  # turns are kept in single precision


def test_spots_say_where_and_do_not_fade_with_length(without_places):
    """One spot that sees a planted motif, in a short and in a long window: the same place, the same feature."""
    model = without_places
    assert not hasattr(model, "position") and model.config.features == 2 * 16 + 3 + 1
    state = torch.zeros(1, 20, 16).double()
    state[0, 6] = torch.linspace(-1, 1, 16)
    model.spots.weight.data[0] = 9 * torch.linspace(-1, 1, 16)
    model.spots.bias.data[0] = 0
    for length in (8, 20):
        inside = torch.arange(20)[None] < length
        seen = model.seen_at(state, inside)[0, :, 0]
        assert seen.softmax(0)[6] > 0.99
        assert seen.logsumexp(0).item() == pytest.approx(seen[6].item(), abs=1e-3)
    assert seen[length - 1] > -100  # bases at the end count, what fills up does not
    assert model.seen_at(state, torch.arange(20)[None] < 8)[0, 8:].max() < -1000

"""Borzoi as the enhancer study sees it: attention of bins of 128 bases, RNA coverage at the TSS asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from regard.errors import InputError, MissingExtra, reason
from regard.models.borzoi.reader import ATTENTION, SIZE, distances, read
from regard.models.capture import capture
from regard.models.genomic import Each, GenomicModel
from regard.models.hugging_face.reader import random_twin
from regard.models.shelf.believable import check_finite

LENGTH = 524_288
AROUND = 1  # bins of the attention on each side of that of the TSS
WINDOW = 2_000  # bases around an element's middle over which it is scored, as for Enformer
# Small enough for a test; the convolutions are of the package's own width.
SMALL = {"dim": 64, "depth": 2, "heads": 4, "attn_dim_key": 16, "attn_dim_value": 16, "bins_to_return": 96}
SMALL_LENGTH = 4_096
# Of a config, beside SMALL's.
OPTIONS = ("return_center_bins_only", "enable_mouse_head", "enable_human_head", "flashed")


def untrained(seed: int = 0, **config) -> nn.Module:
    """The package's architecture with random weights of a seed, in eval mode; SMALL where no config is given."""
    try:
        from borzoi_pytorch import Borzoi
    except ImportError:
        raise MissingExtra("borzoi-pytorch", "borzoi") from None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Borzoi.from_hparams(**(config or SMALL)).eval()


def load(folder: Path) -> nn.Module:
    """Borzoi of a folder with `config.json` and `model.safetensors`; nothing is fetched.

    Raises InputError where they do not fit together.
    """
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise InputError(f"{folder}: no model.safetensors beside its config.json")
    try:
        config = json.loads((folder / "config.json").read_bytes())
        model = untrained(**{name: config[name] for name in (*SMALL, *OPTIONS) if name in config})
        missing, unexpected = model.load_state_dict(load_file(weights), strict=False)
        check_finite(folder, model.named_parameters())
    except (SafetensorError, OSError, ValueError, RuntimeError, TypeError) as error:
        raise InputError(f"{folder}: config and weights do not fit ({reason(error)})") from None
    if missing or unexpected:
        lacking = f"{len(missing)} weights are missing, {len(unexpected)} unknown"
        raise InputError(f"{folder}: not the weights of this config ({lacking}: {[*missing, *unexpected][0]} …)")
    return model.eval()


def genomic(
    model: nn.Module, *, length: int = LENGTH, tracks: Sequence[int] = (0,), trained: bool = True, name: str = "Borzoi"
) -> GenomicModel:
    """The model on windows of `length` bases; the output is the sum over human tracks in the three bins at the TSS.

    Raises
    ------
    InputError
        For a length or a track that the model does not have, and for flash attention, whose maps are never computed.
    """
    reader = read(model, name=name)
    wide = 16 if hasattr(model, "unet2") else 32  # bases of a bin of the output, of Prime and of Borzoi
    out, bins = model.crop.target_length, length // SIZE
    if length % SIZE or bins < 2 * AROUND + 1 or length // wide < out:
        raise InputError(f"a window of {length:,} bases: {name} takes whole bins of {SIZE}, {out * wide:,} at least")
    count = model.human_head.out_channels
    if not tracks or min(tracks) < 0 or max(tracks) >= count:
        raise InputError(f"{name}: tracks {list(tracks)}; choose from 0 to {count - 1}")
    model.requires_grad_(False)  # a gradient is only ever taken of the input
    tss = bins // 2
    cut = (length // wide - out) // 2  # bins of the output that are left away at each side
    first, last = ((tss + shift) * SIZE // wide - cut for shift in (-AROUND, AROUND + 1))
    if first < 0 or last > out:
        raise InputError(f"{name} gives {out} bins of {wide} bases, too few for those at the TSS")
    chosen = list(tracks)

    def predicted(one_hot: Tensor) -> Tensor:  # (batch, tracks, out)
        with distances(model, bins):
            return model(one_hot[..., :4].transpose(1, 2).to(model.device, model.dtype))[:, chosen]

    def output(one_hot: Tensor) -> Tensor:
        return predicted(one_hot)[..., first:last].sum(dim=(1, 2)).float().cpu()

    @torch.no_grad()
    def attend(tokens: Tensor, each: Each) -> None:
        with capture(model, "hook", modules=ATTENTION, layers=reader.layers, each=each):
            reader.forward(tokens.long())

    @torch.no_grad()
    def profile(tokens: Tensor) -> Tensor:
        found = predicted(torch.nn.functional.one_hot(tokens.long(), 5).float()).mean(dim=1).float().cpu()
        along = torch.full((len(tokens), length // wide), float("nan"))
        along[:, cut : cut + out] = found
        return along.unflatten(1, (bins, -1)).mean(dim=2)

    def random(seed: int) -> GenomicModel:
        return genomic(random_twin(model, seed), length=length, tracks=tracks, trained=False, name=name)

    shown = ", ".join(map(str, chosen[:6])) + (f" … ({len(chosen)})" if len(chosen) > 6 else "")
    return GenomicModel(
        name=name if trained else f"{name} (untrained)",
        length=length,
        bin=SIZE,
        tss=tss * SIZE,
        trained=trained,
        oriented=False,
        causal=False,
        asked=f"summed output of human track{'s' * (len(chosen) > 1)} {shown} over {(2 * AROUND + 1) * SIZE} bases at "
        "the TSS",
        queries=tuple(range(tss - AROUND, tss + AROUND + 1)),
        widest=WINDOW,
        output=output,
        attend=attend,
        profile=profile,
        untrained=random,
        module=model,
        layers=len(model.transformer),
        heads=model.config.heads,
        remarks=() if trained else ("The weights are random: nothing here says anything about biology",),
    )

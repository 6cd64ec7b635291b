"""Enformer (Avsec et al. 2021) through enformer-pytorch: weights from a folder, a forward pass that fits in memory.

A folder holds `config.json` and `model.safetensors` or `pytorch_model.bin`. `sequence_length` in the config says how
many bases a window has (196,608 where it is not there), `untrained` that the weights are random.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from regard.errors import InputError, MissingExtra, reason
from regard.models.capture import capture
from regard.models.genomic import Each, GenomicModel
from regard.models.shelf.believable import check_config, check_finite, of_any_width

LENGTH = 196_608
ATTENTION = r"transformer\.\d+\.0\.fn\.1\.attn_dropout"
TRACKS = (4828, 5111)  # CAGE of K562 among the 5,313 human tracks, as in the authors' example
AROUND = 1  # bins on each side of the TSS bin that are summed (Avsec et al. 2021: three bins)
WINDOW = 2_000  # bases around an element's middle over which it is scored
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
# Small enough for a test, and every part of the architecture is there; heads × 6 divide the width.
SMALL = {
    "dim": 96, "depth": 2, "heads": 4, "attn_dim_key": 16, "dim_divisible_by": 12, "output_heads": {"human": 8},
    "target_length": 112, "sequence_length": 16_384,
}  # fmt: skip


def architecture(**config) -> nn.Module:
    """Enformer with random weights, in eval mode; config as `EnformerConfig` takes it."""
    try:
        from enformer_pytorch import Enformer
    except ImportError:
        raise MissingExtra("enformer-pytorch", "enformer") from None
    return Enformer.from_hparams(**config).eval()


def untrained(seed: int = 0, **config) -> nn.Module:
    """The architecture with random weights of a seed, marked as untrained; SMALL where no config is given."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = architecture(**(config or SMALL))
        for module in model.modules():
            # As they come, attention starts with an output of zero, and the convolutions lose the sequence on the way.
            if isinstance(module, nn.Conv1d | nn.Linear):
                nn.init.kaiming_normal_(module.weight)
    model.config.untrained = True
    return model


def save(model: nn.Module, folder: Path) -> None:
    """Write config and weights; `save_pretrained` of the package fails because the trunk shares its tensors."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: tensor.contiguous() for name, tensor in model.state_dict().items() if not shared(name)}
    save_file(weights, folder / WEIGHTS[0])
    model.config.use_tf_gamma = gamma_of(model)
    (folder / "config.json").write_text(json.dumps(model.config.to_dict(), indent=2, default=str) + "\n")


def load(folder: Path | str, *, tf_gamma: bool | None = None) -> nn.Module:
    """Read a folder that `save` wrote, or a copy of EleutherAI/enformer-official-rough, ready to use.

    tf_gamma : take the distance features of the original TensorFlow program, with which its weights were trained;
        as the config says where None. A config without a word on it is older than that choice, and of those weights.

    Raises
    ------
    InputError
        Where config and weights are missing or do not fit together.
    """
    folder = Path(folder)
    found = [folder / name for name in WEIGHTS if (folder / name).is_file()]
    if not (folder / "config.json").is_file() or not found:
        raise InputError(f"{folder}: no Enformer; expected config.json and {' or '.join(WEIGHTS)} in it")
    try:
        config = json.loads((folder / "config.json").read_text())
        config.setdefault("use_tf_gamma", config.get("sequence_length", LENGTH) == LENGTH)
        config["use_tf_gamma"] = config["use_tf_gamma"] if tf_gamma is None else tf_gamma
        path = found[0]
        check_config(folder, config, path.stat().st_size)
        with of_any_width():
            model = architecture(**config)
        weights = load_file(path) if path.suffix == ".safetensors" else torch.load(path, weights_only=True)
        missing, unexpected = model.load_state_dict(weights, strict=False)
        check_finite(folder, model.named_parameters())
    except (SafetensorError, OSError, ValueError, TypeError, RuntimeError, AttributeError) as error:
        raise InputError(f"{folder}: config and weights do not fit ({reason(error)})") from None
    missing = [name for name in missing if not shared(name)]
    if missing or unexpected:
        lacking = f"{len(missing)} weights are missing, {len(unexpected)} unknown"
        raise InputError(f"{folder}: not the weights of this config ({lacking}: {[*missing, *unexpected][0]} …)")
    return model


def shared(name: str) -> bool:
    """Is a weight there under a second name? The package keeps its trunk also as one sequence."""
    return name.startswith("_trunk.")


def gamma_of(model: nn.Module) -> bool:
    return any(getattr(module, "use_tf_gamma", False) for module in model.modules())


def steps(model: nn.Module) -> list[nn.Module]:
    """The trunk, from bases to embeddings, in pieces whose inputs alone must be kept for a gradient."""
    to_channels, stem, tower, to_bins, transformer, *last = model._trunk.children()
    tower, transformer = ([p for stage in part.children() for p in stage.children()] for part in (tower, transformer))
    return [to_channels, *stem.children(), *tower, to_bins, *transformer, *last]


def trunk(model: nn.Module, x: Tensor) -> Tensor:
    """Embeddings, shape (batch, target bins, 2 × width), of one-hot rows, shape (batch, length, 4).

    Where a gradient is wanted each piece is computed again in the backward pass. The package's own checkpointing
    leaves out the convolutions, whose activations are the largest.
    """
    for step in steps(model):
        x = checkpoint(step, x, use_reentrant=False) if x.requires_grad else step(x)
    return x


def genomic(model: nn.Module, *, name: str = "Enformer", head: str = "human", tracks=TRACKS) -> GenomicModel:
    """Enformer as the enhancer study sees it; the output is the sum over chosen tracks and three bins at the TSS.

    Raises InputError for a head or a track that the model does not have.
    """
    config = model.config
    length, size = getattr(config, "sequence_length", LENGTH), 2**config.num_downsamples
    bins = length // size
    if head not in model.heads:
        raise InputError(f"{name} has no head {head!r}; it has {', '.join(model.heads)}")
    linear = model.heads[head][0]
    if not tracks or min(tracks) < 0 or max(tracks) >= linear.out_features:
        raise InputError(f"{name}: tracks {list(tracks)}; choose from 0 to {linear.out_features - 1} of head {head!r}")
    target = bins if config.target_length == -1 else config.target_length
    trim, at_tss = (bins - target) // 2, bins // 2
    model.requires_grad_(False)  # a gradient is only ever taken of the input
    queries = tuple(range(at_tss - AROUND, at_tss + AROUND + 1))
    rows = torch.tensor(tracks)

    def predicted(embedding: Tensor) -> Tensor:  # (batch, bins, tracks); the other tracks are not computed
        return F.softplus(F.linear(embedding, linear.weight[rows], linear.bias[rows]))

    def device() -> torch.device:
        return linear.weight.device

    def output(one_hot: Tensor) -> Tensor:
        embedding = trunk(model, one_hot[..., :4].to(device()))
        return predicted(embedding[:, [b - trim for b in queries]]).sum(dim=(1, 2)).cpu()

    @torch.no_grad()
    def attend(tokens: Tensor, each: Each) -> None:
        x = F.one_hot(tokens.long(), 5).float()[..., :4].to(device())
        with capture(model, "hook", modules=ATTENTION, layers=config.depth, each=each):
            for step in steps(model)[:-2]:
                x = step(x)

    @torch.no_grad()
    def profile(tokens: Tensor) -> Tensor:
        x = F.one_hot(tokens.long(), 5).float()[..., :4].to(device())
        out = torch.full((len(tokens), bins), float("nan"))
        out[:, trim : trim + target] = predicted(trunk(model, x)).mean(dim=2).cpu()
        return out

    def random(seed: int) -> GenomicModel:
        return genomic(untrained(seed, **config.to_dict()).to(device()), name=name, head=head, tracks=tracks)

    trained = not getattr(config, "untrained", False)
    shown = ", ".join(map(str, tracks[:6])) + (f" … ({len(tracks)})" if len(tracks) > 6 else "")
    return GenomicModel(
        name=name if trained else f"{name} (untrained)",
        length=length,
        bin=size,
        tss=at_tss * size,
        trained=trained,
        oriented=False,
        causal=False,
        asked=f"summed output of {head} track{'s' * (len(tracks) > 1)} {shown} at the TSS bin and one on each side",
        queries=queries,
        widest=WINDOW,
        output=output,
        attend=attend,
        profile=profile,
        untrained=random,
        module=model,
        layers=model.config.depth,
        heads=model.config.heads,
        remarks=() if trained else ("The weights are random: nothing here says anything about biology",),
    )

"""Small random checkpoints in TabPFN's own format, for each architecture that Regard reads."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

BUCKETS = 20
CONFIGS = {
    "tabpfn_v2": {"emsize": 16, "nlayers": 2, "nhead": 2, "features_per_group": 1, "seed": 0},
    "tabpfn_v2_5": {"emsize": 16, "nlayers": 2, "nhead": 2, "features_per_group": 3, "num_thinking_rows": 5},
    "tabpfn_v2_6": {"emsize": 16, "nlayers": 2, "nhead": 2, "features_per_group": 3, "num_thinking_rows": 5},
}


def write_checkpoint(path: Path, architecture: str = "tabpfn_v2", **config) -> Path:
    """Weights away from zero and uniform; `.ckpt` by torch.save, `.safetensors` with its header."""
    from tabpfn.architectures import ARCHITECTURES

    config = CONFIGS[architecture] | {"num_buckets": BUCKETS, "max_num_classes": 0} | config
    module = ARCHITECTURES[architecture]
    model = module.get_architecture(module.parse_config(config)[0])
    generator = torch.Generator().manual_seed(0)
    for weights in model.parameters():
        weights.data = torch.randn(weights.shape, generator=generator) * 1.2 / max(weights.shape[-1], 4) ** 0.5
    state = model.state_dict() | {
        "criterion.borders": torch.linspace(-3, 3, BUCKETS + 1),
        "criterion.losses_per_bucket": torch.zeros(BUCKETS),
    }
    if path.suffix == ".safetensors":
        header = {"architecture_name": json.dumps(architecture), "config": json.dumps(config)}
        save_file(state, path, metadata=header)
    else:
        torch.save({"state_dict": state, "config": config, "architecture_name": architecture}, path)
    return path


def plant(path: Path) -> Path:
    """Rewrite a checkpoint so that the target looks at tokens in which a gene is far above its mean.

    All weights are zero but three: a token's key is the sum of its genes' values (in units of their
    standard deviations), the target's query a constant. So in the first layer a gene draws the target's
    attention in samples where it is far up, wherever its column stands; later layers see all alike. Each
    gene is up as far as it is down: in the mean over samples wins one that is up often, not one with rare
    high peaks.
    """
    checkpoint = torch.load(path, weights_only=True)
    config, state = checkpoint["config"], checkpoint["state_dict"]
    for name, weights in state.items():
        if not name.startswith("criterion."):
            weights.zero_()
    state["feature_group_embedder.weight"][0, : config["features_per_group"]] = 1
    state["target_embedder.bias"][1] = 1
    for head in range(config["nhead"]):
        row = head * config["emsize"] // config["nhead"]
        state["blocks.0.per_sample_attention_between_features.q_projection.weight"][row, 1] = 3
        state["blocks.0.per_sample_attention_between_features.k_projection.weight"][row, 0] = 3
    for name, weights in state.items():  # gains of version 2.6's norms
        if "layernorm" in name:
            weights.fill_(1)
    torch.save(checkpoint, path)
    return path

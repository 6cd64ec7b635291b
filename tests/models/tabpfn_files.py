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


def plant(path: Path, column: int) -> Path:
    """Rewrite a tabpfn_v2 checkpoint, one column a token: every token looks at the token in this place.

    All weights are zero but the path of the column's identity, which is drawn by place, into the keys
    of the attention between columns, and a query that is the same for all: the bias of the identity and of
    the target. So attention depends on places alone, and the answer is known.
    """
    checkpoint = torch.load(path, weights_only=True)
    config, state = checkpoint["config"], checkpoint["state_dict"]
    width = config["emsize"]
    identity = torch.randn(50, width // 4, generator=torch.Generator().manual_seed(config["seed"]))
    for name, weights in state.items():
        if not name.startswith("criterion."):
            weights.zero_()
    quarter = width // 4
    state["feature_positional_embedding_embeddings.weight"][:quarter] = torch.eye(quarter)
    state["feature_positional_embedding_embeddings.bias"][quarter] = 10.0
    state["target_embedder.bias"][quarter] = 10.0
    wanted = identity[column] / identity[column].norm()
    attention = "blocks.{}.per_sample_attention_between_features.{}_projection.weight"
    for layer in range(config["nlayers"]):
        for head in range(config["nhead"]):
            row = head * (width // config["nhead"])
            state[attention.format(layer, "q")][row, quarter] = 10.0
            state[attention.format(layer, "k")][row, :quarter] = wanted
    torch.save(checkpoint, path)
    return path

"""What reading attention costs beyond the plain forward pass, in time and memory, by the length of a protein."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import torch

from benchmarks import ROOT, Row
from regard.data.proteins import AMINO_ACIDS
from regard.models.protein.model import ProteinModel, quiet_transformers
from regard.models.protein.reading import read
from regard.models.protein.windows import stitched

LENGTHS = (256, 512, 1024, 2048)
LAYERS = 4  # of 33: a ratio of times is the same, and all maps together are as much smaller as there are fewer layers
STREAMED = "symmetrise | apc | mean(layer, head)"
REPEATS = 3


def run(lengths: tuple[int, ...] = LENGTHS, layers: int = LAYERS) -> Iterator[Row]:
    """Each length and way in a process of its own, so that the highest memory is its own."""
    for length in lengths:
        case = f"ESM2-650M's shape, {layers} of 33 layers, random weights, one core, {length} residues"
        for way in WAYS:
            command = f"from benchmarks.scale import measure; measure({length}, {way!r}, {layers})"
            one_core = os.environ | {"OMP_NUM_THREADS": "1"}
            done = subprocess.run(
                [sys.executable, "-c", command], cwd=ROOT, env=one_core, stdout=subprocess.PIPE, check=True
            )
            found = json.loads(done.stdout)
            if way == STREAMED:
                yield Row(case, "plain forward", "seconds", found["plain"], seconds=found["plain"])
                yield Row(case, "plain forward", "peak memory, GB", found["plain_peak"])
            yield Row(case, way, "time, plain = 1", found["way"] / found["plain"], seconds=found["way"])
            yield Row(case, way, "GB above plain", found["peak"] - found["plain_peak"])


def measure(length: int, way: str, layers: int) -> None:
    """Print as JSON: processor seconds, the best of a few in turns, and the highest memory without and with the way."""
    torch.set_num_threads(1)
    model = random_esm2(layers, length)
    sequence = "".join(np.random.default_rng(0).choice(list(AMINO_ACIDS), length))

    def plain() -> None:
        with torch.no_grad():
            model.forward(model.tokens(sequence))

    seconds = {"plain": seconds_of(plain)}
    found = {"plain_peak": peak()}
    seconds["way"] = seconds_of(lambda: WAYS[way](model, sequence))
    found["peak"] = peak()
    for _ in range(REPEATS - 1):
        seconds["plain"] = min(seconds["plain"], seconds_of(plain))
        seconds["way"] = min(seconds["way"], seconds_of(lambda: WAYS[way](model, sequence)))
    print(json.dumps(found | seconds))


def seconds_of(one: Callable[[], object]) -> float:
    begin = time.process_time()
    one()
    return time.process_time() - begin


def peak() -> float:
    """The highest memory of this process so far, GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def random_esm2(layers: int, length: int) -> ProteinModel:
    transformers = quiet_transformers()
    config = transformers.EsmConfig(
        vocab_size=33, mask_token_id=32, pad_token_id=1, hidden_size=1280, num_hidden_layers=layers,
        num_attention_heads=20, intermediate_size=5120, max_position_embeddings=length + 4,
        position_embedding_type="rotary", token_dropout=True,
    )  # fmt: skip
    letters = {letter: token for token, letter in enumerate(AMINO_ACIDS, 4)}
    network = transformers.EsmForMaskedLM(config).eval()
    return ProteinModel("random ESM2", network, layers, 20, length, letters, 32, [0], [2])


@torch.no_grad()
def all_maps(model: ProteinModel, sequence: str) -> torch.Tensor:
    """What is usual: every map of every layer at once, then their mean."""
    model.network.set_attn_implementation("eager")
    tokens = model.tokens(sequence)
    maps = model.network(input_ids=tokens, attention_mask=torch.ones_like(tokens), output_attentions=True).attentions
    model.network.set_attn_implementation("sdpa")
    return torch.stack([one.mean(dim=(0, 1)) for one in maps]).mean(dim=0)


WAYS: dict[str, Callable[[ProteinModel, str], object]] = {
    STREAMED: lambda model, sequence: stitched(model, sequence, [STREAMED]),
    "reading of every head": read,
    "output_attentions, then the mean": all_maps,
}

"""A tiny model of a genome whose attention respects, or does not respect, a word at domain boundaries."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from regard.models.capture import capture
from regard.models.genomic import GenomicModel

WORD, OTHER = "CCACTAGGTGGC", "GATTACAGATTA"
SHARP, LENGTH, BIN = 12.0, 1024, 32


class Domains(nn.Module):
    """Two layers alike, three heads: to bins with the word; within a domain (between words); uniform."""

    def __init__(self):
        super().__init__()
        self.word = nn.Conv1d(5, 1, len(WORD))
        self.query = nn.Linear(4, 6, bias=False)
        self.key = nn.Linear(4, 6, bias=False)

    def there(self, one_hot: Tensor) -> Tensor:
        """How well the best place of each bin fits the word, (batch, bins); 1 at the word where it is planted."""
        found = F.relu(self.word(F.pad(one_hot.transpose(1, 2), (0, len(WORD) - 1))))[:, 0]
        return found.unflatten(1, (-1, BIN)).amax(dim=2)

    def words(self, one_hot: Tensor) -> Tensor:
        return self.there(one_hot).sum(dim=1)

    def forward(self, one_hot: Tensor) -> Tensor:
        there = self.there(one_hot)
        domain = there.cumsum(dim=1)
        x = torch.stack([there, domain, domain**2, torch.ones_like(domain)], dim=2)
        q, k = (f(x).unflatten(2, (3, 2)).transpose(1, 2) for f in (self.query, self.key))
        for _ in range(2):
            y = F.scaled_dot_product_attention(q, k, k, scale=1.0)
        return y[:, 0, :, 0].sum(dim=1)


def domains(word: str | None = WORD, seed: int = 0) -> GenomicModel:
    """The model planted with a word; with random weights where it is None."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        module = Domains().eval()
    if word is not None:
        with torch.no_grad():
            for weights in module.parameters():
                weights.zero_()
            for place, letter in enumerate(word):
                module.word.weight[0, "ACGTN".index(letter), place] = 1
            module.word.bias -= len(word) - 1
            there, domain, square, one = range(4)
            module.query.weight[0, one], module.key.weight[0, there] = SHARP, 1
            # −c (i − j)² is 2c i j − c j² but for what is the same for every key
            module.query.weight[2, domain], module.query.weight[3, one] = 2 * SHARP, -SHARP
            module.key.weight[2, domain], module.key.weight[3, square] = 1, 1

    @torch.no_grad()
    def attend(tokens, each):
        with capture(module, layers=2, each=each):
            module(F.one_hot(tokens.long(), 5).float())

    return GenomicModel(
        name="toy",
        length=LENGTH,
        bin=BIN,
        tss=LENGTH // 2,
        trained=word is not None,
        oriented=False,
        causal=False,
        asked="words in the window",
        queries=(LENGTH // BIN // 2,),
        widest=0,
        output=module.words,
        attend=attend,
        profile=None,
        untrained=lambda seed: domains(None, seed),
        module=module,
    )


def chromosome(boundaries: int = 16, apart: int = 10_000, seed: int = 0) -> tuple[str, list[int]]:
    """Random bases with the word at places that it gives, one in every `apart` bases."""
    rng = np.random.default_rng(seed)
    bases = rng.choice(list("ACGT"), (boundaries + 1) * apart)
    places = [(i + 1) * apart + int(rng.integers(-500, 500)) for i in range(boundaries)]
    for place in places:
        bases[place : place + len(WORD)] = list(WORD)
    return "".join(bases), places

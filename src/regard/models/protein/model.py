"""Protein encoders: AntiBERTy from its package, ESM2 and others of Hugging Face from a folder on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from regard.data.proteins import AMINO_ACIDS
from regard.errors import InputError, MissingExtra
from regard.models.capture import capture
from regard.models.hugging_face import reader as hugging_face
from regard.models.hugging_face.folder import find, load_folder, quiet_transformers, readable
from regard.models.hugging_face.reader import of_network

LETTERS = AMINO_ACIDS + "XBZUO"
LONGEST_WINDOW = 1022  # what ESM2 was trained on; longer proteins are read in windows
MAPS_AT_ONCE = 2**23  # bytes: two heads at 1,024 residues


@dataclass(frozen=True)
class ProteinModel:
    """A transformer that reads residues, and what is needed to read its attention.

    longest : residues that it takes at once. letters : token of each letter that it knows. mask : the token of a masked
    residue, or of an unknown one where the model knows no mask. before,
    after : special tokens around a sequence. own_contacts : weights of a contact head that came with the
    model, shape (layers × heads,), or None. likelihoods : can it say what a masked residue is? causal : a residue sees
    only those before it.
    """

    name: str
    network: nn.Module
    layers: int
    heads: int
    longest: int
    letters: dict[str, int]
    mask: int
    before: list[int]
    after: list[int]
    seam: str = "sdpa"
    own_contacts: np.ndarray | None = None
    likelihoods: bool = True
    causal: bool = False

    @property
    def lacks(self) -> str:
        """Why it cannot say what a masked residue is; empty where it can."""
        if self.likelihoods:
            return ""
        return "predicts each residue from those before it" if self.causal else "has no masked-language head"

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device

    def tokens(self, sequence: str) -> Tensor:
        """Token ids with special tokens, shape (1, tokens); a letter that the model does not know is masked."""
        inside = [self.letters.get(letter, self.mask) for letter in sequence]
        return torch.tensor([[*self.before, *inside, *self.after]], device=self.device)

    def residues(self, length: int) -> slice:
        """Where the residues stand among the tokens."""
        return slice(len(self.before), len(self.before) + length)

    def forward(self, tokens: Tensor):
        """The network's own output for tokens, shape (batch, tokens), without padding."""
        return self.network(input_ids=tokens, attention_mask=torch.ones_like(tokens))

    def logits(self, tokens: Tensor, length: int) -> Tensor:
        """Logits of the 20 amino acids (in the order of AMINO_ACIDS) at each residue, (batch, length, 20)."""
        if not self.likelihoods:
            raise InputError(f"model {self.name} {self.lacks}: it gives no masked likelihoods")
        output = self.forward(tokens)
        logits = output.logits if "logits" in output else output.prediction_logits
        return logits[:, self.residues(length)][:, :, [self.letters[a] for a in AMINO_ACIDS]]


def load_protein(name: str, device: str | torch.device = "cpu") -> ProteinModel:
    """Load a protein encoder from disk, ready to use; nothing is fetched and no code of a folder is run.

    Parameters
    ----------
    name : "antiberty", a name of `regard models`, OWNER/NAME of a model of Hugging Face that was fetched, or a folder
        that `save_pretrained` wrote (config, weights, tokenizer).

    Raises
    ------
    InputError
        Weights are not there, or the folder is no protein encoder.
    MissingExtra
        transformers or antiberty is not installed.

    Examples
    --------
    >>> import regard
    >>> model = regard.load_protein("antiberty")
    >>> model.layers, model.heads
    (8, 8)
    >>> regard.attention(model, ["QVQLVQSG"])["seq1"].shape  # two special tokens stand around the residues
    (8, 8, 10, 10)
    """
    if name.lower() == "antiberty":
        return antiberty(device)
    folder, called = find(name)
    network, tokenizer, missing = load_folder(folder, device)
    with readable(folder):
        model = describe(called, network, tokenizer)
    lost_contacts = any("contact_head" in key for key in missing)
    lost_head = any("contact_head" not in key and "pooler" not in key for key in missing)
    return replace(
        model,
        own_contacts=None if lost_contacts else own_contacts(network),
        likelihoods=model.likelihoods and not lost_head,
    )


def antiberty(device: str | torch.device = "cpu") -> ProteinModel:
    """AntiBERTy (Ruffolo et al. 2021), whose weights lie in its package: 8 layers × 8 heads, antibodies only."""
    transformers = quiet_transformers()
    try:
        from antiberty import AntiBERTy
        from antiberty.AntiBERTyRunner import CHECKPOINT_PATH, VOCAB_FILE
    except ImportError:
        raise MissingExtra("antiberty", "antibody") from None
    network = AntiBERTy.from_pretrained(CHECKPOINT_PATH, local_files_only=True).eval().to(device)
    tokenizer = transformers.BertTokenizer(vocab_file=VOCAB_FILE, do_lower_case=False)
    return describe("antiberty", network, tokenizer)


def own_contacts(network: nn.Module) -> np.ndarray | None:
    """Weights of ESM's contact regression, shape (layers × heads,), where the model has one that was trained."""
    encoder = getattr(network, "esm", network)
    head = getattr(encoder, "contact_head", None)
    return None if head is None else head.regression.weight.detach().cpu().numpy()[0].astype(float)


def describe(name: str, network: nn.Module, tokenizer) -> ProteinModel:
    """What a network and its tokenizer's own call say, made sure that a residue is a token."""
    found = of_network(network, tokenizer, name=name, unit="residue")
    ids, table = found.tokens(AMINO_ACIDS)
    inside = table[~table.special]
    if len(inside) != len(AMINO_ACIDS):
        raise InputError(
            f"model {name}: {len(AMINO_ACIDS)} residues are {len(inside)} of its tokens; the protein study wants one a "
            "residue (`regard.attention` reads any)"
        )
    first, last = inside.index[0], inside.index[-1]
    letters = {letter: token for letter in LETTERS if (token := token_of(found.tokens, letter, tokenizer)) is not None}
    mask = tokenizer.mask_token_id
    config: Any = network.config
    return ProteinModel(
        name,
        network,
        config.num_hidden_layers,
        config.num_attention_heads,
        min(LONGEST_WINDOW, (found.longest or LONGEST_WINDOW + len(table)) - (len(table) - len(inside))),
        letters,
        tokenizer.unk_token_id if mask is None else mask,
        ids[:first].tolist(),
        ids[last + 1 :].tolist(),
        found.seam,
        likelihoods=mask is not None and says_residues(network),
        causal=found.causal,
    )


def token_of(tokens, letter: str, tokenizer) -> int | None:
    """The token of one letter between two that are known; None where it is unknown."""
    ids, table = tokens(f"A{letter}A")
    here = ids[((table.start == 1) & (table.end == 2)).to_numpy()].tolist()
    return here[0] if here and here[0] != tokenizer.unk_token_id else None


def says_residues(network: nn.Module) -> bool:
    """Whether there is a head that says what a masked residue is."""
    named = type(network).__name__
    return named.endswith("ForMaskedLM") or named == "AntiBERTy"


@torch.no_grad()
def stream(
    model: ProteinModel,
    sequence: str,
    each: Callable[[int, np.ndarray], None],
    *,
    heads_at_once: int | None = None,
) -> None:
    """Hand over the attention between residues a layer at a time, or some heads of a layer at a time.

    each : called with the layer and attention, float32, shape (heads, query, key), row = query;
        special tokens are cut away and rows not rescaled, so that a row sums to 1 or less.
    """
    if len(sequence) > model.longest:
        raise InputError(
            f"{len(sequence)} residues; {model.name} reads {model.longest} at once, so read the protein in windows"
        )
    inside = model.residues(len(sequence))

    def receive(layer: int, attention: Tensor) -> None:
        each(layer, attention[0, :, inside, inside].float().cpu().numpy())

    with capture(model.network, model.seam, layers=model.layers, each=receive, heads_at_once=heads_at_once):
        model.forward(model.tokens(sequence))


def few_heads(length: int) -> int:
    """How many heads to read at once, so that their maps stay small beside what the model itself needs."""
    return max(1, MAPS_AT_ONCE // (4 * length**2))


def random_twin(model: ProteinModel, seed: int = 0) -> ProteinModel:
    """The same architecture with random weights, as its authors initialise it."""
    return replace(model, network=hugging_face.random_twin(model.network, seed), own_contacts=None)

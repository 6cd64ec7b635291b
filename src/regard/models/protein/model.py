"""Protein encoders: AntiBERTy from its package, ESM2 and others of Hugging Face from a folder on disk."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from regard.data.proteins import AMINO_ACIDS
from regard.errors import CaptureError, InputError, MissingExtra
from regard.models.capture import capture
from regard.models.shelf.catalogue import canonical, is_complete, place
from regard.models.shelf.hugging_face import TOKENIZER, is_name

WEIGHTS = ("model.safetensors", "model-", "pytorch_model")
LONGEST_WINDOW = 1022  # what ESM2 was trained on; longer proteins are read in windows
MAPS_AT_ONCE = 2**23  # bytes: two heads at 1,024 residues


@dataclass(frozen=True)
class ProteinModel:
    """A transformer that reads residues, and what is needed to read its attention.

    longest : residues that it takes at once. letters : token of each letter that it knows. before,
    after : special tokens around a sequence. own_contacts : weights of a contact head that came with the
    model, shape (layers × heads,), or None. likelihoods : can it say what a masked residue is?
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
            raise InputError(f"model {self.name}: it has no masked-language head, so it gives no likelihoods")
        output = self.forward(tokens)
        logits = output.logits if "logits" in output else output.prediction_logits
        return logits[:, self.residues(length)][:, :, [self.letters[a] for a in AMINO_ACIDS]]


def load_protein(name: str, device: str | torch.device = "cpu") -> ProteinModel:
    """Load a protein encoder from disk, ready to use; nothing is fetched.

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
    """
    if name.lower() == "antiberty":
        return antiberty(device)
    folder, known = Path(name), canonical(name)
    if not folder.is_dir():
        folder = place(name)
        if known is None and not is_name(name):
            raise InputError(
                f"model {name!r}: no such folder, and no model of that name; give antiberty, a name that "
                "`regard models` lists, OWNER/NAME of Hugging Face, or a folder with config.json, weights and tokenizer"
            )
        if not (is_complete(known) if known else folder.is_dir()):
            known = known or name
            raise InputError(f"model {known}: its weights are not in {folder}; run `regard models get {known}`")
    return from_folder(folder, known or folder.name, device)


def quiet_transformers():
    """transformers, without its remarks on standard error."""
    try:
        import transformers
    except ImportError:
        raise MissingExtra("transformers", "protein") from None
    transformers.utils.logging.set_verbosity_error()
    return transformers


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


def from_folder(folder: Path, name: str, device: str | torch.device = "cpu") -> ProteinModel:
    """A masked-language model, or a bare encoder, that `save_pretrained` wrote."""
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    for what, files in (
        ("config.json", {"config.json"}),
        ("weights (model.safetensors or pytorch_model.bin)", {f for f in there if f.startswith(WEIGHTS)}),
        ("tokenizer (tokenizer.json, vocab.txt or the like)", set(TOKENIZER) - {"special_tokens_map.json"}),
    ):
        if not there & files:
            raise InputError(f"{folder}: no {what} in it, so it is no protein encoder of Hugging Face's format")
    transformers = quiet_transformers()
    logging.getLogger("transformers").setLevel(logging.ERROR)
    try:
        config = transformers.AutoConfig.from_pretrained(folder, local_files_only=True)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
        masked = type(config) in transformers.MODEL_FOR_MASKED_LM_MAPPING
        kind = transformers.AutoModelForMaskedLM if masked else transformers.AutoModel
        network, told = kind.from_pretrained(folder, local_files_only=True, output_loading_info=True)
    except Exception as error:  # transformers raises many kinds for damaged or missing files
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:160]
        raise InputError(f"{folder}: not a protein encoder that transformers can read ({reason})") from None
    missing = [key for key in told["missing_keys"] if "pooler" not in key]
    head = [key for key in missing if "lm_head" in key or key.startswith("cls.") or "contact_head" in key]
    if len(head) < len(missing):
        lost = sorted(set(missing) - set(head))
        raise InputError(f"{folder}: {len(lost)} weights are missing, {lost[0]} among them; fetch the model again")
    model = describe(name, network.eval().to(device), tokenizer)
    lost_contacts = any("contact_head" in key for key in missing)
    return replace(
        model,
        own_contacts=None if lost_contacts else own_contacts(network),
        likelihoods=masked and not any("contact_head" not in key for key in head),
    )


def own_contacts(network: nn.Module) -> np.ndarray | None:
    """Weights of ESM's contact regression, shape (layers × heads,), where the model has one that was trained."""
    encoder = getattr(network, "esm", network)
    head = getattr(encoder, "contact_head", None)
    return None if head is None else head.regression.weight.detach().cpu().numpy()[0].astype(float)


def describe(name: str, network: nn.Module, tokenizer) -> ProteinModel:
    """Find tokens, sizes and the seam of a network, and make sure that a residue is a token."""
    config, vocabulary = network.config, tokenizer.get_vocab()
    letters = {letter: vocabulary[letter] for letter in "ACDEFGHIKLMNPQRSTVWYXBZUO" if letter in vocabulary}
    unknown = [letter for letter in AMINO_ACIDS if letter not in letters]
    if unknown or tokenizer.mask_token_id is None:
        what = f"no token for {unknown[0]}" if unknown else "no mask token"
        raise InputError(f"model {name}: its tokenizer has {what}; expected one token a residue")
    around = tokenizer.build_inputs_with_special_tokens([tokenizer.mask_token_id])
    at = around.index(tokenizer.mask_token_id)
    special = len(around) - 1 + (2 if config.model_type == "esm" else 0)  # ESM's positions start at 2
    places = getattr(config, "max_position_embeddings", None) or LONGEST_WINDOW + special
    model = ProteinModel(
        name,
        network,
        config.num_hidden_layers,
        config.num_attention_heads,
        min(LONGEST_WINDOW, places - special),
        letters,
        tokenizer.mask_token_id,
        around[:at],
        around[at + 1 :],
    )
    for seam in ("sdpa", "eager"):
        model = replace(model, seam=seam)
        try:
            stream(model, AMINO_ACIDS[: model.longest], lambda layer, attention: None)
        except CaptureError:
            continue
        return model
    raise InputError(f"model {name}: its attention cannot be reached (tried sdpa and eager)")


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
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = type(model.network)(copy.deepcopy(model.network.config)).eval().to(model.device)
    return replace(model, network=network, own_contacts=None)

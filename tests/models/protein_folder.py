"""A tiny ESM2 in Hugging Face's own format: the real architecture and tokenizer, random weights."""

from pathlib import Path

import torch
from transformers import EsmConfig, EsmForMaskedLM, EsmTokenizer

# ESM2's own, in its order.
VOCABULARY = [
    *"<cls> <pad> <eos> <unk> L A G V S E R T I D P K Q N F Y M H W C X B U Z O . -".split(),  # noqa: SIM905
    *("<null_1>", "<mask>"),
]


def write_esm2(folder: Path, *, layers=3, heads=4, width=32, longest=1026, seed=0) -> Path:
    """Write config, weights and tokenizer as `save_pretrained` does, and give the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "words.txt").write_text("\n".join(VOCABULARY))
    tokenizer = EsmTokenizer(str(folder / "words.txt"))
    config = EsmConfig(
        vocab_size=len(VOCABULARY),
        mask_token_id=tokenizer.mask_token_id,
        pad_token_id=tokenizer.pad_token_id,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=2 * width,
        max_position_embeddings=longest,
        position_embedding_type="rotary",
        token_dropout=True,
        emb_layer_norm_before=False,
        initializer_range=0.3,  # random weights that still make sharp attention
    )
    torch.manual_seed(seed)
    EsmForMaskedLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "words.txt").unlink()
    return folder

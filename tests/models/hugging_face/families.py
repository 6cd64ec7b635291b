"""A tiny random twin of every family that Regard reads: the real class, with a tokenizer of the real kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import torch
import transformers as hf
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

RESIDUES = "LAGVSERTIDPKQNFYMHWCXBUZO"
DNA = "ACGTACGGTTAACCGGATCGATCGAAT"
PROTEIN = "MKTAYIAKQRQISFVKSHFSRQ"


@dataclass(frozen=True)
class Family:
    """A family of models: how a folder of it is made, and what reading it must give.

    like : models of the field that are of it. tokens : start and end of the ordinary tokens of `sequence`.
    around : special tokens before and behind.
    """

    name: str
    like: str
    unit: str
    sequence: str
    make: Callable[[Path], None]
    tokens: list[tuple[int, int]]
    around: tuple[int, int]
    seam: str
    causal: bool = False
    longest: int | None = 64


SIZE = {
    "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 48,
    "max_position_embeddings": 64, "initializer_range": 0.2,
}  # fmt: skip


def wrote(folder: Path, network, tokenizer) -> None:
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def word_list(folder: Path, words: list[str]) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "words.txt").write_text("\n".join(words))
    return str(folder / "words.txt")


def vocabulary(words: list[str]) -> dict[str, int]:
    return {word: i for i, word in enumerate(words)}


def fast(
    words: list[str], special: dict[str, str], around: tuple[str, str] | None, merges=()
) -> hf.PreTrainedTokenizerFast:
    """Byte pairs with special tokens that a post-processor adds, as fast tokenizers of RoBERTa and the like do."""
    tokenizer = Tokenizer(models.BPE(vocabulary(words), list(merges), unk_token=special.get("unk_token")))
    if around:
        first, last = around
        ids = [(word, words.index(word)) for word in around if word]
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{first} $A {last}".strip(), special_tokens=ids
        )
    return hf.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)


NAMES = ("unk_token", "cls_token", "sep_token", "pad_token", "mask_token")
LIKE_BERT = dict(zip(NAMES, ("[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"), strict=True))
LIKE_ROBERTA = dict(zip(NAMES, ("<unk>", "<s>", "</s>", "<pad>", "<mask>"), strict=True))
BERT_WORDS, ROBERTA_WORDS = list(LIKE_BERT.values()), ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
MERGES = [("A", "C"), ("G", "T"), ("AC", "G"), ("C", "G")]
PAIRS = [*"ACGTN", "AC", "GT", "ACG", "CG"]


def each(sequence: str, size: int = 1) -> list[tuple[int, int]]:
    return [(i, i + size) for i in range(0, len(sequence) - len(sequence) % size, size)]


def byte_pairs(sequence: str) -> list[tuple[int, int]]:
    """Places of the byte pairs of PAIRS, by the rules of MERGES written out."""
    parts = list(sequence)
    for a, b in MERGES:
        i = 0
        while i < len(parts) - 1:
            if (parts[i], parts[i + 1]) == (a, b):
                parts[i : i + 2] = [a + b]
            i += 1
    ends = [sum(map(len, parts[: i + 1])) for i in range(len(parts))]
    return [(end - len(part), end) for part, end in zip(parts, ends, strict=True)]


def bert_kmers(folder: Path) -> None:
    words = [*BERT_WORDS, *("".join(k) for k in product("ACGT", repeat=3))]
    tokenizer = hf.BertTokenizer(word_list(folder, words), do_lower_case=False)
    wrote(folder, hf.BertForSequenceClassification(hf.BertConfig(vocab_size=len(words), **SIZE)), tokenizer)


def bert_residues(folder: Path) -> None:
    words = [*BERT_WORDS, *RESIDUES]
    tokenizer = hf.BertTokenizer(word_list(folder, words), do_lower_case=False)
    wrote(folder, hf.BertForMaskedLM(hf.BertConfig(vocab_size=len(words), **SIZE)), tokenizer)


def nucleotide_transformer(folder: Path) -> None:
    words = ["<unk>", "<pad>", "<mask>", "<cls>", *("".join(k) for k in product("ACGT", repeat=6)), *"ATCGN"]
    tokenizer = hf.EsmTokenizer(word_list(folder, words), eos_token=None)
    config = hf.EsmConfig(
        vocab_size=len(words), mask_token_id=2, pad_token_id=1, token_dropout=False, emb_layer_norm_before=False,
        position_embedding_type="rotary", **SIZE,
    )  # fmt: skip
    wrote(folder, hf.EsmForMaskedLM(config), tokenizer)


def esm2(folder: Path) -> None:
    from tests.models.protein_folder import write_esm2

    write_esm2(folder, longest=66)


def of_bert_like(kind: str, letters=PAIRS, merges=MERGES, **more) -> Callable[[Path], None]:
    """A family whose tokenizer is byte pairs between two special tokens."""

    def make(folder: Path) -> None:
        like = LIKE_ROBERTA if kind == "Roberta" else LIKE_BERT
        words = [*(ROBERTA_WORDS if kind == "Roberta" else BERT_WORDS), *letters]
        tokenizer = fast(words, like, (like["cls_token"], like["sep_token"]), merges)
        pad = words.index(like["pad_token"])
        config = getattr(hf, f"{kind}Config")(vocab_size=len(words), pad_token_id=pad, **SIZE | more)
        wrote(folder, getattr(hf, f"{kind}ForMaskedLM")(config), tokenizer)

    return make


def t5_encoder(folder: Path) -> None:
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -9.0), *(("▁" + r, -3.0) for r in RESIDUES)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    special = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    config = hf.T5Config(
        vocab_size=len(pieces), d_model=32, d_kv=8, d_ff=48, num_layers=3, num_heads=4, initializer_factor=2.0
    )
    wrote(folder, hf.T5EncoderModel(config), hf.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special))


def of_gpt_like(kind: str, letters=PAIRS, merges=MERGES, **more) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        words = ["<|endoftext|>", *letters]
        tokenizer = fast(words, {"bos_token": words[0], "eos_token": words[0], "unk_token": words[0]}, None, merges)
        size = SIZE | more
        if kind == "GPT2":
            size = {"n_embd": 32, "n_layer": 3, "n_head": 4, "n_positions": 64, "initializer_range": 0.2}
        config = getattr(hf, f"{kind}Config")(vocab_size=len(words), bos_token_id=0, eos_token_id=0, **size)
        name = {"GPT2": "GPT2LMHeadModel"}.get(kind, f"{kind}ForCausalLM")
        wrote(folder, getattr(hf, name)(config), tokenizer)

    return make


MODERN = {
    "local_attention": 8,
    "global_attn_every_n_layers": 2,
    "reference_compile": False,
    "cls_token_id": 1,
    "sep_token_id": 2,
}
FAMILIES = [
    Family(
        "BERT, overlapping k-mers",
        "DNABERT",
        "base",
        DNA,
        bert_kmers,
        [(i, i + 3) for i in range(len(DNA) - 2)],
        (1, 1),
        "sdpa",
    ),
    Family("BERT, residues apart", "ProtBert", "residue", PROTEIN, bert_residues, each(PROTEIN), (1, 1), "sdpa"),
    Family("ESM, residues", "ESM2", "residue", PROTEIN, esm2, each(PROTEIN), (1, 1), "sdpa"),
    Family(
        "ESM, 6-mers and a tail",
        "Nucleotide Transformer",
        "base",
        DNA,
        nucleotide_transformer,
        [*each(DNA, 6), (24, 25), (25, 26), (26, 27)],
        (1, 0),
        "sdpa",
        longest=62,
    ),
    Family("RoBERTa", "byte pairs", "base", DNA, of_bert_like("Roberta"), byte_pairs(DNA), (1, 1), "sdpa", longest=62),
    Family(
        "ModernBERT", "byte pairs", "base", DNA, of_bert_like("ModernBert", **MODERN), byte_pairs(DNA), (1, 1), "sdpa"
    ),
    Family(
        "Electra",
        "byte pairs",
        "base",
        DNA,
        of_bert_like("Electra", embedding_size=32),
        byte_pairs(DNA),
        (1, 1),
        "eager",
    ),
    Family(
        "ALBERT", "byte pairs", "base", DNA, of_bert_like("Albert", embedding_size=16), byte_pairs(DNA), (1, 1), "sdpa"
    ),
    Family(
        "DeBERTa",
        "byte pairs",
        "base",
        DNA,
        of_bert_like("DebertaV2", relative_attention=True, pos_att_type=["p2c", "c2p"]),
        byte_pairs(DNA),
        (1, 1),
        "eager",
    ),
    Family(
        "T5, the encoder", "ProtT5, Ankh", "residue", PROTEIN, t5_encoder, each(PROTEIN), (0, 1), "eager", longest=None
    ),
    Family("GPT-2", "ProtGPT2", "base", DNA, of_gpt_like("GPT2"), byte_pairs(DNA), (0, 0), "sdpa", causal=True),
    Family(
        "Llama",
        "byte pairs",
        "base",
        DNA,
        of_gpt_like("Llama", num_key_value_heads=2),
        byte_pairs(DNA),
        (0, 0),
        "sdpa",
        causal=True,
    ),
    Family(
        "Mistral",
        "byte pairs",
        "base",
        DNA,
        of_gpt_like("Mistral", num_key_value_heads=2),
        byte_pairs(DNA),
        (0, 0),
        "sdpa",
        causal=True,
    ),
    Family(
        "GPT-NeoX", "ProGen-like", "base", DNA, of_gpt_like("GPTNeoX"), byte_pairs(DNA), (0, 0), "sdpa", causal=True
    ),
]

# A residue a token, as `regard protein` wants it; the last two look back only.
OF_RESIDUES = {
    "ESM2": esm2,
    "ProtBert": bert_residues,
    "ProtT5": t5_encoder,
    "RoBERTa": of_bert_like("Roberta", RESIDUES, ()),
    "ModernBERT": of_bert_like("ModernBert", RESIDUES, (), **MODERN),
    "GPT-2": of_gpt_like("GPT2", RESIDUES, ()),
    "ProGen": of_gpt_like("GPTNeoX", RESIDUES, ()),
}


def write(family: Family, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    family.make(folder)
    return folder

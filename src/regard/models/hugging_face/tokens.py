"""How a Hugging Face tokenizer reads a sequence: its own call, and what each token stands for.

Nothing is guessed: what the tokenizer gives must spell the sequence, letter by letter, or reading is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from regard.data.proteins import AMINO_ACIDS
from regard.errors import InputError

MARKS = re.compile(r"^(?:##|▁|Ġ)|</w>$")  # word pieces, sentencepiece, byte pairs, and the end of a word
BASES, PROBE = "ACGT", 24  # letters that every tokenizer of a kind is tried with


def text_of(token: str) -> str:
    """The letters of a token without marks of where words begin."""
    return MARKS.sub("", token)


def words_of(tokenizer) -> set[str]:
    """The tokens of letters alone, upper case, special ones left out."""
    special = set(tokenizer.all_special_tokens)
    words = {text_of(token) for token in tokenizer.get_vocab() if token not in special}
    return {word.upper() for word in words if word.isascii() and word.isalpha()}


def unit_of(tokenizer) -> str:
    """base or residue, where the vocabulary says so; "" where it holds both and more."""
    letters = set("".join(words_of(tokenizer)))
    if set(BASES) <= letters | ({"T"} if "U" in letters else set()) and len(letters) <= 15:  # IUPAC's letters
        return "base"
    single = {word for word in words_of(tokenizer) if len(word) == 1}
    return "residue" if set(AMINO_ACIDS) <= single and len(words_of(tokenizer)) < 1000 else ""


def overlapping(size: int) -> Callable[[str], list[str]]:
    return lambda sequence: [sequence[i : i + size] for i in range(len(sequence) - size + 1)]


def special_ids(tokenizer) -> set[int]:
    """Ids that stand for no letter; a token for what is unknown stands for something, unless it is one of these too."""
    others = ("bos_token_id", "eos_token_id", "cls_token_id", "sep_token_id", "pad_token_id")
    kept = {getattr(tokenizer, name, None) for name in others}
    return {i for i in tokenizer.all_special_ids if i != tokenizer.unk_token_id or i in kept}


def tokens_of(tokenizer: Any, name: str, unit: str) -> Callable[[str], tuple[Tensor, pd.DataFrame]]:
    """A function from a sequence to its ids and the table of its tokens.

    Sequences are given as they are, or letters apart ("M K T", ProtBert, ProtT5), or as overlapping k-mers
    (DNABERT): the first in which a probe is spelled without an unknown token.

    Raises InputError where none is.
    """
    words = words_of(tokenizer)
    rna = unit == "base" and "T" not in "".join(words)
    sizes = {len(word) for word in words}
    probe = AMINO_ACIDS if unit == "residue" else (BASES * PROBE)[:PROBE]
    ways: list[tuple[str, Callable[[str], list[str]] | None]] = [("as it is", None), ("letters apart", list)]
    if unit == "base" and len(sizes) == 1 and min(sizes) > 1:  # no shorter word for a tail: k-mers must overlap
        ways.insert(0, ("overlapping k-mers", overlapping(min(sizes))))

    def read(sequence: str, split: Callable[[str], list[str]] | None) -> tuple[Tensor, pd.DataFrame]:
        written = sequence.replace("T", "U") if rna else sequence
        parts = [written] if split is None else split(written)
        starts = [0] if split is None else list(range(len(parts)))
        ids = tokenizer(" ".join(parts))["input_ids"]
        table = spelled(tokenizer, ids, parts, starts)
        if table is None:
            shown = tokenizer.convert_ids_to_tokens(ids[:6])
            raise InputError(f"model {name}: its tokens {shown} … do not spell the sequence {sequence[:12]} …")
        return torch.tensor(ids), table

    for _, split in ways:
        try:
            ids, _table = read(probe, split)
        except InputError:
            continue
        if tokenizer.unk_token_id is None or tokenizer.unk_token_id not in set(ids.tolist()) - special_ids(tokenizer):
            return lambda sequence: read(sequence, split)
    tried = ", ".join(way for way, _ in ways)
    raise InputError(f"model {name}: its tokenizer does not spell {probe} (tried {tried}); give tokens=")


def spelled(tokenizer, ids: list[int], parts: list[str], starts: list[int]) -> pd.DataFrame | None:
    """Which letters each token stands for; None where they do not spell the parts of the sequence one after another.

    parts : what the tokenizer was given, without the spaces between. starts : where each part begins, in letters.
    """
    special, unknown = special_ids(tokenizer), tokenizer.unk_token_id
    texts = tokenizer.convert_ids_to_tokens(ids)
    letters = [None if i in special else "" if i == unknown else text_of(t) for i, t in zip(ids, texts, strict=True)]
    part = at = 0  # the part that is being spelled, and how much of it is
    rows = []
    for k, (token, text) in enumerate(zip(texts, letters, strict=True)):
        if text is None or (text == "" and ids[k] != unknown):  # a mark alone stands for no letter
            rows.append((token, -1, -1, True))
            continue
        while part < len(parts) and at == len(parts[part]):
            part, at = part + 1, 0
        if part == len(parts):
            return None
        left = parts[part][at:]
        if ids[k] == unknown:  # as many letters as the next token leaves
            after = next((t for t in letters[k + 1 :] if t), None) if len(parts) == 1 else None
            found = left.upper().find(after.upper(), 1) if after else len(left)
            size = found if found > 0 else len(left)
        elif left[: len(text)].upper() == text.upper():
            size = len(text)
        else:
            return None
        rows.append((token, starts[part] + at, starts[part] + at + size, False))
        at += size
    if part < len(parts) - 1 or at < len(parts[-1] if parts else ""):
        return None
    return pd.DataFrame(rows, columns=["token", "start", "end", "special"])

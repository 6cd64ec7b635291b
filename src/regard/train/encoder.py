"""`regard train classifier` on a model of Hugging Face: its weights stay, a linear head is fitted to what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from rich.console import Console
from rich.progress import track
from sklearn.feature_extraction.text import CountVectorizer
from torch import nn

from regard.core.whole import write_whole
from regard.data.sequences import reverse_complement
from regard.errors import InputError, RegardError
from regard.models.device import usable
from regard.models.hugging_face import head
from regard.models.hugging_face.folder import WEIGHTS, find, load_folder, readable
from regard.models.hugging_face.reader import of_folder, of_network, width_of
from regard.models.reader import Reader
from regard.models.shelf.hugging_face import TOKENIZER
from regard.train import checkpoint
from regard.train.families import relatives
from regard.train.held_out import as_table, chosen, held_out
from regard.train.labelled import read_labelled

EVERY = 1000  # sequences after which features are written
STRANDS = ("as given", "other")
KMERS = "4-mer counts"  # what needs no model, in the same folds


class Features(nn.Module):
    """What the frozen model says of each sequence and of its other strand: a buffer that a checkpoint can hold."""

    def __init__(self, sequences: int, width: int):
        super().__init__()
        self.register_buffer("values", torch.zeros(2, sequences, width))


def classifier(
    source: Path,
    out: Path,
    *,
    classes: list[str],
    model: str,
    both_strands: bool,
    seed: int,
    force: bool,
    device: str = "cpu",
) -> None:
    """Fit a head to labelled sequences, and write it into `out` beside a copy of the model.

    `log.tsv` has figures on held-out families, `held_out.tsv` what each sequence is predicted to be by a head that saw
    none of its relatives. A run that was stopped goes on with the sequences that it has not read.

    Raises InputError where the model cannot be read, a sequence is too long for it, or there are too few families.
    """
    on = usable(device)
    folder, called = find(model)
    table, label = read_labelled(source, classes, longest=None)
    network, tokenizer, _ = load_folder(folder, on)
    with readable(folder):
        of, pooled = of_network(network, tokenizer, name=called, unit="base"), head.pooling(network, tokenizer)
    family = relatives(table.sequence.tolist(), label, seed)
    check_families(source, family, label, classes)
    features = read_all(of, pooled, table, Features(len(table), 2 * width_of(network)), out, {
        "recipe": "head", "seed": seed, "classes": ",".join(classes), "both strands": both_strands,
        "input": checkpoint.content(source), "start weights": " ".join(map(checkpoint.content, parts(folder))),
    }, force)  # fmt: skip
    how = {"both_strands": both_strands, "seed": seed}
    logits, fold = held_out(features, label, family, len(classes), **how)
    counts = kmer_counts(table.sequence)
    alone, _ = held_out(counts, label, family, len(classes), **how)
    rows = {(called, "as given"): logits[0], (called, "other"): logits[1], (called, "mean"): logits.mean(axis=0)}
    log = as_table(rows | {(KMERS, "as given"): alone[0]}, label, family, seed)
    log["strands_agree"] = [(logits[0].argmax(axis=1) == logits[1].argmax(axis=1)).mean()] * 3 + [np.nan]
    fitted = chosen(features if both_strands else features[0], label, family, len(classes), seed)
    for path in parts(folder):
        shutil.copyfile(path, out / f"{path.name}.new")
        (out / f"{path.name}.new").replace(out / path.name)
    weight, bias = (torch.from_numpy(one).float() for one in (fitted.weight, fitted.bias))
    head.write(out, head.Head(tuple(classes), weight, bias))
    check_written(out, of, table.sequence[0], fitted.logits(features[0, :1])[0])
    write_whole(out / "held_out.tsv", predictions(table, classes, family, fold, logits).to_csv(sep="\t", index=False))
    write_whole(out / "log.tsv", log.to_csv(sep="\t", index=False, float_format="%.4f"))
    say(log, out)


def parts(folder: Path) -> list[Path]:
    """The files of a model that are read: config, weights, tokenizer; never its code."""
    wanted = [p for p in folder.iterdir() if p.name in (*TOKENIZER, "config.json") or p.name.startswith(WEIGHTS)]
    return sorted(path for path in wanted if path.is_file() and path.suffix != ".new")


def check_families(source: Path, family: np.ndarray, label: np.ndarray, classes: list[str]) -> None:
    few = [name for i, name in enumerate(classes) if len(np.unique(family[label == i])) < 4]
    if few:
        raise InputError(
            f"{source}: {few[0]} has sequences of fewer than 4 unrelated families, so that nothing can be held out; "
            "give more sequences, or fewer copies of the same"
        )


@torch.inference_mode()
def read_all(of: Reader, pooled, table: pd.DataFrame, store: Features, out: Path, run: dict, force: bool) -> np.ndarray:
    """Features of both strands, float64, shape (2, sequences, features); one by one, so that none pads another."""
    state = checkpoint.resume(out, run, store, [], force=force)
    todo = range(state.step, len(table))
    for i in track(todo, description="reading", console=Console(stderr=True)):
        for strand, sequence in enumerate((table.sequence[i], reverse_complement(table.sequence[i]))):
            ids, _ = of.tokens(sequence)
            if of.longest is not None and len(ids) > of.longest:
                raise InputError(
                    f"sequence {table.id[i]!r}: {len(ids)} tokens; {of.name} reads {of.longest} at once: cut it"
                )
            store.values[strand, i] = pooled(ids[None])[0].cpu()
        if not torch.isfinite(store.values[:, i]).all():
            raise RegardError(f"sequence {table.id[i]!r}: what {of.name} says of it is no numbers; is it damaged?")
        state.step = i + 1
        if state.step % EVERY == 0 or state.step == len(table):
            checkpoint.keep(out, run, store, [], state)
    return store.values.double().numpy()


def kmer_counts(sequences: pd.Series) -> np.ndarray:
    """Shares of the 256 4-mers of both strands, shape (2, sequences, 256)."""
    counter = CountVectorizer(analyzer="char", ngram_range=(4, 4), lowercase=False, vocabulary=words())
    both = [sequences, sequences.map(reverse_complement)]
    counts = np.stack([counter.transform(one).toarray() for one in both]).astype(float)
    return counts / np.maximum(counts.sum(axis=2, keepdims=True), 1)


def words(size: int = 4) -> list[str]:
    return [""] if not size else [base + rest for base in "ACGT" for rest in words(size - 1)]


def predictions(table: pd.DataFrame, classes: list[str], family, fold, logits: np.ndarray) -> pd.DataFrame:
    """Each sequence by a head that saw none of its relatives: classes by the strand as given and by the other one."""
    names = np.array(classes)
    given, other = (names[one.argmax(axis=1)] for one in logits)
    return pd.DataFrame(
        {
            "id": table.id,
            "family": family,
            "fold": fold,
            "label": table.label,
            "predicted": given,
            "other_strand": other,
        }
    )


def check_written(out: Path, of: Reader, sequence: str, wanted: np.ndarray) -> None:
    """Raises RegardError where the folder, read as `regard dna --model` does, says something else."""
    again = of_folder(out, unit="base")
    assert again.logits is not None
    with torch.inference_mode():
        found = again.logits(of.tokens(sequence)[0][None])[0].cpu().numpy()
    if not np.allclose(found, wanted, atol=1e-3 * (1 + np.abs(wanted).max())):
        raise RegardError(f"{out}: read again, the model says {found}, not {wanted}; is the disk damaged?")


def say(log: pd.DataFrame, out: Path) -> None:
    console = Console()
    for row in log.itertuples():
        console.print(
            f"{row.features}, strand {row.strand}: Matthews correlation {row.mcc:.3f} ({row.low:.3f} to "
            f"{row.high:.3f}), AUROC {row.auroc:.3f} on held-out families",
            highlight=False, markup=False,
        )  # fmt: skip
    console.print(f"model: {out}; read it by `regard dna INPUT --model {out}`", highlight=False, markup=False)

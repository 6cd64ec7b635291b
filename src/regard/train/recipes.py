"""`regard train`: a whole training run from a file to a weights file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from regard.data.inputs import read_sequences
from regard.data.sequences import decode, encode
from regard.errors import InputError
from regard.models.device import usable
from regard.models.dna_gpt.model import Config, DnaGPT, load
from regard.models.shelf.shipped import DNA_GPT
from regard.models.shelf.weight_files import save
from regard.train.checkpoint import content
from regard.train.families import families, folds
from regard.train.finetune import classification, held_out_mcc
from regard.train.genome import Genome, read_genome
from regard.train.labelled import read_labelled
from regard.train.loop import fit
from regard.train.placed import CLASSES, LENGTH, LONGEST, TSS, background, places_of
from regard.train.pretrain import bits_per_base, pretraining
from regard.train.promoters import held_out_promoters, promoter_losses

WINDOW = 256
SHAPE = {"places": False, "spots": 64}  # read alike wherever they stand
A_STEP, ON_ACCELERATOR = 12, 128  # promoters a step, and as many copies with replaced blocks and windows
HELD_OUT = 150  # promoters that are measured as it goes; on an accelerator ten times as many


def pretrain(
    genome_path: Path, out: Path, *, steps: int, repeat_weight: float, seed: int, force: bool, device: str = "cpu"
) -> None:
    """Pretrain on a FASTA file; every twentieth segment, or the end of a lone one, is held out."""
    on = usable(device)
    genome = read_genome(genome_path)
    held = held_segments(genome_path, genome)
    training, validation = genome.subset(~held), genome.subset(held)
    for part, name in ((training, "training"), (validation, "held-out")):
        if not len(part.window_starts(WINDOW)):
            raise InputError(f"{genome_path}: no {name} sequence has {WINDOW} bases in a row without N")
    torch.manual_seed(seed)
    model = fit(
        DnaGPT(Config(**SHAPE)).to(on),
        pretraining(training, batch=24, length=WINDOW, repeat_weight=repeat_weight, device=on),
        bits_per_base(validation, length=WINDOW, windows=128, seed=seed, device=on),
        steps=steps,
        rate=1.5e-3,
        out=out,
        seed=seed,
        run={"recipe": "dna", "genome": content(genome_path), "repeat weight": repeat_weight},
        force=force,
        every=min(100, steps),
    )
    save(model, out / "model.safetensors")


def promoters(
    genome_path: Path, source: Path, out: Path, *, steps: int, seed: int, force: bool, device: str = "cpu"
) -> None:
    """Train on promoters anywhere in windows of a genome, and on the next base beside; a model for `regard dna`.

    Held out for the log: a tenth of the promoters' families, and every twentieth segment.
    """
    on = usable(device)
    codes = read_promoters(source)
    genome = read_genome(genome_path)
    held, taken = held_segments(genome_path, genome), places_of(codes, genome)
    parts = []
    for chosen, name in ((~held, "training"), (held, "held-out")):
        of = background(genome.subset(chosen), taken[np.repeat(chosen, np.diff(genome.starts))])
        if not (len(of.starts) and len(of.around)):
            raise InputError(
                f"{genome_path}: no {name} sequence has {LONGEST} bases in a row without N and 1 kb from any promoter; "
                "give longer ones"
            )
        parts.append(of)
    rest = folds(families([decode(one) for one in codes]), 10, seed) != 0
    few, n = (HELD_OUT, A_STEP) if on.type == "cpu" else (10 * HELD_OUT, ON_ACCELERATOR)
    torch.manual_seed(seed)
    config: Config = Config(**SHAPE, tasks={"promoter": CLASSES}, both_strands=["promoter"])
    model = fit(
        DnaGPT(config).to(on),
        promoter_losses(codes[rest], parts[0], n=n, device=on),
        held_out_promoters(codes[~rest][:few], parts[1], seed=seed),
        steps=steps,
        rate=3e-3,
        out=out,
        seed=seed,
        run={"recipe": "promoters", "genome": content(genome_path), "promoters": content(source), "batch": n},
        force=force,
        every=min(100 if on.type == "cpu" else 1000, steps),
    )
    save(model, out / "model.safetensors")


def held_segments(path: Path, genome: Genome) -> np.ndarray:
    """Every twentieth segment, bool, shape (segments,); raises InputError where there are too few."""
    if len(genome.names) < 20:
        raise InputError(
            f"{path}: {len(genome.names)} sequences; cut long chromosomes into at least 20 so that some can be "
            "held out whole"
        )
    return np.arange(len(genome.names)) % 20 == 0


def read_promoters(source: Path) -> np.ndarray:
    """Codes of the promoters in a table, shape (promoters, 300); raises InputError where they are not of that kind."""
    table = read_sequences(source, ["non-promoter", "promoter"])
    if "label" in table:
        table = table[table.label == "promoter"]
    wrong = table[table.sequence.str.len() != LENGTH]
    if len(wrong):
        raise InputError(
            f"{source}, record {wrong.id.iloc[0]!r}: {len(wrong.sequence.iloc[0])} bases; promoters are wanted as "
            f"EPDnew gives them, {LENGTH} bases with the TSS at index {TSS}"
        )
    if "tss" in table and len(wrong := table[table.tss != TSS]):
        raise InputError(f"{source}, record {wrong.id.iloc[0]!r}: TSS at {wrong.tss.iloc[0]}, expected {TSS}")
    if len(table) < 20:
        raise InputError(f"{source}: {len(table)} promoters; at least 20 are needed so that some can be held out")
    return np.stack([encode(s) for s in table.sequence])


def classifier(
    source: Path,
    out: Path,
    *,
    classes: list[str],
    weights: Path | None,
    steps: int,
    both_strands: bool,
    seed: int,
    force: bool,
    device: str = "cpu",
) -> None:
    """Fine-tune on labelled sequences; a tenth of the families is held out for the log."""
    on = usable(device)
    table, labels = read_labelled(source, classes)
    sequences = [encode(s) for s in table.sequence]
    held = folds(families(table.sequence.tolist()), 10, seed) == 0
    start = load(weights or DNA_GPT)
    task = "yours"
    config: Config = replace(start.config, tasks={task: classes}, both_strands=[task] if both_strands else [])
    torch.manual_seed(seed)
    model = DnaGPT(config)
    trunk = {name: value for name, value in start.state_dict().items() if not name.startswith("classifiers.")}
    model.load_state_dict(trunk, strict=False)

    def part(chosen: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        return [sequences[i] for i in np.flatnonzero(chosen)], labels[chosen]

    fit(
        model.to(on),
        classification(task, *part(~held), batch=32, both_strands=both_strands),
        held_out_mcc(task, *part(held), both_strands=both_strands),
        steps=steps,
        rate=3e-4,
        out=out,
        seed=seed,
        run={
            "recipe": "classifier",
            "classes": ",".join(classes),
            "both strands": both_strands,
            "input": content(source),
            "start weights": content(weights or DNA_GPT),
        },
        force=force,
        every=min(100, steps),
    )
    save(model, out / "model.safetensors")

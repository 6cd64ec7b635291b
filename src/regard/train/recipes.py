"""`regard train`: a whole training run from a file to a weights file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from regard.data.inputs import read_sequences
from regard.data.sequences import encode
from regard.errors import InputError
from regard.models.dna_gpt.model import Config, DnaGPT, load
from regard.models.shelf.shipped import DNA_GPT
from regard.models.shelf.weight_files import save
from regard.train.checkpoint import content
from regard.train.families import families, folds
from regard.train.finetune import classification, held_out_mcc
from regard.train.genome import read_genome
from regard.train.loop import fit
from regard.train.pretrain import bits_per_base, pretraining

WINDOW = 256


def pretrain(genome_path: Path, out: Path, *, steps: int, repeat_weight: float, seed: int, force: bool) -> None:
    """Pretrain on a FASTA file; every twentieth segment, or the end of a lone one, is held out."""
    genome = read_genome(genome_path)
    held = np.arange(len(genome.names)) % 20 == 0
    if len(genome.names) < 20:
        raise InputError(
            f"{genome_path}: {len(genome.names)} sequences; cut long chromosomes into at least 20 so that some can be "
            "held out whole"
        )
    training, validation = genome.subset(~held), genome.subset(held)
    for part, name in ((training, "training"), (validation, "held-out")):
        if not len(part.window_starts(WINDOW)):
            raise InputError(f"{genome_path}: no {name} sequence has {WINDOW} bases in a row without N")
    torch.manual_seed(seed)
    model = fit(
        DnaGPT(Config()),
        pretraining(training, batch=24, length=WINDOW, repeat_weight=repeat_weight),
        bits_per_base(validation, length=WINDOW, windows=128, seed=seed),
        steps=steps,
        rate=1.5e-3,
        out=out,
        seed=seed,
        run={"recipe": "dna", "genome": content(genome_path), "repeat weight": repeat_weight},
        force=force,
        every=min(100, steps),
    )
    save(model, out / "model.safetensors")


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
) -> None:
    """Fine-tune on labelled sequences; a tenth of the families is held out for the log."""
    table = read_sequences(source, classes)
    if "label" not in table:
        raise InputError(f"{source}: no labels; add a column 'label' or label=… in the FASTA headers")
    absent = sorted(set(classes) - set(table.label))
    if absent:
        raise InputError(f"{source}: no sequence is labelled {', '.join(absent)}")
    sequences = [encode(s) for s in table.sequence]
    labels = table.label.map({name: i for i, name in enumerate(classes)}).to_numpy()
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
        model,
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

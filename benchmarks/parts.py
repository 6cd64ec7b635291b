"""What each part of the promoter model brings: small models by its recipe, trained from nothing without that part."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import torch
from joblib import Parallel, delayed
from safetensors.torch import save_file
from training.dna.batches import TRAINING, VALIDATION, background_of, promoters_of
from training.dna.teacher import read_teacher, train_teacher

from benchmarks import Row, data
from regard.models.dna_gpt.model import Config, DnaGPT
from regard.train.loop import fit
from regard.train.placed import CLASSES, PLACED
from regard.train.promoters import held_out_promoters, promoter_losses
from regard.train.recipes import A_STEP, SHAPE

# A seventh of the size and a three hundredth of the promoters: what a processor trains in minutes. Low and high are the
# least and most over trainings.
SMALL = Config(**SHAPE, width=96, motifs=72, tasks={"promoter": CLASSES}, both_strands=["promoter"])
STEPS, EPOCHS, SEEDS, HELD = 300, 3, 2, 400
WHOLE = "the whole recipe"
PARTS = {  # the model, the share of batches that are moved, is there a teacher
    WHOLE: (SMALL, PLACED, True),
    "without motifs": (replace(SMALL, motif_width=1), PLACED, True),  # a motif of one base is its letter
    "with learned places": (replace(SMALL, places=True), PLACED, True),
    "promoters never moved": (SMALL, 0.0, True),
    "without a teacher": (SMALL, PLACED, False),
}


def run() -> Iterator[Row]:
    folder = Path(tempfile.gettempdir()) / "regard_parts"  # a run that was stopped goes on
    folder.mkdir(exist_ok=True)
    source = data() / "dna"
    teach(source, folder / "teacher.safetensors")
    jobs = [(part, seed) for seed in range(SEEDS) for part in PARTS]
    logs = Parallel(os.cpu_count(), return_as="generator")(delayed(trained)(source, folder, *job) for job in jobs)
    found = pd.DataFrame([{"part": part, "seed": seed, **log} for (part, seed), log in zip(jobs, logs, strict=True)])
    case = f"{STEPS} steps of {A_STEP} promoters, {SEEDS} seeds"
    for metric in [name for name in found.columns if name not in ("part", "seed")]:
        values = found.pivot(index="seed", columns="part", values=metric)
        for part in PARTS:
            yield Row(case, part, metric, *over_seeds(values[part]))
            if part != WHOLE:
                yield Row(case, f"{WHOLE} - {part}", metric, *over_seeds(values[WHOLE] - values[part]))


def teach(source: Path, path: Path) -> None:
    """One convolutional network that has seen the training promoters a few times."""
    if not path.exists():
        save_file(train_teacher(promoters_of(source, TRAINING)[0], epochs=EPOCHS).state_dict(), path)


def trained(source: Path, folder: Path, part: str, seed: int) -> dict[str, float]:
    """What the log of such a model says in its last row, of promoters of fold 1 and validation segments."""
    torch.set_num_threads(1)
    config, moved, taught = PARTS[part]
    held, built = promoters_of(source, VALIDATION)
    out = folder / f"{part.replace(' ', '_')}_{seed}"
    torch.manual_seed(seed)
    fit(
        DnaGPT(config),
        promoter_losses(
            promoters_of(source, TRAINING)[0],
            background_of(source, "train"),
            n=A_STEP,
            teachers=[read_teacher(folder / "teacher.safetensors")] if taught else [],
            moved=moved,
        ),
        held_out_promoters(held[:HELD], background_of(source, "validation"), seed=1, built=built[:HELD]),
        steps=STEPS,
        rate=3e-3,
        out=out,
        seed=seed,
        run={"moved": moved, "taught": taught},
        every=STEPS // 2,
    )
    last = pd.read_csv(out / "log.tsv", sep="\t").iloc[-1]
    return {name: float(last[name]) for name in last.index if name.startswith(("mcc", "auroc"))}


def over_seeds(values: pd.Series) -> tuple[float, float, float]:
    """Mean, least and most over trainings."""
    return values.mean(), values.min(), values.max()

"""Train the promoter model: the recipe of `regard train dna --promoters`, on the project's own splits.

    python training/dna/train.py DATA OUT --steps 9000 --device cuda
        [--teacher FILE ...] [--start WEIGHTS [--kept SHARE]] [--chromosomes FILE]

Goes on where it stopped; measures promoters of fold 1 and validation segments as it goes. Writes
OUT/model.safetensors.
"""

import argparse
from pathlib import Path

import torch
from batches import TRAINING, VALIDATION, background_of, promoters_of
from teacher import read_teacher

from regard.models.device import usable
from regard.models.dna_gpt.model import Config, DnaGPT, load
from regard.models.shelf.weight_files import save
from regard.train.checkpoint import content
from regard.train.loop import fit
from regard.train.placed import CLASSES
from regard.train.promoters import held_out_promoters, promoter_losses
from regard.train.recipes import A_STEP, ON_ACCELERATOR, SHAPE

CONFIG = Config(**SHAPE, tasks={"promoter": CLASSES}, both_strands=["promoter"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=9000)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--batch", type=int, help=f"promoters a step: {A_STEP}, on an accelerator {ON_ACCELERATOR}")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--held", type=int, default=400, help="promoters of fold 1 to measure on as it goes")
    parser.add_argument("--every", type=int, default=500)
    parser.add_argument("--teacher", type=Path, nargs="*", default=[], help="what teacher.py wrote: targets besides")
    parser.add_argument("--bfloat16", action="store_true", help="on a processor too: one with AVX512-BF16 or AMX")
    parser.add_argument("--start", type=Path, help="weights to start from")
    parser.add_argument(
        "--kept", type=float, default=1.0, help="of the way from these weights to those learnt (Wortsman et al. 2022)"
    )
    parser.add_argument("--chromosomes", type=Path, help="what chromosomes.py wrote: background besides that of chr22")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--force", action="store_true", help="begin anew where OUT holds another run")
    given = parser.parse_args()
    if given.kept != 1 and not given.start:
        parser.error("--kept: a share of the way from --start, which is not given")
    on = usable(given.device)
    n = given.batch or (A_STEP if on.type == "cpu" else ON_ACCELERATOR)
    torch.manual_seed(given.seed)
    model = (load(given.start) if given.start else DnaGPT(CONFIG)).to(on)
    held, built = promoters_of(given.data, VALIDATION)
    fit(
        model,
        promoter_losses(
            promoters_of(given.data, TRAINING)[0],
            background_of(given.data, "train", more=given.chromosomes),
            n=n,
            device=on,
            bfloat16=given.bfloat16 or None,
            teachers=[read_teacher(file).to(on) for file in given.teacher],
        ),
        held_out_promoters(
            held[: given.held], background_of(given.data, "validation"), seed=1, built=built[: given.held]
        ),
        steps=given.steps,
        rate=given.rate,
        out=given.out,
        seed=given.seed,
        run={
            "batch": n,
            "bfloat16": given.bfloat16 or on.type != "cpu",
            "start": content(given.start) if given.start else "random",
            "teachers": " ".join(content(file) for file in given.teacher),
            "chromosomes": content(given.chromosomes) if given.chromosomes else "none",
        },
        force=given.force,
        every=given.every,
    )
    if given.start:
        with torch.no_grad():
            for before, learnt in zip(load(given.start).parameters(), model.parameters(), strict=True):
                learnt.copy_(torch.lerp(before.to(on), learnt, given.kept))
    save(model, given.out / "model.safetensors")


if __name__ == "__main__":
    main()

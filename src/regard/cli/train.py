"""`regard train dna`, `classifier` and `network`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regard.cli.options import Device, Out, Seed, Threads, alone_in_out, use_threads
from regard.errors import InputError

Force = Annotated[bool, typer.Option("--force", help="Begin anew where --out holds another run or other files.")]

train = typer.Typer(help="Train on your own data; an interrupted run goes on where it stopped.", no_args_is_help=True)


@train.command("dna")
@alone_in_out
def train_dna(
    genome: Annotated[Path, typer.Argument(help="FASTA, soft-masked or not, gzipped or not.")],
    out: Out,
    promoters: Annotated[
        Path | None, typer.Option(help="Promoters of 300 bases, TSS at 249: learn to tell them, too.")
    ] = None,
    steps: Annotated[
        int, typer.Option(help="Batches: 24 windows of 256 bases, or 12 promoters (128 on a GPU).", min=1)
    ] = 1000,
    repeat_weight: Annotated[
        float | None,
        typer.Option(help="Weight of lower-case bases without --promoters; 0.1 if left out.", min=0, max=1),
    ] = None,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = 0,
    force: Force = False,
) -> None:
    """Train a DNA GPT on a genome: the next base, both strands; with --promoters, these at any place of it besides."""
    from regard.train import recipes

    use_threads(threads)
    how = {"steps": steps, "seed": seed, "device": device, "force": force}
    if promoters is None:
        weight = 0.1 if repeat_weight is None else repeat_weight
        recipes.pretrain(genome, out, repeat_weight=weight, **how)
    elif repeat_weight is not None:
        raise InputError("--repeat-weight: bases of repeats weigh as others where --promoters are learnt, too")
    else:
        recipes.promoters(genome, promoters, out, **how)


@train.command("classifier")
@alone_in_out
def train_classifier(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="Labelled FASTA, TSV or Parquet.")],
    out: Out,
    classes: Annotated[str, typer.Option(help="Names of the classes in label order, with commas.")],
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights",
            "--model",
            help="Where to start: a DNA GPT (the shipped one if left out), or a Hugging Face folder or name.",
        ),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="Batches of 32 sequences, 500 if left out; not for a Hugging Face model.", min=1)
    ] = None,
    both_strands: Annotated[bool, typer.Option(help="Are both strands alike, as for enhancers?")] = False,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = 0,
    force: Force = False,
) -> None:
    """Fine-tune a DNA GPT, or fit a head on a frozen Hugging Face model, to tell your own classes apart."""
    names = [name.strip() for name in classes.split(",")]
    if "" in names or len(set(names)) < max(2, len(names)):
        raise InputError(
            f"--classes {classes}: expected two or more different names with commas between, such as no,yes"
        )
    use_threads(threads)
    how = {"classes": names, "both_strands": both_strands, "seed": seed, "device": device, "force": force}
    if weights is None or Path(weights).is_file() or Path(weights).suffix == ".safetensors":
        from regard.train.recipes import classifier

        classifier(source, out, weights=Path(weights) if weights else None, steps=steps or 500, **how)
        return
    if steps:
        raise InputError("--steps: a head on a Hugging Face model is fitted to its end; leave --steps out")
    from regard.train import encoder

    encoder.classifier(source, out, model=weights, **how)


@train.command("network")
@alone_in_out
def train_network(
    out: Out,
    minutes: Annotated[
        float | None, typer.Option(help="In all, 45 if left out; a later call with more goes on.", min=0.1)
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="End after so many batches instead: the same bytes every time.", min=1)
    ] = None,
    largest: Annotated[
        int | None, typer.Option(help="Genes of the largest tables; 120 if left out, 150 on a GPU.", min=5, max=200)
    ] = None,
    device: Device = "cpu",
    start: Annotated[Path | None, typer.Option(help="Weights to start from.")] = None,
    seed: Seed = 0,
    threads: Threads = 1,
    force: Force = False,
) -> None:
    """Train a network model on simulated regulation, with the true edges as labels; on a GPU a larger one."""
    from regard.models.device import usable
    from regard.models.network.model import Config
    from regard.train.network import train as run

    if steps and minutes:
        raise InputError("--steps and --minutes: choose one; the rate falls with the steps, or with the clock")
    use_threads(threads)
    how = {"minutes": minutes or 45.0, "steps": steps, "start": start, "seed": seed, "force": force}
    if usable(device).type == "cpu":
        run(Config(), out, largest=largest or 120, **how)
    else:
        size, cells = Config(blocks=6, width=128, pair_width=96), 120_000  # what keeps one GPU at work
        run(size, out, largest=largest or 150, cells=cells, device=device, **how)

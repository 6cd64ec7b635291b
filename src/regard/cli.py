"""The command line. No science in it: it reads arguments, calls a study, and prints errors in one line."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from regard.errors import InputError, MissingExtra, PipelineError, RegardError

app = typer.Typer(
    help="See what biological transformers attend to, and find out whether it is evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
train = typer.Typer(help="Train on your own data; an interrupted run goes on where it stopped.", no_args_is_help=True)
app.add_typer(train, name="train")
models = typer.Typer(invoke_without_command=True)
app.add_typer(models, name="models")

Out = Annotated[Path, typer.Option("--out", help="Folder for everything that is written.")]
Seed = Annotated[int, typer.Option(help="Same seed, same result.", min=0)]
Device = Annotated[str, typer.Option(help="Where the model runs: cpu, cuda, cuda:1, mps.")]
Threads = Annotated[int, typer.Option(help="Processor threads; 0 for all.", min=0)]
Force = Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")]


class DnaTask(StrEnum):
    promoter = "promoter"
    enhancer = "enhancer"


class Negatives(StrEnum):
    both = "both"
    blocks = "blocks"
    genome = "genome"


def use_threads(threads: int) -> None:
    """Say how many threads to use, before torch is loaded or after."""
    import torch

    if threads:
        torch.set_num_threads(threads)


@app.command()
def dna(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="FASTA, TSV or Parquet with sequences.")],
    out: Out,
    task: Annotated[DnaTask | None, typer.Option(help="Which classifier to ask.")] = None,
    model: Annotated[Path | None, typer.Option(help="Your weights, from `regard train classifier`.")] = None,
    predictions_only: Annotated[bool, typer.Option("--predictions-only", help="Classify, nothing else.")] = False,
    examples: Annotated[int, typer.Option(help="Sequences to show of each class.", min=1, max=20)] = 3,
    negatives: Annotated[Negatives, typer.Option(help="What promoters are told apart from.")] = Negatives.both,
    puffin: Annotated[Path | None, typer.Option(help="Your puffin.pth, or a folder with it (academic use).")] = None,
    flanks: Annotated[Path | None, typer.Option(help="FASTA in which to find the true flanks.")] = None,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = 0,
    force: Force = False,
) -> None:
    """Classify DNA, show the attention behind it, and test it against known elements."""
    from regard.models.shipped import DNA_GPT
    from regard.studies.dna import run

    use_threads(threads)
    run(
        source,
        task.value if task else None,
        out,
        weights=model or DNA_GPT,
        negatives=negatives.value,
        predictions_only=predictions_only,
        examples=examples,
        puffin=puffin,
        flanks=flanks,
        seed=seed,
        device=device,
        force=force,
    )


@app.command()
def audit(
    train_file: Annotated[Path, typer.Argument(metavar="TRAIN", help="FASTA, TSV or Parquet, labelled or not.")],
    test_file: Annotated[Path | None, typer.Argument(metavar="[TEST]", help="Is any of it in TRAIN?")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the report and lists of rows.")] = None,
    similarity: Annotated[float, typer.Option(help="Share of 12-mers that near duplicates have in common.")] = 0.5,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 when a finding is serious.")] = False,
    seed: Seed = 0,
    force: Force = False,
) -> None:
    """Find duplicates, overlap, label conflicts, built negatives and shortcuts in a data set."""
    from regard.audit.findings import SERIOUS
    from regard.studies.audit import run

    findings = run(train_file, test_file, out, similarity=similarity, seed=seed, force=force)
    if strict and any(one.level == SERIOUS for one in findings):
        raise typer.Exit(1)


@app.command()
def network(
    expression: Annotated[Path, typer.Argument(metavar="EXPRESSION", help="TSV or CSV (samples × genes) or .h5ad.")],
    out: Out,
    method: Annotated[str, typer.Option(help="One or several, with commas; see `regard methods`.")] = "",
    regulators: Annotated[Path | None, typer.Option(help="Genes that may regulate, one a line.")] = None,
    gold: Annotated[Path | None, typer.Option(help="Known edges: TSV `regulator target [weight]`.")] = None,
    perturbations: Annotated[Path | None, typer.Option(help="TSV `sample gene kind`.")] = None,
    model: Annotated[str | None, typer.Option(help="TabPFN checkpoint: a file, `cache`, `tabpfn-v2`, `small`.")] = None,
    weights: Annotated[Path | None, typer.Option(help="Network model of your own, by `regard train network`.")] = None,
    seed: Seed = 0,
    threads: Threads = 0,
    force: Force = False,
) -> None:
    """Infer a gene regulatory network from expression, and judge it by known edges."""
    from regard.studies.network import run

    if threads:
        os.environ["OMP_NUM_THREADS"] = str(threads)
    run(
        expression,
        out,
        methods=[name.strip() for name in method.split(",") if name.strip()],
        regulators=regulators,
        gold=gold,
        perturbations=perturbations,
        model=model,
        weights=weights,
        seed=seed,
        threads=threads,
        force=force,
    )


@app.command()
def demo(out: Out = Path("regard-demo"), seed: Seed = 0, threads: Threads = 0, force: Force = False) -> None:
    """Every study on real input that comes with Regard."""
    from regard.studies.demo import run

    use_threads(threads)
    run(out, seed=seed, force=force)


@app.command()
def methods() -> None:
    """Print every reduction of attention and every network method with its equation and source."""
    from rich.console import Console
    from rich.table import Table

    from regard.reduce.operations import OPERATIONS
    from regard.studies.network_methods import METHODS

    table = Table("name", "what it does", "equation", "source", title="reductions of attention")
    for one in OPERATIONS.values():
        table.add_row(one.name, one.summary, one.equation, one.reference)
    Console().print(table)
    table = Table("name", "what it does", "equation", "source", "needs", "sign", title="network methods")
    for one in METHODS.values():
        sign = "yes" if one.signed else "no"
        table.add_row(one.name, one.summary, one.equation, one.reference, one.needs, sign)
    Console().print(table)


@models.callback()
def models_table(context: typer.Context) -> None:
    """Print the models that come with Regard, and those that it can fetch."""
    if context.invoked_subcommand:
        return
    from rich.console import Console
    from rich.table import Table

    from regard.models.catalogue import CATALOGUE, place
    from regard.models.shipped import WEIGHTS

    table = Table("name", "size", "card", title="shipped")
    for path in sorted(WEIGHTS.glob("*.safetensors")):
        table.add_row(path.stem, f"{path.stat().st_size / 1e6:.1f} MB", str(path.with_suffix(".md")))
    Console().print(table)
    table = Table("name", "what", "licence", "here", title="by `regard models get NAME`")
    for name, remote in CATALOGUE.items():
        table.add_row(name, remote.summary, remote.licence, str(place(name)) if place(name).exists() else "no")
    Console().print(table)


@models.command("get")
def models_get(name: Annotated[str, typer.Argument(help="A name that `regard models` lists.")]) -> None:
    """Fetch weights of others from their authors' place, into $REGARD_MODELS or ~/.local/share/regard/models."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from regard.models.catalogue import CATALOGUE, get

    console = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=console) as progress:
        bars = {}

        def advance(file: str, done: int, total: int) -> None:
            if file not in bars:
                bars[file] = progress.add_task(file)
            progress.update(bars[file], completed=done, total=total or None)

        found = get(name, advance)
    console.print(f"{CATALOGUE[name].summary}; licence: {CATALOGUE[name].licence}", highlight=False)
    for path, digest in found.items():
        console.print(f"{path}  sha256 {digest}", highlight=False, soft_wrap=True)


@train.command("dna")
def train_dna(
    genome: Annotated[Path, typer.Argument(help="FASTA, soft-masked or not, gzipped or not.")],
    out: Out,
    steps: Annotated[int, typer.Option(help="Batches of 24 windows of 256 bases.", min=1)] = 1000,
    repeat_weight: Annotated[float, typer.Option(help="Weight of lower-case bases.", min=0, max=1)] = 0.1,
    seed: Seed = 0,
    threads: Threads = 0,
) -> None:
    """Pretrain a DNA GPT on a genome: predict the next base, both strands."""
    from regard.train.recipes import pretrain

    use_threads(threads)
    pretrain(genome, out, steps=steps, repeat_weight=repeat_weight, seed=seed)


@train.command("classifier")
def train_classifier(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="Labelled FASTA, TSV or Parquet.")],
    out: Out,
    classes: Annotated[str, typer.Option(help="Names of the classes in label order, with commas.")],
    weights: Annotated[Path | None, typer.Option(help="Where to start; the shipped model if left out.")] = None,
    steps: Annotated[int, typer.Option(help="Batches of 32 sequences.", min=1)] = 500,
    both_strands: Annotated[bool, typer.Option(help="Are both strands alike, as for enhancers?")] = False,
    seed: Seed = 0,
    threads: Threads = 0,
) -> None:
    """Fine-tune a DNA GPT to tell your own classes apart."""
    from regard.train.recipes import classifier

    use_threads(threads)
    classifier(
        source,
        out,
        classes=classes.split(","),
        weights=weights,
        steps=steps,
        both_strands=both_strands,
        seed=seed,
    )


@train.command("network")
def train_network(
    out: Out,
    minutes: Annotated[float, typer.Option(help="In all; a later call with more goes on.", min=0.1)] = 45.0,
    steps: Annotated[int | None, typer.Option(help="End after so many batches, if that is sooner.", min=1)] = None,
    largest: Annotated[int, typer.Option(help="Genes of the largest tables.", min=5, max=200)] = 120,
    start: Annotated[Path | None, typer.Option(help="Weights to start from.")] = None,
    seed: Seed = 0,
    threads: Threads = 1,
) -> None:
    """Train a network model on simulated regulation, with the true edges as labels."""
    from regard.models.network import Config
    from regard.train.network import train as run

    use_threads(threads)
    run(Config(), out, minutes=minutes, steps=steps, largest=largest, start=start, seed=seed)


def main() -> None:
    """Run the command line: exit code 2 for bad input, 1 for a failed run, one line each."""
    try:
        app()
    except (InputError, PipelineError, MissingExtra) as error:
        sys.exit(fail(error, 2))
    except RegardError as error:
        sys.exit(fail(error, 1))
    except KeyboardInterrupt:
        sys.exit(fail("stopped; what was finished before is kept", 130))
    except BrokenPipeError:  # the reader of our output left (head, less)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def fail(error, code: int) -> int:
    print(f"regard: {' '.join(str(error).split())}", file=sys.stderr)
    return code

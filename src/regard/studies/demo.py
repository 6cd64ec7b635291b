"""Every study on the real input that comes with Regard, two at a time."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from regard.errors import InputError, RegardError

EXAMPLES = Path(__file__).parent.parent / "examples"
AT_ONCE = 2


def dna(out: Path, **how) -> None:
    from regard.studies.dna.study import run

    flanks = EXAMPLES / "chr22_promoters_flanked.fa.gz"
    source = EXAMPLES / "chr22_promoters.fa"
    run(source, "promoter", out, negatives="genome", examples=1, flanks=flanks, **how)


def protein(out: Path, **how) -> None:
    from regard.studies.protein.demo import run

    run(out, **how)


def ranking(out: Path, **how) -> None:
    from regard.studies.enhancer.rank import run

    run(EXAMPLES / "fulco2019_pairs.tsv.gz", out, predictions=EXAMPLES / "fulco2019_abc.tsv.gz", **how)


def locus(out: Path, **how) -> None:
    from regard.studies.enhancer.locus import run

    run("chr22:31,795,290-31,795,690", out, genome=EXAMPLES / "chr22_locus.fa.gz", tss=[31_795_590], **how)


def network(out: Path, **how) -> None:
    from regard.studies.network.study import run

    methods = ["genie3", "attention", "pearson"]
    run(EXAMPLES / "sachs_cells.tsv", out, methods=methods, gold=EXAMPLES / "sachs_known.tsv", threads=1, **how)


# The longest first.
STUDIES: dict[str, tuple[str, Callable]] = {
    "dna": ("DNA: promoters and background windows of human chr22, none of them seen in training", dna),
    "protein": ("Protein: a human antibody on the virus that it neutralizes", protein),
    "network": ("Network: signalling proteins in single cells, beside the links that are known", network),
    "enhancer-locus": ("Enhancer: what counts at one promoter of chr22", locus),
    "enhancer-rank": ("Enhancer: elements that were switched off in cells", ranking),
}


def told(name: str, out: Path, seed: int, force: bool, threads: int) -> tuple[str, str | None]:
    """Run one study in a process of its own; what it said, and the error that ended it, if any."""
    import torch

    torch.set_num_threads(threads)
    said = io.StringIO()
    try:
        STUDIES[name][1](out / name, seed=seed, force=force, console=Console(file=said, width=10_000))
    except RegardError as error:
        return said.getvalue(), str(error)
    return said.getvalue(), None


def run(out: Path, *, seed: int = 0, force: bool = False, threads: int = 0) -> None:
    """Write each study's folder into `out`; what a study says is printed when it ends."""
    console = Console(stderr=True)
    threads = threads or max(1, (os.cpu_count() or 1) // AT_ONCE)
    parts = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with (
        ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as pool,  # fork would inherit torch's locks
        Progress(*parts, console=console, transient=True, disable=not console.is_interactive) as progress,
    ):
        cores = os.cpu_count() or 1  # the longest study has them all when the others have ended
        running = {
            pool.submit(told, name, out, seed, force, cores if place == 0 else threads): name
            for place, name in enumerate(STUDIES)
        }
        bar = progress.add_task(f"{len(running)} studies, about 3 minutes on two cores")
        for number, future in enumerate(as_completed(running), 1):
            said, error = future.result()
            console.print(STUDIES[running[future]][0])
            console.print(said.strip(), markup=False, highlight=False)
            progress.update(bar, description=f"{len(running) - number} studies to go")
            if error:
                pool.shutdown(wait=False, cancel_futures=True)
                raise InputError(error)

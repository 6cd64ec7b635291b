"""Every study on the real input that comes with Regard, two at a time."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from regard.core.folder import MANIFEST, forget, held, of_command
from regard.core.whole import write_whole
from regard.errors import InputError, MissingExtra, PipelineError, RegardError
from regard.studies.index import PAGE, index_page, runs_in

EXAMPLES = Path(__file__).parent.parent / "examples"
AT_ONCE = 2
PROMOTERS, FLANKS = EXAMPLES / "chr22_promoters.fa", EXAMPLES / "chr22_promoters_flanked.fa.gz"
PAIRS, ABC = EXAMPLES / "fulco2019_pairs.tsv.gz", EXAMPLES / "fulco2019_abc.tsv.gz"
LOCUS, REGION, TSS = EXAMPLES / "chr22_locus.fa.gz", "chr22:31,795,290-31,795,690", 31_795_590
ANTIBODY, STRUCTURE, VARIANT = EXAMPLES / "antibody.fasta", EXAMPLES / "antibody_7cth.bcif", "EDE1-C10_heavy:C22S"
CELLS, KNOWN = EXAMPLES / "sachs_cells.tsv", EXAMPLES / "sachs_known.tsv"


def dna(out: Path, **how) -> None:
    from regard.studies.dna.study import run

    run(PROMOTERS, "promoter", out, negatives="genome", examples=1, flanks=FLANKS, **how)


def protein(out: Path, **how) -> None:
    from regard.studies.protein.demo import run

    run(out, **how)


def ranking(out: Path, **how) -> None:
    from regard.studies.enhancer.rank import run

    run(PAIRS, out, predictions=ABC, **how)


def locus(out: Path, **how) -> None:
    from regard.studies.enhancer.locus import run

    run(REGION, out, genome=LOCUS, tss=[TSS], **how)


def network(out: Path, **how) -> None:
    from regard.studies.network.study import run

    methods = ["genie3", "attention", "pearson"]
    run(CELLS, out, methods=methods, gold=KNOWN, threads=1, **how)


# The longest first.
STUDIES: dict[str, tuple[str, Callable]] = {
    "dna": ("DNA: promoters and background windows of human chr22, none of them seen in training", dna),
    "protein": ("Protein: a human antibody on the virus that it neutralizes", protein),
    "network": ("Network: signalling proteins in single cells, beside the links that are known", network),
    "enhancer-locus": ("Enhancer: what counts at one promoter of chr22", locus),
    "enhancer-rank": ("Enhancer: elements that were switched off in cells", ranking),
}
# What a user would say for the same: manifests have it, so that each study can be repeated by itself.
COMMANDS: dict[str, list] = {
    "dna": ["dna", PROMOTERS, "--task", "promoter", "--negatives", "genome", "--examples", 1, "--flanks", FLANKS],
    "protein": ["protein", ANTIBODY, "--model", "antiberty", "--structure", STRUCTURE, "--variant", VARIANT],
    "network": ["network", CELLS, "--gold", KNOWN, "--method", "genie3,attention,pearson"],
    "enhancer-locus": ["enhancer", "locus", REGION, "--genome", LOCUS, "--tss", TSS],
    "enhancer-rank": ["enhancer", "rank", PAIRS, "--predictions", ABC],
}


def command_of(name: str, out: Path, seed: int, threads: int) -> list[str]:
    """The command line of a study, as `sys.argv` has it."""
    how = ["--seed", seed, "--threads", 1 if name == "network" else threads, "--out", out / name]
    return ["regard", *map(str, [*COMMANDS[name], *how])]


def told(name: str, out: Path, seed: int, force: bool, threads: int) -> tuple[str, RegardError | None]:
    """Run one study in a process of its own; what it said, and the error that ended it, if any."""
    import torch

    torch.set_num_threads(threads)
    said, sys.argv = io.StringIO(), command_of(name, out, seed, threads)
    try:
        STUDIES[name][1](out / name, seed=seed, force=force, console=Console(file=said, width=10_000))
    except RegardError as error:
        bad_input = isinstance(error, InputError | PipelineError | MissingExtra)
        return said.getvalue(), (InputError if bad_input else RegardError)(str(error))
    return said.getvalue(), None


def end_with_parent() -> None:
    """In a process of the pool: end when the one that started it is killed, so as not to write on without it."""
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def run(out: Path, *, seed: int = 0, force: bool = False, threads: int = 0) -> None:
    """Write each study's folder into `out`; what a study says is printed when it ends.

    The same command line goes on where it was interrupted, with the studies that had not ended.
    """
    with held(out) as work:
        mark, ended = work / "run", work / "kept"
        again = mark.is_file() and mark.read_bytes() == of_command().encode()
        if not again:
            for there in (*(out / name for name in STUDIES), out / PAGE):
                if not force and (any(there.iterdir()) if there.is_dir() else there.exists()):
                    raise InputError(
                        f"{there}: is not empty; choose another --out or add --force to replace what is there"
                    )
            forget(work)
            write_whole(mark, of_command())
        ended.mkdir(exist_ok=True)
        try:
            run_studies(out, ended, seed, force or again, threads)
        except BaseException:
            if not any(ended.iterdir()):
                forget(work)
            raise
        if runs_in(out):
            write_whole(out / PAGE, index_page(out, {name: title for name, (title, _) in STUDIES.items()}))
        forget(work)
    if (out / PAGE).is_file():
        Console(stderr=True).print(f"all of them: {out / PAGE}", markup=False, highlight=False, soft_wrap=True)


def run_studies(out: Path, ended: Path, seed: int, force: bool, threads: int) -> None:
    """Run those that have not ended, the longest first; `ended` gets a file for each that has."""
    console = Console(stderr=True)
    threads = threads or max(1, (os.cpu_count() or 1) // AT_ONCE)
    parts = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with (
        ProcessPoolExecutor(AT_ONCE, get_context("spawn"), end_with_parent) as pool,  # fork would inherit torch's locks
        Progress(*parts, console=console, transient=True, disable=not console.is_interactive) as progress,
    ):
        cores = os.cpu_count() or 1  # the longest study has them all when the others have ended
        running = {
            pool.submit(told, name, out, seed, force, cores if place == 0 else threads): name
            for place, name in enumerate(STUDIES)
            if not ((ended / name).exists() and (out / name / MANIFEST).exists())
        }
        bar = progress.add_task(f"{len(running)} studies, about 3 minutes on two cores")
        try:
            for number, future in enumerate(as_completed(running), 1):
                said, error = future.result()
                console.print(STUDIES[running[future]][0], soft_wrap=True)
                console.print(said.strip(), markup=False, highlight=False, soft_wrap=True)
                progress.update(bar, description=f"{len(running) - number} studies to go")
                if error:
                    raise error
                (ended / running[future]).touch()
        except BaseException as stop:
            if isinstance(stop, KeyboardInterrupt):
                for child in active_children():
                    child.terminate()
            pool.shutdown(cancel_futures=True)  # waits for those that run
            for future, name in running.items():
                if future.done() and not (future.cancelled() or future.exception() or future.result()[1]):
                    (ended / name).touch()
            raise

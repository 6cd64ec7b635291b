"""What every study does around its question: a folder, bars, evidence, figures, a page, a manifest, last words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.progress import Progress, ProgressColumn

from regard.core.evidence import write_evidence
from regard.core.folder import output_folder, resumable_folder
from regard.core.store import provenance, write_manifest
from regard.errors import one_line
from regard.report.build import write_page
from regard.report.page import Page


@dataclass
class Work:
    """A run under way.

    Attributes
    ----------
    folder : to write into; it takes the place of `--out` when everything in it is done.
    progress : for bars; shown from its first use on.
    kept : a folder for finished parts that the same run finds again after an interruption, where `same` was given.
    """

    folder: Path
    kept: Path | None
    seed: int
    inputs: list[Path]
    begin: Callable[[], Progress]
    last_words: list[str] = field(default_factory=list)

    @cached_property
    def progress(self) -> Progress:
        return self.begin()

    def evidence(self, table: pd.DataFrame) -> None:
        """Write `evidence.tsv`."""
        write_evidence(table, self.folder / "evidence.tsv")

    @cached_property
    def made(self) -> dict:
        """How the run is made; files are read for their checksums once."""
        return provenance(self.seed, self.inputs)

    def page(self, tell: Callable[..., Page | None], *told, **how) -> None:
        """Let `tell(*told, folder, **how)` draw into `figures/` and give the page, and write it."""
        (self.folder / "figures").mkdir(exist_ok=True)
        page = tell(*told, self.folder, **how)
        if page is not None:
            write_page(page, self.folder, self.made)

    def manifest(self, **settings) -> None:
        """Write `manifest.json`: what the run was, and these settings in this order."""
        write_manifest(self.folder / "manifest.json", self.made, **settings)

    def say(self, lines: Iterable[str]) -> None:
        """Lines to print when everything is in its place; where the report lies is said after them."""
        self.last_words += lines


@contextmanager
def frame(
    out: Path,
    force: bool,
    console: Console | None,
    *,
    seed: int,
    inputs: Iterable[Path | None],
    same: dict | None = None,
    columns: Sequence[ProgressColumn] = (),
) -> Iterator[Work]:
    """Open the folder of a study, and end with its last words; after an exception `out` is as it was.

    Parameters
    ----------
    force : whether `out` may have something in it; see `output_folder`.
    console : for bars and last words; standard error if None.
    inputs : files that were read, for their checksums; those that were not given may be None.
    same : what makes two runs the same. Where given, a run that stopped is resumed; see `resumable_folder`.
    columns : of the bars, rich's usual ones if none.
    """
    console = console or Console(stderr=True)
    seen = console.is_interactive or console.is_jupyter  # elsewhere bars would leave nothing but an empty line
    bars = Progress(*columns, console=console, transient=True, disable=not seen)
    with folders(out, force, same) as (folder, kept), ExitStack() as stack:
        # Bars that never began would leave an empty line.
        begin = partial(stack.enter_context, bars)
        work = Work(folder=folder, kept=kept, seed=seed, inputs=[path for path in inputs if path], begin=begin)
        yield work
        reported = (folder / "report.html").is_file()
    for line in [*work.last_words, *([f"report: {out / 'report.html'}"] if reported else [])]:
        console.print(one_line(line), markup=False, highlight=False, soft_wrap=True)


@contextmanager
def folders(out: Path, force: bool, same: dict | None) -> Iterator[tuple[Path, Path | None]]:
    """The folder to write into, and the one for what is kept, if the run can be resumed."""
    if same is None:
        with output_folder(out, force) as folder:
            yield folder, None
    else:
        told = json.dumps([version("regard"), same])
        with resumable_folder(out, force, hashlib.sha256(told.encode()).hexdigest()) as both:
            yield both

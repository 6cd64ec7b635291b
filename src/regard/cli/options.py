"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated

import typer

from regard.core.folder import alone
from regard.core.whole import check_place


def placed(out: Path | None) -> Path | None:
    """A folder that can be written to, found out before any work."""
    if out is not None:
        check_place(out)
    return out


Out = Annotated[Path, typer.Option("--out", callback=placed, help="Folder for everything that is written.")]
# numpy, scikit-learn and torch all take seeds of 32 bits.
Seed = Annotated[int, typer.Option(help="Same seed, same result.", min=0, max=2**32 - 1)]
Device = Annotated[str, typer.Option(help="Where the model runs: cpu, cuda, cuda:1, mps.")]
Threads = Annotated[int, typer.Option(help="Processor threads; 0 for all.", min=0, max=1024)]
Force = Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")]


def alone_in_out(command: Callable[..., None]) -> Callable[..., None]:
    """A command that is refused while another one writes into the same `--out`."""

    @wraps(command)
    def run(*, out: Path, **given) -> None:
        with alone(out):
            command(out=out, **given)

    return run


def use_threads(threads: int) -> None:
    """Say how many threads to use, before torch is loaded or after."""
    import torch

    if threads:
        torch.set_num_threads(threads)

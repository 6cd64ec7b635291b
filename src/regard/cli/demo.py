"""`regard demo`."""

from __future__ import annotations

from pathlib import Path

from regard.cli.options import Force, Out, Seed, Threads


def demo(out: Out = Path("regard-demo"), seed: Seed = 0, threads: Threads = 0, force: Force = False) -> None:
    """Every study on real input that comes with Regard."""
    from regard.studies.demo import run

    run(out, seed=seed, force=force, threads=threads)

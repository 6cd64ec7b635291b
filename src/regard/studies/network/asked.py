"""What a run asks for: which methods, and how they are run. Said once, for the command and for `regard.network`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from regard.core.edges import Edges
from regard.data.expression import Expression
from regard.studies.network.methods import run_methods


@dataclass(frozen=True)
class Asked:
    """Methods by name, and how each is run; `run_methods` says what its parts are.

    regulators : places of the genes that may regulate; all if None.
    """

    names: list[str]
    regulators: list[int] | None
    model: str | None
    weights: Path | None
    seed: int
    device: str
    threads: int
    scheduler: str | None = None

    def edges(
        self,
        expression: Expression,
        kept: Path,
        begin: Callable[[str], Callable[[int], object]] = lambda name: lambda done: None,
    ) -> tuple[dict[str, Edges], list[str]]:
        """Edges by each method, and a line for each method of another package that could not be run."""
        failed: list[str] = []
        edges = run_methods(
            self.names,
            expression,
            regulators=self.regulators,
            model=self.model,
            weights=self.weights,
            seed=self.seed,
            device=self.device,
            threads=self.threads,
            scheduler=self.scheduler,
            kept=kept,
            begin=begin,
            failed=failed,
        )
        return edges, failed

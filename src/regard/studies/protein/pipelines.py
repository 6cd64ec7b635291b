"""How each head's map is read, for contacts and for sites; and which of them `--pipeline` sets."""

from __future__ import annotations

from dataclasses import dataclass, replace

from regard.errors import PipelineError
from regard.models.protein.reading import SITES
from regard.models.protein.windows import CONTACTS
from regard.reduce.inside import InHeads


@dataclass(frozen=True)
class Pipelines:
    """Steps inside each head; what heads are averaged, chosen or weighed by stands behind them.

    contacts : leaves pairs. sites : leaves residues, and ends in `received`.
    """

    contacts: str = CONTACTS
    sites: str = SITES

    def inside(self) -> dict[str, InHeads | None]:
        """As `read` takes them: None for what it does without being told."""
        return {
            "of_pairs": None if self.contacts == CONTACTS else InHeads(self.contacts),
            "of_positions": None if self.sites == SITES else InHeads(self.sites),
        }


DEFAULT = Pipelines()


def pipelines_of(asked: str | None) -> Pipelines:
    """What `--pipeline` asks for: one that leaves pairs is for contacts, one that leaves residues is for sites.

    Raises PipelineError where it is neither.
    """
    if asked is None:
        return DEFAULT
    inside = InHeads(asked)
    if inside.pairs:
        return replace(DEFAULT, contacts=inside.pipeline)
    if inside.steps[-1].name != "received":
        raise PipelineError(
            f"pipeline {asked!r} leaves one value a residue, but not what the residue receives: sites are held against "
            "that, so end with received"
        )
    return replace(DEFAULT, sites=inside.pipeline)

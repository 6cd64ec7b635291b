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
# Of a model that looks back only, early residues receive more by the mask alone.
CAUSAL = Pipelines(sites="causal | received")


def pipelines_of(asked: str | None, usual: Pipelines = DEFAULT) -> Pipelines:
    """What `--pipeline` asks for: one that leaves pairs is for contacts, one that leaves residues is for sites.

    usual : what is read as without it.

    Raises PipelineError where it is neither.
    """
    if asked is None:
        return usual
    inside = InHeads(asked)
    if inside.pairs:
        return replace(usual, contacts=inside.pipeline)
    if inside.steps[-1].name != "received":
        raise PipelineError(
            f"pipeline {asked!r} leaves one value a residue, but not what the residue receives: sites are held against "
            "that, so end with received"
        )
    return replace(usual, sites=inside.pipeline)

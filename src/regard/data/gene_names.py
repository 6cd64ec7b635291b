"""What a gene is called: symbols and Ensembl ids beside each other, versions of ids, capitals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from regard.data.layout import CORNER_OF_GENES, words

ENSEMBL = re.compile(r"ENS[A-Z]*\d{6,}(?:\.\d+)?")
VERSION = re.compile(r"(ENS[A-Z]*\d{6,})\.\d+")
# Columns of names beside the index of a table of genes, in lower case, letters and digits alone.
COLUMNS = CORNER_OF_GENES | words(
    "genes genenames geneids genesymbols symbols featurename featureid name names accession varnames ensemblids ensgid"
)
NONE = ("", "nan", "NaN", "NA", "None", "-", ".")  # as tables say that a gene has no symbol


def unversioned(name: str) -> str:
    """An Ensembl id without its version; other names as they are.

    >>> unversioned("ENSG00000141510.18"), unversioned("HLA-A.1")
    ('ENSG00000141510', 'HLA-A.1')
    """
    found = VERSION.fullmatch(name)
    return found[1] if found else name


@dataclass
class Naming:
    """What a table calls the gene that elsewhere has another name: called with a name, gives the table's or the same.

    Other names are Ensembl ids with another version or none, and those of `aliases` (other name: gene of the table).
    One that fits two genes fits none. `used` collects which other names were met.
    """

    genes: Sequence[str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.here = set(self.genes)
        pairs = [(unversioned(gene), gene) for gene in self.genes]
        pairs += [(one, gene) for name, gene in self.aliases.items() for one in (name, unversioned(name))]
        self.other = one_each((name, gene) for name, gene in pairs if gene in self.here)

    def __call__(self, name: str) -> str:
        if name in self.here:
            return name
        gene = self.other.get(name) or self.other.get(unversioned(name))
        if gene is None:
            return name
        self.used[name] = gene
        return gene

    def remarks(self, source: str) -> list[str]:
        """A line where names of `source` were met under another name, and they begin anew."""
        used, self.used = self.used, {}
        if not used:
            return []
        name, gene = next(iter(used.items()))
        return [f"{source}: {len(used)} names are of genes that the table calls otherwise ({name} there, {gene} here)"]


def one_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names and the genes that they stand for, without those that stand for two."""
    found: dict[str, str] = {}
    unsure = {name for name, gene in pairs if found.setdefault(name, gene) != gene}
    return {name: gene for name, gene in found.items() if name not in unsure}


def named_by(
    source: str, index: Sequence[str], columns: Mapping[str, Sequence[str]], wanted: str | None
) -> tuple[list[str], dict[str, str], tuple[str, ...]]:
    """Names of genes by the column that is wanted; other names that they have; what there is to say.

    index : names that tell all genes apart, by which a gene goes whose name is missing or stands twice.
    """
    genes, remarks = list(index), ()
    if wanted is not None and list(columns[wanted]) != genes:
        given = columns[wanted]
        count: dict[str, int] = {}
        for name in given:
            count[name] = count.get(name, 0) + 1
        genes = [n if n not in NONE and count[n] == 1 else own for n, own in zip(given, index, strict=True)]
        kept = sum(n in NONE or count[n] > 1 for n in given)
        if kept:
            remarks = (f"{source}: {kept} genes whose {wanted} is missing or stands more than once go by their index",)
    pairs = ((name, gene) for one in (index, *columns.values()) for name, gene in zip(one, genes, strict=True))
    return genes, one_each((name, gene) for name, gene in pairs if name != gene and name not in NONE), remarks


def why_unmatched(named: Sequence[str], genes: Sequence[str]) -> str:
    """A hint on names that are no gene of the table: capitals, as of mouse and human, or ids where it has symbols."""
    return only_case_differs(named, genes) or kinds_differ(named, genes)


def only_case_differs(named: Sequence[str], genes: Sequence[str]) -> str:
    """A hint where names would be genes of the table but for capitals; else empty."""
    there, folded = set(genes), {gene.casefold(): gene for gene in genes}
    near = [(name, folded[name.casefold()]) for name in named if name not in there and name.casefold() in folded]
    if not near:
        return ""
    name, gene = near[0]
    return f"; {len(near)} would be but for capitals ({name} here, {gene} in the table): write them alike"


def kinds_differ(named: Sequence[str], genes: Sequence[str]) -> str:
    """A hint where one side has Ensembl ids and the other has none; else empty."""
    here, there = (sum(bool(ENSEMBL.fullmatch(name)) for name in one) / max(len(one), 1) for one in (named, genes))
    if max(here, there) < 0.5 or min(here, there) > 0.1:
        return ""
    has = "these are Ensembl ids and the table's names are not" if here > there else "the table has Ensembl ids"
    return f"; {has}: name genes alike in both (--gene-names COLUMN takes those of another column of .h5ad or .loom)"

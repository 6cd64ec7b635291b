"""Genes and their transcription start sites, from GTF, GFF3, BED or a table."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pandas as pd

from regard.annotate.bed import read_bed
from regard.annotate.tables import table_rows, whole_number
from regard.data.numbers import quoted, whole
from regard.data.sequences import lines
from regard.errors import InputError

WINDOWS = re.compile(r"tss\d+bp")  # in the names of the ABC pipeline's files of windows about every TSS
REQUIRED = ("gene", "chrom", "tss", "strand")  # of a table
COLUMNS = ["gene", "chrom", "start", "end", "strand", "tss", "id"]
FORMAT = "GTF, GFF3, BED with names and strands, or a TSV with columns gene, chrom, tss (1-based) and strand"
# GTF: gene_id "x"; GFF3: ID=x. What a gene is called, best first.
ATTRIBUTE = re.compile(r"""\s*([\w.]+)(?:\s+"([^"]*)"|=([^;]*)|\s+([^";]+))\s*(?:;|$)""")
NAMES = ("gene_name", "Name", "gene", "gene_symbol", "gene_id", "ID")


def read_genes(path: Path | str) -> pd.DataFrame:
    """Read genes with strand and TSS.

    Parameters
    ----------
    path : GTF or GFF3 (features `gene`, `ncRNA_gene` …; where there are none, what each gene's transcripts cover: two
        genes where these lie at two places or on both strands), BED with a name and a strand, or a TSV with a header
        `gene chrom tss strand`, where `tss` counts from 1; gzipped or not.

    Returns
    -------
    Columns `gene`, `chrom`, `start`, `end` (0-based half-open), `strand`, `tss` (0-based: the first base on +, the last
    on -; of a BED file called `…TSS500bp…`, as the ABC pipeline has them, the middle), `id`; in file order. Genes
    without a strand (`.`, as assemblers of transcripts write) or a name are left out; `remarks_of` says how many.

    Raises
    ------
    InputError
        That names the line: a strand that is none, a place that is no number; and for a file without usable genes.
    """
    path = Path(path)
    plain = path.name.lower().removesuffix(".gz")
    if plain.endswith(".bed"):
        table = read_bed(path).rename(columns={"name": "gene"})
        table = table[["gene", "chrom", "start", "end", "strand"]].assign(id="")
    elif plain.endswith((".gtf", ".gff", ".gff3")):
        table = read_features(path)
    else:
        table = read_table(path)
    unknown = table.strand.isin(["", ".", "?"]) | (table.gene == "")
    wrong = ~table.strand.isin(["+", "-"]) & ~unknown
    if wrong.any() or unknown.all():
        row = table[wrong if wrong.any() else unknown].iloc[0]
        lacks = f"strand {row.strand!r}, expected + or -" if row.gene else "no name"
        raise InputError(f"{path}, gene {row.gene!r} at {row.chrom}:{row.start + 1}: {lacks}")
    lost, table = table[unknown], table[~unknown]
    tss = table.start.where(table.strand == "+", table.end - 1)
    about = WINDOWS.search(plain)
    table = table.assign(tss=(table.start + table.end) // 2 if about else tss)[COLUMNS].reset_index(drop=True)
    said = ["by its name windows about the TSS, which is taken to be their middle"] if about else []
    if len(lost):
        first = f"{lost.gene.iloc[0]!r} at {lost.chrom.iloc[0]}:{lost.start.iloc[0] + 1}"
        count = f"{len(lost)} of {len(table) + len(lost)} genes"
        said.append(f"{count} have no strand or no name and are left out ({first} first)")
    if said:
        table.attrs["remark"] = f"{path.name}: {'; '.join(said)}"
    return table


def remarks_of(genes: pd.DataFrame | None) -> list[str]:
    """What there is to say of a table of genes as `read_genes` gives it."""
    return [genes.attrs["remark"]] if genes is not None and "remark" in genes.attrs else []


def read_features(path: Path) -> pd.DataFrame:
    """Genes of GTF or GFF3."""
    genes: list[dict] = []
    transcripts: dict[tuple[str, str, str], list[dict]] = {}
    for number, line in enumerate(lines(path, FORMAT), 1):
        if line.startswith("##FASTA"):
            break
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 9:
            raise InputError(f"{path}, line {number}: {len(fields)} fields with tabs between; GTF and GFF3 have 9")
        chrom, _, kind, start, end, _, strand, _, text = fields
        is_gene = kind.lower().endswith("gene")  # Ensembl has ncRNA_gene and pseudogene beside
        if not is_gene and kind not in ("transcript", "mRNA"):
            continue
        first, last = whole(start), whole(end)
        if first is None or last is None or not 1 <= first <= last:
            said = f"from {quoted(start)} to {quoted(end)}"
            raise InputError(f"{path}, line {number}: {said}; expected 1-based places, start first")
        found = {key: quoted or given or bare for key, quoted, given, bare in ATTRIBUTE.findall(text)}
        name = next((found[key] for key in NAMES if found.get(key)), "")
        gene = {"gene": name, "chrom": chrom, "start": first - 1, "end": last, "strand": strand}
        gene["id"] = found.get("gene_id") or found.get("ID") or ""
        if is_gene:
            genes.append(gene)
            continue
        gene["gene"] = found.get("gene_name") or found.get("gene_id") or found.get("Parent") or name
        key = (found.get("gene_id") or found.get("Parent") or gene["gene"], chrom, strand)
        transcripts.setdefault(key, []).append(gene)
    if not genes and not transcripts:
        raise InputError(f"{path}: no feature 'gene' or 'transcript' in it; expected {FORMAT}")
    return pd.DataFrame(genes or list(itertools.chain.from_iterable(map(spans, transcripts.values()))))


def spans(transcripts: list[dict]) -> list[dict]:
    """The stretches that transcripts of one name and strand cover; a gene mapped to two places has two."""
    found: list[dict] = []
    for one in sorted(transcripts, key=lambda row: row["start"]):
        if found and one["start"] < found[-1]["end"]:
            found[-1]["end"] = max(found[-1]["end"], one["end"])
        else:
            found.append(dict(one))
    return found


def read_table(path: Path) -> pd.DataFrame:
    """Genes of a TSV with a header; `start` and `end` (1-based, both included) where it has them."""
    rows = []
    for number, row in table_rows(path, FORMAT, {name: (name, name.upper()) for name in REQUIRED}):
        where = f"{path}, line {number}"
        tss, start, end = (whole_number(where, name, row.get(name) or row["tss"]) for name in ("tss", "start", "end"))
        if tss < 1 or tss != (start if row["strand"] == "+" else end):
            raise InputError(f"{where}: tss {tss} is not the gene's first base on strand {row['strand']!r}, from 1")
        chosen = {name: row[name] for name in ("gene", "chrom", "strand")}
        rows.append({**chosen, "start": start - 1, "end": end, "id": row.get("id", "")})
    return pd.DataFrame(rows)


def find_gene(genes: pd.DataFrame, name: str, where: object) -> pd.Series:
    """The row of one gene by its name or id.

    Raises
    ------
    InputError
        Where no gene is called so, or several are at different places.
    """
    bare = genes.id.str.removeprefix("gene:").str.partition(".")[0]  # Ensembl ids, with their version or without
    found = genes[(genes.gene == name) | (genes.id == name) | (bare == name)]
    if found.empty:
        near = genes.gene[genes.gene.str.upper() == name.upper()]
        hint = f"; did you mean {near.iloc[0]!r}?" if len(near) else "; give its place as chr22:28,367,000-28,400,000"
        raise InputError(f"{where}: no gene {name!r} among its {len(genes)}{hint}")
    if len(found.drop_duplicates(["chrom", "tss", "strand"])) > 1:
        places = ", ".join(f"{row.chrom}:{row.tss + 1:,}" for row in found.head(5).itertuples())
        raise InputError(f"{where}: {len(found)} genes are called {name!r} ({places}); give the place instead")
    return found.iloc[0]

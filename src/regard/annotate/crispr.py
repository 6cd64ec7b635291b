"""Enhancers switched off by CRISPRi and what their genes did, in the format of the Engreitz lab's benchmark."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.tables import MISSING, any_number, column_of, table_rows, whole_number
from regard.errors import InputError

FORMAT = "an element–gene table like EPCrisprBenchmark_*.tsv (CRISPR_comparison, Engreitz lab)"
IDS = (
    "measuredGeneEnsemblId", "measuredEnsemblID", "TargetGeneEnsemblID", "TargetGeneEnsembl_ID", "GeneEnsemblID",
    "Ensembl_ID", "EnsemblID", "gene_id",
)  # fmt: skip
REQUIRED = {
    "chrom": ("chrom", "chr", "chromosome", "seqnames"),
    "chromStart": ("chromStart", "start"),
    "chromEnd": ("chromEnd", "end"),
    "measuredGeneSymbol": ("measuredGeneSymbol", "gene", "TargetGene", "GeneSymbol", "gene_name", "gene_symbol", *IDS),
    "Regulated": ("Regulated",),
}  # fmt: skip
# Columns that may be there, and under which names: those of the benchmark first.
OPTIONAL = {
    "startTSS": ("startTSS", "TargetGeneTSS", "geneTSS", "gene_tss", "tss", "TSS"),
    "endTSS": ("endTSS",),
    "chrTSS": ("chrTSS",),
    "distanceToTSS": ("distanceToTSS", "DistanceToTSS", "distance"),
    "ValidConnection": ("ValidConnection", "IncludeInModel"),
    "EffectSize": ("EffectSize", "effect_size"),
    "CellType": ("CellType", "cell_type", "celltype", "Biosample", "biosample"),
    "GeneId": IDS,
    "Dataset": ("Dataset", "dataset"),
    "weight": ("weight", "weights", "direct_vs_indirect_negative"),
}
ACTIVITY = ("DHS.RPM", "H3K27ac.RPM")  # reads a million; present in the annotated training table
COLUMNS = ["line", "chrom", "start", "end", "gene", "id", "cell", "tss", "distance", "regulated", "effect", "activity",
           "dataset", "weight"]  # fmt: skip
SAID = ("startTSS", "ValidConnection")  # of which it is said where they stand under another name
TRUE, FALSE = ("TRUE", "T", "1", "1.0", "YES"), ("FALSE", "F", "0", "0.0", "NO")


@dataclass(frozen=True)
class CrisprPairs:
    """Pairs to be ranked, and those that are not.

    Attributes
    ----------
    table : `line` of the file, `chrom`, `start`, `end` (of the element, 0-based half-open), `gene`, `id` (of the gene,
        Ensembl's, without version), `cell` (type; both are empty where not given), `tss` (0-based; NaN where only a
        distance is given), `distance` (bp, from the element's middle to the TSS, or as the file gives it),
        `regulated` (bool), `effect` (share by which expression changed, negative is down), `activity` (√(DHS × H3K27ac)
        in reads a million), `dataset` (empty where not given), `weight` (0 and up: how much a pair counts where figures
        are weighted, such as the probability that its effect is direct); numbers are NaN where not given. Of several
        files `file`, too.
    left_out : `line`, `element`, `gene`, `regulated`, `reason`; of several files `file`.
    weighted : the column that `weight` was read from, where there is one.
    """

    source: str
    table: pd.DataFrame
    left_out: pd.DataFrame
    remarks: tuple[str, ...] = ()
    weighted: str = ""

    @property
    def weights(self) -> np.ndarray | None:
        """How much each pair counts, (pairs,), 1 where the table does not say; None where it says it of none."""
        given = self.table.weight.to_numpy(float)
        return None if np.isnan(given).all() else np.where(np.isnan(given), 1.0, given)

    @property
    def names(self) -> dict[str, str]:
        """Symbols and identifiers of the genes, and for each what `table` calls it."""
        ids = self.table[self.table.id != ""].drop_duplicates("id")
        return dict(zip(ids.id, ids.gene, strict=True)) | {gene: gene for gene in self.table.gene.unique()}

    @property
    def cells(self) -> set[str]:
        return set(self.table.cell) - {""}

    def without(self, lost: np.ndarray, reason: str) -> CrisprPairs:
        """The same less the pairs where `lost`, bool, shape (pairs,), is True; these are listed with the reason."""
        more = listed(self.table[lost], reason)
        table = self.table[~lost].reset_index(drop=True)
        left_out = pd.concat([self.left_out, more], ignore_index=True) if len(more) else self.left_out
        return replace(self, table=table, left_out=left_out)


def listed(rows: pd.DataFrame, reason: str) -> pd.DataFrame:
    element = [f"{row.chrom}:{row.start + 1}-{row.end}" for row in rows.itertuples()]
    columns = {name: rows[name] for name in ("file",) if name in rows}
    columns |= {"line": rows.line, "element": element, "gene": rows.gene, "regulated": rows.regulated, "reason": reason}
    return pd.DataFrame(columns)


def read_pairs(path: Path | str) -> CrisprPairs:
    """Read a table of element–gene pairs; several are read by `read_data_sets`.

    A pair is left out, and listed, when its `ValidConnection` is not TRUE (what stands there is the reason), when it
    has neither TSS nor `distanceToTSS`, when element and TSS are on different chromosomes, when it stood before, or
    when its line cannot be read. An element whose end is its start is one base.

    Raises
    ------
    InputError
        For a missing column, and where no pair or no regulated pair is left; it quotes the first line not read.
    """
    found, why = read_table(Path(path))
    if why:
        raise InputError(why)
    return found


def read_table(path: Path) -> tuple[CrisprPairs, str]:
    """As `read_pairs`; and why there is nothing to rank, where there is not."""
    rows, reasons, seen, unread = [], [], set(), []
    given = computed = 0
    names: dict[str, str] = {}
    for number, fields in table_rows(path, FORMAT, REQUIRED, lambda line, why: unread.append(not_read(line, {}, why))):
        names = names or {name: found for name in OPTIONAL if (found := found_in(fields, name))}
        fields |= {name: fields[found] for name, found in names.items()}
        try:
            row = one_pair("", fields)
        except InputError as error:
            unread.append(not_read(number, fields, str(error).removeprefix(": ")))
            continue
        reason = why_not(fields, row)
        key = (row["chrom"], row["start"], row["end"], row["gene"], row["cell"])
        if not reason and key in seen:
            reason = "the same element and gene stand further up"
        seen.add(key)
        if not reason:
            given, computed = given + row["given"], computed + (not row["given"])
        rows.append({"line": number} | {name: value for name, value in row.items() if name != "given"})
        reasons.append(reason)
    table, why = pd.DataFrame(rows, columns=COLUMNS), np.array(reasons, dtype=object)
    keep = why == ""
    left_out = listed(table[~keep], "")
    left_out["reason"] = why[~keep]
    if unread:
        left_out = pd.concat([left_out, pd.DataFrame(unread)], ignore_index=True).sort_values("line", kind="stable")
    kept = table[keep].reset_index(drop=True)
    nothing = ""
    if kept.empty or not kept.regulated.any() or kept.regulated.all():
        what = (
            "none is left" if kept.empty else f"all that are left are {'' if kept.regulated.all() else 'not '}regulated"
        )
        first = f" (line {unread[0]['line']}: {unread[0]['reason']})" if unread else ""
        nothing = f"{path}: of {len(table) + len(unread)} pairs {what}{first}; there is nothing to rank"
    lines = ", ".join(str(one["line"]) for one in unread[:5]) + (", …" if len(unread) > 5 else "")
    told = [f"{found} is read as {name}" for name, found in names.items() if found != name and name in SAID]
    told += [f"{len(unread)} rows cannot be read and are left out (lines {lines})"] * bool(unread)
    told += [f"{given} distances are `distanceToTSS` of the table"] * bool(given)
    told += [f"{computed} distances are from the middle of the element to the TSS"] * bool(computed)
    told += [f"weights are `{names['weight']}` of the table"] if "weight" in names else []
    said = (f"{path.name}: {', '.join(told)}",) if told else ()
    return CrisprPairs(path.name, kept, left_out.reset_index(drop=True), said, names.get("weight", "")), nothing


def found_in(fields: dict[str, str], name: str) -> str:
    """The column of a row that is one of the optional ones; empty where there is none."""
    return column_of(fields, OPTIONAL[name]) or ""


def not_read(line: int, fields: dict[str, str], why: str) -> dict:
    """An entry of what is left out, with what the row itself says."""
    chrom, start, end = (fields.get(name, "") for name in ("chrom", "chromStart", "chromEnd"))
    element = f"{chrom}:{start[:20]}-{end[:20]} (as in the file)" if fields else ""
    word = fields.get("Regulated", "").upper()
    regulated = word in TRUE if word in TRUE + FALSE else None
    gene = fields.get("measuredGeneSymbol", "")
    return {"line": line, "element": element, "gene": gene, "regulated": regulated, "reason": why}


def one_pair(where: str, fields: dict[str, str]) -> dict:
    """A row's values."""
    start, end = (whole_number(where, name, fields[name]) for name in ("chromStart", "chromEnd"))
    end += end == start
    if end < start:
        raise InputError(f"{where}: chromStart {start} is not before chromEnd {end}")
    word = fields["Regulated"].upper()
    if word not in TRUE + FALSE:
        raise InputError(f"{where}: Regulated is {fields['Regulated'][:40]!r}; expected TRUE or FALSE")
    tss = np.nan
    if (text := fields.get("startTSS", "")) not in MISSING:
        first = whole_number(where, "startTSS", text)
        last = fields.get("endTSS", "")
        tss = first if last in MISSING else (first + max(whole_number(where, "endTSS", last), first)) // 2
    identifier = "" if (one := fields.get("GeneId", "")) in MISSING else one.partition(".")[0]
    gene = fields["measuredGeneSymbol"]
    if gene in MISSING or (gene.startswith("ENS") and "." in gene):
        gene = identifier or gene.partition(".")[0]
    if not gene:
        raise InputError(f"{where}: no gene is named")
    if not identifier and gene.startswith("ENS"):
        identifier = gene
    distance = abs(any_number(where, "distanceToTSS", fields.get("distanceToTSS", "")))
    weight = any_number(where, "weight", fields.get("weight", ""))
    if weight < 0:
        raise InputError(f"{where}: weight is {weight:g}; expected 0 or more")
    dhs, acetyl = (any_number(where, name, fields.get(name, "")) for name in ACTIVITY)
    return {
        "chrom": fields["chrom"], "start": start, "end": end, "gene": gene, "id": identifier,
        "cell": "" if (cell := fields.get("CellType", "")) in MISSING else cell,
        "tss": tss, "given": not np.isnan(distance),
        "distance": abs((start + end) / 2 - tss) if np.isnan(distance) else distance,
        "regulated": word in TRUE, "effect": any_number(where, "EffectSize", fields.get("EffectSize", "")),
        "activity": np.sqrt(max(dhs, 0) * max(acetyl, 0)) if not np.isnan(dhs + acetyl) else np.nan,
        "dataset": "" if (one := fields.get("Dataset", "")) in MISSING else one, "weight": weight,
    }  # fmt: skip


def why_not(fields: dict[str, str], row: dict) -> str:
    """Why a pair cannot be ranked; empty for one that can."""
    valid = fields.get("ValidConnection", "TRUE")
    if valid.upper() not in TRUE:
        return f"{'IncludeInModel' if fields.get('IncludeInModel') is valid else 'ValidConnection'}: {valid}"
    if np.isnan(row["distance"]):
        return "no TSS is given"
    if (chrom := fields.get("chrTSS", "")) not in (*MISSING, fields["chrom"]):
        return f"the element is on {fields['chrom']}, the TSS on {chrom}"
    return ""

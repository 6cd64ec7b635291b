"""Known edges of a network, from a table of regulators and targets."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from regard.core.scores import PairAnnotations
from regard.data.perturbations import few, records
from regard.errors import InputError

FORMAT = "TSV `regulator target [weight]`"


def read_gold(path: Path | str, genes: list[str]) -> tuple[PairAnnotations, list[str]]:
    """Read known edges.

    Parameters
    ----------
    path : TSV `regulator target [weight]`, with or without a header. An edge is there when its weight
        is left out or above 0; pairs that are not listed, or with weight 0, are not edges.
    genes : names, in the order of the expression table.

    Returns
    -------
    One boolean matrix, shape (genes, genes), row = target (query), column = regulator (key), and
    remarks: genes that the table lacks, edges of a gene to itself.

    Raises
    ------
    InputError
        For a line that cannot be read, a pair listed twice with different weights, no edge at all.
    """
    path = Path(path)
    place = {gene: i for i, gene in enumerate(genes)}
    listed: dict[tuple[str, str], bool] = {}
    for count, (number, fields) in enumerate(records(path, FORMAT)):
        if len(fields) not in (2, 3):
            raise InputError(f"{path}, line {number}: {len(fields)} fields with tabs between; expected {FORMAT}")
        if count == 0 and is_header(fields, place):
            continue
        regulator, target, *rest = fields
        known = weight_of(path, number, rest[0]) > 0 if rest else True
        if listed.setdefault((regulator, target), known) != known:
            raise InputError(f"{path}, line {number}: {regulator} → {target} is listed as an edge and as none")
    edges = [pair for pair, known in listed.items() if known]
    if not edges:
        raise InputError(f"{path}: no known edge in it; expected {FORMAT}")
    gold, remarks = np.zeros((len(genes), len(genes)), dtype=bool), []
    for regulator, target in edges:
        if regulator in place and target in place and regulator != target:
            gold[place[target], place[regulator]] = True
    if not gold.any():
        raise InputError(
            f"{path}: none of its {len(edges)} edges ({few([f'{r} → {t}' for r, t in edges])}) is between two "
            f"different genes of the table ({few(genes)})"
        )
    missing = sorted({gene for edge in edges for gene in edge} - set(place))
    if missing:
        lost = sum(r not in place or t not in place for r, t in edges)
        remarks.append(
            f"{path.name}: {lost} of {len(edges)} known edges are of genes that the table lacks and not judged: "
            + few(missing)
        )
    loops = sum(r == t for r, t in edges)
    if loops:
        remarks.append(f"{path.name}: {loops} edges of a gene to itself are not judged")
    return PairAnnotations(["network"], [gold], path.name), remarks


def is_header(fields: list[str], genes: dict[str, int]) -> bool:
    """Is the first line no edge: column names that are no genes, or a weight that is no number?"""
    names = {"regulator", "target", "tf", "source", "gene1", "gene2"}
    if {field.lower() for field in fields[:2]} <= names and not set(fields[:2]) <= set(genes):
        return True
    return len(fields) == 3 and fields[2].lower() in ("weight", "label", "score", "importance")


def weight_of(path: Path, line: int, text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = float("nan")
    if not weight >= 0:
        raise InputError(f"{path}, line {line}: weight {text!r}; expected 0 (no edge) or a number above 0")
    return weight

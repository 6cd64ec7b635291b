"""A list of variants in the study: scored, judged where it has labels, and told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from rich.progress import Progress

from regard.core.evidence import SUPPORTED
from regard.data.changes import labels_of
from regard.plot.listed import along_protein
from regard.report.columns import named
from regard.report.kept import kept
from regard.report.page import Figure, Note, Section
from regard.studies.protein.deletion_section import deletions_of
from regard.studies.protein.list_judged import CONSERVED, METHOD, TWINS, correlation, judge_list
from regard.studies.protein.listed import ONE, ListedChange, ListFound, read_list, score_list
from regard.studies.protein.result import Result
from regard.studies.protein.substitutions import affordable, every_substitution
from regard.studies.protein.variant_words import CAVEAT

SHOWN = 50
OF = "variants of "  # an annotation of `evidence.tsv`


def asked_list(path: Path | None, proteins: Sequence) -> tuple[list[ListedChange], np.ndarray, str, list[str]] | None:
    """A list read and placed, its labels as numbers, what they are, and remarks; None where none was given."""
    if path is None:
        return None
    changes, remarks = read_list(path, proteins)
    found = labels_of(path, [one.listed for one in changes])
    worse, kind = found if found is not None else (np.full(len(changes), np.nan), "")
    return changes, worse, kind, remarks


def study_list(
    result: Result,
    name: str,
    asked: tuple[list[ListedChange], np.ndarray, str, list[str]],
    *,
    looks: int,
    progress: Progress,
) -> tuple[ListFound | None, pd.DataFrame]:
    """Scores of a list, and evidence where it has labels. Substitutions that are asked on the way are kept."""
    changes, worse, kind, remarks = asked
    model = result.model
    if not model.likelihoods:
        result.remarks.append(f"{model.name} {model.lacks}: it gives no masked likelihoods, so {name} was not scored")
        return None, pd.DataFrame()
    here = {one.protein.id: one.protein for one in changes if affordable(model, one.protein)}
    bar = progress.add_task("substitutions", total=sum(map(len, here.values())))
    for protein in here.values():
        result.every[protein.id] = every_substitution(model, protein, lambda done: progress.advance(bar, done))
    deletions_of(result, [one.protein for one in changes if one.change.one_deleted is not None], progress)
    bar = progress.add_task("variants listed", total=len(changes))
    table = score_list(model, changes, result.every, result.deletions, advance(progress, bar))
    twins = TWINS if len(here) == len({one.protein.id for one in changes}) else 0
    found = ListFound(name, changes, table, worse, kind, remarks)
    if np.isnan(worse).all():
        return found, pd.DataFrame()
    evidence = judge_list(model, changes, table, worse, f"{OF}{name}", twins=twins, looks=looks, seed=result.seed)
    return found, evidence


def advance(progress: Progress, bar) -> Callable[[int], object]:
    return lambda done: progress.advance(bar, done)


def list_sections(result: Result, folder: Path) -> list[Section]:
    """The section on a list; `variants_listed.tsv`, `substitutions.tsv` and a figure for each protein are written."""
    if result.every:
        write_every(result.every, result, folder / "substitutions.tsv")
    if result.deletions:
        write_every(result.deletions, result, folder / "deletions.tsv")
    found = result.listed
    if found is None:
        return []
    table = found.table
    table.to_csv(folder / "variants_listed.tsv", sep="\t", index=False, float_format="%.5g")
    text = [
        f"{len(table)} changes of {table.id.nunique()} {'proteins' if table.id.nunique() > 1 else 'protein'}. "
        f"log_ratio: {'; '.join(f'{n} by {how}' for how, n in table.how.value_counts().items())}. Below 0 the model "
        "finds the change less likely than what stands there. Of several substitutions together log_ratio_joint is one "
        "pass with all of them hidden. Deletions are not comparable with substitutions: a residue deleted has its rank "
        "among all deletions of one residue.",
        *(f"Note: {remark}." for remark in found.remarks),
        *judged_words(result, found),
    ]
    shown = table.sort_values("log_ratio").head(SHOWN)
    if len(shown) < len(table):
        text.append(f"The {SHOWN} least likely are shown; all are in variants_listed.tsv.")
    rows = named([told(row) for row in shown.to_dict("records")])
    return [Section(f"The variants of {found.name}", [*text, *rows, *drawn(result, found, folder), Note(CAVEAT)])]


def told(row: dict) -> dict:
    """A row for the page: whole numbers as such, and what is missing left open."""
    return {
        key: "" if pd.isna(value) else int(value) if isinstance(value, float) and value.is_integer() else value
        for key, value in row.items()
    }


def write_every(tables: Mapping[str, pd.DataFrame], result: Result, path: Path) -> None:
    """Every change of one kind of the proteins of which all were asked; tables : by protein, places as it is read."""
    offset = {p.id: p.offset for p in result.proteins}
    whole = pd.concat([one.assign(position=one.position + offset[name], id=name) for name, one in tables.items()])
    whole[["id", *[c for c in whole if c != "id"]]].to_csv(path, sep="\t", index=False, float_format="%.5g")


def judged_words(result: Result, found: ListFound) -> list[str]:
    """AUROC and verdict beside what needs no model, and of scores Spearman's ρ; nothing where there is no label."""
    rows = result.evidence[result.evidence.annotation == f"{OF}{found.name}"]
    own = rows[rows.method == METHOD]
    if own.empty:
        return []
    row, free = own.iloc[0], rows[rows.method == CONSERVED]
    lines = [
        f"Labels ({found.kind}{', cut at the median' if found.kind == 'a score' else ', the larger the worse'}): AUROC "
        f"{row.value:.3f} by the model, {row.baseline_value:.3f} by what needs no model (amino acids, hydropathy, place"
        + (f", rarity in the alignment, {free.iloc[0].value:.3f} by itself" if len(free) else "")
        + f"): {row.verdict}" + ("." if row.verdict == SUPPORTED else f"; {row.reason}.")
    ]  # fmt: skip
    if found.kind == "a score":
        single = found.table.log_ratio.where(found.table.deleted == 0)
        rho = correlation(single, found.worse)
        text = f"Spearman's ρ of the log ratio with the score, higher taken as fitter: {rho:.3f}"
        if "conserved" in found.table:
            text += f"; of rarity in the alignment {correlation(found.table.conserved, found.worse):.3f}"
        lines.append(f"{text} (no verdict is on it).")
    return lines


def drawn(result: Result, found: ListFound, folder: Path) -> list[Figure]:
    made: list[Figure] = []
    own = result.evidence[(result.evidence.annotation == f"{OF}{found.name}") & (result.evidence.method == METHOD)]
    worse = found.worse
    if found.kind == "a score":
        worse = np.where(np.isnan(worse), np.nan, worse > np.nanmedian(worse))
    for number, name in enumerate(list(dict.fromkeys(found.table.id))[:3], 1):
        single = ((found.table.id == name) & (found.table.how == ONE)).to_numpy()
        if not single.any():
            continue
        place = np.array([one.change.positions[0] + 1 for one in found.changes])
        picture = along_protein(
            place[single], found.table.log_ratio.to_numpy()[single], worse[single], f"{name}: variants of {found.name}"
        )
        caption = "Single substitutions; the lower, the less likely to the model."
        made.append(kept(picture, folder, f"variants_listed.{number}", caption, own))
    return made

"""One more pass over proteins for what a reader looks at: sites, heads' maps, distances in secondary structure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from rich.progress import Progress

from regard.models.protein.view import View, view
from regard.report.page import Section
from regard.studies.protein.head_maps import block_of, chosen_section, grid_section, side_of, writer
from regard.studies.protein.maps_shown import in_full, maps_section
from regard.studies.protein.result import Result
from regard.studies.protein.secondary import pattern_section
from regard.studies.protein.site import section as site_section
from regard.studies.protein.site_heads import head_section, partners
from regard.studies.protein.viewpoints import MOST, Viewpoint, head_numbers, viewpoints

PATTERNED = 20  # proteins whose attention by distance is held against secondary structure


def view_sections(
    result: Result,
    sites: list[str],
    heads: list[str],
    *,
    named: Mapping[int, str] | None = None,
    folder: Path,
    progress: Progress,
) -> list[Section]:
    """Sections of the report; `site.tsv`, figures and maps in full are written to the folder.

    sites, heads : as asked for on the command line. Heads are drawn of the first three proteins.
    named : what the page says of heads, by their numbers; where given, maps can be chosen and looked into.
    """
    points = viewpoints(sites, result.proteins)
    chosen = head_numbers(heads, result.model.layers, result.model.heads)
    drawn = result.proteins[:MOST]
    numbers = [p.id for p in drawn]
    patterned = [p for p in result.proteins if p.secondary][:PATTERNED]
    read = list({p.id: p for p in [*(one.protein for one in points), *drawn, *patterned]}.values())
    bar = progress.add_task("maps", total=len(read))
    of_sites: list[Section] = []
    grids: list[Section] = []
    kept, tables, diagonals = [], [], {}
    for protein in read:
        number = 1 + numbers.index(protein.id) if protein.id in numbers else 0
        own = [one for one in points if one.protein.id == protein.id]
        files = folder / "figures" / f"heads.{number}"
        whole = list(dict.fromkeys([*chosen, *in_full(named or {}, protein)]))
        pixel = block_of(result.model, protein, len(drawn))
        write = writer(result.model, protein, files, pixel) if number else None
        found = view(
            result.model, protein.sequence, side=side_of(result.model), sites=[one.places for one in own],
            heads=whole if number else [], **({} if write is None else {"each": write}),
        )  # fmt: skip
        for at, one in enumerate(own):
            of_sites += seen_from_one(result, one, found, at, folder, tables)
        if number:
            kept.append((protein, found))
            grids.append(grid_section(
                result, protein, found, folder, number, f"figures/{files.name}" if write else "", pixel
            ))  # fmt: skip
        if protein.secondary and len(diagonals) < PATTERNED:
            diagonals[protein.id] = found.diagonals
        progress.advance(bar)
    if tables:
        pd.concat(tables).to_csv(folder / "site.tsv", sep="\t", index=False, float_format="%.5g")
    of_heads = [chosen_section(result, kept, head, folder) for head in chosen]
    of_maps = [] if named is None else maps_section(result, kept, named)
    return [*of_sites, *of_heads, *pattern_section(result, diagonals, folder), *of_maps, *grids]


def seen_from_one(
    result: Result, one: Viewpoint, found: View, at: int, folder: Path, tables: list[pd.DataFrame]
) -> list[Section]:
    number = len(tables) + 1
    tables.append(partners(one, found, at, result.model.layers))
    return [
        site_section(result, one, folder, number),
        head_section(result, one, found, at, table=tables[-1], folder=folder, number=number),
    ]

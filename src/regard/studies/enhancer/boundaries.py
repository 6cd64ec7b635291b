"""Does attention know of TAD boundaries? That about them minus that about matched loci (Avsec et al. 2021, fig. 2c)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from rich.console import Console
from rich.progress import Progress

from regard.annotate.bed import read_bed
from regard.core.evidence import SUPPORTED, write_evidence
from regard.core.genome import open_genome
from regard.core.regions import Region
from regard.core.sequences import encode
from regard.core.store import output_folder, write_manifest
from regard.errors import InputError
from regard.judge.boundaries import SIDE, boundary_evidence, relative, stripe_and_block
from regard.models.genomic import GenomicModel
from regard.predictors.matched_loci import TOLERANCE, matched_loci
from regard.studies.enhancer.boundaries_report import write_report
from regard.studies.enhancer.boundaries_result import Readings, Result
from regard.studies.enhancer.model import open_model

SHOWN = 128  # bins of the maps that are kept, at most; scores are of all bins
LONG = 20_000  # bases of a window from which on a pass with random weights is left out
RANDOM_MODELS = 3


def run(
    source: Path,
    out: Path,
    *,
    genome: Path,
    model: str | GenomicModel = "enformer",
    most: int = 100,
    width: int = 1,
    away: int | None = None,
    seed: int = 0,
    device: str = "cpu",
    force: bool = False,
    console: Console | None = None,
) -> pd.DataFrame:
    """Run the study on boundaries in BED and write its folder; see `regard enhancer boundaries --help`.

    away : bases from a matched locus to the nearest boundary; a quarter of the model's window where None.
    """
    console = console or Console(stderr=True)
    opened, files = open_model(model, device=device, seed=seed) if isinstance(model, str) else (model, [])
    with output_folder(out, force) as folder, Progress(console=console, transient=True) as progress:
        result = study(source, genome, opened, progress, most=most, width=width, away=away, seed=seed)
        write_tables(result, folder)
        write_evidence(result.evidence, folder / "evidence.tsv")
        (folder / "figures").mkdir()
        write_report(result, folder)
        write_manifest(
            folder / "manifest.json",
            seed=seed,
            inputs=[source, genome, *files],
            model=opened.name,
            trained=opened.trained,
            most=most,
            width=width,
            away=result.away,
            gc_tolerance=TOLERANCE,
        )
    supported = int((result.evidence.verdict == SUPPORTED).sum())
    console.print(
        f"{len(result.pairs)} boundaries with a matched locus, {len(result.left_out)} left out (left_out.tsv)"
    )
    console.print(f"evidence: {supported} of {len(result.evidence)} scores of heads supported")
    console.print(f"report: {out / 'report.html'}")
    return result.evidence


def study(
    source: Path,
    genome: Path,
    model: GenomicModel,
    progress: Progress,
    *,
    most: int = 100,
    width: int = 1,
    away: int | None = None,
    seed: int = 0,
) -> Result:
    """Pairs of windows, their scores, and the evidence; as `run` has them."""
    loci = [Region(*row) for row in read_bed(source)[["chrom", "start", "end"]].itertuples(index=False)]
    reference = open_genome(genome)
    if not 1 <= width < model.bins // 4:
        raise InputError(f"--width {width}: a boundary of 1 to {model.bins // 4 - 1} bins on each side fits this model")
    away = model.length // 4 if away is None else away
    pairs, left_out = matched_loci(reference, loci, model.length, away=away, seed=seed)
    if not pairs:
        reasons = "; ".join(sorted({reason for _, reason in left_out})[:3])
        raise InputError(f"{source}: none of its {len(loci)} boundaries can be used ({reasons})")
    chosen = np.sort(np.random.default_rng(seed).permutation(len(pairs))[:most])
    used = [pairs[i] for i in chosen]
    both = [[pair.locus for pair in used], [pair.control for pair in used]]
    boundary, control = (
        read(model, reference, regions, width, progress, what)
        for regions, what in zip(both, ("boundaries", "matched loci"), strict=True)
    )
    untrained = random_differences(model, reference, both, width, seed, progress)
    table = boundary_evidence(boundary.scores, control.scores, untrained=untrained, item=source.name, seed=seed)
    remarks = list(model.remarks)
    if untrained is None and model.trained:
        remarks.append(f"Random weights were not read: windows of {model.length:,} bases would take as long again")
    return Result(
        source.name, model, used, left_out, len(pairs) - len(used), width, away, boundary, control, untrained,
        table, remarks,
    )  # fmt: skip


def read(model: GenomicModel, genome, regions: list[Region], width: int, progress: Progress, what: str) -> Readings:
    """Scores of each window and the mean map, layer by layer as they come."""
    stripes, blocks, total = [], [], np.zeros(())
    for region in progress.track(regions, description=what):
        tokens = torch.from_numpy(encode(genome.window(*region).sequence)).long()[None]
        layers: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

        def add(_layer: int, attention: torch.Tensor, layers=layers) -> None:
            one = attention[0].cpu().numpy()
            pooled = pool(relative(one, causal=model.causal), SHOWN)
            layers.append((*stripe_and_block(one, width=width, causal=model.causal), pooled))

        model.attend(tokens, add)
        stripe, block, maps = (np.stack(part) for part in zip(*layers, strict=True))
        stripes.append(stripe)
        blocks.append(block)
        total = total + maps
    return Readings({"stripe": np.stack(stripes), "block": np.stack(blocks)}, total / len(regions))


def random_differences(model, genome, both, width: int, seed: int, progress: Progress) -> dict[str, np.ndarray] | None:
    """Mean of boundary − control with random weights, (draws, layers, heads); None for models with long windows."""
    if model.length > LONG or not model.trained:
        return None
    drawn: dict[str, list[np.ndarray]] = {name: [] for name in SIDE}
    for draw in range(RANDOM_MODELS):
        random = model.untrained(seed * RANDOM_MODELS + draw)
        what = f"random weights {draw + 1}/{RANDOM_MODELS}"
        a, b = (read(random, genome, regions, width, progress, what).scores for regions in both)
        for name in SIDE:
            drawn[name].append((a[name] - b[name]).mean(axis=0))
    return {name: np.stack(values) for name, values in drawn.items()}


def pool(maps: np.ndarray, most: int) -> np.ndarray:
    """Means over squares of bins, so that no axis is longer than `most`; shape (..., query, key)."""
    n = maps.shape[-1]
    by = -(-n // most)
    n -= n % by
    squares = maps[..., :n, :n].reshape(*maps.shape[:-2], n // by, by, n // by, by)
    return squares.mean(axis=(-3, -1)).astype(np.float32)


def write_tables(result: Result, folder: Path) -> None:
    """Which loci were used and left out, the scores of every window, and the mean maps."""
    rows = [
        {"boundary": str(p.locus), "gc": p.gc, "matched": str(p.control), "matched_gc": p.control_gc}
        | {
            f"{name}{suffix}": readings.scores[name][i].mean()
            for name in SIDE
            for suffix, readings in (("", result.boundary), ("_matched", result.control))
        }
        for i, p in enumerate(result.pairs)
    ]
    pd.DataFrame(rows).to_csv(folder / "pairs.tsv", sep="\t", index=False, float_format="%.5g")
    left = pd.DataFrame(
        [(*region, reason) for region, reason in result.left_out], columns=["chrom", "start", "end", "reason"]
    )
    left.to_csv(folder / "left_out.tsv", sep="\t", index=False)
    np.savez_compressed(
        folder / "maps.npz",
        boundary=result.boundary.map,
        control=result.control.map,
        **{
            f"{name}_{of}": r.scores[name]
            for name in SIDE
            for of, r in (("boundary", result.boundary), ("control", result.control))
        },
    )

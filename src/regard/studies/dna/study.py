"""The DNA study: classify, look at attention, and ask whether it falls on what is known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.progress import Progress

from regard.core.evidence import write_evidence
from regard.core.store import output_folder, save_maps, save_tracks, write_manifest
from regard.data.inputs import read_sequences
from regard.errors import InputError
from regard.judge.rules import FEWEST_GROUPS
from regard.models.attention import attention
from regard.models.device import usable
from regard.models.dna_gpt.model import load
from regard.models.shelf.shipped import DNA_GPT
from regard.studies.dna.answers import Many, answer_rows
from regard.studies.dna.cloud import cloudier
from regard.studies.dna.evidence import (
    DISTANCE,
    ENTROPY,
    MEAN_OF_HEADS,
    RECEIVED,
    evidence_groups,
    example_scores,
    gather_evidence,
    head_scores,
)
from regard.studies.dna.examples import choose_examples
from regard.studies.dna.initiation import (
    cross_check,
    example_tracks,
    initiation_scores,
    known_motifs,
    read_initiation,
)
from regard.studies.dna.mutagenesis import mutagenesis_evidence
from regard.studies.dna.predictions import predict, summary
from regard.studies.dna.questions_ablation import heads_matter
from regard.studies.dna.questions_heads import blocks, focus
from regard.studies.dna.questions_initiation import enhancers_initiate, peaks_on_motifs, weaker
from regard.studies.dna.questions_positions import attracting_positions
from regard.studies.dna.report import write_report
from regard.studies.dna.result import Result
from regard.studies.dna.twins import TWINS, read_twins
from regard.studies.tasks import Task, task_of, task_of_model


def run(
    source: Path,
    task_name: str | None,
    out: Path,
    *,
    weights: Path = DNA_GPT,
    negatives: str = "both",
    predictions_only: bool = False,
    examples: int = 3,
    puffin: Path | None = None,
    flanks: Path | None = None,
    twins: int = TWINS,
    seed: int = 0,
    device: str = "cpu",
    force: bool = False,
    console: Console | None = None,
) -> None:
    """Run the study on a file of sequences and write its folder; see `regard dna --help`."""
    console = console or Console(stderr=True)
    model = load(weights).to(usable(device))
    if weights == DNA_GPT and task_name is None:
        raise InputError(f"choose what to ask by --task: {', '.join(model.config.tasks)}")
    task = task_of(str(task_name), negatives) if weights == DNA_GPT else task_of_model(model.config, task_name)
    table = read_sequences(source, list(task.classes))
    check = cross_check(puffin, flanks, table.set_index("id"))
    with output_folder(out, force) as folder, Progress(console=console, transient=True) as progress:
        predictions = predict(model, task, table, progress)
        predictions.to_csv(folder / "predictions.tsv", sep="\t", index=False, float_format="%.6g")
        if not predictions_only:
            result = study(
                model, weights.name, task, negatives, source, table, predictions, examples, check, twins, seed, progress
            )
            save_maps(result.maps, folder / "attention.zarr")
            if result.tracks is not None:
                save_tracks(result.tracks, folder / "initiation.zarr")
            evidence = [result.evidence, result.mutated, *answer_rows(result.answers)]
            write_evidence(pd.concat(evidence), folder / "evidence.tsv")
            positions = pd.concat([s.table() for s in [*result.scores, *initiation_scores(check, result.tracks)]])
            positions.to_csv(folder / "positions.tsv", sep="\t", index=False, float_format="%.6g")
            (folder / "figures").mkdir()
            write_report(result, folder)
        write_manifest(
            folder / "manifest.json",
            seed=seed,
            inputs=[source, weights, *filter(None, (check.weights, flanks))],
            task=task.name,
            negatives=negatives,
            examples=examples,
            twins=twins,
            pipeline=RECEIVED,
        )
    summary(console, task, predictions, out, predictions_only)


def study(
    model, weights, task: Task, negatives, source, table, predictions, n_examples, check, twins, seed, progress
) -> Result:
    """Attention of the examples, tracks beside it, scores of many sequences, and the evidence."""
    chosen, remarks = choose_examples(predictions, list(task.classes), n_examples, seed)
    if chosen.empty:
        raise InputError(
            f"{source}: no sequence is predicted as labelled, so there is no example to show; try --predictions-only"
        )
    if table.ambiguous.sum():
        remarks.append(f"{table.ambiguous.sum()} IUPAC letters other than A, C, G, T, N were read as N")
    remarks += check.remarks
    if warning := task.length_remark(predictions.length.to_numpy()):
        remarks.insert(0, warning)
    rows = table.set_index("id")
    shown = rows.loc[chosen.id]
    maps = attention(model, shown.sequence.tolist(), chosen.id.tolist())
    first_of_each = chosen.groupby("predicted", sort=False).id.first().tolist()
    scores = example_scores(model, task, maps, shown, first_of_each, progress)
    bar = progress.add_task("tracks of initiation", total=len(shown))
    tracks = example_tracks(check, shown, seed, lambda done: progress.advance(bar, done))

    groups = evidence_groups(predictions, list(task.classes), seed)
    used = rows.loc[[i for ids in groups.values() for i in ids]]
    pipelines = [RECEIVED, ENTROPY, DISTANCE]
    heads, entropy, distance = head_scores(model, used, pipelines, progress, "attention of many sequences")
    enough = len(next(iter(groups.values()))) >= FEWEST_GROUPS  # else no verdict can come of it
    random = read_twins(model, used, pipelines, twins if enough else 0, seed, progress)
    received_by_twins = [one[0] for one in random]
    if twins < 2:
        remarks.append("no random twins were read (--twins), so that nothing is called supported")
    bar = progress.add_task("initiation in many sequences", total=len(used) if check.model else 0)
    readings = read_initiation(check, used, seed, lambda done: progress.advance(bar, done))

    asked = rows.loc[next(iter(groups.values()))]
    motifs = known_motifs(check, asked, readings)
    evidence = gather_evidence(model, task, rows, groups, heads, received_by_twins, motifs, seed, progress)
    mean = heads[MEAN_OF_HEADS]
    mutated = mutagenesis_evidence(model, task, asked, mean, received_by_twins, motifs, seed, progress)
    many = Many(task, used, groups, "label" in table, heads, entropy, distance, check, readings, seed, random)
    answers = [
        attracting_positions(many),
        blocks(many),
        focus(many),
        cloudier(many, model, progress),
        peaks_on_motifs(evidence, mutated, check.motifs),
        heads_matter(evidence, model, task, asked, seed, progress),
        weaker(many),
        enhancers_initiate(many),
    ]
    return Result(
        weights,
        task,
        negatives,
        source.name,
        predictions,
        rows,
        chosen,
        maps,
        scores,
        heads,
        groups,
        entropy,
        evidence,
        check,
        tracks,
        answers,
        mutated,
        remarks,
    )

"""The DNA study: classify, look at attention, and ask whether it falls on what is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.progress import Progress

from regard.core.store import save_maps, save_tracks
from regard.data.inputs import read_sequences
from regard.data.sequence_tables import joined_words
from regard.errors import InputError
from regard.judge.among_best import among_best
from regard.judge.rules import FEWEST_GROUPS
from regard.models.attention import attention
from regard.models.reader import Reader
from regard.plot.style import styled
from regard.reduce.pipeline import parse
from regard.studies.dna.answers import Many
from regard.studies.dna.cloud import cloudier
from regard.studies.dna.evidence import (
    MEAN_OF_HEADS,
    evidence_groups,
    example_scores,
    gather_evidence,
    gradients_of,
    head_scores,
)
from regard.studies.dna.examples import choose_examples, shown_by
from regard.studies.dna.figures import are_bases
from regard.studies.dna.initiation import (
    CrossCheck,
    cross_check,
    example_tracks,
    initiation_scores,
    known_motifs,
    read_initiation,
)
from regard.studies.dna.initiation_rows import initiation_rows
from regard.studies.dna.mutagenesis import mutagenesis_evidence
from regard.studies.dna.negatives import kind_of_negatives
from regard.studies.dna.open_subject import open_subject
from regard.studies.dna.predictions import evidence_words, predicted_words
from regard.studies.dna.questions_ablation import heads_matter
from regard.studies.dna.questions_heads import blocks, focus
from regard.studies.dna.questions_initiation import enhancers_initiate, peaks_on_motifs, weaker
from regard.studies.dna.questions_models import two_models
from regard.studies.dna.questions_positions import attracting_positions
from regard.studies.dna.questions_readings import another_reading, other_readings
from regard.studies.dna.report import page_of
from regard.studies.dna.result import Result
from regard.studies.dna.subject import Subject, of_gpt, shipped_for
from regard.studies.dna.tss import usual_tss
from regard.studies.dna.twins import TWINS, read_twins
from regard.studies.frame import frame
from regard.studies.tasks import PROMOTER_HEAD, classes_alone, task_of


@styled
def run(
    source: Path,
    task_name: str | None,
    out: Path,
    *,
    weights: Path | str | Reader | None = None,
    negatives: str | None = None,
    predictions_only: bool = False,
    examples: int = 3,
    puffin: Path | None = None,
    flanks: Path | None = None,
    pipeline: str | None = None,
    twins: int = TWINS,
    seed: int = 0,
    device: str = "cpu",
    force: bool = False,
    console: Console | None = None,
) -> None:
    """Run the study on a file of sequences and write its folder; see `regard dna --help`.

    weights : as in `open_subject`; where None, those that come with Regard for the task.
    negatives : what promoters are told apart from; where None, what `kind_of_negatives` finds.
    """
    if pipeline:
        parse(pipeline)  # before anything is read
    asked, negatives, remarks = negatives, negatives or "genome", []
    weights = weights or shipped_for(task_name)
    subject, files = open_subject(weights, task_name, negatives, device, pipeline)
    if predictions_only and not subject.classifies:
        raise InputError(f"model {subject.name} has no classifier, so that --predictions-only leaves nothing to do")
    table, subject = read_input(source, subject)
    check = cross_check(puffin, flanks, table.set_index("id"))
    inputs = [source, *files, check.weights, flanks]
    with frame(out, force, console, seed=seed, inputs=inputs) as work:
        own = subject.own
        if asked is None and own is not None and own.config.tasks.get(subject.task.name) == PROMOTER_HEAD:
            negatives, why = kind_of_negatives(own, table, seed)
            remarks = [why]
            subject = of_gpt(own, task_of("promoter", negatives), subject.name, pipeline)
        predictions, unlike = subject.predict(table, work.progress)
        remarks = [*unlike, *remarks]
        predictions.to_csv(work.folder / "predictions.tsv", sep="\t", index=False, float_format="%.6g")
        work.say(predicted_words(subject.task, predictions))
        work.say(f"note: {words}" for words in remarks)
        work.say(f"note: {words}" for words in joined_words(int(table.joined.sum())))
        if not predictions_only:
            result = study(
                subject, source, table, predictions, check,
                negatives=negatives, remarks=remarks, n_examples=examples, twins=twins, seed=seed,
                progress=work.progress,
            )  # fmt: skip
            write_files(result, work.folder)
            work.evidence(result.compared)
            work.page(page_of, result)
            work.say([evidence_words(result)])
        work.manifest(
            model=subject.name,
            task=subject.task.name,
            negatives=negatives,
            examples=examples,
            twins=twins,
            pipeline=subject.received,
        )


def write_files(result: Result, folder: Path) -> None:
    """Attention and tracks of the sequences shown, and their scores by position."""
    save_maps(result.maps, folder / "attention.zarr")
    if result.tracks is not None:
        save_tracks(result.tracks, folder / "initiation.zarr")
    scores = [*result.scores, *initiation_scores(result.check, result.tracks)]
    positions = pd.concat([one.table() for one in scores])
    positions.to_csv(folder / "positions.tsv", sep="\t", index=False, float_format="%.6g")


def read_input(source: Path, subject: Subject) -> tuple[pd.DataFrame, Subject]:
    """The sequences; without a classifier their labels, if any, are the classes that the study compares.

    Raises InputError for a sequence that the model cannot read at once.
    """
    if subject.own is not None:
        return read_sequences(source, list(subject.task.classes)), subject
    known = subject.classifies or len(subject.task.classes) > 1
    table = read_sequences(source, list(subject.task.classes) if known else None, longest=None)
    longest = subject.reader.longest
    for name, sequence in zip(table.id, table.sequence, strict=True):
        if longest is not None and (count := len(subject.reader.tokens(sequence)[0])) > longest:
            raise InputError(
                f"{source}, record {name!r}: {count} tokens; {subject.name} reads {longest} at once, so cut it into "
                "windows"
            )
    if not subject.classifies and "label" not in table:
        subject = replace(subject, task=classes_alone(("sequence",)))
    elif not known:
        subject = replace(subject, task=classes_alone(tuple(sorted(set(table.label)))))
    return table, subject


def study(
    subject: Subject,
    source: Path,
    table: pd.DataFrame,
    predictions: pd.DataFrame,
    check: CrossCheck,
    *,
    negatives: str,
    remarks: list[str],
    n_examples: int,
    twins: int,
    seed: int,
    progress: Progress,
) -> Result:
    """Attention of the examples, tracks beside it, scores of many sequences, and the evidence."""
    task, classes = subject.task, list(subject.task.classes)
    chosen, of_examples = choose_examples(predictions, classes, n_examples, seed)
    remarks = [*remarks, *of_examples]
    if chosen.empty:
        raise InputError(
            f"{source}: no sequence is predicted as labelled, so there is no example to show; try --predictions-only"
        )
    if table.ambiguous.sum():
        remarks.append(f"{table.ambiguous.sum()} IUPAC letters other than A, C, G, T, N were read as N")
    remarks += joined_words(int(table.joined.sum()))
    remarks += check.remarks
    rows = table.set_index("id")
    shown = rows.loc[chosen.id]
    maps = attention(subject.reader, shown.sequence.tolist(), chosen.id.tolist())
    first_of_each = chosen.groupby(shown_by(chosen), sort=False).id.first().tolist()
    groups = evidence_groups(predictions, classes, seed)
    asked = rows.loc[next(iter(groups.values()))]
    gradients = gradients_of(subject, rows.loc[list(dict.fromkeys([*shown.index, *asked.index]))], progress)
    scores = example_scores(subject, maps, shown, first_of_each, gradients, progress)
    bar = progress.add_task("tracks of initiation", total=len(shown))
    tracks = example_tracks(check, shown, seed, lambda done: progress.advance(bar, done))

    used = rows.loc[[i for ids in groups.values() for i in ids]]
    pipelines = [subject.received, subject.entropy, subject.distance]
    others = other_readings(subject.received)
    heads, entropy, distance, *read_so = head_scores(
        subject.reader, used, pipelines, progress, "attention of many sequences", also=others, first=len(asked)
    )
    enough = len(asked) >= FEWEST_GROUPS  # else no verdict can come of it
    random = read_twins(subject.reader, used, pipelines, twins if enough else 0, seed, progress)
    received_by_twins = [one[0] for one in random]
    if twins < 2:
        remarks.append("no random twins were read (--twins), so that nothing is called supported")
    bar = progress.add_task("initiation in many sequences", total=len(used) if check.model else 0)
    readings = read_initiation(check, used, seed, lambda done: progress.advance(bar, done))

    tss, said = usual_tss(rows, list(asked.index)) if task.name == "promoter" else (None, "")
    remarks += [said] if said else []
    motifs = known_motifs(check, asked, readings)
    evidence = gather_evidence(gradients, rows, groups, heads, received_by_twins, motifs, seed, progress)
    mean = heads[MEAN_OF_HEADS]
    mutated = mutagenesis_evidence(subject, asked, mean, gradients, received_by_twins, motifs, seed, progress)
    first = f"p_{task.ends[0]}"
    many = Many(
        task, used, groups, "label" in table, heads, entropy, distance, check, readings, seed,
        unit="bp" if are_bases(maps) else "tokens", twins=random, tss=tss,
        probability=predictions.set_index("id")[first] if first in predictions else None,
        fold="log" in [step.strip() for step in subject.received.split("|")],
    )  # fmt: skip
    readings = {subject.received: heads} | dict(zip(others, read_so, strict=True))
    answers = [attracting_positions(many), blocks(many, evidence), focus(many)]
    if task.name == "enhancer":
        answers.append(cloudier(many, subject, progress))
    answers.append(weaker(many))
    if task.name == "enhancer":
        answers.append(enhancers_initiate(many))
    answers += [two_models(many), peaks_on_motifs(evidence, mutated, check.motifs)]
    answers.append(replace(another_reading(evidence, readings, motifs), asked=False))
    if subject.own is not None:
        answers.append(replace(heads_matter(evidence, subject.own, task, asked, seed, progress), asked=False))
    return Result(
        subject=subject,
        negatives=negatives,
        source=source.name,
        predictions=predictions,
        sequences=rows,
        examples=chosen,
        maps=maps,
        scores=scores,
        heads=heads,
        groups=groups,
        entropy=entropy,
        evidence=evidence,
        check=check,
        tracks=tracks,
        answers=answers,
        mutated=mutated,
        remarks=remarks,
        tss=tss,
        initiation=initiation_rows(check, tracks, scores[0]),
        labelled="label" in table,
        attended=[among_best(mean, one) for one in motifs],
    )

"""The model that a run asks, as the DNA study sees it: ours with its classifiers, or any other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from rich.progress import Progress

from regard.attribute.gradient import gradient_x_embedding
from regard.errors import InputError
from regard.models.attention import reader
from regard.models.device import usable
from regard.models.dna_gpt.model import DnaGPT, load
from regard.models.reader import Reader
from regard.models.shelf.shipped import DNA_GPT, DNA_GPT_ENHANCER
from regard.studies.dna.evidence import changes_of, gradient
from regard.studies.dna.predictions import as_table, predict_own
from regard.studies.tasks import Task, classes_alone, task_of, task_of_model

# What a position receives beyond what is uniform and beyond distance; a causal map has its own uniform.
RECEIVED_CAUSAL = "causal | log | detrend | received"
RECEIVED_BOTH_WAYS = "drop_special | uniform | log | detrend | received"
SHIPPED = {"promoter": DNA_GPT, "enhancer": DNA_GPT_ENHANCER}  # a model for each task


@dataclass(frozen=True)
class Subject:
    """What the study asks a model for.

    Attributes
    ----------
    name : of its weights. reader : how it reads; task : what it tells apart, one class where it has no classifier.
    received, entropy, distance : pipelines, from maps to what each position receives, how focused queries are, how far
        they look.
    predict : sequences to the table of predictions, and in words where they are unlike those learnt from; without a
        classifier the table holds ids, lengths and labels alone.
    gradient : a sequence to gradient × input of the task's score, (length,), or None without a classifier.
    changes : a sequence and a step to the change of the score by a transition at every such base, or None.
    own : our own DNA GPT, where it is one; some questions know more of it.
    """

    name: str
    reader: Reader
    task: Task
    received: str
    entropy: str
    distance: str
    predict: Callable[[pd.DataFrame, Progress], tuple[pd.DataFrame, list[str]]]
    gradient: Callable[[str], np.ndarray] | None = None
    changes: Callable[[str, int], np.ndarray] | None = None
    own: DnaGPT | None = None

    @property
    def classifies(self) -> bool:
        return self.gradient is not None


def subject_of(
    weights: Path | str, task: str | None, negatives: str, device: str, pipeline: str | None = None
) -> Subject:
    """Our weights, as in `SHIPPED` or from `regard train`; or a folder or name of any other DNA model.

    Raises InputError where it is neither, or no task is chosen.
    """
    if Path(weights).suffix == ".safetensors" or Path(weights).is_file():
        return of_ours(Path(weights), task, negatives, device, pipeline)
    return of_reader(reader(str(weights), unit="base", device=usable(device)), pipeline)


def shipped_for(task: str | None) -> Path:
    """The weights that come with Regard for a task; raises InputError where none is chosen."""
    if task not in SHIPPED:
        raise InputError(f"choose what to ask by --task: {', '.join(SHIPPED)}")
    return SHIPPED[task]


def of_ours(weights: Path, name: str | None, negatives: str, device: str, pipeline: str | None) -> Subject:
    model = load(weights).to(usable(device))
    shipped = name is not None and SHIPPED.get(name) == weights
    task = task_of(str(name), negatives) if shipped else task_of_model(model.config, name, negatives)
    return of_gpt(model, task, weights.name, pipeline)


def of_gpt(model: DnaGPT, task: Task, name: str, pipeline: str | None = None) -> Subject:
    """A DNA GPT with a classifier: it is asked everything."""
    return Subject(
        name=name,
        reader=reader(model),
        task=task,
        received=pipeline or RECEIVED_CAUSAL,
        entropy="entropy",
        distance="distance",
        predict=lambda table, progress: predict_own(model, task, table, progress),
        gradient=lambda sequence: gradient(model, task, sequence),
        changes=lambda sequence, every: changes_of(model, task, sequence, every),
        own=model,
    )


def of_reader(of: Reader, pipeline: str | None = None) -> Subject:
    """Any other model; what it tells apart are the classes of its own head, if it has one."""
    drop = "" if of.causal else "drop_special | "
    task = classes_alone(of.classes or ("sequence",))

    def logits(table: pd.DataFrame, progress: Progress) -> np.ndarray:
        assert of.logits is not None
        with torch.inference_mode():
            each = progress.track(table.sequence, description="classifying")
            return np.stack([of.logits(of.tokens(s)[0][None])[0].float().cpu().numpy() for s in each])

    def predict(table: pd.DataFrame, progress: Progress) -> tuple[pd.DataFrame, list[str]]:
        return as_table(task, table, logits(table, progress) if of.classes else None), []

    return Subject(
        name=of.name,
        reader=of,
        task=task,
        received=pipeline or (RECEIVED_CAUSAL if of.causal else RECEIVED_BOTH_WAYS),
        entropy=f"{drop}entropy",
        distance=f"{drop}distance",
        predict=predict,
        gradient=(lambda sequence: gradient_x_embedding(of, sequence, task.score)) if of.classes else None,
    )

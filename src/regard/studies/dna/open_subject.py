"""From what a run is told of its model to the model: ours, another by folder or name, one in memory, a function's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from regard.errors import InputError
from regard.models.hugging_face.folder import find
from regard.models.reader import Reader
from regard.studies.dna.subject import Subject, of_reader, subject_of
from regard.studies.own_model import is_function, open_function
from regard.studies.tasks import classes_alone, task_of


def open_subject(
    weights: Path | str | Reader, task: str | None, negatives: str, device: str, pipeline: str | None
) -> tuple[Subject, list[Path]]:
    """The model to ask, and the files that it was read from.

    weights : our own; a folder or name of another model; ``module:function``, a function without arguments that gives
        a `regard.Reader`; or a Reader of a model in memory, such as a notebook's.
    task : classes of another's model get the names that this task of ours has.
    """
    if isinstance(weights, str) and is_function(weights) and not Path(weights).exists():
        found, files = open_function(weights, Reader)
        return named_by_task(of_reader(whole(found), pipeline), task), files
    if isinstance(weights, Reader):
        return named_by_task(of_reader(whole(weights), pipeline), task), []
    subject = subject_of(weights, task, negatives, device, pipeline)
    return named_by_task(subject, task), files_of(weights)


def whole(found: Reader) -> Reader:
    """The reader; raises InputError where it says what it tells apart, but not all that asking it takes."""
    if found.classes and (found.logits is None or found.embedding is None):
        raise InputError(
            f"model {found.name} has classes; give its Reader logits=, of ids (batch, tokens), and embedding=, the "
            "module that turns ids into vectors, or leave classes= out"
        )
    return found


def named_by_task(subject: Subject, name: str | None) -> Subject:
    """Another's model under the names of a task of ours, where it tells as many classes apart, or none."""
    if name is None or subject.own is not None:
        return subject
    task = task_of(name)
    if subject.classifies and len(subject.task.classes) != len(task.classes):
        raise InputError(
            f"model {subject.name} tells {len(subject.task.classes)} classes apart, and --task {name} has "
            f"{len(task.classes)}: {', '.join(task.classes)}; leave --task out"
        )
    return replace(subject, task=classes_alone(task.classes, name))


def files_of(weights: Path | str) -> list[Path]:
    """The files that hold a model: one of ours, or those of a folder."""
    path = Path(weights)
    if path.is_file():
        return [path]
    folder, _ = find(str(weights))
    return sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))

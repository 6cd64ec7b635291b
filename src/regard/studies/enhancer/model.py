"""The model of a run of the enhancer study, by name or path."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from regard.errors import InputError
from regard.models.borzoi import genomic as borzoi
from regard.models.device import usable
from regard.models.dna_gpt import window as dna_gpt_window
from regard.models.dna_gpt.model import load as load_dna_gpt
from regard.models.enformer import model as enformer
from regard.models.genomic import GenomicModel
from regard.models.shelf.catalogue import place
from regard.models.shelf.shipped import DNA_GPT
from regard.models.track_names import FILES as TABLES
from regard.models.track_names import find_tracks
from regard.studies.dna.evidence import class_score
from regard.studies.own_model import is_function, open_function
from regard.studies.tasks import task_of_model

NAMES = {
    "dna-gpt": "the DNA GPT that comes with Regard, 300 bases, its promoter head asked",
    "enformer": "Enformer, 196,608 bases, from `regard models get enformer`",
    "enformer-small": "Enformer's architecture in small with random weights: shows that all works, says nothing",
    "borzoi-small": "the same of Borzoi's",
}


def open_model(
    name: str,
    *,
    device: str = "cpu",
    tracks: list[int] | str | None = None,
    head: str = "human",
    window: int | None = None,
    seed: int = 0,
) -> tuple[GenomicModel, list[Path]]:
    """The model, and the files it was read from.

    name : one of NAMES, a folder with an Enformer or a Borzoi, a file with weights of a DNA GPT, or
        ``package:function``, a function without arguments that gives a GenomicModel.
    tracks : which of its outputs are summed, by number, or as `find_tracks` reads them.
    window : bases that a DNA GPT is shown; those it was trained on where None.

    Raises InputError where there is no such model, or it has no such tracks.
    """
    on, path = usable(device), Path(name)
    own = is_function(name) and not path.exists()
    if window is not None and (own or name.startswith(("enformer", "borzoi")) or path.is_dir()):
        raise InputError(f"--window is for a DNA GPT; the window of {name} is fixed")
    if own:
        if tracks:
            raise InputError(f"--tracks is for Enformer and Borzoi; {name} says itself what it is asked")
        opened, files = open_function(name, GenomicModel)
        opened.module.to(on)
        return opened, files
    if name == "enformer-small":
        module = enformer.untrained(seed).to(on)
        count = module.heads[head][0].out_features if head in module.heads else 0
        return asked_of(
            lambda some: enformer.genomic(module, tracks=some or (0,), head=head, name="small Enformer"),
            tracks, count, None,
        ), []  # fmt: skip
    if name == "borzoi-small":
        module = borzoi.untrained(seed).to(on)
        how = {"length": borzoi.SMALL_LENGTH, "trained": False, "name": "small Borzoi"}
        return asked_of(
            lambda some: borzoi.genomic(module, tracks=some or (0,), **how),
            tracks,
            module.human_head.out_channels,
            None,
        ), []
    if name == "enformer":
        path = place(name)
        if not path.is_dir():
            raise InputError(f"{path}: Enformer is not here; `regard models get enformer` fetches it (1 GB, CC BY 4.0)")
    if path.is_dir():
        files = [p for p in (path / n for n in ("config.json", *enformer.WEIGHTS, *TABLES)) if p.is_file()]
        if is_borzoi(path):
            module = borzoi.load(path).to(on)
            count = module.human_head.out_channels
            return asked_of(lambda some: borzoi.genomic(module, tracks=some or (0,)), tracks, count, path), files
        module = enformer.load(path, tf_gamma=True if name == "enformer" else None).to(on)
        count = module.heads[head][0].out_features if head in module.heads else 0
        usual = enformer.TRACKS if name == "enformer" or count > max(enformer.TRACKS) else (0,)
        return asked_of(
            lambda some: enformer.genomic(module, tracks=some or usual, head=head, name="Enformer"), tracks, count, path
        ), files
    if name == "dna-gpt" or path.is_file():
        if tracks:
            raise InputError(f"--tracks is for Enformer; {name} has one output")
        weights = DNA_GPT if name == "dna-gpt" else path
        model = load_dna_gpt(weights).to(on)
        task = task_of_model(model.config, None)
        asked = f"log odds of {'a promoter' if task.name == 'promoter' else 'not ' + task.classes[0]}"
        length = window or min(dna_gpt_window.LENGTH, model.config.longest)
        opened = dna_gpt_window.genomic(model, lambda m, x: class_score(m, task, x), asked=asked, length=length)
        return opened, [weights]
    raise InputError(f"model {name!r} is no file or folder, and no name: there are {', '.join(NAMES)}")


def asked_of(
    make: Callable[[list[int] | None], GenomicModel], tracks: list[int] | str | None, count: int, folder: Path | None
) -> GenomicModel:
    """A model asked of some tracks, which can be asked of others.

    make : the model of outputs by number; None where none were asked for. folder : where a table of names may lie.
    """

    def choose(some: list[int] | str | None) -> GenomicModel:
        return make(find_tracks(some, count, folder) if isinstance(some, str) else some)

    return replace(choose(tracks), choose=choose)


def is_borzoi(folder: Path) -> bool:
    """Does its config say that a folder holds a Borzoi?"""
    try:
        return json.loads((folder / "config.json").read_bytes()).get("model_type") == "borzoi"
    except (OSError, ValueError, AttributeError):
        return False


def twins_of(model: GenomicModel, twins: int, *, longest: int) -> tuple[int, list[str]]:
    """How many models with random weights are read; and a remark where there are none.

    longest : bases of a window above which none are.
    """
    if not model.trained:
        return 0, ["The model's own weights are random, so no other random weights were read"]
    if model.untrained is None:
        return 0, [f"{model.name} does not say how to draw random weights, so none were read: there is no verdict"]
    if model.length > longest:
        return 0, [
            f"No model with random weights was read: windows of {model.length:,} bases would take {twins} times as "
            "long. Without them no score can be told from what the architecture does untrained"
        ]
    if twins < 2:
        return 0, [f"--twins {twins}: without two models with random weights or more there is no verdict"]
    return twins, []


def twin_of(model: GenomicModel, seed: int) -> GenomicModel:
    """The architecture with random weights; of a model for which `twins_of` says that there are some."""
    assert model.untrained is not None
    return model.untrained(seed)

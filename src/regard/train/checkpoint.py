"""How far a training run is, on disk: one file that only the same run goes on from."""

from __future__ import annotations

import hashlib
import io
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from regard.core.store import sha256
from regard.errors import InputError, RegardError

FILE = "checkpoint.pt"
OTHERWISE = "choose another --out, or add --force to begin anew"


@dataclass
class Progress:
    """Steps done, seconds they took, gradients left out in a row by now, and what stands in `log.tsv`."""

    step: int = 0
    seconds: float = 0.0
    skipped: int = 0
    log: str = ""


def content(path: Path) -> str:
    """What a file holds, as a run remembers it."""
    return f"sha256:{sha256(path)}"


def resume(
    out: Path, run: dict[str, Any], model: nn.Module, optimizers: list[torch.optim.Optimizer], *, force: bool
) -> Progress:
    """Put model and optimisers where the run in `out` stopped; a run that has not begun gets its folder and first file.

    run : all that the result depends on, as values that JSON can hold; files as `content`.
    force : begin anew where the folder holds another run, a damaged checkpoint or other files.

    Raises InputError for such a folder without `force`, and for one that cannot be made.
    """
    path = out / FILE
    try:
        out.mkdir(parents=True, exist_ok=True)
        there = [one for one in out.iterdir() if one.suffix != ".new"]  # what a kill left beside
    except FileExistsError:
        raise InputError(f"{out}: is a file; --out wants a folder") from None
    except OSError as error:
        raise InputError(f"{out}: cannot be written to ({error.strerror}); choose another --out") from None
    if path.is_file() and (state := same(path, run, force)):
        model.load_state_dict(state["model"])
        for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        progress = Progress(**state["progress"])
        write_log(out, progress)  # it may have been killed in between
        return progress
    if there and not force:
        raise InputError(f"{out}: is not empty and holds no {FILE}; {OTHERWISE}")
    keep(out, run, model, optimizers, Progress())
    return Progress()


def same(path: Path, run: dict[str, Any], force: bool) -> dict[str, Any] | None:
    """The state in a checkpoint of this very run; None where it is no such thing, with `force`, else InputError."""
    try:
        state = read(path)
        if other := differences(state["run"], run):
            raise InputError(f"{path}: belongs to another run ({other}); {OTHERWISE}")
    except InputError:
        if force:
            return None
        raise
    return state


def differences(old: dict[str, Any], new: dict[str, Any]) -> str:
    """What differs between two runs, in words: `seed 0, not 1; another input`."""

    names = [name for name in dict.fromkeys([*new, *old]) if old.get(name) != new.get(name)]
    plain = [name for name in names if not isinstance(new.get(name), dict)]  # the model's config follows from options
    said = []
    for name in plain or names:
        a, b = (" ".join(str(run.get(name, "none")).split()) for run in (old, new))
        said.append(f"{name} {a}, not {b}" if name in plain and "sha256:" not in a + b else f"another {name}")
    return "; ".join(said)


def keep(
    out: Path, run: dict[str, Any], model: nn.Module, optimizers: list[torch.optim.Optimizer], progress: Progress
) -> None:
    """Write the state beside, then rename: whenever the process is killed, a whole checkpoint is there."""
    state = {
        "run": run,
        "progress": asdict(progress),
        "model": model.state_dict(),
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
    }
    beside, written = (out / FILE).with_suffix(".new"), io.BytesIO()
    torch.save(state | {"checksum": checksum(state)}, written)  # a file's own writer hides why it took no more
    try:
        with beside.open("wb") as file:
            file.write(written.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(out / FILE)
        write_log(out, progress)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise RegardError(
            f"{out}: step {progress.step} could not be written ({error.strerror}); the same command goes on from what "
            "was kept"
        ) from None


def write_log(out: Path, progress: Progress) -> None:
    (out / "log.new").write_text(progress.log)
    (out / "log.new").replace(out / "log.tsv")


def read(path: Path) -> dict[str, Any]:
    """What `keep` wrote, tensors on the CPU; raises InputError where the file is damaged or something else."""
    try:
        written = io.BytesIO(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        state = torch.load(written, weights_only=True, map_location="cpu")
        whole = state.pop("checksum") == checksum(state)
    except Exception:  # a cut or altered file fails in as many ways as its format has parts
        whole = False
    if not whole:
        raise InputError(f"{path}: is damaged or no checkpoint of this version; {OTHERWISE}")
    return state


def checksum(state: Any) -> str:
    """SHA-256 over nested dictionaries and lists of tensors and plain values, in their order."""
    digest = hashlib.sha256()

    def add(part: Any) -> None:
        if isinstance(part, Tensor):
            digest.update(f"{part.dtype} {tuple(part.shape)} ".encode())
            digest.update(part.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
        elif isinstance(part, dict):
            digest.update(f"{{{len(part)}".encode())
            for name, value in part.items():
                add(name)
                add(value)
        elif isinstance(part, list | tuple):
            digest.update(f"[{len(part)}".encode())
            for value in part:
                add(value)
        else:
            digest.update(json.dumps(part).encode())

    add(state)
    return digest.hexdigest()

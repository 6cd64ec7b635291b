"""A command line in a process of its own that starts at once: forked from one that has imported everything."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import torch

from regard.cli import main
from regard.train import checkpoint


@dataclass
class Run:
    """A command under way in a folder; what it prints goes to the file `said` beside that folder."""

    number: int
    said: Path

    def end(self) -> int:
        """Wait for it: its exit code, or the negative number of the signal that ended it."""
        return os.waitstatus_to_exitcode(os.waitpid(self.number, 0)[1])

    def lines(self) -> list[str]:
        return self.said.read_text().splitlines()


def start(folder: Path, *arguments, before=lambda: None) -> Run:
    """Begin `regard …` in a folder. before : what to arrange in the new process."""
    folder.mkdir(parents=True, exist_ok=True)
    said = folder.with_name(folder.name + ".said")
    number = os.fork()
    if number:
        return Run(number, said)
    code = 1
    try:
        os.chdir(folder)
        with said.open("wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        sys.argv = ["regard", *map(str, arguments)]
        torch.set_num_threads(1)  # threads do not survive a fork
        before()
        main()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def contents(out: Path) -> dict[str, bytes]:
    """Every file below a folder, without the seconds in manifests and checkpoints, which no two runs share."""
    found = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    for name in [name for name in found if Path(name).name == "manifest.json"]:
        manifest = json.loads(found[name])
        manifest["settings"].pop("seconds", None)
        found[name] = json.dumps(manifest).encode()
    if checkpoint.FILE in found:
        state = checkpoint.read(out / checkpoint.FILE)
        state["progress"].pop("seconds")
        found[checkpoint.FILE] = checkpoint.checksum(state).encode()
    return found

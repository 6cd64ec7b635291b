"""A place for finished parts of a run that outlives its interruption."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regard.core.store import output_folder

KEPT, MARK = ".resume", "run"


@contextmanager
def resumable_folder(out: Path, force: bool, fingerprint: str) -> Iterator[tuple[Path, Path]]:
    """`output_folder`, and beside it a folder for finished parts that the same run finds again.

    fingerprint : what makes two runs the same; a run that stopped is resumed without `force` when it
        is equal. After a whole run nothing is kept.
    """
    kept = out / KEPT
    same = (kept / MARK).is_file() and (kept / MARK).read_text() == fingerprint
    unfinished = list(out.glob(".unfinished-*")) if same else []
    others = out.is_dir() and set(out.iterdir()) - {kept, *unfinished}
    with output_folder(out, force or (same and not others)) as folder:
        for stopped in unfinished:  # a killed run had no time to take its own away
            shutil.rmtree(stopped, ignore_errors=True)
        if not same:
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir()
            (kept / MARK).write_text(fingerprint)
        try:
            yield folder, kept
        except BaseException:
            if not any(path.is_file() for path in kept.rglob("*") if path.name != MARK):
                shutil.rmtree(kept)
            raise
        shutil.rmtree(kept)

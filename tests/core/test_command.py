"""Command lines as lists: the folder that they write into, and the same for another."""

from pathlib import Path

import pytest

from regard.core.command import elsewhere, out_of

BEFORE = ["dna", "in.fa", "--task", "promoter"]


@pytest.mark.parametrize("way", [["--out", "one"], ["--out=one"]])
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_another_folder_and_nothing_else(way, force):
    command = [*BEFORE[:1], *way, *BEFORE[1:], *force]
    assert out_of(command) == Path("one")
    assert elsewhere(command, Path("two"), False) == [*BEFORE, "--out", "two"]
    assert elsewhere(command, Path("two"), True) == [*BEFORE, "--out", "two", "--force"]


def test_no_folder_was_given():
    assert out_of(BEFORE) is None and out_of([*BEFORE, "--out"]) is None and out_of([*BEFORE, "--out="]) is None

"""Whatever lies in a file, reading it ends in a result, or in one line of error that names the file."""

from __future__ import annotations

import time
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regard.errors import RegardError
from tests.readers.every_reader import READERS, Reader
from tests.readers.mutations import mutated

SLOWEST = 10.0  # seconds of a processor for a small file
FEW, MANY = 25, 5_000


def outcome(reader: Reader, path) -> object:
    """A result or an error's text; anything else is raised: another exception, a warning, a wait."""
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found: object = reader.read(path)
        except RegardError as error:
            found = str(error)
            assert len(found.splitlines()) == 1 and found.isprintable(), found
            assert path.name in found, found
    assert time.process_time() - start < SLOWEST
    return found


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_what_is_valid_is_read(reader, tmp_path):
    for seed in range(4):
        path = tmp_path / f"valid{seed}{reader.suffix}"
        path.write_bytes(reader.valid(seed))
        assert not isinstance(outcome(reader, path), str)


def hostile(reader, folder, capfd, count):
    @settings(max_examples=count, suppress_health_check=list(HealthCheck))
    @given(data=st.data(), seed=st.integers(0, 5))
    def examples(data, seed):
        raw, suffix = data.draw(mutated(reader.valid(seed), reader.suffix, reader.binary))
        path = folder / f"input{suffix}"
        path.write_bytes(raw)
        try:
            outcome(reader, path)
        finally:
            path.unlink()

    examples()
    said = capfd.readouterr()
    assert said.out == said.err == ""


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_what_is_not_is_a_result_or_one_line(reader, tmp_path, capfd):
    hostile(reader, tmp_path, capfd, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_what_is_not_is_a_result_or_one_line_in_many_cases(reader, tmp_path, capfd):
    hostile(reader, tmp_path, capfd, MANY)

"""Pieces done here and by a cluster: the same bytes, whatever dies."""

from threading import Event, Timer
from time import sleep

import numpy as np
import pytest

from regard.core.fanout import each_piece, there
from regard.errors import InputError, RegardError
from tests.core.cluster import cluster, worker
from tests.toys.pieces import deadly, weighed

SHARED = np.random.default_rng(0).normal(size=50)


def told(number):
    return (1.5 * number,)


def test_a_piece_that_is_kept_is_not_asked_for_again(tmp_path):
    asked = []
    done = dict(each_piece(weighed, SHARED, range(3), lambda n: asked.append(n) or told(n), kept=tmp_path))
    assert asked == [0, 1, 2] and sorted(done) == [0, 1, 2]
    (tmp_path / "1.npy").unlink()
    again = dict(each_piece(weighed, SHARED, range(3), lambda n: asked.append(n) or told(n), kept=tmp_path))
    assert asked[3:] == [1]
    assert all(np.array_equal(again[n], done[n]) and np.array_equal(done[n], SHARED * 1.5 * n) for n in range(3))


def test_threads_of_one_process_give_the_same_and_when_stopped_what_waits_is_not_begun():
    here = {n: r.tobytes() for n, r in each_piece(weighed, SHARED, range(9), told)}
    assert {n: r.tobytes() for n, r in each_piece(weighed, SHARED, range(9), told, threads=3, together=True)} == here
    begun, ended, gate = [], [], Event()

    def slow(shared, number):
        begun.append(number)
        assert number == 0 or gate.wait(60)
        ended.append(number)
        return shared

    pieces = each_piece(slow, SHARED, range(9), lambda number: (number,), threads=2, together=True)
    assert next(pieces)[0] == 0
    while len(begun) < 3:
        sleep(0.01)
    Timer(0.2, gate.set).start()
    pieces.close()
    assert sorted(begun) == sorted(ended) == [0, 1, 2]


def test_a_killed_worker_loses_nothing_and_the_bytes_are_those_of_one_machine(tmp_path):
    pytest.importorskip("distributed", reason="the extra cluster is not installed")
    (tmp_path / "kept").mkdir()
    asked, ahead, done = [], [], {}

    def watched(number):
        asked.append(number)
        return told(number)

    with cluster(tmp_path) as (address, workers):
        for number, result in each_piece(
            weighed, SHARED, range(40), watched, kept=tmp_path / "kept", scheduler=address
        ):
            assert number not in done and (tmp_path / "kept" / f"{number}.npy").is_file()
            done[number] = result.tobytes()
            ahead.append(len({*asked} - {*done}))  # what dead workers had is asked again
            if len(done) == 8:
                workers[0].kill()
        assert workers[1].poll() is None
    here = {n: r.tobytes() for n, r in each_piece(weighed, SHARED, range(40), told)}
    assert done == here
    assert max(ahead) <= 4  # two workers of one thread, two pieces each


@pytest.mark.slow
def test_what_is_shared_is_sent_again_after_the_last_worker_died_and_deadly_work_ends_in_a_line(tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="the extra cluster is not installed")
    monkeypatch.setattr("regard.core.fanout.PATIENCE", 20)
    with cluster(tmp_path, workers=1) as (address, workers):
        rest = there(weighed, SHARED, list(range(6)), told, address)
        first = [next(rest)]
        workers[0].kill()
        workers[0].wait()
        workers.append(worker(address))
        found = dict([*first, *rest])
        assert sorted(found) == list(range(6))
        assert all(np.array_equal(result, SHARED * 1.5 * number) for number, result in found.items())
        with pytest.raises((RegardError, InputError), match=r"workers die|no worker came"):
            list(there(deadly, SHARED, [0], told, address))
        for process in workers:
            process.kill()
            process.wait()


def test_no_scheduler_there(monkeypatch):
    pytest.importorskip("distributed", reason="the extra cluster is not installed")
    monkeypatch.setattr("regard.core.fanout.PATIENCE", 0.5)
    with pytest.raises(InputError, match=r"tcp://127\.0\.0\.1:9: no scheduler answers"):
        list(each_piece(weighed, SHARED, [0], told, scheduler="tcp://127.0.0.1:9"))

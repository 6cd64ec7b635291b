"""A real Dask cluster on this machine: a scheduler and its workers, each a process."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

ENV = os.environ | {
    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    "OMP_NUM_THREADS": "1",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
}


def start(*arguments: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
    return subprocess.Popen(command, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def worker(address: str) -> subprocess.Popen:
    return start("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")


@contextmanager
def cluster(folder, workers: int = 2):
    """Gives the scheduler's address and the workers' processes; all end with the block."""
    import json

    told = folder / "scheduler.json"
    processes = [start("dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(told))]
    try:
        until = time.monotonic() + 60
        while not told.is_file() or not told.read_text().strip():
            assert time.monotonic() < until and processes[0].poll() is None, "the scheduler did not start"
            time.sleep(0.05)
        address = json.loads(told.read_text())["address"]
        processes += [worker(address) for _ in range(workers)]
        yield address, processes[1:]
    finally:
        for process in processes:
            process.send_signal(signal.SIGKILL)
            process.wait()

"""`regard view` in a process of its own: it says where it listens, and ends without a word by Ctrl-C."""

import signal
import subprocess
import sys
import urllib.request

import pytest

from tests.command_line import called
from tests.studies.runs import finished, row

START = "from regard.cli import main; main()"


@pytest.mark.parametrize(("of", "number"), [("a run", signal.SIGINT), ("several", signal.SIGTERM)])
def test_it_serves_until_it_is_stopped(tmp_path, of, number):
    run = finished(tmp_path / "one", ["protein", "x"], [row("a", 0.5, "supported")], answer="The answer")
    command = [sys.executable, "-c", START, "view", str(run if of == "a run" else tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        assert line.startswith("http://127.0.0.1:") and line.endswith("/ (Ctrl-C ends)\n"), process.stderr.read()
        with urllib.request.urlopen(line.split()[0], timeout=10) as page:
            text = page.read().decode()
        assert "The answer" in text and ("1 of 1 runs" in text) == (of == "several")
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
        assert process.stdout.read() == process.stderr.read() == ""


def test_where_nothing_is_to_be_seen_it_is_one_line(tmp_path):
    for folder, says in ((tmp_path / "gone", "no such folder"), (tmp_path, "no run with a report.html lies there")):
        ended = called("view", folder)
        assert (ended.code, ended.error.count("\n")) == (2, 1) and says in ended.error

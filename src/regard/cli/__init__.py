"""The command line, a file a command.

No science in it: it reads arguments, calls a study, and prints errors in one line.
"""

from __future__ import annotations

import os
import signal
import sys

import typer

from regard.cli.audit import audit
from regard.cli.demo import demo
from regard.cli.dna import dna
from regard.cli.enhancer import enhancer
from regard.cli.methods import methods
from regard.cli.models import models
from regard.cli.network import network
from regard.cli.protein import protein
from regard.cli.train import train
from regard.errors import InputError, MissingExtra, PipelineError, RegardError

app = typer.Typer(
    help="See what biological transformers attend to, and find out whether it is evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (dna, protein, network, audit, demo, methods):
    app.command()(command)
app.add_typer(enhancer, name="enhancer")
app.add_typer(train, name="train")
app.add_typer(models, name="models")


def main() -> None:
    """Run the command line: exit code 2 for bad input, 1 for a failed run, one line each."""
    stop_alike()
    os.environ["MPLBACKEND"] = "Agg"  # figures go to files, whatever display there is; also for processes we start
    try:
        app()
    except (InputError, PipelineError, MissingExtra) as error:
        sys.exit(fail(error, 2))
    except RegardError as error:
        sys.exit(fail(error, 1))
    except KeyboardInterrupt:
        sys.exit(fail("stopped; what was finished before is kept", 130))
    except SystemExit as ended:
        if ended.code == 130:  # typer has seen the KeyboardInterrupt
            fail("stopped; what was finished before is kept", 130)
        raise
    except BrokenPipeError:  # the reader of our output left (head, less)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def stop_alike() -> None:
    """End by SIGTERM and SIGHUP as by Ctrl-C, unless they are ignored, as under nohup."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(name) == signal.SIG_DFL:
            signal.signal(name, signal.default_int_handler)


def fail(error, code: int) -> int:
    print(f"regard: {' '.join(str(error).split())}", file=sys.stderr)
    return code

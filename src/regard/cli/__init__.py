"""The command line, a file a command.

No science in it: it reads arguments, calls a study, and prints errors in one line.
"""

from __future__ import annotations

import os
import signal
import sys

import typer

from regard.cli.audit import audit
from regard.cli.compare import compare
from regard.cli.demo import demo
from regard.cli.dna import dna
from regard.cli.enhancer import enhancer
from regard.cli.explain import explain, pointer
from regard.cli.methods import methods
from regard.cli.models import models
from regard.cli.network import network
from regard.cli.protein import protein
from regard.cli.rerun import rerun
from regard.cli.train import train
from regard.cli.unforeseen import unforeseen
from regard.cli.usage import UsageError, named, wrong_line
from regard.cli.view import view
from regard.errors import InputError, MissingExtra, PipelineError, RegardError, one_line

app = typer.Typer(
    help="See what biological transformers attend to, and find out whether it is evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (dna, protein, network, audit, demo, view, compare, rerun, methods, explain):
    app.command()(command)
app.add_typer(enhancer, name="enhancer")
app.add_typer(train, name="train")
app.add_typer(models, name="models")


def main() -> None:
    """Run the command line: exit code 2 for bad input, 1 for a failed run, 130 after a stop by hand, one line each."""
    stop_alike()
    os.environ["MPLBACKEND"] = "Agg"  # figures go to files, whatever display there is; also for processes we start
    command, arguments = typer.main.get_command(app), sys.argv[1:]
    try:
        # typer's own way to run would draw boxes around errors, and takes EOFError for a stop by hand.
        with command.make_context("regard", list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
    except SystemExit:
        raise
    except BaseException as error:  # panics of Rust are no Exception
        sys.exit(end(error, named(command, arguments), arguments))
    sys.exit(0)


def end(error: BaseException, command: str, arguments: list[str]) -> int:
    """Say in one line how a run failed; its exit code."""
    if isinstance(error, BrokenPipeError):  # the reader of our output left (head, less)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    if isinstance(error, KeyboardInterrupt):
        return fail("stopped; what was finished before is kept", 130)
    if os.environ.get("REGARD_TRACEBACK"):  # for who works on Regard
        raise error
    if isinstance(error, UsageError):
        line = wrong_line(error, command)
        return fail(line, 2) if line else 2
    if isinstance(error, RegardError):
        more = pointer(str(error))
        line = f"{error} (more: {more})" if more else error
        return fail(line, 2 if isinstance(error, InputError | PipelineError | MissingExtra) else 1)
    return fail(*unforeseen(error, command, arguments))


def stop_alike() -> None:
    """End by SIGTERM and SIGHUP as by Ctrl-C, unless they are ignored, as under nohup."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(name) == signal.SIG_DFL:
            signal.signal(name, signal.default_int_handler)


def fail(error: object, code: int) -> int:
    print(f"regard: {one_line(str(error))}", file=sys.stderr)
    return code

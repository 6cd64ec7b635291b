"""A command line that cannot be read, in one line instead of a box."""

from __future__ import annotations

import typer

UsageError: type = typer.BadParameter.__base__ or typer.BadParameter  # typer has no public name for it


def wrong_line(error, command: str) -> str:
    """What is wrong with a command line, and where its options are listed; empty where help was printed instead."""
    what = " ".join(error.format_message().split()).removesuffix(".").replace("Value error, ", "")
    if not what:
        return ""
    where, helped = (f"{command}: ", f"regard {command} --help") if command else ("", "regard --help")
    return f"{where}{what[0].lower()}{what[1:]}; see `{helped}`"


def named(command, arguments: list[str]) -> str:
    """The command that a command line asks for, such as "enhancer rank"; empty where it names none that there is.

    command : what typer makes of the application, with its commands inside.
    """
    words = []
    for word in arguments:
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            break
        words.append(word)
    return " ".join(words)

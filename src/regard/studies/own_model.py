"""A model of somebody's own, from a function that the command line names."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import TypeVar

from regard.errors import InputError, reason

Kind = TypeVar("Kind")
NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")


def is_function(name: str) -> bool:
    """Is this ``package:function``?"""
    return NAME.fullmatch(name) is not None


def open_function(name: str, kind: type[Kind]) -> tuple[Kind, list[Path]]:
    """What the function gives, and the file in which it stands. Modules of the working folder are found, too.

    Raises InputError where there is no such function, it fails, or what it gives is not of that kind.
    """
    module_name, _, function = name.partition(":")
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
        found = getattr(module, function)()
    except Exception as error:  # whatever another's code does, it is said in one line
        raise InputError(f"--model {name}: {type(error).__name__}: {reason(error)}") from None
    finally:
        sys.path.remove(here)
    if not isinstance(found, kind):
        raise InputError(
            f"--model {name}: gives a {type(found).__name__}; expected a {kind.__module__}.{kind.__qualname__}"
        )
    return found, [Path(module.__file__)] if module.__file__ else []

"""A model of somebody's own, from a function that the command line names."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

from regard.errors import InputError, reason
from regard.models.genomic import GenomicModel

NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")


def is_function(name: str) -> bool:
    """Is this ``package:function``?"""
    return NAME.fullmatch(name) is not None


def open_function(name: str) -> tuple[GenomicModel, list[Path]]:
    """What the function gives, and the file in which it stands. Modules of the working folder are found, too.

    Raises InputError where there is no such function, it fails, or what it gives is no `regard.models.GenomicModel`.
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
    if not isinstance(found, GenomicModel):
        raise InputError(
            f"--model {name}: gives a {type(found).__name__}; expected a regard.models.genomic.GenomicModel"
        )
    return found, [Path(module.__file__)] if module.__file__ else []

"""The errors a user can meet: what was wrong, where, and what to do, in one line."""

from __future__ import annotations


class RegardError(Exception):
    """Something Regard cannot do as asked."""


class InputError(RegardError):
    """A file or a value that cannot be used as it is."""


class CaptureError(RegardError):
    """Attention could not be taken out of a model, or is not attention."""


class PipelineError(RegardError):
    """A reduction pipeline that cannot be read or does not fit its maps."""


class PluginError(RegardError):
    """A method that another package brings, and that does not do what a method must."""


class MissingExtra(RegardError):
    """An optional package that is needed here and not installed."""

    def __init__(self, package: str, extra: str):
        super().__init__(f"{package} is not installed: pip install 'regard[{extra}]'")


def reason(error: BaseException, letters: int = 200) -> str:
    """What another package's error says, in one short line; its kind where it says nothing.

    >>> reason(ValueError("a\\nb")), reason(KeyError())
    ('a b', 'KeyError')
    """
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= letters else text[:letters] + "…"

"""The errors a user can meet: what was wrong, where, and what to do, in one line."""

from __future__ import annotations

LONGEST = 1_500  # characters of an error; a gene's name may be a book


class RegardError(Exception):
    """Something Regard cannot do as asked; its text is one line that a terminal can show, whatever a file put in it."""

    def __init__(self, message: object = ""):
        super().__init__(one_line(str(message)))


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


def one_line(text: str) -> str:
    """A text without ends of lines and characters that do something to a terminal, its middle left out if it is long.

    >>> one_line("a\\n b\\x1b[2J")
    'a b\\\\x1b[2J'
    """
    text = " ".join(text.split())
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 400]} … {text[-397:]}"


def reason(error: BaseException, letters: int = 200) -> str:
    """What another package's error says, in one short line; its kind where it says nothing.

    >>> reason(ValueError("a\\nb")), reason(KeyError())
    ('a b', 'KeyError')
    """
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= letters else text[:letters] + "…"

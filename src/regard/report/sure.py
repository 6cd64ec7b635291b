"""How sure a page is, in words that need no statistics; from the verdicts of its evidence."""

from __future__ import annotations

from collections.abc import Iterable

from regard.core.evidence import CANNOT_TELL, NOT_SUPPORTED, SUPPORTED, TOO_FEW, VERDICTS

COMPARISONS = ("comparison", "comparisons")  # what is judged in most studies


def counts_of(verdicts: Iterable[str]) -> dict[str, int]:
    """How many have each verdict, in the order of `VERDICTS`."""
    given = list(verdicts)
    return {word: given.count(word) for word in VERDICTS}


def how_sure(counts: dict[str, int], what: tuple[str, str], beyond: str) -> list[str]:
    """A sentence for each kind of verdict that there is.

    counts : as `counts_of` gives them. what : one thing that is judged and many, as ("method", "methods").
    beyond : what those that hold up go beyond.
    """
    yes, no, few, untold = (counts[word] for word in (SUPPORTED, NOT_SUPPORTED, TOO_FEW, CANNOT_TELL))
    judged, lines = yes + no, []
    if yes:
        of = f"{yes} of the {judged} {what[1]} that could be judged" if judged > 1 else f"The one {what[0]} judged"
        lines.append(f"{of} {'holds' if yes == 1 else 'hold'} up: beyond {beyond}.")
    elif no:
        of = f"None of the {no} {what[1]} that could be judged" if no > 1 else f"The one {what[0]} judged does not"
        lines.append(f"{of} {'holds' if no > 1 else 'hold'} up: nothing goes beyond {beyond}.")
    if few:
        lines.append(f"For {how_many(few, what)} too little is known here to tell luck from knowledge.")
    if untold:
        lines.append(f"For {how_many(untold, what)} it cannot be told: something that a verdict takes is missing.")
    return lines


def how_many(n: int, what: tuple[str, str]) -> str:
    """The number and its word: `how_many(1, ("chain", "chains"))` is "1 chain"."""
    return f"{n} {what[n != 1]}"


def found_among_best(what: str, known: int, found: float, by: str, chance: float) -> str:
    """`Of 40 known sites, 9 are among the 40 most attended; by chance 2 would be.`

    found, chance : counts that need not be whole: equal scores share a place, and chance is a mean.
    """
    are = "is" if found == 1 else "are"
    return f"Of {known} {what}, {about(found)} {are} among the {known} {by}; by chance {about(chance)} would be."


def about(value: float) -> str:
    """A count that need not be whole, as one says it."""
    return f"{value:.0f}" if value >= 9.5 or abs(value - round(value)) < 0.05 else f"{value:.1f}"

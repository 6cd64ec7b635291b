"""One page over several runs: a card each, with its question, its answer and its verdicts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

from regard.core.evidence import SUPPORTED, VERDICTS
from regard.core.folder import MANIFEST
from regard.core.recorded import recorded
from regard.errors import InputError
from regard.report.build import filled
from regard.report.figures import in_page, ordered

PAGE = "report.html"
QUESTIONS = {
    "dna": "Where does a DNA model look when it classifies sequences, and does that agree with known elements?",
    "protein": "What does a protein model attend to: contacts, sites, loops?",
    "network": "Which gene regulates which, as seen from expression?",
    "enhancer locus": "Which stretches of DNA count for what a model says of a gene's start?",
    "enhancer rank": "Which element regulates which gene, beyond being near it?",
    "enhancer boundaries": "Does attention know of boundaries between domains of the genome?",
    "audit": "What does a data set give away before any model has learned from it?",
}


@dataclass(frozen=True)
class Card:
    """What the page says of one run; `picture` is empty where it drew nothing."""

    title: str
    question: str
    answer: str
    verdicts: list[tuple[str, int]]
    picture: str
    link: str
    page: str


class Told(HTMLParser):
    """What a page says first: the words of its `<h1>`, its answer, and how many comparisons have each verdict."""

    def __init__(self, page: str):
        super().__init__()
        self.words, self.open, self.found = [], False, False
        self.verdicts: dict[str, int] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.open = (tag == "h1" and not self.found) or self.open
        if counts := dict(attrs).get("data-verdicts"):
            self.verdicts = json.loads(counts)

    def handle_endtag(self, tag: str) -> None:
        self.found, self.open = self.found or (tag == "h1" and self.open), self.open and tag != "h1"

    def handle_data(self, data: str) -> None:
        if self.open:
            self.words.append(data)


def runs_in(folder: Path) -> list[str]:
    """Names of the folders in this one that hold a finished run with a page."""
    return sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}") if (path.parent / PAGE).is_file())


def index_page(folder: Path, titles: Mapping[str, str] | None = None) -> str:
    """The page over the runs in a folder, as HTML.

    Parameters
    ----------
    titles : which runs, by their names, in this order, and what to call them; all of them by their names if left out.

    Raises
    ------
    InputError
        There is none.
    """
    names = runs_in(folder)
    if titles is not None:
        names = [name for name in titles if name in names]
    if not names:
        raise InputError(f"{folder}: no run with a {PAGE} lies there; give the --out of a run, or a folder of several")
    cards = [card(folder / name, (titles or {}).get(name, name)) for name in names]
    return filled("index.html", name=folder.resolve().name, cards=cards, headline=headline(cards))


def card(folder: Path, title: str) -> Card:
    run = recorded(folder)
    figures, told = ordered(run.files), Told((folder / PAGE).read_text(encoding="utf-8"))
    return Card(
        title=title,
        question=QUESTIONS.get(run.study, ""),
        answer=" ".join("".join(told.words).split()),
        verdicts=[(word, told.verdicts[word]) for word in VERDICTS if told.verdicts.get(word)],
        picture=in_page(folder / figures[0]) if figures and (folder / figures[0]).is_file() else "",
        link=f"{quote(folder.name)}/{PAGE}",
        page=f"{folder.name}/{PAGE}",
    )


def headline(cards: Sequence[Card]) -> str:
    """In how many of the runs anything is supported; counts of different questions are not added up."""
    supported = sum(SUPPORTED in dict(one.verdicts) for one in cards)
    verb = "has" if supported == 1 else "have"
    return f"{supported or 'None'} of {len(cards)} runs {verb} comparisons that are supported"

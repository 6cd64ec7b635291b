"""One page over several runs: a card each, with its question, its answer and its verdicts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from regard.core.evidence import SUPPORTED, VERDICTS
from regard.core.folder import MANIFEST
from regard.core.recorded import recorded
from regard.errors import InputError
from regard.report.build import html
from regard.report.figures import drawn_by, ordered
from regard.report.inline import Counted, Link
from regard.report.page import Figure, Note, Page, Section

PAGE = "report.html"
SURE = (
    "“Supported” means: beyond what needs no model, beyond labels put elsewhere, and beyond the same model with random "
    "weights."
)
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
    """What the page says of one run; `picture` is None where it drew nothing."""

    title: str
    question: str
    answer: str
    verdicts: dict[str, int]
    picture: Figure | None
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
    return html(page_of(folder.resolve().name, cards))


def card(folder: Path, title: str) -> Card:
    run = recorded(folder)
    figures, told = ordered(run.files), Told((folder / PAGE).read_text(encoding="utf-8"))
    drawn = figures and (folder / figures[0]).is_file()
    return Card(
        title=title,
        question=QUESTIONS.get(run.study, ""),
        answer=" ".join("".join(told.words).split()),
        verdicts={word: told.verdicts.get(word, 0) for word in VERDICTS},
        picture=drawn_by(folder, figures[0], folder.name) if drawn else None,
        page=f"{folder.name}/{PAGE}",
    )


def page_of(name: str, cards: Sequence[Card]) -> Page:
    """First what each run found, then a card each."""
    return Page(
        study=name,
        about=[f"{len(cards)} {'run' if len(cards) == 1 else 'runs'}"],
        title=name,
        headline=headline(cards),
        asked=["Each run has a question and data of its own; they stand in its card below."],
        found=[f"{one.title}: {one.answer}" for one in cards],
        sure=[SURE, "No number stands across runs: their questions differ."],
        sections=[Section("The runs", [section_of(one) for one in cards], "cards")],
        styles=["cards.css"],
    )


def section_of(one: Card) -> Section:
    counted = Counted(one.verdicts)
    verdicts = counted if counted.given else Note("No comparison with anything known.")
    parts = [one.picture, one.question, one.answer, verdicts, Link(one.page, one.page)]
    return Section(one.title, [part for part in parts if part], "card")


def headline(cards: Sequence[Card]) -> str:
    """In how many of the runs anything is supported; counts of different questions are not added up."""
    supported = sum(bool(one.verdicts[SUPPORTED]) for one in cards)
    verb = "has" if supported == 1 else "have"
    return f"{supported or 'None'} of {len(cards)} runs {verb} comparisons that are supported"

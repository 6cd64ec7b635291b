"""Which columns of a table of predictions are scores, and how each is read: known files by their columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regard.annotate.tables import MISSING
from regard.data.delimited import is_infinite, is_number
from regard.errors import InputError

AGGREGATES = ("sum", "max", "mean", "min")
TRUE, FALSE = ("TRUE", "T"), ("FALSE", "F")
ABC, ACTIVITY = "ABC", "activity"
RE2G, EPIRACTION = "ENCODE-rE2G", "EPIraction"
# Columns that hold the last word of a method whose file also holds what it was made of: E2G.Score.qnorm.ignoreTPM, say.
RE2G_SCORES = re.compile(
    r"((ENCODE[-_.]?)?rE2G(_Extended)?|sc_?E2G|E2G)\.Score((\.cv|\.qnorm|\.ignoreTPM)*)", re.IGNORECASE
)
SAID_HERE = {
    "name", "distance", "tss", "dist_to_tss", "distancetotss", "targetgenetss", "tss_position", "position", "strand",
    "line", "class", "version", "chromosome",
}  # fmt: skip
ABOUT_ELEMENT = re.compile(r"(is[._]?)?(self|genic|promoter|validated|expressed)|is[A-Z_.]")
LESS = re.compile(
    r"(^|[^a-z0-9])(p|q|fdr|lfdr|idr|pep|bh|bonferroni|holm|p[-_. ]?val(ue)?s?|q[-_. ]?val(ue)?s?|"
    r"p[-_. ]?adj(ust(ed)?)?|adj[-_. ]?p\w*|pvalueadjusted|pemp|pr\(>.*\)|padj|fwer|e[-_. ]?value|"
    r"rank(ing)?|distance\w*|dist(2|to)?(tss)?|tss_?dist|gap)($|[^a-z0-9])"
)
DISTANCE = re.compile(r"dist|gap")
MORE = re.compile(r"(score|weight|weighted|decay)$")  # a score of distances is no distance
ABOVE = 1e-3  # beyond 1: how far rounding may take a share
LOG = re.compile(r"log|^nlp|neg")
SAMPLE = 1000  # rows by which it is told what a column holds


@dataclass(frozen=True)
class Column:
    """One score of a table.

    Attributes
    ----------
    name : what it is called in figures; column : what the file calls it.
    aggregate : of the elements that overlap one: sum, max, mean or min.
    empty : over no element of a gene that the table has; fill : for a gene that it does not have, too (NaN: nothing).
    inverse : less is better. boolean : TRUE or FALSE. threshold : from which on a pair is called; NaN where unknown.
    """

    name: str
    column: str
    aggregate: str = "max"
    empty: float = np.nan
    fill: float = np.nan
    inverse: bool = False
    boolean: bool = False
    threshold: float = np.nan


def known_columns(header: Sequence[str]) -> list[Column]:
    """The scores of a file that is known by its columns; none where it is not.

    Of the ABC pipeline `ABC.Score` (else `powerlaw.Score`) and `activity_base`; of ENCODE-rE2G its own score and never
    its feature `ABC.Score`; of EPIraction, and of any other file that has a column `Score` and features beside it in
    the format of the ENCODE consortium, `Score`.
    """
    if own := [name for name in header if RE2G_SCORES.fullmatch(name)]:
        return [Column(RE2G, min(own, key=lambda name: ("extended" in name.lower(), name.count("."))))]
    if "Score" in header:
        if any(name.endswith(".Feature") for name in header) or "EpiMap" in header:
            return [Column(RE2G, "Score")]
        if {"Cofactor", "Open"} <= set(header):
            return [Column(EPIRACTION, "Score")]
        if "TargetGene" in header:
            return [Column("Score", "Score")]
    if best := [name for name in ("ABC.Score", "powerlaw.Score") if name in header]:
        found = [Column(ABC, best[0], "sum", 0.0)]
        return found + [Column(ACTIVITY, "activity_base", "sum", 0.0)] * ("activity_base" in header)
    return []


def other_columns(sample: pd.DataFrame, taken: Sequence[str]) -> tuple[list[Column], list[str]]:
    """Every column that holds numbers, or TRUE and FALSE, and what there is to say of their direction.

    sample : texts of some rows. taken : columns that say where, of which gene and in which cells.
    """
    found, said = [], []
    for name in sample.columns:
        if name in taken or name.lower() in SAID_HERE or name.endswith(".Feature"):
            continue
        texts = sample[name][~sample[name].isin(MISSING)]
        first = texts.iloc[0] if len(texts) else ""
        boolean = len(texts) > 0 and texts.str.upper().isin(TRUE + FALSE).all()
        if boolean and ABOUT_ELEMENT.match(name):
            continue
        if boolean or is_number(first) or is_infinite(first):
            if not boolean and signed_distance(name, numbers_of(texts)):
                said.append(f"{name!r} is a distance to either side, and no score: left out")
                continue
            one, why = turned(Column(name, name, boolean=bool(boolean)), texts)
            found.append(one)
            said += why
    return found, said


def turned(column: Column, texts: pd.Series) -> tuple[Column, list[str]]:
    """A column whose name says that less is better is ranked from its least, and that is said."""
    if column.boolean or not less_is_better(column.column, numbers_of(texts)):
        return column, []
    less = Column(column.name, column.column, "min", column.empty, column.fill, True, False, column.threshold)
    return less, [
        f"less of {column.column!r} is taken to be better, by its name: it is ranked from the least, and the least "
        "that overlaps counts (inverse=no reads it as it is)"
    ]


def less_is_better(name: str, values: np.ndarray) -> bool:
    """Is this a p-value, a false discovery rate, a rank or a distance, by its name and within the values of one?"""
    there, plain = values[np.isfinite(values)], in_words(name)
    if MORE.search(plain):
        return False
    if LOG.search(plain):
        # log10(p) is 0 or less, −log10(p) 0 or more: only the former is better where it is less.
        about_p = re.search(r"p(_?val|adj|$)|fdr|q_?val", plain) is not None
        down = about_p and len(there) > 0 and bool((there <= 0).all() and (there < 0).any())
        return down or (re.search(r"^log\d*p?[-_. ]?dist", plain) is not None and bool((there >= 0).all()))
    if not LESS.search(plain):
        return False
    share = re.search(r"rank|dist|gap", plain) is None
    return bool((there >= 0).all() and (not share or (there <= 1 + ABOVE).all()))


def signed_distance(name: str, values: np.ndarray) -> bool:
    """Is this a distance, by its name, that is negative on one side?"""
    plain = in_words(name)
    by_name = LESS.search(plain) and DISTANCE.search(plain) and not LOG.search(plain) and not MORE.search(plain)
    return bool(by_name and (values < 0).any())


def in_words(name: str) -> str:
    """A column's name in small letters, its words apart."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def numbers_of(texts: pd.Series) -> np.ndarray:
    return pd.to_numeric(texts, errors="coerce").to_numpy(float)


def asked_columns(
    header: Sequence[str], sample: pd.DataFrame, taken: Sequence[str], where: object, asked: Sequence[dict]
) -> tuple[list[Column], list[str]]:
    """Columns as options say; what they do not say is as `known_columns` and the column's name have it.

    asked : for each score `score` and any of name, aggregate, fill, inverse, boolean, threshold. taken : as in
    `other_columns`.
    """
    known, found, said = {one.column: one for one in known_columns(header)}, [], []
    for options in asked:
        score = options.get("score")
        if score is None:
            names = list(known)[:1] or [one.column for one in other_columns(sample, taken)[0]]
            if len(names) != 1:
                raise InputError(f"{where}: which of its columns {', '.join(names[:8])} is meant? Add score=COLUMN")
            score = names[0]
        if score not in header:
            raise InputError(f"{where}: no column {score!r} in its header ({', '.join(header[:12])[:200]})")
        texts = sample[score][~sample[score].isin(MISSING)]
        start = known.get(score, Column(score, score))
        if not options.get("boolean", False) and len(texts) and texts.str.upper().isin(TRUE + FALSE).all():
            options = options | {"boolean": True}
        if "inverse" not in options:
            start, why = turned(start, texts)
            said += why
        elif not options["inverse"] and less_is_better(score, numbers_of(texts)):
            said.append(f"{score!r} sounds as if less were better; it is ranked from the highest, as asked")
        if options.get("inverse") and "aggregate" not in options:
            options = options | {"aggregate": "min"}
        options = {key: value for key, value in options.items() if key not in ("score", "cell")}
        found.append(Column(**(start.__dict__ | {"column": score} | options)))
    return found, said

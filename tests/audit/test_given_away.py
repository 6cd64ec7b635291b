"""Each kind of giveaway is planted alone, and found by its own check as serious; clean tables raise no alarm."""

import re

import numpy as np
import pytest

from regard.audit.checks import relations
from regard.audit.findings import NONE, SERIOUS
from regard.audit.given_away import shortcuts
from tests.audit.planted import corpus_of, random_dna


def checked(tmp_path, rows):
    corpus = corpus_of(tmp_path, rows)
    found = relations(corpus)
    return {one.check: one for one in shortcuts(corpus, found.same, found.family, "in.tsv")}


def accuracy(one):
    return float(one.verdict.split("labels are right in ")[1].split("%")[0])


def clean(rng, n=200, length=300):
    return [(random_dna(rng, length), i % 2) for i in range(n)]


def put(sequence, at, word):
    return sequence[:at] + word + sequence[at + len(word) :]


# What is done to each row of label 1 (and of label 0), the check that must tell, and what its sentence must name.
PLANTED = {
    "letter case": (str.lower, None, "letter shortcut", "lower-case"),
    "half in lower case": (lambda s: s[:150] + s[150:].lower(), None, "letter shortcut", "lower-case"),
    "RNA": (lambda s: s.replace("T", "U"), None, "letter shortcut", "U in place of T"),
    "a tail of N": (lambda s: s[:-15] + "N" * 15, None, "N shortcut", "N at the end|number of N alone"),
    "a tail of N or a head": (lambda s: s[:-15] + "N" * 15, lambda s: "N" * 15 + s[15:], "N shortcut", "N at the "),
    "a prefix": (lambda s: put(s, 0, "GGATCC"), None, "prefix shortcut", "100% of label 1 begin with GGATCC"),
    "a suffix": (lambda s: put(s, 294, "GAATTC"), None, "suffix shortcut", "100% of label 1 end with GAATTC"),
    "a base": (lambda s: put(s, 150, "A"), lambda s: put(s, 150, "C"), "position shortcut", "151 is [AC] in 100%"),
    "a length": (lambda s: s[:-1], None, "length shortcut", "median 299, others 300"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_perfect_giveaway_is_serious_and_the_only_one(name, tmp_path):
    positive, negative, check, said = PLANTED[name]
    rows = clean(np.random.default_rng(len(name)))
    rows = [((positive if y else negative or str)(s), y) for s, y in rows]
    found = checked(tmp_path, rows)
    assert found[check].level == SERIOUS
    assert re.search(said, found[check].verdict)
    assert accuracy(found[check]) >= 95
    assert found[check].advice
    others = {c for c, one in found.items() if one.level == SERIOUS} - {check}
    assert others == set()


def test_accuracy_is_what_the_giveaway_alone_gives(tmp_path):
    """A base that all of label 1 have, and a fourth of label 0 by chance: seven of eight rows can be right."""
    rows = [(put(s, 150, "A") if y else s, y) for s, y in clean(np.random.default_rng(0), 1000)]
    one = checked(tmp_path, rows)["position shortcut"]
    assert one.level == SERIOUS
    assert "position 151 is A in 100% of label 1" in one.verdict
    assert accuracy(one) == pytest.approx(87.5, abs=3)


def test_a_giveaway_of_one_class_of_three_and_of_a_part(tmp_path):
    rng = np.random.default_rng(1)
    rows = [(random_dna(rng, 200), "abc"[i % 3]) for i in range(300)]
    some = [(put(s, 0, "TTTAAA") if y == "b" else s, y) for s, y in rows]
    found = checked(tmp_path, some)["prefix shortcut"]
    assert (found.level, "100% of label b begin with TTTAAA" in found.verdict) == (SERIOUS, True)
    assert accuracy(found) == pytest.approx(67, abs=9)


def test_composition_is_no_position_and_no_prefix(tmp_path):
    rng = np.random.default_rng(2)
    rows = [(random_dna(rng, 300, 0.65 if i % 2 else 0.35), i % 2) for i in range(400)]
    found = checked(tmp_path, rows)
    serious = {check for check, one in found.items() if one.level != NONE}
    assert serious == {"GC shortcut", "composition shortcut"}


def test_relatives_do_not_make_places_tell(tmp_path):
    """Forty families of ten rows with one label each: whoever learned from rows would know the places of all."""
    rng = np.random.default_rng(3)
    rows = []
    for i in range(40):
        parent = random_dna(rng, 300)
        rows += [(put(parent, int(at), "A"), i % 2) for at in rng.integers(0, 300, 10)]
    found = checked(tmp_path, rows)
    assert {check for check, one in found.items() if one.level != NONE} <= {"GC shortcut", "composition shortcut"}


def alarms(tmp_path, tables, seed):
    """Findings that are not none in random tables of 20 to 400 rows, of one length or of many, with 2 to 4 labels."""
    rng, out = np.random.default_rng(seed), []
    for _ in range(tables):
        n, classes, gc = int(rng.choice([20, 60, 150, 400])), int(rng.integers(2, 5)), rng.uniform(0.3, 0.7)
        least = int(rng.choice([50, 120, 200]))
        length = rng.integers(40, 200, n) if rng.random() < 0.3 else np.full(n, least)
        rows = [(random_dna(rng, int(size), gc), int(rng.integers(classes))) for size in length]
        out += [(n, one) for one in checked(tmp_path, rows).values() if one.level != NONE]
    return out


def test_clean_tables_raise_no_alarm(tmp_path):
    assert alarms(tmp_path, 25, seed=0) == []


@pytest.mark.slow
def test_clean_tables_hardly_ever_raise_an_alarm(tmp_path):
    assert len(alarms(tmp_path, 500, seed=1)) <= 2


def test_few_rows_say_so(tmp_path):
    found = checked(tmp_path, clean(np.random.default_rng(0), 12))
    assert all(one.level == NONE for one in found.values())
    assert "too few rows" in found["prefix shortcut"].verdict

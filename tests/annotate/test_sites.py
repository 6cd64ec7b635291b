import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.annotate.sites import read_contacts, read_sites
from regard.errors import InputError

GOOD = {"id": "a", "sequence": "MKTAY", "sites": [0, 4]}


def write(path, *records):
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in records))
    return path


def test_sites_are_positions_from_0(tmp_path):
    first, none = read_sites(write(tmp_path / "s.jsonl", GOOD, "", {"id": 7, "sequence": "mkx", "sites": []}))
    assert first.labels.tolist() == [True, False, False, False, True]
    assert (none.id, none.sequence, none.labels.any()) == ("7", "MKX", False)


@given(st.lists(st.tuples(st.text("ACDEFGHIKLMNPQRSTVWY", min_size=1), st.data()), min_size=1, max_size=5))
def test_what_is_written_is_read(tmp_path_factory, drawn):
    records = [
        {"id": f"p{k}", "sequence": s, "sites": data.draw(st.lists(st.integers(0, len(s) - 1), unique=True))}
        for k, (s, data) in enumerate(drawn)
    ]
    found = read_sites(write(tmp_path_factory.mktemp("sites") / "s.jsonl", *records))
    assert [(f.id, f.sequence, list(f.sites)) for f in found] == [
        (r["id"], r["sequence"], sorted(r["sites"])) for r in records
    ]


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ("{", "line 2: not JSON .*; expected JSON lines"),
        ("[1]", "line 2: expected JSON lines"),
        ({"id": "b", "sequence": "MK"}, "line 2: expected JSON lines"),
        (GOOD | {"id": "b", "sites": [5]}, r"line 2, 'b': site 5 is outside 0 to 4; positions count from 0"),
        (GOOD | {"id": "b", "sites": [-1]}, "site -1 is outside"),
        (GOOD | {"id": "b", "sites": ["1"]}, "not a list of whole numbers"),
        (GOOD | {"id": "b", "sites": [True]}, "not a list of whole numbers"),
        (GOOD | {"id": "b", "sequence": "M K"}, "the sequence is not letters only"),
        (GOOD, "'a' stands more than once"),
    ],
)
def test_bad_lines_are_named(tmp_path, record, says):
    with pytest.raises(InputError, match=says):
        read_sites(write(tmp_path / "s.jsonl", GOOD, record))


def test_contacts_with_their_mask(tmp_path):
    contacts = np.zeros((4, 4), bool)
    contacts[0, 3] = True
    np.savez(tmp_path / "c.npz", contacts=contacts, valid_residues=np.array([1, 1, 0, 1], bool))
    found = read_contacts(tmp_path / "c.npz")
    assert found.contacts[3, 0] and found.contacts.sum() == 2
    assert found.known.sum() == 9 and not found.known[2].any()


def test_bad_contacts(tmp_path):
    np.savez(tmp_path / "a.npz", contacts=np.zeros((3, 3), bool))
    np.savez(tmp_path / "b.npz", contacts=np.zeros((3, 3), bool), valid_residues=np.ones(4, bool))
    np.savez(tmp_path / "c.npz", contacts=np.array([{}], dtype=object), valid_residues=np.ones(1, bool))
    (tmp_path / "d.npz").write_text("no")
    for name, says in (
        ("a", "not an .npz"),
        ("b", "do not fit"),
        ("c", "not an"),
        ("d", "not an"),
        ("e", "no such file"),
    ):
        with pytest.raises(InputError, match=says):
            read_contacts(tmp_path / f"{name}.npz")


def test_a_line_of_endless_brackets_is_one_line(tmp_path):
    (tmp_path / "deep.jsonl").write_text('{"id":' + "[" * 100_000)
    with pytest.raises(InputError, match="line 1: JSON of more than 64 levels; expected JSON lines"):
        read_sites(tmp_path / "deep.jsonl")

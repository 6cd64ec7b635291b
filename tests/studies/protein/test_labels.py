"""Which record of a file of labels is a protein's, and what is said of the features that are not of it."""

import numpy as np

from regard.studies.protein.inputs import Protein
from regard.studies.protein.labels import with_labels

SEQUENCE = "MKTAYIAKQRQISFVKSHFSCQLEERLGLICVQAPILSRV"


def flat(name, sequence, *features):
    lines = [f"ID   {name}", f"AC   {name};", *(f"FT   {one}" for one in features), "SQ   SEQUENCE", f"     {sequence}"]
    return "\n".join([*lines, "//", ""])


def test_the_record_that_fits_best_is_taken_not_the_first_that_fits(tmp_path):
    paralog = SEQUENCE.replace("KTAY", "RSAF")  # 92.5 % the same
    path = tmp_path / "x.txt"
    path.write_text(
        flat("PARALOG", paralog, "ACT_SITE        9")
        + flat("LONGER", SEQUENCE + "MMMM", "ACT_SITE        13")
        + flat("MINE", SEQUENCE, "ACT_SITE        18", "BINDING         MINE-2:30")
        + flat("OTHER", paralog, "ACT_SITE        11", "BINDING         OTHER-2:30")
    )
    (protein,), remarks = with_labels([Protein("p", SEQUENCE)], path)
    assert np.flatnonzero(protein.sites["active site"]).tolist() == [17]
    assert remarks == ["MINE in x.txt: 1 features of other isoforms are left out (BINDING MINE-2:30)"]


def test_a_record_of_the_proteins_name_goes_before(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text(flat("A", SEQUENCE, "ACT_SITE        9") + flat("B", SEQUENCE + "M", "ACT_SITE        18"))
    (protein,), remarks = with_labels([Protein("B", SEQUENCE)], path)
    assert np.flatnonzero(protein.sites["active site"]).tolist() == [17]
    assert remarks == []


def test_helices_strands_and_what_is_reported_are_kept_apart_from_boxes(tmp_path):
    path = tmp_path / "x.txt"
    features = ["HELIX           3..9", "STRAND          12..14", 'VARIANT         5 /note="A -> T (in DEMO)"',
                'MUTAGEN         18 /note="K->A: No activity."', 'DOMAIN          4..30 /note="Toy"']  # fmt: skip
    path.write_text(flat("P", "MM" + SEQUENCE, *features))
    (protein,), _ = with_labels([Protein("P", SEQUENCE)], path)
    assert protein.secondary == "HHHHHHH--EEE" + "-" * (len(SEQUENCE) - 12)
    assert [(f.kind, f.start, f.note) for f in protein.reported] == [
        ("variant", 2, "A -> T (in DEMO)"), ("mutagenesis", 15, "K->A: No activity."),
    ]  # fmt: skip
    assert [f.kind for f in protein.features] == ["domain"]
    (plain,), _ = with_labels([Protein("P", SEQUENCE, secondary="H" * len(SEQUENCE))], path_without(tmp_path))
    assert plain.secondary == "H" * len(SEQUENCE)


def path_without(folder):
    (folder / "y.txt").write_text(flat("P", SEQUENCE, "ACT_SITE        9"))
    return folder / "y.txt"

import pytest

from regard.data.expression import KINDS
from regard.data.perturbations import read_perturbations
from regard.data.regulators import read_regulators
from regard.errors import InputError
from tests.toys.networks import GENES, planted


def test_regulators_are_places_and_what_is_wrong_is_said(tmp_path):
    path = tmp_path / "tf.txt"
    path.write_text("# my factors\ng3\n\ng1\tsome comment\ng3\nmissing\n")
    places, remarks = read_regulators(path, GENES)
    assert places == [1, 3]
    assert any("1 of 3 regulators" in r and "missing" in r for r in remarks)
    assert any("more than once" in r for r in remarks)


def test_no_regulator_in_the_table(tmp_path):
    path = tmp_path / "tf.txt"
    path.write_text("GATA1\n")
    with pytest.raises(InputError, match="none of its 1 regulators"):
        read_regulators(path, GENES)


def test_perturbations_by_name_and_by_row(tmp_path):
    path = tmp_path / "p.tsv"
    path.write_text("sample\tgene\tkind\ns0\tg3\tknockout\n2\tg4\tKnockdown\ns2\tg5\toverexpression\n")
    done = read_perturbations(path, planted(5)).perturbation
    assert [KINDS[k] for k in (done[0, 3], done[1, 4], done[2, 5])] == ["knockout", "knockdown", "overexpression"]
    assert (done > 0).sum() == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("s0\tg3\n", "line 1: 2 fields"),
        ("s9\tg3\tknockout\n", "'s9' is no sample"),
        ("6\tg3\tknockout\n", "no row from 1 to 5"),
        ("0\tg3\tknockout\n", "no row from 1 to 5"),
        ("s0\tgata\tknockout\n", "'gata' is no gene"),
        ("s0\tg3\tremoved\n", "kind 'removed' is unknown"),
        ("sample\tgene\tkind\n", "no perturbation"),
    ],
)
def test_bad_perturbations_get_one_line(tmp_path, text, says):
    path = tmp_path / "p.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=says):
        read_perturbations(path, planted(5))


def test_a_hint_where_only_capitals_differ(tmp_path):
    path = tmp_path / "tf.txt"
    path.write_text("G1\nnone\n")
    with pytest.raises(InputError, match=r"1 would be but for capitals \(G1 here, g1 in the table\)"):
        read_regulators(path, GENES)
    path.write_text("g3\nG1\nnone\n")
    assert "G1 here, g1 in the table" in read_regulators(path, GENES)[1][0]

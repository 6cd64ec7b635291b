import pytest

from regard.errors import InputError
from regard.models.track_names import find_tracks

ROWS = ("CAGE:chronic myelogenous leukemia cell line:K562", "DNASE:K562", "CAGE:K5620", "CAGE:liver, adult, pool1")


@pytest.fixture
def folder(tmp_path):
    lines = ["index\tidentifier\tdescription", *(f"{i}\tx{i}\t{row}" for i, row in enumerate(ROWS))]
    (tmp_path / "targets_human.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("CAGE:K562", [0]),
        ("cage:k562, DNASE:K562", [0, 1]),
        ("K562", [0, 1]),
        ("CAGE:adult liver", [3]),
        ("2, CAGE:K562, 2", [2, 0]),
        ("all", [0, 1, 2, 3]),
    ],
)
def test_tracks_are_found_by_number_and_name(folder, asked, found):
    assert find_tracks(asked, 4, folder) == found


@pytest.mark.parametrize(
    ("asked", "count", "says"),
    [("CAGE:heart", 4, "no track is called so"), ("7", 4, "from 0 to 3"), ("K562", 5, "4 tracks, but the model has 5")],
)
def test_what_there_is_not_is_refused(folder, asked, count, says):
    with pytest.raises(InputError, match=says):
        find_tracks(asked, count, folder)


def test_without_a_table_names_are_refused_and_numbers_are_not(tmp_path):
    assert find_tracks("1,0", 2, None) == [1, 0]
    for where in (None, tmp_path):
        with pytest.raises(InputError, match="names need a table of tracks"):
            find_tracks("CAGE:K562", 2, where)

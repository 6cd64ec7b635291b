import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.data.proteins import AMINO_ACIDS
from regard.data.variants import THREE, Variant, check_variant, read_variant
from regard.errors import InputError

SEQUENCE = "MKTAYIAKQR"


@given(
    st.sampled_from(AMINO_ACIDS),
    st.integers(1, 40_000),
    st.sampled_from(AMINO_ACIDS),
    st.sampled_from(["", "P1", "a:b"]),
)
def test_names_are_read_back(wild, number, mutant, name):
    if wild == mutant:
        return
    prefix = f"{name}:" if name else ""
    for text in (
        f"{wild}{number}{mutant}",
        f"p.{THREE[wild]}{number}{THREE[mutant]}",
        f"{wild.lower()}{number}{mutant}",
        f"p.({THREE[wild]}{number}{THREE[mutant]})",
        f"p.{wild}{number}{mutant}",
    ):
        assert read_variant(prefix + text) == (name, Variant(wild, number - 1, mutant))


@pytest.mark.parametrize("text", ["K8del", "p.Lys8del", "p.(Lys8del)", "k8del"])
def test_one_residue_deleted(text):
    name, variant = read_variant(f"P1:{text}")
    assert name == "P1" and variant == Variant("K", 7, "") and variant.name == "K8del"
    assert variant.apply(SEQUENCE) == "MKTAYIAQR"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A12Del",
        "Xyz12del",
        "A12_A13del",
        "A123",
        "123T",
        "A0T",
        "A-1T",
        "A12*",
        "B12T",
        "Ala12Xyz",
        "A12TT",
        "A1.5T",
        "A1²T",
        "p.(A12T",
        "A12T)",
    ],
)
def test_anything_else_is_an_error(text):
    with pytest.raises(InputError, match="expected one amino acid for another"):
        read_variant(text)


def test_a_number_of_5000_digits_is_one_short_line():
    with pytest.raises(InputError, match=r"variant 'A9{39}…' \(5,002 characters\): expected one") as error:
        read_variant("A" + "9" * 5000 + "T")
    assert len(str(error.value)) < 200


def test_no_change_is_an_error():
    with pytest.raises(InputError, match="'A4A' changes nothing"):
        read_variant("A4A")


def test_the_residue_must_be_there():
    check_variant(Variant("A", 3, "T"), SEQUENCE, "P1")
    with pytest.raises(InputError, match=r"A5T: residue 5 of P1 is Y, not A \(around it: KTAYIAK\)"):
        check_variant(Variant("A", 4, "T"), SEQUENCE, "P1")
    with pytest.raises(InputError, match="A11T: P1 has 10 residues"):
        check_variant(Variant("A", 10, "T"), SEQUENCE, "P1")
    assert Variant("A", 3, "T").apply(SEQUENCE) == "MKTTYIAKQR"

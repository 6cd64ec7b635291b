"""One protein in UniProt's three formats gives the same features, converted to 0-based half-open."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from regard.annotate.uniprot import Entry, Feature, read_uniprot
from regard.errors import InputError

SEQUENCE = "MKTAYIAKQRQISFVKSHFSCQLEERLGLICVQAPILSRV"
FLAT = """ID   TEST_HUMAN              Reviewed;          40 AA.
AC   P12345; Q00001;
DE   RecName: Full=Test;
FT   SIGNAL          1..6
FT   DOMAIN          8..30
FT                   /note="Tested and
FT                   found"
FT                   /evidence="ECO:0000255"
FT   ACT_SITE        18
FT                   /note="Proton donor"
FT   BINDING         9..11
FT                   /ligand="ATP"
FT                   /ligand_id="ChEBI:CHEBI:30616"
FT   DISULFID        21..31
FT   MOD_RES         13
FT                   /note="Phosphoserine"
FT   CHAIN           ?..40
FT   REGION          <1..9
FT   CONFLICT        5
SQ   SEQUENCE   40 AA;  4500 MW;  0000000000000000 CRC64;
     MKTAYIAKQR QISFVKSHFS CQLEERLGLI CVQAPILSRV
//
"""
XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<uniprot xmlns="http://uniprot.org/uniprot"><entry dataset="Swiss-Prot"><accession>P12345</accession>
<feature type="signal peptide"><location><begin position="1"/><end position="6"/></location></feature>
<feature type="domain" description="Tested and found"><location>
<begin position="8"/><end position="30"/></location></feature>
<feature type="active site" description="Proton donor"><location><position position="18"/></location></feature>
<feature type="binding site"><location><begin position="9"/><end position="11"/></location>
<ligand><name>ATP</name></ligand></feature>
<feature type="disulfide bond"><location><begin position="21"/><end position="31"/></location></feature>
<feature type="modified residue" description="Phosphoserine"><location><position position="13"/></location></feature>
<feature type="chain"><location><begin status="unknown"/><end position="40"/></location></feature>
<feature type="sequence conflict"><location><position position="5"/></location></feature>
<sequence length="40">{SEQUENCE[:20]}
{SEQUENCE[20:]}</sequence></entry></uniprot>
"""
GFF = f"""##gff-version 3
##sequence-region P12345 1 40
P12345\tUniProtKB\tSignal peptide\t1\t6\t.\t.\t.\t.\t
P12345\tUniProtKB\tDomain\t8\t30\t.\t.\t.\tNote=Tested%20and found;evidence=ECO:0000255\t
P12345\tUniProtKB\tActive site\t18\t18\t.\t.\t.\tNote=Proton donor\t
P12345\tUniProtKB\tBinding site\t9\t11\t.\t.\t.\tNote=ATP\t
P12345\tUniProtKB\tDisulfide bond\t21\t31\t.\t.\t.\t.\t
P12345\tUniProtKB\tModified residue\t13\t13\t.\t.\t.\tNote=Phosphoserine\t
P12345\tUniProtKB\tSequence conflict\t5\t5\t.\t.\t.\t.\t
##FASTA
>sp|P12345|TEST_HUMAN
{SEQUENCE}
"""
EXPECTED = [
    Feature("signal peptide", 0, 6),
    Feature("domain", 7, 30, "Tested and found"),
    Feature("active site", 17, 18, "Proton donor"),
    Feature("binding site", 8, 11, "ATP"),
    Feature("disulfide", 20, 31),
    Feature("modified residue", 12, 13, "Phosphoserine"),
]


def read(tmp_path, text, name="x.txt"):
    (tmp_path / name).write_text(text)
    return read_uniprot(tmp_path / name)


@pytest.mark.parametrize("text", [FLAT, XML, GFF], ids=["flat", "xml", "gff"])
def test_the_same_from_every_format(tmp_path, text):
    (entry,) = read(tmp_path, text)
    assert entry == Entry("P12345", SEQUENCE, EXPECTED)


def test_residues_of_bonds_are_their_ends():
    entry = Entry("x", SEQUENCE, EXPECTED)
    assert np.flatnonzero(entry.annotation("disulfide")).tolist() == [20, 30]
    assert [SEQUENCE[i] for i in np.flatnonzero(entry.annotation("disulfide"))] == ["C", "C"]
    assert np.flatnonzero(entry.annotation("binding site")).tolist() == [8, 9, 10]
    assert not entry.annotation("motif").any()


def test_features_as_written_before_2019(tmp_path):
    old = FLAT.replace("ACT_SITE        18\n", "ACT_SITE     18     18       Proton donor.\n").replace(
        'FT                   /note="Proton donor"\n', ""
    )
    old = old.replace("CHAIN           ?..40", "CHAIN         ?     40       Test.").replace(
        "SIGNAL          1..6\n", "SIGNAL        1      ?       Or so.\n"
    )
    (entry,) = read(tmp_path, old)
    assert entry.features == EXPECTED[1:]


def test_features_of_other_isoforms_are_left_out_and_listed(tmp_path):
    flat = FLAT.replace("SQ   ", "FT   MOD_RES         P12345-2:30\nFT   BINDING         P12345-3:4..9\nSQ   ")
    flat = flat.replace("SQ   ", "FT   VAR_SEQ         P12345-2:5\nSQ   ").replace("8..30", "P12345:8..30")
    (entry,) = read(tmp_path, flat)
    assert entry == Entry("P12345", SEQUENCE, EXPECTED)
    assert entry.left_out == ["MOD_RES P12345-2:30", "BINDING P12345-3:4..9"]
    other = '<feature type="site"><location sequence="P12345-2"><position position="3"/></location></feature><sequence'
    (entry,) = read(tmp_path, XML.replace("<sequence", other))
    assert entry == Entry("P12345", SEQUENCE, EXPECTED)
    assert entry.left_out == ["site of P12345-2"]


def test_several_entries_and_gzip(tmp_path):
    (tmp_path / "two.gz").write_bytes(gzip.compress((FLAT + FLAT.replace("P12345", "P99999")).encode()))
    assert [e.id for e in read_uniprot(tmp_path / "two.gz")] == ["P12345", "P99999"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello", "not a UniProt flat file"),
        ("<html></html>", "no UniProt entry"),
        ("<uniprot><entry>", "damaged XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><uniprot/>', "declarations of its own"),
        (FLAT.replace("//\n", ""), "does not end with //"),
        (
            FLAT.replace("DOMAIN          8..30", "DOMAIN          8..300"),
            r"P12345: domain 8\.\.300 is not within 1\.\.40",
        ),
        (FLAT[: FLAT.index("SQ")] + "//\n", "ends without a sequence"),
        ("##gff-version 3\nP1 UniProtKB Domain 1 2\n", "line 2: 1 columns"),
        (GFF.replace("\t8\t30", "\t30\t8"), "domain 30..8 is not within"),
        (FLAT.replace("8..30", "8..3²"), "line 5: domain at '3²'; expected a position"),
        (FLAT.replace("8..30", "8.." + "9" * 5000), r"line 5: domain at '9{40}…' \(5,000 characters\)"),
        (XML.replace('position="18"', 'position="1²"'), "P12345: active site at '1²'"),
        (XML.replace('position="18"', f'position="{"9" * 5000}"'), "P12345: active site at '999"),
        (GFF.replace("\t8\t30", "\t8\t3²"), "line 4: domain at '3²'"),
        (GFF.replace("\t8\t30", "\t8\t" + "9" * 5000), "line 4: domain at '999"),
    ],
)
def test_bad_files_get_one_line(tmp_path, text, says):
    with pytest.raises(InputError, match=says) as error:
        read(tmp_path, text)
    assert "x.txt" in str(error.value)


def test_a_gff_without_sequences_is_read(tmp_path):
    (entry,) = read(tmp_path, GFF[: GFF.index("##FASTA")])
    assert (entry.id, entry.sequence) == ("P12345", "")
    assert entry.features == EXPECTED


DATA = Path(os.environ.get("REGARD_DATA", "/nonexistent")) / "protein/uniprot"


@pytest.mark.skipif(not DATA.is_dir(), reason="REGARD_DATA has no UniProt files")
def test_real_entries():
    (receptor,) = read_uniprot(DATA / "P16235.txt")
    assert receptor.features[0] == Feature("signal peptide", 0, 26)
    (bond,) = [f for f in receptor.features if f.kind == "disulfide"]
    assert [receptor.sequence[i] for i in bond.residues] == ["C", "C"]
    (hla,) = read_uniprot(DATA / "P04439.txt")
    assert hla.annotation("binding site").sum() == 8

"""Three-letter names of residues: their letters, and which are part of a protein."""

from __future__ import annotations

TWENTY = {
    "ALA": "A", "CYS": "C", "ASP": "D", "GLU": "E", "PHE": "F", "GLY": "G", "HIS": "H", "ILE": "I", "LYS": "K",
    "LEU": "L", "MET": "M", "ASN": "N", "PRO": "P", "GLN": "Q", "ARG": "R", "SER": "S", "THR": "T", "VAL": "V",
    "TRP": "W", "TYR": "Y",
}  # fmt: skip


def letter(name: str) -> str:
    """One letter of a residue; that of the parent for a modified one (Chemical Component Dictionary), else X.

    A residue that stands for several, such as the chromophore CRO (Thr, Tyr and Gly), is one X: it is one residue.
    """
    if name in TWENTY:
        return TWENTY[name]
    from biotite.structure.info import one_letter_code

    found = one_letter_code(name) or "X"
    return found if len(found) == 1 else "X"


def has_parent(name: str) -> bool:
    """Is it an amino acid, or one or several of them modified?"""
    if name in TWENTY:
        return True
    from biotite.structure.info import one_letter_code

    return (one_letter_code(name) or "X") != "X"


def links_peptides(name: str) -> bool:
    """Does the Chemical Component Dictionary have it as a part of peptide chains?"""
    from biotite.structure.info import link_type

    return name in TWENTY or "PEPTIDE" in (link_type(name) or "").upper()


def nucleic_kind(name: str) -> str:
    """DNA or RNA for a residue that the Chemical Component Dictionary has as a part of such a strand, else ""."""
    from biotite.structure.info import link_type

    link = (link_type(name) or "").upper()
    return next((kind for kind in ("DNA", "RNA") if kind in link), "")

"""Entries of UniProt from XML, one at a time, so that a large file is never in memory as a tree."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from regard.annotate.uniprot_formats import NAMED, Entry, Feature, between
from regard.data import limits
from regard.data.files import opened
from regard.errors import InputError, reason


def read_xml(path: Path) -> Iterator[Entry]:
    """Entries of UniProt's XML.

    Raises
    ------
    InputError
        Damaged XML, one with declarations of its own or with elements too deep within each other, an entry without
        accession or sequence.
    """
    for entry in elements(path):
        accession, sequence = entry.findtext("accession"), "".join((entry.findtext("sequence") or "").split())
        if not accession or not sequence:
            raise InputError(f"{path}: an entry without accession or sequence")
        accession, found = accession.strip(), list(entry.iter("feature"))
        features = [f for one in found if (f := xml_feature(f"{path}, {accession}", one))]
        yield Entry(accession, sequence, features, [words for one in found if (words := of_isoform(one))])


def elements(path: Path) -> Iterator[ET.Element]:
    """Each `entry` as it ends, its tags without their namespace; what was read before is forgotten."""
    parser: Any = ET.XMLPullParser(("start", "end"))
    level, root, before = 0, None, b""
    try:
        with opened(path, "UniProt XML") as file:
            while chunk := file.read(1 << 16):
                before = before[-10:] + chunk
                if b"<!ENTITY" in before or b"<!DOCTYPE" in before:
                    raise InputError(f"{path}: XML with declarations of its own (<!…) is not read")
                parser.feed(chunk)
                for event, element in parser.read_events():
                    if event == "start":
                        root, level = element if root is None else root, level + 1
                        element.tag = str(element.tag).rsplit("}", 1)[-1]
                        if level > limits.DEPTH:
                            raise InputError(f"{path}: XML of more than {limits.DEPTH} elements within each other")
                        continue
                    level -= 1
                    if element.tag == "entry":
                        yield element
                        element.clear()
                        if root is not None and level:
                            root.clear()
            parser.close()
    except (ET.ParseError, ValueError, LookupError) as error:  # an encoding that nobody knows
        raise InputError(f"{path}: damaged XML ({reason(error)})") from None


def of_isoform(element: ET.Element) -> str:
    """What a feature of another isoform than the entry's sequence is; empty for one of the sequence."""
    place, kind = element.find("location"), element.get("type", "")
    isoform = "" if place is None else place.get("sequence", "")
    return f"{kind} of {isoform}" if isoform and kind.lower() in NAMED else ""


def xml_feature(where: str, element: ET.Element) -> Feature | None:
    kind = NAMED.get(element.get("type", "").lower())
    place = element.find("location")
    if kind is None or place is None or place.get("sequence"):  # of another isoform
        return None
    ends = [
        place.find(name) for name in (("position",) * 2 if place.find("position") is not None else ("begin", "end"))
    ]
    if any(e is None or e.get("status") or not e.get("position") for e in ends):
        return None
    found = between(where, kind, *(str(e.get("position")) for e in ends if e is not None))
    note = element.get("description") or element.findtext("ligand/name") or ""
    return None if found is None else Feature(kind, *found, note)

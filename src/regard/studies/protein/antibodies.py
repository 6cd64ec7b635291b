"""Which proteins are antibodies, and their variable domains."""

from __future__ import annotations

from dataclasses import replace

from regard.annotate.antibody import domains_of, looks_variable, regions_in
from regard.annotate.uniprot import Feature
from regard.errors import MissingExtra
from regard.studies.protein.inputs import Protein


def with_regions(proteins: list[Protein]) -> list[Protein]:
    """Variable domains of antibodies marked (IMGT), both of an scFv; left as they are where the extra is missing."""
    asked = [k for k, p in enumerate(proteins) if looks_variable(p.sequence)]
    try:
        found = domains_of([proteins[k].sequence for k in asked])
    except MissingExtra:
        return proteins
    out = list(proteins)
    for k, domains in zip(asked, found, strict=True):
        if domains:
            regions = regions_in(domains)
            features = (*proteins[k].features, *region_features(regions))
            numbers = tuple(map("".join, zip(*(one.numbers for one in domains), strict=True)))  # domains don't overlap
            chain = "+".join(one.chain for one in domains)
            out[k] = replace(proteins[k], regions=regions, features=features, chain_type=chain, numbers=numbers)
    return out


def region_features(regions: dict[str, tuple[int, int]]) -> list[Feature]:
    """What the figure shows of regions: the loops, and the linker of an scFv."""
    shown = ("CDR", "linker")
    return [Feature("region", start, stop, name) for name, (start, stop) in regions.items() if name.startswith(shown)]


def cut_to_domain(protein: Protein) -> Protein:
    """Only the variable domain of an antibody chain, as AntiBERTy was trained on; of an scFv both, and the linker."""
    if not protein.regions:
        return protein
    start = min(s for s, _ in protein.regions.values())
    stop = max(e for _, e in protein.regions.values())
    regions = {name: (s - start, e - start) for name, (s, e) in protein.regions.items()}
    return replace(
        protein,
        sequence=protein.sequence[start:stop],
        regions=regions,
        features=tuple(region_features(regions)),
        offset=start,
        numbers=protein.numbers[start:stop],
    )

"""Which proteins are antibodies, and their variable domains."""

from __future__ import annotations

from dataclasses import replace

from regard.annotate.antibody import looks_variable, numbering, split
from regard.annotate.uniprot import Feature
from regard.errors import MissingExtra
from regard.studies.protein.inputs import Protein


def with_regions(proteins: list[Protein]) -> list[Protein]:
    """Variable domains of antibodies marked (IMGT); left as they are where the extra is not installed."""
    asked = [k for k, p in enumerate(proteins) if looks_variable(p.sequence)]
    try:
        found = numbering([proteins[k].sequence for k in asked]) if asked else []
    except MissingExtra:
        return proteins
    out = list(proteins)
    for k, (chain, numbers) in zip(asked, found, strict=True):
        if regions := split(chain, numbers, "imgt"):
            features = (*proteins[k].features, *region_features(regions))
            out[k] = replace(proteins[k], regions=regions, features=features, chain_type=chain, numbers=tuple(numbers))
    return out


def region_features(regions: dict[str, tuple[int, int]]) -> list[Feature]:
    return [Feature("region", start, stop, name) for name, (start, stop) in regions.items() if name.startswith("CDR")]


def cut_to_domain(protein: Protein) -> Protein:
    """Only the variable domain of an antibody chain, the part that AntiBERTy was trained on."""
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

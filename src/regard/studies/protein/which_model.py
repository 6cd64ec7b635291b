"""Which model reads proteins where none is named, how its heads are read, and against how many with random weights."""

from __future__ import annotations

from pathlib import Path

from regard.errors import InputError
from regard.models.protein.model import ProteinModel
from regard.models.shelf.catalogue import is_complete
from regard.studies.protein.antibodies import cut_to_domain
from regard.studies.protein.inputs import Protein
from regard.studies.protein.pipelines import CAUSAL, DEFAULT, Pipelines, pipelines_of
from regard.studies.protein.questions import looks_of

ESM2 = ("esm2_t33_650M_UR50D", "esm2_t30_150M_UR50D", "esm2_t12_35M_UR50D", "esm2_t6_8M_UR50D")
ANTIBODY = "antiberty"
TWINS, FEWER, HEAVY = 9, 5, 50_000_000  # models with random weights; of a larger model on a processor fewer


def default_model(proteins: list[Protein], source: Path) -> str:
    """AntiBERTy where all proteins are antibodies; else the largest ESM2 that is here."""
    if all(p.regions for p in proteins):
        return ANTIBODY
    here = [name for name in ESM2 if is_complete(name)]
    if here:
        return here[0]
    other = next(p.id for p in proteins if not p.regions)
    raise InputError(
        f"{source}, record {other!r}: no antibody's variable domain, and AntiBERTy, the model that comes by package, "
        f"knows antibodies only; run `regard models get {ESM2[-1]}`, or give a folder with --model"
    )


def for_antiberty(proteins: list[Protein]) -> tuple[list[Protein], list[str]]:
    """Variable domains only, and a remark on what was cut or is no antibody."""
    cut = [cut_to_domain(p) for p in proteins]
    remarks = []
    shorter = [old.id for old, new in zip(proteins, cut, strict=True) if len(new) < len(old)]
    if shorter:
        was_cut = "was cut to its own" if len(shorter) == 1 else "were cut to theirs"
        remarks.append(
            f"AntiBERTy was trained on variable domains, so that {', '.join(shorter[:4])} {was_cut}; residues are "
            "counted within the domain"
        )
    double = [p.id for p in proteins if "+" in p.chain_type]
    if double:
        remarks.append(
            f"{', '.join(double[:4])}: two variable domains in one sequence; AntiBERTy was trained on one at a time"
        )
    others = [p.id for p in proteins if not p.regions]
    if others:
        remarks.append(
            f"{', '.join(others[:4])}: no variable domain was found, and AntiBERTy knows nothing else; its attention "
            "there says little"
        )
    return cut, remarks


def twins_for(model: ProteinModel, proteins: list[Protein], asked: int | None) -> tuple[int, list[str]]:
    """How many models with random weights to read, and a remark where that is not the usual number.

    None where labels are too few for a verdict whatever they would show.
    """
    if not looks_of(proteins):
        return 0, []
    if asked is not None:
        return asked, [] if asked > 1 else [
            f"held against {asked} models with random weights; two are the least for a verdict, nine the usual number"
        ]
    weights = sum(p.numel() for p in model.network.parameters())
    if weights <= HEAVY or model.device.type != "cpu":
        return TWINS, []
    return FEWER, [
        f"{model.name} has {weights / 1e6:.0f} million weights, so that {FEWER} models with random weights were read "
        f"instead of {TWINS}; the fewer, the more is asked of a verdict (--twins {TWINS} reads them all)"
    ]


def looking_back(model: ProteinModel, pipeline: str | None) -> tuple[Pipelines, list[str]]:
    """How each head is read, and what is to be said where the model is causal."""
    found = pipelines_of(pipeline, CAUSAL if model.causal else DEFAULT)
    return found, [] if not model.causal else [
        f"{model.name} looks back only: a residue is attended to by later ones alone, so that maps between residues "
        f"are one-sided and what a residue receives is read as “{found.sites}”"
    ]

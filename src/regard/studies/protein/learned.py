"""What was learned on the contacts of antibodies of known structure, for a user who has but one antibody.

Heads of AntiBERTy, amino acids that touch, and a template of positions; made by `training/antibody`. It refuses to be
used on what it was learned on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from regard.annotate.alignment import align_to
from regard.errors import InputError
from regard.judge.heads import KnownProtein, choose
from regard.models.shelf.shipped import WEIGHTS
from regard.predictors.residues import by_distance, pair_propensity
from regard.studies.protein.inputs import Protein

FILE = WEIGHTS / "antibody_contacts.safetensors"
SAME, COVERED = 0.95, 0.8  # share of aligned residues that agree, and that are aligned: one domain, not two
PSEUDO = 1.0  # domains of the average kind that are added to each pair of positions


@dataclass(frozen=True)
class Learned:
    """Learned on variable domains.

    model : whose heads. domains : a record `id`, `structure`, `sequence` for each domain. heads : weights over heads,
    see `choose`. propensity : (20, 20), see `pair_propensity`. positions : IMGT numbers, in order, of heavy ("H") and
    light ("L") chains; touching, both : (positions, positions), in how many domains they touch, and in how many
    the structure shows both; pairs six or more residues apart, symmetric.
    """

    model: str
    domains: tuple[dict[str, str], ...]
    heads: dict[str, np.ndarray]
    propensity: np.ndarray
    positions: dict[str, list[str]]
    touching: dict[str, np.ndarray]
    both: dict[str, np.ndarray]

    @property
    def structures(self) -> int:
        return len({one["structure"] for one in self.domains})

    def saw(self, protein: Protein) -> str:
        """Why a protein may not be scored with this: the domain that it is; "" where it is none of them."""
        for one in self.domains:
            try:
                align_to(protein.sequence, one["sequence"], least_identity=SAME, least_coverage=COVERED)
            except InputError:
                continue
            return f"{protein.id} is at least {100 * SAME:.0f} % the same as {one['id']}, which taught it"
        return ""

    def template(self, protein: Protein) -> np.ndarray:
        """How often the IMGT positions of two residues touch, (L, L); ties are broken by the distance in sequence."""
        kind = kind_of(protein)
        touching, both = self.touching[kind].astype(float), self.both[kind].astype(float)
        average = touching.sum() / max(both.sum(), 1)
        share = np.pad((touching + PSEUDO * average) / (both + PSEUDO), (0, 1), constant_values=average)
        at = {number: k for k, number in enumerate(self.positions[kind])}
        code = np.array([at.get(number, -1) for number in protein.numbers])  # -1: the average, in the last row
        return share[code[:, None], code] + 1e-6 * by_distance(len(protein))


def kind_of(protein: Protein) -> str:
    """H for heavy chains, L for both kinds of light chain."""
    return "H" if protein.chain_type == "H" else "L"


def learn(model: str, proteins: Sequence[Protein], known: Sequence[KnownProtein], seed: int = 0) -> Learned:
    """Learn from variable domains with structures; `known`, what the choice of heads may see of the same domains."""
    positions, touching, both = {}, {}, {}
    for kind in ("H", "L"):
        of_kind = [p for p in proteins if kind_of(p) == kind]
        positions[kind] = sorted({number for p in of_kind for number in p.numbers if number}, key=in_order)
        at = {number: k for k, number in enumerate(positions[kind])}
        touching[kind], both[kind] = (np.zeros((len(at), len(at)), dtype=np.uint8) for _ in range(2))
        for protein in of_kind:
            code = np.array([at.get(number, -1) for number in protein.numbers])
            i, j = np.nonzero(protein.known & (code >= 0)[:, None] & (code >= 0))
            for x, y in ((code[i], code[j]), (code[j], code[i])):
                both[kind][x, y] += 1
                touching[kind][x, y] += np.asarray(protein.contacts)[i, j].astype(np.uint8)
    return Learned(
        model,
        tuple({"id": p.id, "structure": p.chain.split(" ")[0], "sequence": p.sequence} for p in proteins),
        choose(known, seed=seed).weights,
        pair_propensity([p.sequence for p in proteins], [p.contacts for p in proteins], [p.known for p in proteins]),
        positions,
        touching,
        both,
    )


def in_order(number: str) -> tuple[int, str]:
    plain = number.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return int(plain), number[len(plain) :]


def save(learned: Learned, path: Path) -> None:
    """Write one safetensors file; what is no number stands in its metadata."""
    arrays = {f"heads.{name}": one.astype(np.float32) for name, one in learned.heads.items()}
    arrays["propensity"] = learned.propensity.astype(np.float32)
    for kind in learned.positions:
        arrays |= {f"touching.{kind}": learned.touching[kind], f"both.{kind}": learned.both[kind]}
    told = {"model": learned.model, "domains": learned.domains, "positions": learned.positions}
    save_file(arrays, path.with_suffix(".new"), metadata={"learned": json.dumps(told)})
    path.with_suffix(".new").replace(path)


def load(path: Path = FILE) -> Learned:
    """Read what `save` wrote; raises InputError where the file is not that."""
    try:
        with safe_open(path, framework="np") as file:
            told = json.loads(file.metadata()["learned"])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        parts = {
            part: {name.partition(".")[2]: one for name, one in arrays.items() if name.startswith(f"{part}.")}
            for part in ("heads", "touching", "both")
        }
        return Learned(
            told["model"], tuple(told["domains"]), parts["heads"], arrays["propensity"], told["positions"],
            parts["touching"], parts["both"],
        )  # fmt: skip
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: not what was learned on antibodies ({str(error).splitlines()[0]})") from None


def learned_for(model: str, proteins: Sequence[Protein]) -> Learned | None:
    """What comes with Regard, where all proteins are single variable domains, and the model the one it learned with."""
    if not proteins or not all(any(p.numbers) and p.chain_type in ("H", "K", "L") for p in proteins):
        return None
    found = load()
    return found if found.model == model else None

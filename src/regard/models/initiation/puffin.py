"""Puffin, the published model of transcription initiation, from the weights that the user brings.

Dudnyk, Cai, Shi, Xu, Zhou: Sequence basis of transcription initiation in the human genome. Science 384,
eadj0116 (2024). The weights, `puffin.pth` of github.com/jzhoulab/puffin, are for academic use only;
they are not part of Regard.

Ten motif detectors of 51 bases, ten initiator detectors of 15 and 32 trinucleotide detectors, each on both
strands; effect curves 300 bases to each side (initiators: 7); five assays × two strands. Predictions
are ln(count + 1); 325 bases at each edge get none.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import torch

from regard.errors import InputError
from regard.models.initiation.model import PARTS, Config, InitiationModel
from regard.models.shelf.believable import check_finite

# In the order of the file; the authors chose which strand of a learned motif is called +.
DETECTORS = ["SP-", "ETS-", "CREB-", "NFY-", "YY1-", "U1 snRNP+", "Long Inr+", "NRF1+", "ZNF143-", "TATA-"]
ASSAYS = ["FANTOM_CAGE", "ENCODE_CAGE", "ENCODE_RAMPAGE", "GRO_CAP", "PRO_CAP"]
OTHER_STRAND = str.maketrans("+-", "-+")

CONFIG = Config(
    motifs=DETECTORS + [name.translate(OTHER_STRAND) for name in DETECTORS],
    targets=[f"{assay}+" for assay in ASSAYS] + [f"{assay}-" for assay in reversed(ASSAYS)],
    initiators=["Long Inr+", "Long Inr-"],
)

PUBLISHED = dict(zip(PARTS, ("", "_inr", "_sim"), strict=True))  # conv_inr.weight is an initiator detector


FILES = ("puffin.pth", "resources/puffin.pth")  # in a folder of models; in a checkout of Puffin


def load(path: Path | str) -> InitiationModel:
    """Read `puffin.pth`, or the one in a folder, ready to use.

    Raises
    ------
    InputError
        The file is absent or not Puffin's; one line that says where to get it.
    """
    path = weights_in(Path(path))
    if not path.is_file():
        raise InputError(
            f"{path}: no such file; puffin.pth is in github.com/jzhoulab/puffin (academic use only, so Regard has none)"
        )
    unreadable = (pickle.UnpicklingError, EOFError, RuntimeError, KeyError, IndexError, AttributeError, ValueError)
    try:
        published = torch.load(path, weights_only=True, map_location="cpu")
    except unreadable:  # messages of a pickle, for no reader
        reason = "no PyTorch file, or damaged"
        raise InputError(f"{path}: not the weights of Puffin ({reason}); expected puffin.pth") from None
    model = InitiationModel(CONFIG)
    try:
        model.load_state_dict(translate(published))
    except (KeyError, RuntimeError, TypeError, AttributeError, ValueError) as error:
        reason = f"no weight {error}" if isinstance(error, KeyError) else str(error).strip().partition("\n")[0][:120]
        raise InputError(f"{path}: not the weights of Puffin ({reason}); expected puffin.pth") from None
    check_finite(path, model.named_parameters())
    return model.eval()


def weights_in(path: Path) -> Path:
    """The file itself, or the one in a folder; where the folder has none, the name it should have there."""
    if not path.is_dir():
        return path
    return next((path / name for name in FILES if (path / name).is_file()), path / FILES[0])


def translate(published: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The published weights under our names, in float32."""
    if not isinstance(published, dict):
        raise TypeError(f"a {type(published).__name__}, not a set of weights")
    weights = {"bias": torch.zeros(len(CONFIG.targets))}
    for part, suffix in PUBLISHED.items():
        weights[f"detector.{part}.weight"] = published[f"conv{suffix}.weight"].float()
        weights[f"detector.{part}.bias"] = published[f"conv{suffix}.bias"].float()
        curve = published[f"deconv{suffix}.weight"].float()
        # The initiators' is a transposed convolution there: input channels first, offsets turned round.
        weights[f"effect.{part}"] = curve.transpose(0, 1).flip(2).contiguous() if part == "initiator" else curve
        weights["bias"] = weights["bias"] + published[f"deconv{suffix}.bias"].float()
    return weights

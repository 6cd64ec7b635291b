"""Where a model runs."""

from __future__ import annotations

import torch

from regard.errors import InputError

KINDS = ("cpu", "cuda", "mps", "xpu")


def usable(name: str) -> torch.device:
    """The device of that name, set to calculate in float32; raises InputError where there is none here."""
    if name.partition(":")[0] not in KINDS:
        raise InputError(f"--device {name}: unknown; there are {', '.join(KINDS)}")
    try:
        torch.empty(1, device=name)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0].split(". ")[0]
        raise InputError(f"--device {name}: not usable here ({reason}); leave it out to run on the processor") from None
    torch.backends.cudnn.allow_tf32 = False  # newer GPUs would keep 10 bits of what goes into a convolution
    return torch.device(name)

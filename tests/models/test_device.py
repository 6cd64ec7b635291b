"""Devices by name."""

import pytest
import torch

from regard.errors import InputError
from regard.models.device import usable


def test_the_processor_is_there():
    assert usable("cpu").type == "cpu"


def test_convolutions_are_in_float32_on_every_gpu(monkeypatch):
    """Matrix products are by torch's own default."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", True)
    usable("cpu")
    assert not torch.backends.cudnn.allow_tf32 and not torch.backends.cuda.matmul.allow_tf32


@pytest.mark.parametrize("name", ["gpu", "cuda:99", "", "meta"])
def test_a_device_that_is_not_there_is_refused_in_one_line(name):
    with pytest.raises(InputError, match="--device") as caught:
        usable(name)
    assert "\n" not in str(caught.value)

"""Devices by name."""

import pytest

from regard.errors import InputError
from regard.models.device import usable


def test_the_processor_is_there():
    assert usable("cpu").type == "cpu"


@pytest.mark.parametrize("name", ["gpu", "cuda:99", "", "meta"])
def test_a_device_that_is_not_there_is_refused_in_one_line(name):
    with pytest.raises(InputError, match="--device") as caught:
        usable(name)
    assert "\n" not in str(caught.value)

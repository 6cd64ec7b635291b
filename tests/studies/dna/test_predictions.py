import warnings

import pandas as pd

from regard.studies.dna.predictions import matthews_text


def test_matthews_correlation_needs_two_classes():
    table = pd.DataFrame({"label": list("aabb"), "predicted": list("aaba")})
    assert matthews_text(table) == "0.577"  # 1 / √3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert matthews_text(table[:2]) == "not defined for one class"

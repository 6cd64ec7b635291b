"""Other readings of the same attention: told beside the one that was used."""

import numpy as np
import pandas as pd

from regard.core.scores import Annotations, PositionScores
from regard.studies.dna.questions_readings import another_reading, auprc, other_readings


def test_other_readings_leave_out_one_correction_each_and_all_of_them():
    assert other_readings("causal | log | detrend | received") == [
        "causal | detrend | received",
        "causal | log | received",
        "received",
    ]
    assert other_readings("drop_special | uniform | log | received")[-1] == "drop_special | received"
    assert other_readings("received") == []


def test_the_head_that_adds_most_is_told_by_each():
    ids, label = ["a", "b"], np.arange(6) < 2
    known = Annotations(ids, [label, label], "word")
    right = PositionScores(ids, [label * 1.0, label * 1.0], "block 1 head 2")
    wrong = PositionScores(ids, [-1.0 * label, np.where(np.arange(6) == 5, np.nan, -1.0 * label)], "block 1 head 2")
    rows = pd.DataFrame({"method": ["block 1 head 1", "block 1 head 2"], "annotation": "word", "adds": [0.1, 0.2],
                         "verdict": "not supported", "prevalence": 1 / 3})  # fmt: skip
    answer = another_reading(rows, {"a | received": {right.name: right}, "received": {wrong.name: wrong}}, [known])
    assert answer.sentence.startswith("Block 1 head 2 against word has an AUPRC of 1.000 by “a | received”")
    assert f"{auprc(wrong, known):.3f} by “received”" in answer.sentence and auprc(wrong, known) < 0.5
    assert another_reading(rows.assign(verdict="too few labels"), {}, []).sentence.startswith("Not asked")

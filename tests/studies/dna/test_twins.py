"""Random twins: the same seed gives the same ones, however many threads read them."""

import numpy as np
import pandas as pd
import torch
from rich.progress import Progress

from regard.models.attention import reader
from regard.models.dna_gpt.model import Config, DnaGPT
from regard.models.dna_gpt.reader import untrained
from regard.studies.dna.evidence import head_scores
from regard.studies.dna.subject import RECEIVED_CAUSAL as RECEIVED
from regard.studies.dna.twins import read_twins


def test_twins_read_in_threads_are_those_that_their_seeds_make():
    model = DnaGPT(Config(width=32, heads=4, blocks=4, longest=300, tasks={})).eval()
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"sequence": ["".join(rng.choice(list("ACGT"), 40)) for _ in range(3)]}, index=list("abc"))
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    torch.set_num_threads(4)
    try:
        found = read_twins(reader(model), rows, [RECEIVED], 8, 5, Progress(disable=True))
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(torch.get_rng_state(), before)
    assert len(found) == 8
    for draw, (scores,) in enumerate(found):
        (alone,) = head_scores(reader(untrained(model, 5 * 8 + draw)), rows, [RECEIVED])
        for name, one in alone.items():
            for a, b in zip(one.values, scores[name].values, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)

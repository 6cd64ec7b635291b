"""The whole path on a model whose attention is known: capture, reduce, compare, verdict."""

import numpy as np
import torch

from regard import Annotations, attention_maps, capture, compare, token_table
from regard.annotate.motifs import find
from regard.core.evidence import NOT_SUPPORTED, SUPPORTED
from regard.data.sequences import decode, encode
from tests.toys.planted import planted_model, random_model

PIPELINE = "causal | log | detrend | received | per_head"


def sequences(n=30, length=120):
    rng = np.random.default_rng(0)
    out = []
    for _ in range(n):
        one = decode(rng.integers(0, 4, length).astype(np.uint8)).replace("TATA", "TCTA")
        for at in rng.integers(5, length - 10, 2):
            one = one[:at] + "TATA" + one[at + 4 :]
        out.append(one)
    return out


def scores(model, texts, ids):
    with capture(model, layers=1) as layers, torch.no_grad():
        model(torch.tensor(np.stack([encode(s) for s in texts])).long())
    stack = torch.stack(layers, dim=1).numpy()
    return attention_maps(list(stack), ids, [token_table(list(s)) for s in texts]).reduce(PIPELINE)


def test_the_planted_head_is_supported_the_others_and_random_weights_are_not():
    texts = sequences()
    ids = [f"s{i}" for i in range(len(texts))]
    known = Annotations(ids, [find("TATA", s, stranded=True) for s in texts], "TATA")
    twins = [list(scores(random_model(seed), texts, ids).values()) for seed in range(9)]

    def verdicts(found):
        table = compare(list(found.values()), known, sequences=texts, twins=twins)
        return table.set_index("method").verdict

    planted = verdicts(scores(planted_model(), texts, ids))
    assert planted["block 1 head 1"] == SUPPORTED
    assert planted["block 1 head 2"] == NOT_SUPPORTED  # looks at the previous base
    assert planted["block 1 head 3"] == NOT_SUPPORTED  # looks at all alike
    assert set(verdicts(scores(random_model(17), texts, ids))) == {NOT_SUPPORTED}

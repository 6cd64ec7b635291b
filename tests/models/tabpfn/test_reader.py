"""A TabPFN regressor through the one verb: the attention that `regard network` reads, with genes as its tokens."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("tabpfn", reason="the tabpfn extra is not installed")

import regard
from regard.errors import InputError
from regard.models.tabpfn.attention import read
from regard.models.tabpfn.regressor import describe, fit
from tests.models.tabpfn_files import CONFIGS, write_checkpoint

GENES = list("abcdefg")


@pytest.fixture(params=CONFIGS)
def checkpoint(request, tmp_path):
    return describe(write_checkpoint(tmp_path / f"{request.param}.ckpt", request.param))


def frame() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).normal(5, 3, (30, 7)).astype(np.float32), columns=GENES)


def test_it_is_what_the_study_reads(checkpoint):
    cells = frame()
    x, y = cells.drop(columns="c").to_numpy(), cells.c.to_numpy()
    study = read(checkpoint, fit(checkpoint, x, y), x, y).attention.mean  # a layer each, (heads, tokens, tokens)
    maps = regard.attention(checkpoint, [cells], target="c")[0]
    np.testing.assert_array_equal(maps, np.stack(study))


def test_tokens_name_their_genes_and_the_target_comes_last(checkpoint):
    tokens = regard.reader(checkpoint, target="c").tokens(frame())[1]
    assert "|".join(tokens.token[:-1]).split("|") == list("abdefg")
    assert tokens.token.iloc[-1] == "c" and tokens.special.tolist() == [False] * (len(tokens) - 1) + [True]
    scores = regard.attention(checkpoint, [frame()], target="c").reduce("drop_special | received | mean(layer, head)")
    assert len(scores.on("gene").values[0]) == 6


def test_a_target_that_is_not_there_is_refused(checkpoint):
    with pytest.raises(InputError, match="target 'z' is not one of the 7 genes"):
        regard.attention(checkpoint, [frame()], target="z")

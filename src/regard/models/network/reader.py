"""The network model as a Reader: a token is a gene, what it reads is a whole table."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import ExitStack

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from regard.core.tokens import token_table
from regard.data.expression import Expression
from regard.data.expression_tables import expression_of
from regard.errors import InputError
from regard.models.network.edges import known
from regard.models.network.inputs import channels
from regard.models.network.model import NetworkModel
from regard.models.reader import Each, Reader, register


@register
def read(model: NetworkModel, *, regulators: Collection[str] | None = None, name: str = "network model") -> Reader:
    """Tables of samples × genes, or an `Expression` and what it tells of samples; row = target, column = regulator.

    regulators : the genes that may regulate, as the model is told; nothing is told if None.

    The last layer has one head, which stands in the place of all; the study's `attention.layer` is its logit, scaled.
    """

    def tokens(table: pd.DataFrame | Expression) -> tuple[Tensor, pd.DataFrame]:
        expression = table if isinstance(table, Expression) else expression_of(table)
        still = np.ptp(expression.values, axis=0) == 0
        if still.any():
            raise InputError(f"gene {expression.genes[int(still.argmax())]} never varies; leave such genes out")
        values, *told = known(expression, np.arange(len(expression.genes)))
        told.append(None if regulators is None else np.isin(expression.genes, list(regulators)))
        shown = channels(
            torch.as_tensor(values, dtype=torch.float32)[None],
            *(None if one is None else torch.as_tensor(one)[None] for one in told),
        )
        return shown[0], token_table(list(expression.genes))

    @torch.inference_mode()
    def attend(tables: Tensor, each: Each) -> None:  # (batch, genes, samples, channels)
        with ExitStack() as stack:
            for layer, block in enumerate(model.blocks):

                def hand_on(_module, _inputs, output, layer=layer):
                    each(layer, output[1].float().softmax(dim=3).expand(-1, model.config.gene_heads, -1, -1))

                stack.callback(block.genes.register_forward_hook(hand_on).remove)
            model(tables.to(next(model.parameters()).device))

    def random(seed: int) -> Reader:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            drawn = type(model)(model.config).eval().to(next(model.parameters()).device)
        return read(drawn, regulators=regulators, name=f"{name}, random weights")

    return Reader(name, "gene", tokens, model, model, attend=attend, layers=len(model.blocks), untrained=random)

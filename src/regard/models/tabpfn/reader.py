"""One TabPFN regressor as a Reader: a token is a gene or a few, and last the target; what it reads is a whole table."""

from __future__ import annotations

import pandas as pd
import torch
from torch import Tensor

from regard.core.tokens import gene_tokens
from regard.data.expression import Expression
from regard.data.expression_tables import expression_of
from regard.errors import InputError
from regard.models.reader import Each, Reader, register
from regard.models.tabpfn.attention import stream
from regard.models.tabpfn.regressor import Checkpoint, fit, varying


@register
def read(checkpoint: Checkpoint, *, target: str, seed: int = 0, device: str = "cpu") -> Reader:
    """Attention between columns by which a target is predicted from all other genes, the mean over the asked rows.

    The rows of the table are known and asked at once, as `regard network` does; an edge's score is the attention of the
    target's token, the last row, to a regulator's. Raises InputError for a table without the target, or where a gene
    never varies.
    """

    def tokens(table: pd.DataFrame | Expression) -> tuple[Tensor, pd.DataFrame]:
        expression = table if isinstance(table, Expression) else expression_of(table)
        genes = list(expression.genes)
        if target not in genes:
            raise InputError(f"target {target!r} is not one of the {len(genes)} genes of the table")
        values = expression.values.astype("float32")
        if not (varies := varying(values)).all():
            raise InputError(f"gene {genes[int((~varies).argmax())]} never varies; leave such genes out")
        others = [i for i, gene in enumerate(genes) if gene != target]
        table_of_genes = gene_tokens([genes[i] for i in others], checkpoint.group, target)
        return torch.as_tensor(values[:, [*others, genes.index(target)]]), table_of_genes

    def attend(tables: Tensor, each: Each) -> None:  # (1, samples, genes), the target last
        (table,) = tables.numpy()
        x, y = table[:, :-1], table[:, -1]
        known = checkpoint.thinking + len(x)

        def columns(layer: int, axis: str, attention: Tensor) -> None:
            if axis == "columns":
                each(layer, attention[known:].mean(dim=0, keepdim=True))

        stream(checkpoint, fit(checkpoint, x, y, seed=seed, device=device), x, x, columns)

    return Reader(f"{checkpoint.name}, {target}", "gene", tokens, attend, attend=attend, layers=checkpoint.layers)

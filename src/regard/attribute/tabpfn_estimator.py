"""TabPFN with its attention, as an estimator of scikit-learn: fit, predict, maps of each layer, scores of edges."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data
from torch import Tensor

from regard.attribute.tabpfn import target_scores
from regard.attribute.tabpfn_methods import parse
from regard.core.tokens import gene_tokens
from regard.data.expression import Expression
from regard.errors import InputError
from regard.models.tabpfn.attention import stream
from regard.models.tabpfn.regressor import describe, find, fit, varying

AXES = {"columns": "between_features", "asked rows": "between_items"}
TARGET = "target"  # its name where y has none


class TabPFNAttention(RegressorMixin, BaseEstimator):
    """One target predicted from its regulators by a frozen TabPFN, whose attention can be read.

    The model sees the columns as they are given, one to one; columns that never vary are left out and score NaN.
    The target may not be among the columns: a model that is shown what it predicts looks at nothing else.

    Parameters
    ----------
    model : "small", shipped with Regard; "cache", tabpfn's own cache; "tabpfn-v2", what `regard models get` fetched;
        or a path of a regressor of version 2, 2.5 or 2.6. Nothing is fetched.
    permutations : orders of the columns that edge scores are averaged over; None: 1 where each column has a token of
        its own, else 8.
    seed : draws these orders.
    device : "cpu", "cuda" …

    Attributes
    ----------
    target_ : name of `y`, or "target". `columns_` : names of the columns that vary, as the model sees them.
    tokens_ : which of them stand in which token, one row a token, last the target; columns as in `token_table`.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> import regard
    >>> genes = pd.DataFrame(np.random.default_rng(0).normal(size=(40, 3)), columns=["a", "b", "c"])
    >>> target = (2 * genes.b + 0.1 * genes.c).rename("d")
    >>> model = regard.TabPFNAttention().fit(genes, target)
    >>> model.predict(genes).shape
    (40,)
    >>> layers = model.attention()
    >>> layers[0]["between_features"].shape  # heads, tokens, tokens: a, b, c and the target
    (4, 4, 4)
    >>> layers[0]["between_items"].shape  # heads, rows that are asked, rows that are known
    (4, 40, 40)
    >>> scores = model.edge_scores("target")  # or "diagonal.last", "column", "row", "value" …
    >>> max(scores, key=scores.get)
    ('b', 'd')
    >>> list(model.edges("target", "diagonal").columns)
    ['regulator', 'target', 'tabpfn.target', 'tabpfn.diagonal']
    """

    def __init__(
        self, model: str | Path = "small", *, permutations: int | None = None, seed: int = 0, device: str = "cpu"
    ):
        self.model = model
        self.permutations = permutations
        self.seed = seed
        self.device = device

    def fit(self, X: pd.DataFrame | ArrayLike, y: pd.Series | ArrayLike) -> TabPFNAttention:
        """Give the model its context; no weight changes.

        Parameters
        ----------
        X : samples × regulators; names are those of a DataFrame's columns, else x0, x1, …
        y : the target, (samples,); its name is that of a Series.

        Raises
        ------
        InputError
            The target among the columns, by name or by its values; no column or no target that varies.
        """
        named = getattr(y, "name", None)
        self.target_ = TARGET if named is None else str(named)
        x, y = validate_data(self, X, y, dtype=np.float32, y_numeric=True, ensure_min_samples=3)
        y = y.astype(np.float32)
        names = getattr(self, "feature_names_in_", [f"x{i}" for i in range(x.shape[1])])
        self.names_ = [str(name) for name in names]
        for i, name in enumerate(self.names_):
            if name == self.target_ or np.array_equal(x[:, i], y):
                raise InputError(f"X, column {name!r}: it is the target itself; leave it out of the regulators")
        self.varying_ = varying(x)
        if not self.varying_.any() or np.ptp(y) == 0:
            what = "the target never varies" if self.varying_.any() else "X has no column that varies"
            raise InputError(f"{what}, so there is nothing to read")
        self.columns_ = [name for name, used in zip(self.names_, self.varying_, strict=True) if used]
        self.checkpoint_ = describe(find(self.model))
        self.tokens_ = gene_tokens(self.columns_, self.checkpoint_.group, self.target_)
        self.x_, self.y_ = x, y
        self.regressor_ = fit(self.checkpoint_, x[:, self.varying_], y, seed=self.seed, device=self.device)
        self.found_: dict[str, np.ndarray] = {}  # scores by their full name, each (columns of X,)
        return self

    def predict(self, X: pd.DataFrame | ArrayLike) -> np.ndarray:
        """The target of other samples, shape (samples,)."""
        return self.regressor_.predict(self.asked(X))

    def asked(self, X: pd.DataFrame | ArrayLike | None) -> np.ndarray:
        """Rows as the model sees them; those of `fit` for None."""
        check_is_fitted(self)
        x = self.x_ if X is None else validate_data(self, X, dtype=np.float32, reset=False)
        return x[:, self.varying_]

    def attention(
        self, X: pd.DataFrame | ArrayLike | None = None, *, average: bool = True
    ) -> list[dict[str, np.ndarray]]:
        """Maps of every layer while rows are predicted whose target the model is not shown.

        Parameters
        ----------
        X : the rows to ask; those of `fit` where not given.
        average : the mean over rows or tokens; False: each of them, layers × rows × heads × tokens² numbers, and
            layers × tokens × heads × rows² of them.

        Returns
        -------
        For each layer, float32, `between_features`, (heads, query token, key token), mean over the asked rows, or
        (rows, heads, tokens, tokens); and `between_items`, (heads, asked row, known row), mean over the tokens, or
        (tokens, heads, rows, rows). `tokens_` names the tokens; rows that are the model's own come before the known.
        """
        asked = self.asked(X)
        layers: list[dict[str, np.ndarray]] = [{} for _ in range(self.checkpoint_.layers)]
        first = self.checkpoint_.thinking + len(self.x_)  # asked rows come after the model's own and the known

        def keep(layer: int, axis: str, attention: Tensor) -> None:
            if axis not in AXES:
                return
            rows = (attention[first:] if axis == "columns" else attention).detach()
            layers[layer][AXES[axis]] = (rows.mean(dim=0) if average else rows).float().cpu().numpy().copy()

        stream(self.checkpoint_, self.regressor_, self.x_[:, self.varying_], asked, keep)
        return layers

    def edges(self, *readings: str) -> pd.DataFrame:
        """Scores of all columns as regulators of the target, one row each in the order of X; bigger = more likely.

        Parameters
        ----------
        readings : "target" (where none is given), "diagonal", "column", "row", "rollout", "value", "gradient",
            "occlusion", "integrated-gradients", "shapley", as `regard methods` says them; behind those of attention
            ".max", ".last" or ".weighted" for layers put together in another way than their mean.

        Returns
        -------
        Columns `regulator`, `target`, and each reading by its full name, as `tabpfn.diagonal.last`.
        """
        check_is_fitted(self)
        names = [one if one.startswith("tabpfn.") else f"tabpfn.{one}" for one in readings or ("target",)]
        for name in names:
            parse(name)
        missing = [name for name in dict.fromkeys(names) if name not in self.found_]
        if missing:
            self.found_ |= self.read(missing)
        table = pd.DataFrame({"regulator": self.names_, "target": self.target_})
        return table.assign(**{name: self.found_[name] for name in names})

    def edge_scores(self, reading: str = "target") -> dict[tuple[str, str], float]:
        """One of `edges`, as {(regulator, target): score}."""
        table = self.edges(reading)
        scores = table.iloc[:, -1].astype(float)
        return dict(zip(zip(table.regulator, table.target, strict=True), scores, strict=True))

    def read(self, names: list[str]) -> dict[str, np.ndarray]:
        """Scores as `regard network` has them of the same table."""
        values, count = np.column_stack([self.x_, self.y_]).astype(float), len(self.names_)
        samples = [str(i + 1) for i in range(len(values))]
        expression = Expression(values, [*self.names_, self.target_], samples).by_content()
        found = target_scores(
            self.checkpoint_, expression, count, list(range(count)), names,
            permutations=self.permutations, samples=len(values), seed=self.seed, device=self.device,
        )  # fmt: skip
        return {name: found.scores[name][:count] for name in names}

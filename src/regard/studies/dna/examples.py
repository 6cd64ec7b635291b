"""Which sequences to show: some of each class that the model gets right, drawn with a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd


def choose_examples(predictions: pd.DataFrame, classes: list[str], n: int, seed: int) -> tuple[pd.DataFrame, list[str]]:
    """Choose up to n sequences of each class.

    predictions : columns `id`, `predicted`, one `p_<class>` a class and, if labelled, `label`.

    Returns
    -------
    The chosen rows, class by class, the last class (what is asked about) first; and remarks for the
    reader. Labelled: drawn from those predicted correctly. Unlabelled: the most confident ones. Without a
    classifier: drawn, of each label where there are labels.
    """
    rng = np.random.default_rng(seed)
    chosen, remarks = [], []
    if "predicted" not in predictions:
        of = predictions.groupby("label", sort=False) if "label" in predictions else [("", predictions)]
        chosen = [rows.iloc[np.sort(rng.permutation(len(rows))[:n])] for _, rows in of]
        return pd.concat(chosen), ["the model has no classifier: examples are drawn, not chosen by prediction"]
    for name in reversed(classes):
        of_class = predictions[predictions.predicted == name]
        if "label" in predictions:
            right = of_class[of_class.label == name]
            take = right.iloc[np.sort(rng.permutation(len(right))[:n])]
            if len(take) < n:
                wanted = (predictions.label == name).sum()
                remarks.append(
                    f"{len(take)} instead of {n} examples of {name}: {wanted} are labelled so, "
                    f"{len(right)} of them predicted correctly"
                )
        else:
            take = of_class.nlargest(n, f"p_{name}")
            if len(take) < n:
                remarks.append(f"{len(take)} instead of {n} examples of {name}: no more were predicted to be")
        chosen.append(take)
    if "label" not in predictions:
        remarks.append("the input has no labels: examples are the most confident predictions, not proven ones")
    return pd.concat(chosen), remarks


def shown_by(chosen: pd.DataFrame) -> str | pd.Series:
    """What examples are shown by: predicted class, or label, or all alike."""
    return next((c for c in ("predicted", "label") if c in chosen), pd.Series("", index=chosen.index))

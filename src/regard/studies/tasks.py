"""What the DNA classifiers can be asked, and how logits become probabilities of public classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import log_softmax
from torch import Tensor

from regard.errors import InputError
from regard.models.dna_gpt.model import Config

# The promoter head knows two kinds of non-promoters. How much the second counts beside the first,
# as log prior, was chosen on validation promoters (training/dna/README.md).
GENOME_LOG_PRIOR = -2.0
NEGATIVES = ("both", "blocks", "genome")
PROMOTER_HEAD = ["blocks", "genome", "promoter"]


@dataclass(frozen=True)
class Task:
    """A classifier's public face.

    classes : names in label order; the first is the background.
    members : for each class, which logits of the head are its; their probabilities add up.
    log_prior : added to each logit.
    bases : fewest and most bases of the sequences that the classifier learnt from; None if that is not known.
    """

    name: str
    classes: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
    log_prior: tuple[float, ...]
    bases: tuple[int, int] | None = None

    @property
    def ends(self) -> tuple[str, str]:
        """The class asked about and the background; one and the same where there is no classifier."""
        return self.classes[-1], self.classes[0]

    def log_probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Log probability of each class, shape (sequences, classes), of logits of the head."""
        logp = log_softmax(logits + np.array(self.log_prior), axis=1)
        return np.stack([np.logaddexp.reduce(logp[:, m], axis=1) for m in map(list, self.members)], axis=1)

    def length_remark(self, lengths: np.ndarray) -> str | None:
        """A warning where sequences are not as long as those that the classifier learnt from."""
        if self.bases is None:
            return None
        fewest, most = self.bases
        lengths = np.asarray(lengths)
        other = int(((lengths < fewest) | (lengths > most)).sum())
        if not other:
            return None
        learnt = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        return (
            f"{other} of {len(lengths)} sequences are not {learnt} bases long, as were all from which the "
            f"{self.name} classifier learnt; do not trust their predictions: cut or extend them to {learnt}"
        )

    def score(self, logits: Tensor) -> Tensor:
        """Log odds of not being background, shape (batch,): what attributions explain."""
        logits = logits + torch.tensor(self.log_prior)
        rest = [i for members in self.members[1:] for i in members]
        return logits[:, rest].logsumexp(dim=1) - logits[:, list(self.members[0])].logsumexp(dim=1)


def task_of(name: str, negatives: str = "genome") -> Task:
    """The task of that name.

    negatives : for promoters, what they are told apart from: "blocks" (promoters with 12 of 20
        blocks replaced by random bases, as in public test sets), "genome" (windows of the genome),
        or "both".
    """
    if name == "enhancer":
        return Task(name, ("none", "weak", "strong"), ((0,), (1,), (2,)), (0.0, 0.0, 0.0), bases=(200, 200))
    prior = {"both": (0.0, GENOME_LOG_PRIOR, 0.0), "blocks": (0.0, -1e9, 0.0), "genome": (-1e9, 0.0, 0.0)}
    return Task(name, ("non-promoter", "promoter"), ((0, 1), (2,)), prior[negatives], bases=(150, 512))


def task_of_model(config: Config, name: str | None, negatives: str = "genome") -> Task:
    """The task of weights that a user trained: their classes as they are; the only one where no name is given.

    A promoter head as `regard train dna --promoters` makes it is that of `task_of`, with its `negatives`.

    Raises InputError where the weights have no such classifier.
    """
    if not config.tasks:
        raise InputError("the weights have no classifier: train one by `regard train classifier --weights`")
    if name is None and len(config.tasks) == 1:
        (name,) = config.tasks
    if name not in config.tasks:
        raise InputError(f"the weights have classifiers for {', '.join(config.tasks)}: choose by --task")
    if name == "promoter" and config.tasks[name] == PROMOTER_HEAD:
        return task_of(name, negatives)
    return classes_alone(tuple(config.tasks[name]), name)


def classes_alone(classes: tuple[str, ...], name: str = "classes") -> Task:
    """A task whose classes are the logits themselves, the first the background."""
    return Task(name, classes, tuple((i,) for i in range(len(classes))), (0.0,) * len(classes))

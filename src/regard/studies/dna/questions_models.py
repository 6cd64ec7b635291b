"""What have the two models learned, the classifier with its attention and the model of initiation?"""

from __future__ import annotations

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from regard.studies.dna.answers import Answer, Many, sentence_of
from regard.studies.dna.evidence import MEAN_OF_HEADS
from regard.studies.dna.overlap import ATTENDED, STRONG, highest, overlap

QUESTION = "What have the two models learned?"
APART, ALONG = 0.1, 0.3  # of AUROC that make one better; of a rank correlation that makes them go together


def two_models(many: Many) -> Answer:
    """Both told by the same sequences: classes, each other, and where attention meets motifs and initiation."""
    first, last = many.task.ends
    name = many.check.name
    if many.check.model is None:
        return Answer(
            QUESTION, "This cannot be answered: there is no second model; give Puffin's weights with --puffin."
        )
    if many.probability is None:
        return Answer(QUESTION, "This cannot be answered: the model that was asked has no classifier.")
    if reason := many.cannot(first, last):
        return Answer(QUESTION, reason)
    ids = many.groups[first] + many.groups[last]
    own, other = many.probability.loc[ids].to_numpy(float), many.strength(ids)
    meets = meeting(many, ids)
    if many.too_few(first, last):
        said = f"{len(ids)} sequences cannot show it; as they stand, {met_words(meets)}."
        return Answer(QUESTION, said, caveat=CAVEAT)
    is_first = np.arange(len(ids)) < len(many.groups[first])
    tell = [roc_auc_score(is_first, v) for v in (own, other)]
    along = [correlation(own[of], other[of]) for of in (np.ones(len(ids), bool), is_first)]
    lead = tell[0] - tell[1]
    if abs(lead) < APART:
        about = f"Both hold what tells {first} from {last} sequences about equally well"
    elif lead > 0:
        about = f"The classifier tells them apart by more than initiation, which {name} alone was trained on"
    else:
        about = f"The classifier misses part of what {name} knows of initiation"
    together = (
        f"within {first} sequences the two go together, so that the classifier has learned how strongly as well as "
        "whether"
        if along[1] >= ALONG
        else f"within {first} sequences they hardly go together: the classifier says whether, not how strongly"
    )
    sentence = (
        f"{sentence_of([first])} sequences are told from {last} with an AUROC of {tell[0]:.2f} by the classifier and "
        f"{tell[1]:.2f} by the "
        f"highest initiation of {name}; the two correlate at {along[0]:+.2f} over all {len(ids)} sequences and at "
        f"{along[1]:+.2f} within {first} (ranks). {about}; {together}. {sentence_of([met_words(meets)])}, so that "
        "where "
        "it "
        f"looks is {verdict_of(meets)}."
    )
    return Answer(QUESTION, sentence, caveat=CAVEAT, biology=BIOLOGY.get(many.task.name, ""))


BIOLOGY = {
    "promoter": "A promoter is where transcription begins, so that a model of initiation and a classifier of "
    "promoters can "
    "know the same thing. They need not: a classifier may do with composition (CpG islands), which says where "
    "promoters "
    "are, while a model of initiation has to name the base.",
    "enhancer": "An enhancer raises transcription that begins elsewhere; what begins in it (enhancer RNA) is weak and "
    "short-"
    "lived. A model of initiation can therefore be right to predict little, and a classifier of enhancers right to "
    "call them.",
}
CAVEAT = (
    f"Attended: the {ATTENDED:.0%} of bases that receive most, mean of heads. Motifs and initiation: the {STRONG:.0%} "
    "of "
    "bases with the highest activation of any motif (each motif in its own standard deviations) and the highest "
    "initiation. Chance: one turned about against the other. Whether more than letters is behind it, the question on "
    "motifs says."
)


def correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Of ranks; 0 where one side is all alike."""
    return 0.0 if np.ptp(first) == 0 or np.ptp(second) == 0 else float(spearmanr(first, second).statistic)


def meeting(many: Many, ids: list[str]) -> dict[str, tuple[float, float, float]]:
    """For motifs and initiation the share of attended bases on them, its 95 % half width, and chance."""
    received = dict(zip(many.received[MEAN_OF_HEADS].ids, many.received[MEAN_OF_HEADS].values, strict=True))
    activation = [many.readings[i].activation for i in ids]
    together = np.concatenate(activation, axis=1)
    mean, spread = together.mean(axis=1, keepdims=True), together.std(axis=1, keepdims=True) + 1e-12
    marks = {
        "strong motif activation": [((a - mean) / spread).max(axis=0) for a in activation],
        "high initiation": [many.readings[i].initiation.max(axis=0) for i in ids],
    }
    out = {}
    for what, values in marks.items():
        found = [overlap(highest(received[i], ATTENDED), highest(v, STRONG)) for i, v in zip(ids, values, strict=True)]
        part = np.array([one.shared / one.first for one in found])
        chance = float(np.mean([one.expected / one.first for one in found]))
        out[what] = (float(part.mean()), float(1.96 * part.std() / np.sqrt(len(part))), chance)
    return out


def met_words(meets: dict[str, tuple[float, float, float]]) -> str:
    named = " and ".join(f"{part:.0%} ± {half:.0%} with {what}" for what, (part, half, _) in meets.items())
    chance = next(iter(meets.values()))[2]
    return f"the bases that the model attends to most coincide {named} ({chance:.0%} by chance)"


def verdict_of(meets: dict[str, tuple[float, float, float]]) -> str:
    """Whether attended bases are where motifs and initiation are, in half a sentence."""
    beyond = [what for what, (part, half, chance) in meets.items() if part - half > chance]
    below = [what for what, (part, half, chance) in meets.items() if part + half < chance]
    said = [f"on {' and '.join(beyond)} more often than by chance"] if beyond else []
    said += [f"on {' and '.join(below)} less often than by chance"] if below else []
    return ", and ".join(said) if said else "no closer to either than by chance"

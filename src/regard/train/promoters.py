"""Teach a DNA GPT promoters at any place, beside the next base; and measure it where none was trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import matthews_corrcoef, roc_auc_score
from torch import Tensor, nn

from regard.models.dna_gpt.predict import logits_of
from regard.train.negatives import replace_blocks
from regard.train.placed import (
    BLOCKS,
    GENOME,
    LONGEST,
    PLACED,
    PROMOTER,
    SHORTEST,
    Background,
    anywhere,
    batch,
    gc_share,
    placed,
)
from regard.train.pretrain import next_base_loss

NEXT_BASE, TAUGHT, SMOOTH = 0.4, 0.1, 0.02  # weights beside the classes' cross-entropy; label smoothing
Taught = Callable[[Tensor], Tensor]  # tokens (rows, 300) → log-odds of promoter against replaced blocks


def promoter_losses(
    promoters: np.ndarray,
    genome: Background,
    *,
    n: int,
    device: torch.device | str = "cpu",
    teachers: Sequence[Taught] = (),
    moved: float = PLACED,
    bfloat16: bool | None = None,
) -> Callable[[nn.Module, np.random.Generator, int], dict[str, Tensor]]:
    """The loss for `fit`: classes of `placed.batch`, and the next base in all that is natural there.

    promoters : codes, shape (promoters, 300), of which n are drawn a step.
    teachers : their mean is a target besides, where sequences stand as in the table: they know no other place.
    moved : share of the batches in which promoters stand somewhere else.
    bfloat16 : calculate in it? On an accelerator if left out; processors with instructions for it are twice as fast.
    """
    on = torch.device(device)
    half = on.type != "cpu" if bfloat16 is None else bfloat16

    def losses(model, rng, _):
        codes, label, plain = batch(promoters, genome, n, rng, moved=moved)
        tokens, target = (torch.from_numpy(a).long().to(on) for a in (codes, label))
        lengths = torch.full((len(tokens),), tokens.shape[1], device=on)
        natural = target != BLOCKS
        with torch.autocast(on.type, torch.bfloat16, enabled=half):
            states = model.states(tokens)
            logits = model.classifiers["promoter"](model.features(states, tokens, lengths)).float()
            following = model.predict_next(states[-1][natural]).float()
        nats = next_base_loss(following, tokens[natural], torch.ones(1, tokens.shape[1], device=on))
        parts = {
            "cross_entropy": F.cross_entropy(logits, target, label_smoothing=SMOOTH),
            "next_base": NEXT_BASE * nats,
        }
        if teachers and plain:
            rows = target != GENOME
            with torch.no_grad():
                odds = torch.stack([teacher(tokens[rows]) for teacher in teachers]).mean(dim=0).clamp(-8, 8)
            parts["taught"] = TAUGHT * F.smooth_l1_loss((logits[:, PROMOTER] - logits[:, BLOCKS])[rows], odds)
        return parts

    return losses


def held_out_promoters(
    promoters: np.ndarray, genome: Background, *, seed: int, built: np.ndarray | None = None
) -> Callable[[nn.Module], dict[str, float]]:
    """The figures for `fit`, on promoters and a genome that are not trained on, both strands together.

    built : copies with replaced blocks, (copies, 300); drawn where None.
    """
    rng = np.random.default_rng(seed)
    built = replace_blocks(promoters, rng) if built is None else built
    n, length = len(promoters), int(rng.integers(SHORTEST, LONGEST + 1))
    windows = {"windows": genome.any(n, rng), "matched": genome.matched(gc_share(promoters), rng)}
    elsewhere = {
        name: placed(codes, genome.surroundings(n, length, rng), anywhere(n, length, rng))
        for name, codes in ({"promoters": promoters} | windows).items()
    }

    def validate(model):
        def odds(codes: np.ndarray, against: int) -> np.ndarray:
            logits = logits_of(model, "promoter", list(codes), both_strands=True)
            return logits[:, PROMOTER] - logits[:, against]

        def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
            truth = np.repeat([1, 0], [len(positive), len(negative)])
            return float(roc_auc_score(truth, np.concatenate([positive, negative])))

        real, moved = odds(promoters, GENOME), odds(elsewhere["promoters"], GENOME)
        against = {name: odds(codes, GENOME) for name, codes in windows.items()}
        called = np.concatenate([odds(promoters, BLOCKS), odds(built, BLOCKS)]) > 0
        truth = np.repeat([1, 0], [n, len(built)])
        return {
            "mcc_blocks": float(matthews_corrcoef(truth, called)),
            "auroc_windows": auroc(real, against["windows"]),
            "auroc_matched": auroc(real, against["matched"]),
            "auroc_windows_elsewhere": auroc(moved, odds(elsewhere["windows"], GENOME)),
            "auroc_matched_elsewhere": auroc(moved, odds(elsewhere["matched"], GENOME)),
            "windows_called": float((against["windows"] > 0).mean()),
            "promoters_kept": float((real > 0).mean()),
        }

    return validate

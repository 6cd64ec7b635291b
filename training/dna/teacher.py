"""Train a convolutional network to tell promoters from those with replaced blocks; it then teaches the GPT.

    python training/dna/teacher.py DATA OUT

A convolution sees a promoter in a fiftieth of the time that the GPT takes, so that it learns from many
more. Negatives are made afresh every epoch. OUT is a safetensors file; prints figures of fold 1.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from sklearn.metrics import matthews_corrcoef, roc_auc_score
from torch import Tensor, nn

from regard.train.negatives import replace_blocks

BATCH, RATE, HELD = 64, 3e-3, 3000


class Teacher(nn.Module):
    """Log-odds of promoter against replaced blocks, shape (batch,), of codes (batch, 300)."""

    def __init__(self, filters: int = 128):
        super().__init__()
        self.scan = nn.Sequential(
            *(nn.Conv1d(4, filters, 12), nn.BatchNorm1d(filters), nn.ReLU(), nn.MaxPool1d(3)),
            *(nn.Conv1d(filters, filters, 5, padding=2), nn.BatchNorm1d(filters), nn.ReLU(), nn.MaxPool1d(4)),
            nn.Dropout(0.2),
            *(nn.Conv1d(filters, filters, 5, padding=2), nn.BatchNorm1d(filters), nn.ReLU(), nn.MaxPool1d(4)),
        )
        self.decide = nn.Sequential(
            *(nn.Flatten(), nn.Dropout(0.3), nn.Linear(6 * filters, 128), nn.ReLU(), nn.Linear(128, 1))
        )

    def forward(self, codes: Tensor) -> Tensor:
        one_hot = F.one_hot(codes.long(), 5)[..., :4].float().transpose(1, 2)
        return self.decide(self.scan(one_hot)).squeeze(1)


def read_teacher(path: Path) -> Teacher:
    teacher = Teacher()
    teacher.load_state_dict(load_file(path))
    return teacher.eval()


@torch.no_grad()
def log_odds(teacher: Teacher, codes: Tensor) -> Tensor:
    """Of promoter against replaced blocks, shape (sequences,)."""
    return torch.cat([teacher(part) for part in codes.split(128)])


def train_teacher(
    promoters: np.ndarray, *, epochs: int = 8, seed: int = 1, report: Callable[[int, Teacher], None] = lambda *_: None
) -> Teacher:
    """Train on promoters, uint8 codes, shape (sequences, 300), and fresh negatives; `report` is told of every epoch."""
    torch.manual_seed(seed)
    teacher = Teacher()
    optimizer = torch.optim.AdamW(teacher.parameters(), lr=RATE, weight_decay=0.02)
    steps = epochs * (len(promoters) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    rng = np.random.default_rng(seed)
    truth = torch.cat([torch.ones(BATCH), torch.zeros(BATCH)])
    for epoch in range(epochs):
        teacher.train()
        order = rng.permutation(len(promoters))[: steps // epochs * BATCH]
        for chosen in order.reshape(-1, BATCH):
            both = np.concatenate([promoters[chosen], replace_blocks(promoters[chosen], rng)])
            F.binary_cross_entropy_with_logits(teacher(torch.from_numpy(both)), truth).backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
        teacher.eval()
        report(epoch + 1, teacher)
    return teacher


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    from batches import TRAINING, VALIDATION, promoters_of  # beside this file, which benchmarks import too

    held = np.concatenate([one[: HELD // 2] for one in promoters_of(given.data, VALIDATION)])
    codes, label = torch.from_numpy(held), np.repeat([1, 0], len(held) // 2)

    def report(epoch: int, teacher: Teacher) -> None:
        odds = log_odds(teacher, codes)
        mcc, auroc = matthews_corrcoef(label, odds > 0), roc_auc_score(label, odds)
        print(f"epoch {epoch}: MCC {mcc:.3f}, AUROC {auroc:.4f}", flush=True)

    teacher = train_teacher(promoters_of(given.data, TRAINING)[0], seed=given.seed, report=report)
    save_file(teacher.state_dict(), given.out)


if __name__ == "__main__":
    main()

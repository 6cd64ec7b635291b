"""Choose how much genome windows count beside block-replaced promoters, on validation data.

    python training/dna/prior.py DATA PREPARED WEIGHTS

For each log prior of the class `genome`: Matthews correlation on promoters of fold 1 against the
table's negatives, the share of those promoters kept, and the share of random and GC-matched windows of
validation segments that are called promoters.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from finetune import Background, gc_share, load
from scipy.special import softmax
from sklearn.metrics import matthews_corrcoef

from regard.models.dna_gpt import load as load_model
from regard.models.predict import logits_of

SEED = 3
data, prepared, weights = map(Path, sys.argv[1:4])
codes, label, fold, genome, role = load(data, prepared)
placed = pd.read_csv(prepared / "promoters.tsv", sep="\t").chr22.dropna().astype(int)
rng = np.random.default_rng(SEED)
held = rng.permutation(np.flatnonzero(fold == 1))[:1200]
windows = Background(genome, role == "validation", placed)
positive = codes[held][label[held] == 1][:400]
sets = [codes[held], windows.draw(np.full(400, np.nan), rng), windows.draw(gc_share(positive), rng)]
model = load_model(weights)
logits = [logits_of(model, "promoter", list(s)) for s in sets]
print("log_prior\tmcc_blocks\tpromoters_kept\twindows_called\tgc_matched_called")
for prior in (-9.0, -3.0, -2.0, -1.5, -1.0, -0.5, 0.0):
    called = [softmax(x + np.array([0, prior, 0]), axis=1)[:, 2] > 0.5 for x in logits]
    mcc = matthews_corrcoef(label[held], called[0])
    kept = called[0][label[held] == 1].mean()
    print(f"{prior}\t{mcc:.3f}\t{kept:.3f}\t{called[1].mean():.3f}\t{called[2].mean():.3f}")

"""Learn heads, amino acids and positions that touch from antibodies of known structure, and write what ships.

REGARD_DATA=… PYTHONPATH=src python training/antibody/learn.py
"""

import os
from pathlib import Path

from regard.models.protein.model import load_protein
from regard.studies.protein.learned import FILE, learn, save
from regard.studies.protein.readings import read_all
from regard.studies.protein.structures import domains_in

# A Fab each of 1igy (mouse IgG1) and 1ncb (mouse, against neuraminidase), two of 4zxb (against the insulin receptor).
CHAINS = {"1igy": "AB", "1ncb": "LH", "4zxb": "ABCD"}

folder = Path(os.environ["REGARD_DATA"]) / "protein/structures"
domains = [p for entry, chains in CHAINS.items() for p in domains_in(folder / f"{entry}.bcif", chains)]
read = read_all(load_protein("antiberty"), domains)
found = learn("antiberty", domains, [read.known[p.id] for p in domains])
save(found, FILE)
for p in domains:
    print(f"{p.id}: {p.chain_type}, {len(p)} residues, {int((p.known & p.contacts).sum())} contacts, {p.sequence}")
for name, weights in found.heads.items():
    first = [k for k in abs(weights).argsort()[::-1][:6] if weights[k]]
    heads = ", ".join(f"{k // 8 + 1}.{k % 8 + 1} {weights[k]:+.2f}" for k in first)
    print(f"{name}: {(weights != 0).sum()} of {len(weights)} heads; layer.head weight: {heads}")
print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB")

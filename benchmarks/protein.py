"""Contacts and binding sites: attention of protein encoders beside what needs no model; heads from other structures."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from rich.console import Console
from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook

from benchmarks import Row, data
from regard.annotate.sites import read_contacts, read_sites
from regard.annotate.structure import read_structure
from regard.core.evidence import SUPPORTED
from regard.core.scores import PairScores
from regard.data.sequences import read_fasta
from regard.models.protein.model import ProteinModel, load_protein, random_twin
from regard.models.protein.reading import read
from regard.predictors.residues import by_distance, hydrophobic_pairs, of_pairs, pair_propensity
from regard.studies.protein.contact_scores import CORRECTED, DISTANCE, FROM_FILE, HYDROPATHY, IDENTITY, MEAN
from regard.studies.protein.contacts import judge, of_twin, study_contacts
from regard.studies.protein.demo import STRUCTURE
from regard.studies.protein.gradients import gradients_of
from regard.studies.protein.inputs import Protein, grouped
from regard.studies.protein.learned import learn
from regard.studies.protein.questions import about_sites
from regard.studies.protein.readings import Readings, read_all
from regard.studies.protein.sites import baselines, site_scores, together
from regard.studies.protein.sites import judge as judge_sites
from regard.studies.protein.structures import domains_in
from regard.studies.protein.study import run as run_study

MODEL = "REGARD_PROTEIN_MODEL"  # a folder, or a name of `regard models`, for sites and contacts of other proteins
ANTIBODIES = {"1igy": "AB", "1ncb": "LH", "4zxb": "ABCD"}  # as in training/antibody
SPEED = "REGARD_PROTEIN_SPEED"  # layers of a model of ESM2-650M's width whose study is timed; it has 33
WIDTH, HEADS, SIZE = 1280, 20, 500  # of that model, and residues
FOLDS, LONGEST = 5, 1000  # residues; longer chains are left out of the sites
TWINS = 9


def run() -> Iterator[Row]:
    yield from antibodies()
    encoder = load_protein(os.environ[MODEL]) if os.environ.get(MODEL) else None
    yield from cameo(encoder)
    yield from binding_sites(encoder)
    if os.environ.get(SPEED):
        yield from speed(int(os.environ[SPEED]))


def rows(case: str, table: pd.DataFrame, seconds: float) -> Iterator[Row]:
    """A row for each method and figure, what it adds to what needs no model, p, and the share of positives."""
    for annotation, part in table.groupby("annotation", sort=False):
        where = f"{case}, {annotation}"
        precision = part[part.metric == "P@L"]  # its chance is the share of positives, averaged over proteins
        share = precision.null_mean if len(precision) else part.prevalence
        yield Row(where, "all places", "prevalence", share.iloc[0])
        for r in part.itertuples():
            yield Row(where, r.method, r.metric, r.value, r.ci_low, r.ci_high, seconds)
            yield Row(where, r.method, f"{r.metric} added", r.adds, r.adds_low, r.adds_high)
        for r in part.drop_duplicates("method").itertuples():
            yield Row(where, r.method, "p, corrected", r.q_value)
            yield Row(where, r.method, "supported", float(r.verdict == SUPPORTED))


def variable_domains() -> list[Protein]:
    """Variable domains of four antibodies in three structures, and of the one that ships."""
    folder = data() / "protein" / "structures"
    found = [p for entry, chains in ANTIBODIES.items() for p in domains_in(folder / f"{entry}.bcif", chains)]
    return grouped([*found, *domains_in(STRUCTURE, "HL")])


def antibodies() -> Iterator[Row]:
    """AntiBERTy at the contacts of variable domains; heads and templates from the other structures."""
    began = time.monotonic()
    model, proteins = load_protein("antiberty"), variable_domains()
    read = read_all(model, proteins)
    gradients = gradients_of(model, proteins).of
    # Without numbers nothing that comes with Regard is used: it was learned on most of these.
    bare = [replace(p, numbers=()) for p in proteins]
    twins = [of_twin(read_all(random_twin(model, draw), bare), bare) for draw in range(TWINS)]
    found = study_contacts(read, bare, twins, gradients=gradients, item="antibodies")
    yield Row("antibodies", "structures", "count", len({p.group for p in proteins}))
    yield Row("antibodies", "variable domains", "count", len(proteins))
    yield from rows("antibodies", found.evidence, time.monotonic() - began)
    yield from rows("antibodies", imgt_templates(read, proteins), 0.0)
    yield from shipped(read, [p for p in proteins if p.chain.startswith("antibody_7cth")])


def imgt_templates(read: Readings, proteins: list[Protein]) -> pd.DataFrame:
    """The template by IMGT positions, each structure's made from the others."""
    values = []
    for protein in proteins:
        others = [p for p in proteins if p.group != protein.group]
        values.append(learn(read.model.name, others, [read.known[p.id] for p in others]).template(protein))
    scores = PairScores([p.id for p in proteins], values, "template by IMGT positions, of the other structures")
    return judge(proteins, {scores.name: scores}, item="antibodies")


def shipped(read: Readings, proteins: list[Protein]) -> Iterator[Row]:
    """What comes with Regard, on the antibody that it did not see."""
    found = study_contacts(read, grouped(proteins), [], gradients={}, item="7cth")
    table = found.evidence
    yield from rows("7CTH, unseen", table[table.method.isin([*FROM_FILE, MEAN, CORRECTED])], 0.0)


def cameo(model: ProteinModel | None) -> Iterator[Row]:
    """Chains of CAMEO, Cα contacts; with a model its heads, without one the baselines."""
    began, folder, proteins = time.monotonic(), data() / "protein" / "contacts", []
    for header, sequence in read_fasta(folder / "cameo.fasta"):
        one = read_contacts(folder / "cameo" / f"{header.split()[0]}.npz")
        proteins.append(Protein(header.split()[0], sequence, contacts=one.contacts, resolved=one.valid))
    proteins = grouped(proteins)
    if model is None:
        scores = {DISTANCE: [by_distance(len(p)) for p in proteins]}
        scores[HYDROPATHY] = [hydrophobic_pairs(p.sequence) for p in proteins]
        scores[IDENTITY] = []
        for p in proteins:
            others = [o for o in proteins if o.group != p.group]
            value = pair_propensity(
                [o.sequence for o in others], [o.contacts for o in others], [o.known for o in others]
            )
            scores[IDENTITY].append(of_pairs(p.sequence, value))
        ids = [p.id for p in proteins]
        table = judge(proteins, {n: PairScores(ids, v, n) for n, v in scores.items()}, item="CAMEO")
    else:
        twins = [of_twin(read_all(random_twin(model, draw), proteins), proteins) for draw in range(TWINS)]
        table = study_contacts(read_all(model, proteins), proteins, twins, gradients={}, item="CAMEO").evidence
    yield from rows(f"CAMEO, {model.name if model else 'no model'}", table, time.monotonic() - began)


def binding_sites(model: ProteinModel | None) -> Iterator[Row]:
    """Ligand-binding residues of PDB chains, five folds; heads and propensities from the other four."""
    began, found = time.monotonic(), read_sites(data() / "protein" / "sites" / "binding_site.jsonl")
    kind = "binding site"
    chains = [one for one in found if one.labels.any() and len(one.sequence) <= LONGEST]
    fold = np.random.default_rng(0).permutation(len(chains)) % FOLDS
    proteins = [
        Protein(one.id, one.sequence, group=int(f), sites={kind: one.labels})
        for one, f in zip(chains, fold, strict=True)
    ]
    ids, twins = [p.id for p in proteins], []
    if model is None:
        of_fold = {f: [p for p in proteins if p.group != f] for f in range(FOLDS)}
        scored = [baselines(kind, p, of_fold[p.group]) for p in proteins]
        scores = together(ids, {name: dict(zip(ids, [s[name] for s in scored], strict=True)) for name in scored[0]})
    else:
        received = {p.id: read(model, p.sequence).received for p in proteins}
        scores = together(ids, site_scores(kind, proteins, received, {}))
        for draw in range(TWINS):
            twin = random_twin(model, draw)
            twins.append({p.id: read(twin, p.sequence).received for p in proteins})
    # Folds are what is learned on; each chain counts once.
    question = about_sites(proteins)[kind]
    alone = replace(question, proteins=[replace(p, group=k) for k, p in enumerate(question.proteins)])
    table = judge_sites(alone, scores, twins)
    case = f"{len(proteins)} chains, {model.name if model else 'no model'}"
    yield from rows(case, table, time.monotonic() - began)


def speed(layers: int) -> Iterator[Row]:
    """A study of one protein of 500 residues, with contacts, a site and a variant, beside as many plain passes.

    Random weights. Processor seconds of all threads, not the clock; and what other work on the machine costs these (it
    takes caches and memory) is in both sides of the ratio, as plain passes are timed before the study and after it.
    A plain pass has no attention taken out; of the passes of the study those of fewer residues count as their share.
    What does not grow with the layers (figures, verdicts) is a larger part of a model with few.
    """
    from tests.models.protein_folder import write_esm2
    from transformers import EsmConfig, EsmForMaskedLM

    tokens = 0

    def count(module, inputs) -> None:
        nonlocal tokens
        if isinstance(module, nn.Embedding) and module.num_embeddings == vocabulary:
            tokens += inputs[0].numel()

    with tempfile.TemporaryDirectory() as made:
        folder = write_esm2(Path(made) / "model", layers=1)
        config = EsmConfig.from_pretrained(folder)
        config.update({
            "num_hidden_layers": layers, "num_attention_heads": HEADS, "hidden_size": WIDTH,
            "intermediate_size": 4 * WIDTH, "initializer_range": 0.02,
        })  # fmt: skip
        vocabulary = config.vocab_size
        EsmForMaskedLM(config).eval().save_pretrained(folder)
        chain = read_structure(STRUCTURE)["A"].sequence  # the antigen, 400 residues
        sequence = (chain + chain)[:SIZE]
        (Path(made) / "protein.fa").write_text(f">antigen\n{sequence}\n")
        encoder = load_protein(str(folder))
        plain = plain_seconds(encoder, sequence)
        hook = register_module_forward_pre_hook(count)
        began = time.process_time()
        try:
            run_study(
                Path(made) / "protein.fa", Path(made) / "out", model=str(folder), structures=[STRUCTURE], sites=["250"],
                variants=[f"{sequence[249]}250{'A' if sequence[249] != 'A' else 'G'}"], gradients="none",
                console=Console(quiet=True),
            )  # fmt: skip
        finally:
            hook.remove()
        took = time.process_time() - began
        plain += plain_seconds(encoder, sequence)
    case, passes = f"{SIZE} residues, {layers} layers × {WIDTH}, {HEADS} heads", tokens / (SIZE + 2)
    average = float(np.mean(plain))
    yield Row(case, "plain pass", "processor seconds", average)
    yield Row(case, "plain pass", "slowest, times the fastest", max(plain) / min(plain))
    yield Row(case, "study", "passes", passes)
    yield Row(case, "study", "processor seconds", took)
    yield Row(case, "study", "times its plain passes", took / (passes * average))


def plain_seconds(model: ProteinModel, sequence: str, times: int = 5) -> list[float]:
    """Processor seconds of each of a few forward passes as the model comes; the first, which warms up, left out."""
    found = []
    with torch.no_grad():
        for _ in range(times):
            began = time.process_time()
            model.forward(model.tokens(sequence))
            found.append(time.process_time() - began)
    return found[1:]

"""The protein study through its command, with a tiny ESM2 and the structure that ships."""

import json
import re
import warnings

import numpy as np
import pandas as pd
import pytest

import regard
from regard.annotate.structure import read_structure
from regard.core.evidence import COLUMNS
from regard.errors import InputError, PipelineError
from regard.studies.protein.demo import STRUCTURE
from regard.studies.protein.inputs import Protein, grouped
from regard.studies.protein.study import run
from regard.studies.protein.words import plain_average
from regard.train import factored as train_factored
from tests.models.protein_folder import write_esm2
from tests.toys.families import aligned_fasta


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_esm2(tmp_path_factory.mktemp("esm2") / "tiny", layers=2, heads=4)


@pytest.fixture(scope="module")
def fragments():
    """Two stretches of the antigen of the shipped structure: no antibody, so that nothing needs numbering."""
    sequence = read_structure(STRUCTURE)["A"].sequence
    return {"first<b>": sequence[:70], "second": sequence[200:265]}


@pytest.fixture(scope="module")
def finished(folder, fragments, tmp_path_factory):
    at = tmp_path_factory.mktemp("run")
    (at / "in.fa").write_text("".join(f">{name}\n{s}\n" for name, s in fragments.items()))
    lines = [json.dumps({"id": n, "sequence": s, "sites": [3, 4, 30, 31, 50]}) for n, s in fragments.items()]
    (at / "sites.jsonl").write_text("\n".join(lines))
    run(at / "in.fa", at / "out", model=str(folder), labels=at / "sites.jsonl", structures=[STRUCTURE], seed=1)
    return at


def test_a_run_leaves_what_it_promises(finished, fragments):
    out = finished / "out"
    evidence = pd.read_csv(out / "evidence.tsv", sep="\t")
    assert list(evidence.columns) == COLUMNS and set(evidence.study) == {"protein"}
    assert set(evidence.verdict) == {"too few labels"}  # two stretches of one chain
    far = evidence[evidence.annotation == "contacts, 24 and more apart"]
    assert {"P@L", "P@L/2", "P@L/5", "auprc"} == set(far.metric)
    assert {
        "attention, mean of all heads",
        "attention, APC, mean of all heads",
        "contact head of the model",
        "distance in sequence",
        "amino-acid identity (hydropathy)",
        "gradient × input",
    } <= set(far.method)
    assert set(far.null) == {"contacts moved along their diagonals"} and not far.duplicated(["method", "metric"]).any()
    sites = evidence[evidence.annotation == "site"]
    assert sites.positives.eq(10).all() and {"auroc", "auprc"} == set(sites.metric)
    assert {"attention received, mean of all heads", "amino-acid identity (binding sites)"} <= set(sites.method)
    heads = pd.read_csv(out / "heads.tsv", sep="\t")
    assert len(heads) == 8 and "contact_precision" in heads
    each = pd.read_csv(out / "by_protein.tsv", sep="\t").groupby(["annotation", "method", "metric"])
    rows = evidence.set_index(["annotation", "method", "metric"])
    np.testing.assert_allclose(each.value.mean(), rows.value[each.value.mean().index], rtol=1e-4)
    assert (each.n.sum() == rows.n[each.n.sum().index]).all() and len(each) == len(rows)
    pairs = pd.read_csv(out / "pairs.tsv", sep="\t")
    assert ((pairs.j - pairs.i) >= 6).all()
    positions = pd.read_csv(out / "positions.tsv", sep="\t")
    assert len(positions) == sum(map(len, fragments.values()))
    assert positions.sites.fillna("").str.contains("site").sum() == 10
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["seed"] == 1 and len(manifest["inputs"]) == 3
    assert manifest["settings"]["twins"] == 0  # no verdict can come of two stretches of one chain
    maps = regard.load(out)
    assert maps["second"].shape == (2, 4, 65, 65)


def test_an_alignment_is_baseline_and_model(finished, folder, fragments, tmp_path, monkeypatch):
    """Relatives of one of two proteins: conservation beside it, a layer trained on it, judged within the protein."""
    monkeypatch.setattr(train_factored, "STEPS", 12)
    rng, own = np.random.default_rng(0), fragments["second"]
    rows = ["".join(c if rng.random() < 0.6 else rng.choice(list("ACDEFGHIKLMNPQRSTVWY")) for c in own)
            for _ in range(60)]  # fmt: skip
    (tmp_path / "second.fa").write_text(aligned_fasta([own, *rows]))
    out, how = tmp_path / "out", {"model": str(folder), "structures": [STRUCTURE], "gradients": "none", "twins": 2}
    labels, alignments = finished / "sites.jsonl", [tmp_path / "second.fa"]
    rows = [f"second:{variant(own)}\tbenign", f"second:{own[9]}10del\tpathogenic"]
    (tmp_path / "list.tsv").write_text("\n".join(["variant\tlabel", *rows]))
    run(finished / "in.fa", out, labels=labels, alignments=alignments, variants=["second:" + variant(own)],
        variants_listed=tmp_path / "list.tsv", sites=["second:site"], heads=["2.4"], **how)  # fmt: skip
    evidence = pd.read_csv(out / "evidence.tsv", sep="\t")
    within = evidence[evidence.annotation == "contacts within second"]
    assert set(within.method) == {"factored attention of the alignment", "coupling in the alignment"}
    assert within.value.between(0, 1).all() and not within.verdict.isna().any()
    assert "conservation in the alignment" not in set(evidence.method)  # one of two proteins has no alignment
    positions = pd.read_csv(out / "positions.tsv", sep="\t", keep_default_na=False).query("id == 'second'")
    assert positions.conservation.astype(float).between(0, 1).all()
    seen = regard.load(out / "factored.1")["second"]
    assert seen.shape == (1, 32, 65, 65) and np.allclose(np.sum(seen, axis=-1), 1, atol=1e-5)
    page = (out / "report.html").read_text()
    assert "Attention trained on the alignment of second" in page and "The alignment alone, without any model" in page
    every = pd.read_csv(out / "substitutions.tsv", sep="\t")
    assert len(every) == 19 * 65 and {"log_ratio", "conserved"} <= set(every)
    settings = json.loads((out / "manifest.json").read_text())
    assert len(settings["inputs"]) == 5 and settings["settings"]["sites"] == ["second:site"]
    listed = pd.read_csv(out / "variants_listed.tsv", sep="\t")
    assert listed.deleted.tolist() == [0, 1] and (listed["rank"] <= [19 * 65, 65]).all()
    assert "Seen from site (5 residues) of second, head by head" in page and "Layer 2, head 4" in page
    assert set(pd.read_csv(out / "site.tsv", sep="\t").id) == {"second"}


def test_an_alignment_without_a_structure_is_read_without_a_warning(finished, folder, fragments, tmp_path, monkeypatch):
    """No contact is known to judge the layer by: its table is empty, and sites are judged all the same."""
    monkeypatch.setattr(train_factored, "STEPS", 2)
    own = fragments["second"]
    (tmp_path / "in.fa").write_text(f">second\n{own}\n")
    (tmp_path / "family.fa").write_text(aligned_fasta([own, *(own[k:] + own[:k] for k in range(1, 31))]))
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        run(tmp_path / "in.fa", tmp_path / "out", model=str(folder), labels=finished / "sites.jsonl",
            alignments=[tmp_path / "family.fa"], gradients="none", twins=0)  # fmt: skip
    evidence = pd.read_csv(tmp_path / "out" / "evidence.tsv", sep="\t")
    assert set(evidence.annotation) == {"site"} and "conservation in the alignment" in set(evidence.method)


def variant(sequence):
    return f"{sequence[40]}41{'A' if sequence[40] != 'A' else 'G'}"


def test_an_alignment_of_another_protein_is_refused(finished, folder, tmp_path):
    rows = ["".join(np.random.default_rng(k).choice(list("ACDEFGHIKL"), 60)) for k in range(5)]
    (tmp_path / "other.fa").write_text(aligned_fasta(rows))
    with pytest.raises(InputError, match=r"other\.fa: none of its first 5 rows is second"):
        run(finished / "in.fa", tmp_path / "out", model=str(folder), alignments=[tmp_path / "other.fa"])


def test_the_page_is_whole_and_escapes_what_comes_from_files(finished):
    page = (finished / "out" / "report.html").read_text()
    assert "first&lt;b&gt;" in page and "first<b>" not in page
    assert "too few labels" in page and "Contacts" in page and "Sites" in page
    assert "<h1>Too few proteins for a verdict</h1>" in page and "Does it matter?" not in page
    ours = re.sub(r"<script data-name=\"3Dmol.*?</script>", "", page, flags=re.DOTALL)  # its comments cite pages
    assert page.count("data:image/png;base64,") >= 6 and "http" not in ours.split("</head>")[1]
    assert len(page) - len(ours) > 500_000 and '<div id="space"' in page
    assert (finished / "out/structures/2.pml").is_file()


def test_precisions_in_the_table_are_those_of_the_pairs(finished):
    pairs = pd.read_csv(finished / "out" / "pairs.tsv", sep="\t")
    evidence = pd.read_csv(finished / "out" / "evidence.tsv", sep="\t")
    for method in ("distance in sequence", "gradient × input"):
        one = pairs[(pairs.method == method) & (pairs.id == "second")]
        assert (one.score.diff().dropna() <= 1e-9).all()  # best first
    far = evidence.query("annotation == 'contacts, 24 and more apart' and metric == 'P@L'")
    assert far.value.between(0, 1).all() and far.prevalence.nunique() == 1


@pytest.mark.slow
def test_other_readings_are_told_and_the_one_used_has_the_figure_of_the_evidence(finished):
    out = finished / "out"
    settings = json.loads((out / "manifest.json").read_text())["settings"]
    assert settings["pipeline"] == {"contacts": "symmetrise | apc", "sites": "drop_self | received"}
    assert settings["gradients"] == {"first<b>": 70, "second": 65}
    page = (out / "report.html").read_text()
    evidence = pd.read_csv(out / "evidence.tsv", sep="\t").set_index(["annotation", "method", "metric"]).value
    far = evidence["contacts, 24 and more apart", "attention, APC, mean of all heads", "P@L"]
    site = evidence["site", "attention received, mean of all heads", "auroc"]
    plain = evidence["contacts, 24 and more apart", "attention, mean of all heads", "P@L"]
    assert f"P@L {far:.3f} by “symmetrise | apc | mean(layer, head)”, the reading used here" in page
    assert f"; {plain:.3f} by “symmetrise | mean(layer, head)”" in page.replace("here; ", "; ")
    assert f"AUROC {site:.3f} by “drop_self | received | mean(layer, head)”, the reading used here" in page


def test_a_pipeline_sets_the_reading_of_contacts_or_of_sites(finished, folder, tmp_path):
    how = {"model": str(folder), "labels": finished / "sites.jsonl", "structures": [STRUCTURE], "gradients": "none"}
    pipelines, tables = ("symmetrise | detrend | mean(layer, head)", "detrend | received"), {}
    for name, pipeline in zip(("contacts", "sites"), pipelines, strict=True):
        run(finished / "in.fa", tmp_path / name, pipeline=pipeline, seed=1, **how)
        tables[name] = pd.read_csv(tmp_path / name / "evidence.tsv", sep="\t")
        settings = json.loads((tmp_path / name / "manifest.json").read_text())["settings"]
        assert settings["pipeline"][name] == pipeline.removesuffix(" | mean(layer, head)") and not settings["gradients"]
        page = (tmp_path / name / "report.html").read_text()
        assert "gradient × input was left out" in page and f"<code>{settings['pipeline'][name]}</code>" in page
    methods = {name: set(table.method) for name, table in tables.items()}
    named = "attention, symmetrise | detrend, mean of all heads"
    assert named in methods["contacts"] and named not in methods["sites"]
    assert "attention, APC, mean of all heads" in methods["sites"] - methods["contacts"]
    before = pd.read_csv(finished / "out" / "evidence.tsv", sep="\t")
    key = ["annotation", "method", "metric"]
    for table, same in ((tables["contacts"], "site"), (tables["sites"], "contacts, 24 and more apart")):
        both = before.merge(table, on=key)
        part = both[(both.annotation == same) & both.method.str.startswith("attention")]
        assert len(part) and np.allclose(part.value_x, part.value_y)  # what was not asked to change did not
    received = before.merge(tables["sites"], on=key).query("method == 'attention received, mean of all heads'")
    assert not np.allclose(received.value_x, received.value_y)


def test_a_pipeline_that_leaves_neither_is_refused_before_a_model_is_read(tmp_path):
    (tmp_path / "in.fa").write_text(">a\nMKV\n")
    for pipeline, says in (("entropy", "end with received"), ("rollout", "takes layers or heads away")):
        with pytest.raises(PipelineError, match=says):
            run(tmp_path / "in.fa", tmp_path / "out", model="nowhere", pipeline=pipeline)


def test_same_seed_same_evidence(finished, folder, tmp_path):
    again = tmp_path / "again"
    run(
        finished / "in.fa",
        again,
        model=str(folder),
        labels=finished / "sites.jsonl",
        structures=[STRUCTURE],
        seed=1,
    )
    assert (again / "evidence.tsv").read_bytes() == (finished / "out" / "evidence.tsv").read_bytes()


def test_without_anything_known_there_is_no_verdict(folder, fragments, tmp_path):
    (tmp_path / "in.txt").write_text(fragments["second"])
    run(tmp_path / "in.txt", tmp_path / "out", model=str(folder))
    assert pd.read_csv(tmp_path / "out" / "evidence.tsv", sep="\t").empty
    assert "nothing says whether it is evidence" in (tmp_path / "out" / "report.html").read_text()


def test_another_protein_than_the_structure_is_one_line_that_quotes_both(folder, tmp_path):
    (tmp_path / "in.fa").write_text(">other\nMKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVK\n")
    with pytest.raises(InputError, match=r"other.*not the same protein.*MKTAY") as caught:
        run(tmp_path / "in.fa", tmp_path / "out", model=str(folder), structures=[STRUCTURE])
    assert "\n" not in str(caught.value) and not (tmp_path / "out").exists()


def test_what_is_no_antibody_needs_a_model(tmp_path, monkeypatch):
    monkeypatch.setenv("REGARD_MODELS", str(tmp_path))
    (tmp_path / "in.fa").write_text(">other\nMKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDN\n")
    with pytest.raises(InputError, match=r"no antibody's variable domain.*regard models get esm2_t6_8M_UR50D"):
        run(tmp_path / "in.fa", tmp_path / "out")


def test_chains_of_one_structure_and_near_copies_are_one_group():
    rng = np.random.default_rng(0)
    letters = np.array(list("ACDEFGHIKLMNPQRSTVWY"))
    one, two, three = ("".join(rng.choice(letters, 100)) for _ in range(3))
    proteins = [
        Protein("a", one, chain="1abc H"),
        Protein("b", two, chain="1abc L"),
        Protein("c", three, chain="2xyz A"),
        Protein("d", three[:50] + "W" + three[51:], chain="3xyz A"),
    ]
    groups = [p.group for p in grouped(proteins)]
    assert groups[0] == groups[1] != groups[2] == groups[3]


def test_plain_averaging_below_chance_is_said_plainly():
    text = plain_average({"value": 0.023, "null_mean": 0.041})
    assert "no more often than random pairs" in text and "first, 2.3 touch" in text and "at random 4.1." in text
    assert "no more" not in plain_average({"value": 0.2, "null_mean": 0.041})

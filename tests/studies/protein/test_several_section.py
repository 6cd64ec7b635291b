"""Several changes at once by --variant, beside the same of a list; and a stretch deleted."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.progress import Progress

from regard.annotate.uniprot import Feature
from regard.data.proteins import AMINO_ACIDS
from regard.models.protein.likelihood import masked_log_likelihoods
from regard.models.protein.model import load_protein
from regard.studies.protein.changed import place_variants
from regard.studies.protein.inputs import Protein
from regard.studies.protein.listed import by_likelihood
from regard.studies.protein.several_section import ADDED, JOINT
from regard.studies.protein.variants import variant_sections
from tests.models.protein_folder import write_esm2
from tests.report.pages import lines_of

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQ"


def test_several_stand_in_the_order_in_which_they_were_asked(tmp_path):
    model = load_protein(str(write_esm2(tmp_path / "tiny", layers=2, heads=2)))
    (tmp_path / "figures").mkdir()
    reported = (Feature("variant", 3, 4, "A -> T (in DEMO)"), Feature("variant", 7, 10, "Missing (in DEMO2)"))
    protein = Protein("p", SEQUENCE, offset=10, reported=reported)
    result = SimpleNamespace(
        proteins=[protein], model=model, readings={}, gradients={}, seed=0, every={}, deletions={}, remarks=[]
    )
    asked = ["p.[Ala14Thr;Ile16Val]", "A14T", "K18_R20del"]
    with Progress(disable=True) as progress:
        several, _, stretch = variant_sections(result, asked, folder=tmp_path, progress=progress)
    assert several.title == "Variant A14T:I16V of p" and stretch.title == "Variant K18_R20del of p"
    text, deleted = lines_of(several), lines_of(stretch)
    assert text[0].startswith("Known: This very substitution is a natural variant in the UniProt file (residue 14)")
    assert deleted[0].startswith(
        "Known: This very deletion is a natural variant in the UniProt file (residues 18 to 20)"
    )
    assert any(line.startswith("I16V: Distance: ") for line in text)

    log_p = masked_log_likelihoods(model, SEQUENCE, [3, 5])
    at = AMINO_ACIDS.index
    own = log_p[0, at("T")] - log_p[0, at("A")] + log_p[1, at("V")] - log_p[1, at("I")]
    table = pd.read_csv(tmp_path / "variants.tsv", sep="\t").set_index("variant")
    both = table.loc["A14T:I16V"].set_index("measure")
    assert both.value[ADDED] == pytest.approx(own, rel=1e-3) and np.isfinite(both.value[JOINT])
    fold = f"{np.exp(abs(own)):,.1f} times {'less' if own < 0 else 'more'} likely"
    assert fold in " ".join(text)
    ((_, change),) = place_variants(asked[2:], [protein])
    assert table.loc["K18_R20del"].value == pytest.approx(by_likelihood(model, SEQUENCE, change), rel=1e-3)
    assert both.known[ADDED] == "A14T: variant: A -> T (in DEMO)"

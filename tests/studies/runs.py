"""Folders as finished runs leave them, small and made at once."""

import json
from collections import Counter
from pathlib import Path

import pandas as pd

from regard.core.evidence import evidence
from regard.core.store import provenance, write_manifest

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    '<rect width="40" height="20" fill="{}"/><script>document.title="ran"</script></svg>'
)


def finished(folder: Path, command: list[str], rows: list[dict], *, answer="An answer", inputs=(), **settings) -> Path:
    """A run of `regard` with these arguments, rows of evidence, two figures and a page."""
    (folder / "figures").mkdir(parents=True)
    evidence(rows).to_csv(folder / "evidence.tsv", sep="\t", index=False)
    colour = settings.pop("colour", "teal")
    for name in ("heads", "precision"):
        (folder / "figures" / f"{name}.svg").write_text(SVG.format(colour))
    counts = json.dumps(dict(Counter(one["verdict"] for one in rows)))
    page = f"<!doctype html><title>x</title><h1>{answer}</h1><p data-verdicts='{counts}'>…</p><h1>no</h1>"
    (folder / "report.html").write_text(page)
    path = folder / "manifest.json"
    write_manifest(path, provenance(settings.pop("seed", 0), list(inputs)), **settings)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"command": ["regard", *command]}))
    return folder


def row(method: str, value: float, verdict: str, *, item="3 things", annotation="sites", half=0.1, **more) -> dict:
    """A row of evidence whose interval is the value, `half` to both sides."""
    told = {"study": "protein", "item": item, "method": method, "annotation": annotation, "metric": "auprc"}
    told |= {
        "n": 90,
        "positives": 9,
        "prevalence": 0.1,
        "value": value,
        "ci_low": value - half,
        "ci_high": value + half,
    }
    return told | {"verdict": verdict, "reason": f"as {verdict} as can be"} | more


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep="\t", keep_default_na=False)

"""The record of every way to read edges from TabPFN, by attention and, of the same model, by perturbation."""

from __future__ import annotations

from regard.core.methods import Method
from regard.errors import InputError

LAYERS = "mean", "max", "last", "weighted"  # how layers are put together; the first where a name says nothing
TABPFN = "Hollmann et al. 2025, Nature 637:319"


def record(name: str, summary: str, equation: str, reference: str = TABPFN) -> Method:
    summary = f"TabPFN in float32, one frozen regressor for each target: {summary}"
    return Method(f"tabpfn.{name}", summary, equation, reference, needs="pip install 'regard[tabpfn]'", model=True)


ATTENTION = {
    one.name: one
    for one in (
        record("target", "the target's attention to the regulator", "A[target, regulator]"),
        record(
            "diagonal",
            "the regulator's attention to itself",
            "A[regulator, regulator]",
            "the report of docs/network-auprc.md",
        ),
        record("column", "attention that the regulator receives, mean over all tokens", "mean_q A[q, regulator]"),
        record("row", "attention that the regulator gives, mean over the other tokens", "mean_k A[regulator, k]"),
        record(
            "rollout",
            "the target's share in the regulator's column after all layers, through columns and rows alike",
            "Π (A + I) / 2",
            "Abnar & Zuidema 2020",
        ),
        record(
            "value",
            "the target's attention × length of what the regulator's token carries",
            "A[target, regulator] ‖v(regulator)‖",
            "Kobayashi et al. 2020",
        ),
        record(
            "gradient",
            "the target's attention × its gradient of the log density of the true values, positive part",
            "max(0, A ∂ log p / ∂A)[target, regulator]",
            "Chefer et al. 2021",
        ),
    )
}
PERTURBATION = {
    one.name: one
    for one in (
        record(
            "occlusion",
            "how far predictions move when the regulator is shuffled among samples",
            "mean (f(x) − f(x shuffled))² / var(target)",
            "Breiman 2001, section 10",
        ),
        record(
            "integrated-gradients",
            "what the regulator adds on the way from the mean sample to each sample, mean size",
            "mean |(x − x̄) ∫ ∂f/∂x| / sd(target)",
            "Sundararajan et al. 2017",
        ),
        record(
            "shapley",
            "what the regulator adds over all orders of adding regulators, 4 drawn, mean size over samples",
            "mean |φ(regulator)| / sd(target)",
            "Štrumbelj & Kononenko 2014",
        ),
    )
}
METHODS = ATTENTION | PERTURBATION
WHOLE = {"tabpfn.rollout", *PERTURBATION}  # what runs through all layers takes no way to put them together


def parse(name: str) -> tuple[str, str]:
    """Method and layer reduction of a score's name: "tabpfn.target.max" -> ("tabpfn.target", "max")."""
    method, _, layers = name.rpartition(".") if name.count(".") == 2 else (name, "", LAYERS[0])
    if method not in METHODS or layers not in LAYERS or (method in WHOLE and name != method):
        raise InputError(
            f"score {name!r} is unknown; choose {', '.join(METHODS)}, those of attention with "
            f".{' or .'.join(LAYERS)} behind (tabpfn.rollout runs through all layers and takes none)"
        )
    return method, layers

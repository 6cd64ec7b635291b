"""See what biological transformers attend to, and find out whether it is evidence."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regard.attribute.tabpfn_estimator import TabPFNAttention
    from regard.core.maps import AttentionMaps, attention_maps
    from regard.core.scores import Annotations, PairAnnotations, PairScores, PositionScores
    from regard.core.store import load
    from regard.core.tokens import token_table
    from regard.judge.compare import compare
    from regard.models.attention import attention, reader
    from regard.models.capture import capture
    from regard.models.enformer.style import extract_attention_enformer_style
    from regard.models.protein.model import load_protein
    from regard.models.reader import Reader, letters
    from regard.plot.annotated import plot_with_functional_annotations
    from regard.studies.network.verb import network

# The public names are imported when first used: `regard --help` needs no torch.
_HOMES = {
    "Annotations": "core.scores",
    "AttentionMaps": "core.maps",
    "PairAnnotations": "core.scores",
    "PairScores": "core.scores",
    "PositionScores": "core.scores",
    "TabPFNAttention": "attribute.tabpfn_estimator",
    "attention": "models.attention",
    "attention_maps": "core.maps",
    "capture": "models.capture",
    "compare": "judge.compare",
    "extract_attention_enformer_style": "models.enformer.style",
    "Reader": "models.reader",
    "letters": "models.reader",
    "load": "core.store",
    "load_protein": "models.protein.model",
    "reader": "models.attention",
    "network": "studies.network.verb",
    "plot_with_functional_annotations": "plot.annotated",
    "token_table": "core.tokens",
}

__all__ = [
    "Annotations",
    "AttentionMaps",
    "PairAnnotations",
    "PairScores",
    "PositionScores",
    "Reader",
    "TabPFNAttention",
    "attention",
    "attention_maps",
    "capture",
    "compare",
    "extract_attention_enformer_style",
    "letters",
    "load",
    "load_protein",
    "reader",
    "network",
    "plot_with_functional_annotations",
    "token_table",
]


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module 'regard' has no attribute {name!r}")
    return getattr(import_module(f"regard.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

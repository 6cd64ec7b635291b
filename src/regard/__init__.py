"""See what biological transformers attend to, and find out whether it is evidence."""

from importlib import import_module
from typing import TYPE_CHECKING

# At once, so that the name is the verb and not the package of the same name.
from regard.compare.compare import compare

if TYPE_CHECKING:
    from regard.core.maps import AttentionMaps, attention_maps
    from regard.core.scores import Annotations, PairAnnotations, PairScores, PositionScores
    from regard.core.store import load
    from regard.core.tokens import token_table
    from regard.models.attention import attention
    from regard.models.capture import capture

# The other public names are imported when first used: `regard --help` needs no torch.
_HOMES = {
    "Annotations": "core.scores",
    "AttentionMaps": "core.maps",
    "PairAnnotations": "core.scores",
    "PairScores": "core.scores",
    "PositionScores": "core.scores",
    "attention": "models.attention",
    "attention_maps": "core.maps",
    "capture": "models.capture",
    "load": "core.store",
    "token_table": "core.tokens",
}

__all__ = [
    "Annotations",
    "AttentionMaps",
    "PairAnnotations",
    "PairScores",
    "PositionScores",
    "attention",
    "attention_maps",
    "capture",
    "compare",
    "load",
    "token_table",
]


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module 'regard' has no attribute {name!r}")
    return getattr(import_module(f"regard.{_HOMES[name]}"), name)

"""The record that each method of the network study carries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """One way to score edges, as `regard methods` and the report's legend print it.

    needs : what it needs beyond expression ("" for nothing).
    signed : does it say whether an edge activates or represses?
    model : does it read a trained model, so that it must beat the methods that have none?
    """

    name: str
    summary: str
    equation: str
    reference: str
    needs: str = ""
    signed: bool = False
    model: bool = False

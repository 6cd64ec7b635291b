"""The record that each method, null and metric carries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """One way to score, to move or to measure, as `regard methods`, docs/methods.md and reports' legends print it.

    needs : what it needs beyond its input ("" for nothing).
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

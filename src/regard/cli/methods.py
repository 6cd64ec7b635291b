"""`regard methods`."""

from __future__ import annotations


def methods() -> None:
    """Print every reduction of attention, and the methods of the protein and network studies, with their sources."""
    from rich.console import Console
    from rich.table import Table

    from regard.reduce.operations import OPERATIONS
    from regard.studies.network.methods import BROKEN, METHODS
    from regard.studies.protein.words import METHODS as PROTEIN

    table = Table("name", "what it does", "equation", "source", title="reductions of attention")
    for one in OPERATIONS.values():
        table.add_row(one.name, one.summary, one.equation, one.reference)
    Console().print(table)
    table = Table("name", "what it does", "source", title="scores of residues and pairs of residues")
    for name, (summary, reference) in PROTEIN.items():
        table.add_row(name, summary, reference)
    Console().print(table)
    table = Table("name", "what it does", "equation", "source", "needs", "sign", title="network methods")
    for one in METHODS.values():
        sign = "yes" if one.signed else "no"
        table.add_row(one.name, one.summary, one.equation, one.reference, one.needs, sign)
    Console().print(table)
    for line in BROKEN.values():
        Console(stderr=True).print(f"not there: {line}", markup=False, highlight=False, soft_wrap=True)

"""Bars of an audit: as long as the shares, and in the colour of what is serious."""

from matplotlib.colors import to_hex

from regard.plot.checks import shares
from regard.plot.style import BLUE, ORANGE


def test_bars_are_the_shares_in_their_order_from_above():
    (ax,) = shares([("a", 0.4, 0.01, True), ("$b$", 0.02, 0.05, False)]).axes
    assert [bar.get_width() for bar in ax.patches] == [0.4, 0.02]
    assert [bar.get_y() for bar in ax.patches] == sorted((bar.get_y() for bar in ax.patches), reverse=True)
    assert [to_hex(bar.get_facecolor()) for bar in ax.patches] == [ORANGE, BLUE]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "$b$"]
    assert [path.vertices[0, 0] for path in ax.collections[0].get_paths()] == [0.01, 0.05]

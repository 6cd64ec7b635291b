import numpy as np
from scipy.sparse import csr_array

from regard.core.edges import Edges, KnownEdges
from regard.judge.signs import of_signs, sign_remarks


def test_signs_are_counted_where_both_say_one():
    scores = np.where(np.eye(3, dtype=bool), np.nan, 1.0)
    sign = np.array([[0, 1, 1], [-1, 0, 0], [1, -1, 0]])
    values = csr_array(np.array([[0, 1, 0], [1, 0, 1], [1, 1, 0]], dtype=bool))
    known = KnownEdges("gold", values, csr_array(np.array([[0, 1, 0], [-1, 0, 1], [-1, 0, 0]], dtype=np.int8)))
    edges = Edges("lasso", ["a", "b", "c"], scores, sign)
    assert of_signs(edges, known) == (2, 2, 4)
    assert of_signs(Edges("trees", ["a", "b", "c"], scores), known) is None
    assert of_signs(edges, KnownEdges("gold", values)) is None
    assert len(sign_remarks([edges, Edges("trees", ["a", "b", "c"], scores)], known)) == 1

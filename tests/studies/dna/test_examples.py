import pandas as pd

from regard.studies.dna.examples import choose_examples

CLASSES = ["no", "yes"]


def predictions(**columns):
    return pd.DataFrame({"id": [f"s{i}" for i in range(6)], **columns})


def test_only_correct_ones_are_drawn_the_class_asked_about_first():
    table = predictions(predicted=list("yynnyn"), label=list("ynnyyn"))
    chosen, remarks = choose_examples(table, ["n", "y"], 2, seed=0)
    assert chosen.id.tolist() == ["s0", "s4", "s2", "s5"]
    assert remarks == []
    again, _ = choose_examples(table, ["n", "y"], 1, seed=3)
    assert again.equals(choose_examples(table, ["n", "y"], 1, seed=3)[0])


def test_too_few_are_remarked():
    table = predictions(predicted=["yes"] * 6, label=["yes", "no", "no", "no", "no", "no"])
    chosen, remarks = choose_examples(table, CLASSES, 3, seed=0)
    assert chosen.id.tolist() == ["s0"]
    assert "1 instead of 3 examples of yes" in remarks[0]
    assert "0 instead of 3 examples of no" in remarks[1]


def test_without_labels_the_most_confident_and_it_says_so():
    table = predictions(
        predicted=["yes", "yes", "no", "no", "yes", "no"],
        p_yes=[0.6, 0.9, 0.1, 0.2, 0.8, 0.4],
        p_no=[0.4, 0.1, 0.9, 0.8, 0.2, 0.6],
    )
    chosen, remarks = choose_examples(table, CLASSES, 1, seed=0)
    assert chosen.id.tolist() == ["s1", "s2"]
    assert "no labels" in remarks[-1]

"""Scores without a model. The methods for networks register themselves when this package is imported."""

from regard.predictors import correlation, knockout, lasso, mutual_information, portia, trees

__all__ = ["correlation", "knockout", "lasso", "mutual_information", "portia", "trees"]

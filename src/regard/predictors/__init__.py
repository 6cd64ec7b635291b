"""Scores without a model. The methods for networks register themselves when this package is imported."""

from regard.predictors import correlation, diffusion, dynamic, knockout, lasso, mutual_information, pidc, portia, trees

__all__ = ["correlation", "diffusion", "dynamic", "knockout", "lasso", "mutual_information", "pidc", "portia", "trees"]

"""What is wrong with a data set before any model has seen it; `regard audit`."""

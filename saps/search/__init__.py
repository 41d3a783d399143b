"""From a model's probabilities to a checked program."""

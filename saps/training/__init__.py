"""Floor 4: from a recipe and examples to a checkpoint, through interruptions."""

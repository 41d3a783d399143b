"""Floor 2: from a sentence's token ids to a distribution over program symbols. torch begins here."""

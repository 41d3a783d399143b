"""Floor 0: what the operating system is asked for: processes that work for this one, locks, documents."""

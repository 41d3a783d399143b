"""Tasks drawn from a grammar: sampled, said, typed carelessly, run."""

"""Tasks as records and files: reading, writing, splits, statistics, cleaning, the published download."""

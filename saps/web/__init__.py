"""`saps serve`: a page on this machine, and the JSON API behind it."""

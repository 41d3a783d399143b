"""`python -m saps`."""

from saps.cli.main import entry

entry()

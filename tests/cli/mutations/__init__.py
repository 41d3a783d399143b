"""Inputs of every command, mutated by the thousand: `recorded` good ones, ways to `mutate` them, and
`trial`s that run the command and judge how it ended."""

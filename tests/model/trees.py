"""Small random examples for the tests of the model and of training."""

import random

from saps.model.batch import Example
from saps.model.symbols import Symbols

SYMBOLS = Symbols([("f", 2), ("g", 1), ("h", 3), ("a", 0), ("b", 0), ("c", 0)])
TOKENS = 20


def random_tree(chance: random.Random, depth: int) -> list[int]:
    """Pre-order ids of a tree of at most `depth` levels."""
    leaves = [i for i, arity in enumerate(SYMBOLS.arities) if not arity]
    symbol = chance.choice(leaves) if depth == 1 else chance.randrange(len(SYMBOLS))
    below = (random_tree(chance, depth - 1) for _ in range(SYMBOLS.arities[symbol]))
    return [symbol, *(i for tree in below for i in tree)]


def random_examples(count: int, seed: int = 0) -> list[Example]:
    """Sentences of 1 to 12 tokens with trees of 1 to 5 levels; the two say nothing of each other."""
    chance = random.Random(seed)
    return [
        Example(
            tuple(chance.choices(range(1, TOKENS), k=chance.randint(1, 12))),
            tuple(random_tree(chance, chance.randint(1, 5))),
        )
        for _ in range(count)
    ]

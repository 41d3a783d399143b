"""Beam search over partial trees, kept well-typed by default, for many sentences at once.

Each step fills the first open hole (in traversal order) of every partial tree in one call of the decoder.
Scores are sums of log-probabilities and never rise: a finished tree that beats every partial one is final.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from saps.language.tree import MAX_DEPTH, Node
from saps.language.type_system import Type, TypeVariable, undo
from saps.model.decoding import Decoding, Site
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.search.legal import Bindings, Hole, NoRules, Rules, apply, has_order, is_value, taken

_SPARE = 2
"""Further symbols kept in reserve for those that turn out not to fit."""


_TOKENS_A_SYMBOL = 3
"""Two brackets and itself: no program has more."""


@dataclass(frozen=True, slots=True)
class Query:
    """A sentence as the decoder needs it: token ids, what its arguments may be (entry to type; a variable
    where unknown), which placeholder entries stand for its literals, and the program's type."""

    tokens: Sequence[int]
    args: Mapping[int, Type]
    literals: Sequence[int]
    result: Type


class Hypothesis(NamedTuple):
    """A partial tree: its score, symbols (a chain from the last back), open holes (a chain, the next one
    first), what it has bound, the types that must have an order, its last node's row and its size."""

    score: float
    symbols: _Chain
    holes: _Holes
    bindings: Bindings
    ordered: tuple[Type, ...]
    row: int
    size: int


_Chain = tuple[int, "_Chain"] | None
_Holes = tuple[Hole, "_Holes"] | None


class Found(NamedTuple):
    """A finished tree with its score (natural log of the model's probability)."""

    program: Node
    score: float


class BeamSearch:
    """Beam search with one model. `max_size` is the most symbols (or tokens) that a program may have.

    It keeps to well-typed trees if `typed` and the model decodes trees; a sequence may turn out to be no
    program, and is then not among the results.
    """

    def __init__(self, model: Synthesizer, symbols: Symbols, max_size: int = 150, typed: bool = True) -> None:
        tree = model.config.target == "tree"
        self.model, self.symbols = model, symbols
        self.max_size = max_size if tree else _TOKENS_A_SYMBOL * max_size
        self.rules = (Rules if typed and tree else NoRules)(symbols.symbols, symbols.arities)

    def search(self, queries: Sequence[Query], beam: int = 1, top: int = 1) -> list[list[Found]]:
        """Up to `top` well-typed programs for each query, the most probable first."""
        if not queries:
            return []
        decoding = Decoding(self.model, [query.tokens for query in queries])
        searches = [
            _Search(self, query, beam, max(top, 1), decoding, index) for index, query in enumerate(queries)
        ]
        while True:
            live = [(search, hypothesis) for search in searches for hypothesis in search.live]
            if not live:
                break
            sites = [search.site(hypothesis) for search, hypothesis in live]
            scores, rows = decoding.expand(sites, [search.index for search, _ in live])
            for (search, hypothesis), row_scores, row in zip(live, scores.tolist(), rows, strict=True):
                search.consider(hypothesis, row_scores, row)
            for search in searches:
                search.advance()
        return [search.results() for search in searches]


class _Search:
    """The beam of one sentence."""

    def __init__(
        self, owner: BeamSearch, query: Query, beam: int, top: int, decoding: Decoding, index: int
    ) -> None:
        self.owner, self.query, self.beam, self.top, self.index = owner, query, max(beam, top), top, index
        self.symbols, self.rules = owner.symbols, owner.rules
        self.root = decoding.root(index)
        self.fraternal = decoding.fraternal
        hole = Hole(query.result, {}, self.root.parent, self.root.above, self.root.previous, self.root.before)
        self.live = [Hypothesis(0.0, None, (hole, None), None, (), self.root.before, 0)]
        self.finished: list[Hypothesis] = []
        self.candidates: list[tuple[float, int, int, Hypothesis]] = []

    def site(self, hypothesis: Hypothesis) -> Site:
        assert hypothesis.holes is not None
        hole = hypothesis.holes[0]
        if self.fraternal:
            return Site(hole.brother, hole.beside, hole.parent, hole.row)
        previous = self.root.previous if hypothesis.symbols is None else hypothesis.symbols[0]
        return Site(previous, hypothesis.row, hole.parent, hole.row)

    def consider(self, hypothesis: Hypothesis, scores: list[float], row: int) -> None:
        """Note the best legal symbols for a partial tree's next hole."""
        assert hypothesis.holes is not None
        trail = apply(hypothesis.bindings)
        legal = self.rules.legal(hypothesis.holes[0], self.query.args, self.query.literals)
        undo(trail)
        for symbol in heapq.nlargest(self.beam + _SPARE, legal, key=scores.__getitem__):
            self.candidates.append((hypothesis.score + scores[symbol], symbol, row, hypothesis))

    def advance(self) -> None:
        """Keep the best partial trees, put finished ones aside."""
        best = sorted(self.candidates, key=lambda candidate: -candidate[0])
        self.candidates, self.live = [], []
        kept = 0
        for score, symbol, row, hypothesis in best:
            grown = self.grow(score, symbol, row, hypothesis)
            if grown is not None:
                (self.finished if grown.holes is None else self.live).append(grown)
                kept += 1
            if kept == self.beam:
                break
        if len(self.finished) >= self.top:
            self.finished.sort(key=lambda finished: -finished.score)
            worst = self.finished[self.top - 1].score
            self.live = [hypothesis for hypothesis in self.live if hypothesis.score > worst]

    def grow(self, score: float, symbol: int, row: int, hypothesis: Hypothesis) -> Hypothesis | None:
        """The partial tree with its next hole filled; None if it does not fit or gets too large."""
        assert hypothesis.holes is not None
        hole, holes = hypothesis.holes
        applied = apply(hypothesis.bindings)
        own: list[TypeVariable] = []
        placed = self.rules.place(symbol, hole.type, hole.scope, self.query.args, own)
        ordered = hypothesis.ordered
        if placed is not None and placed.ordered is not None:
            ordered = (*ordered, placed.ordered)
        values = [self.query.result, *self.query.args.values()]
        fits = placed is not None and all(map(has_order, ordered)) and all(map(is_value, values))
        bindings = (hypothesis.bindings, taken(own)) if own else hypothesis.bindings
        undo(own)
        undo(applied)
        if placed is None or not fits or hypothesis.size + len(placed.children) >= self.owner.max_size:
            return None
        if holes is not None and holes[0].row == hole.row:  # the next hole is its younger brother's
            holes = (holes[0]._replace(brother=symbol, beside=row), holes[1])
        for kind, scope in reversed(placed.children):
            holes = (Hole(kind, scope, symbol, row, self.root.previous, self.root.before), holes)
        symbols = (symbol, hypothesis.symbols)
        return Hypothesis(score, symbols, holes, bindings, ordered, row, hypothesis.size + 1)

    def results(self) -> list[Found]:
        self.finished.sort(key=lambda finished: -finished.score)
        found: list[Found] = []
        for hypothesis in self.finished:
            if len(found) == self.top:
                break
            ids, chain = [], hypothesis.symbols
            while chain is not None:
                ids.append(chain[0])
                chain = chain[1]
            try:
                program = self.symbols.decode(ids[::-1])
            except ValueError:
                continue  # a sequence that is no program
            if program.depth <= MAX_DEPTH:
                found.append(Found(program, hypothesis.score))
        return found

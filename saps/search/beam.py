"""Beam search over partial trees, kept well-typed by default, for many problems at once.

Each step fills the first open hole (in traversal order) of every partial tree in one call of the decoder.
Scores are sums of log-probabilities and never rise. A finished tree is handed to the problem's judge at once,
who answers with the score that is still of interest: what scores no better is dropped. What falls out of the
beam is kept in reserve, and where the beam has run out the best of the reserve is taken up as the next one.
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from saps.language.tree import MAX_DEPTH, Node
from saps.language.type_system import Type, TypeVariable, undo
from saps.model.decoding import Decoding, Site
from saps.model.meanings import Meanings
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.search.canonical import Frames, grown
from saps.search.problem import Effort, Found, Problem, Query
from saps.search.type_constraints import (
    Bindings,
    Hole,
    NoRules,
    Rules,
    apply,
    has_order,
    is_ground,
    is_value,
    taken,
)

_RESERVE = 3
"""Candidates looked at for each place in the beam: some do not fit, the others are kept in reserve."""

_TOKENS_A_SYMBOL = 3
"""Two brackets and itself: no program has more."""


class Spent(NamedTuple):
    """What a search of one problem took: partial trees looked at, and for each query the share of the model's
    probability that was seen to go to what may not stand in a program."""

    nodes: int
    ruled_out: Sequence[float]


class Hypothesis(NamedTuple):
    """A partial tree: its score, symbols (a chain from the last back), open holes (a chain, the next one
    first), what is complete of it, what it has bound, the types that must have an order, its last node's row
    and its size."""

    score: float
    symbols: _Chain
    holes: _Holes
    frames: Frames | Node
    bindings: Bindings
    ordered: tuple[Type, ...]
    row: int
    size: int


_Chain: TypeAlias = "tuple[int, _Chain] | None"
_Holes: TypeAlias = "tuple[Hole, _Holes] | None"


class Step(NamedTuple):
    """A partial tree with the symbol for its next hole, in the order of a heap: the best first."""

    loss: float
    order: int
    symbol: int
    row: int
    tree: Hypothesis
    beam: _Beam


class BeamSearch:
    """Beam search with one model. `max_size` is the most symbols that a program may have.

    It keeps to well-typed trees if `typed` and the model decodes trees. A sequence that turns out to be no
    program is not handed to the judge. If not `typed`, what the model says is all there is: nothing is kept
    in reserve, and a beam of 1 is the greedy decoding of the literature.
    """

    def __init__(self, model: Synthesizer, symbols: Symbols, max_size: int = 150, typed: bool = True) -> None:
        self.model, self.symbols, self.typed = model, symbols, typed
        self.is_tree = model.config.target != "sequence"
        self.max_size = max_size if self.is_tree else _TOKENS_A_SYMBOL * max_size
        library = symbols.library if isinstance(symbols, Meanings) else None
        rules = Rules if typed and self.is_tree else NoRules
        self.rules = rules(symbols.symbols, symbols.arities, library)

    def search(self, problems: Sequence[Problem], effort: Effort) -> list[Spent]:
        """Hands finished trees to the problems' judges; what it took for each."""
        until = math.inf if effort.seconds is None else time.monotonic() + effort.seconds
        searches = [_Search(problem, effort, until) for problem in problems]
        beams = [
            _Beam(self, search, index, query, start)
            for search, problem in zip(searches, problems, strict=True)
            for index, (query, start) in enumerate(zip(problem.queries, problem.starts, strict=True))
        ]
        if not beams:
            return [Spent(0, ()) for _ in problems]
        decoding = Decoding(self.model, [beam.query.tokens for beam in beams])
        for index, beam in enumerate(beams):
            beam.begin(decoding, index)
        while self._step(beams, decoding):
            for search in searches:
                search.resume()
        return [Spent(one.nodes, [beam.ruled_out for beam in one.beams]) for one in searches]

    def _step(self, beams: Sequence[_Beam], decoding: Decoding) -> bool:
        """Fill one hole of every live partial tree. False where there is none."""
        live = [(index, tree) for index, beam in enumerate(beams) for tree in beam.live]
        if not live:
            return False
        sites = [beams[index].site(tree) for index, tree in live]
        scores, rows = decoding.expand(sites, [index for index, _ in live])
        table, first = scores.cpu().numpy(), 0
        for beam in beams:
            if beam.live:
                last = first + len(beam.live)
                beam.advance(table[first:last], rows[first:last])
                first = last
        return True


class _Search:
    """What the beams of one problem share: the score to beat, what is in reserve, and the nodes spent."""

    def __init__(self, problem: Problem, effort: Effort, until: float) -> None:
        self.judge, self.effort, self.until = problem.judge, effort, until
        self.threshold = -math.inf
        self.reserve: list[Step] = []
        self.counter = count()
        self.nodes = 0
        self.beams: list[_Beam] = []

    def fill(self, steps: list[Step]) -> None:
        """Take the best steps, each meaning once, until the beam is full; they are taken off `steps`, a heap.
        Complete trees are judged."""
        met: set[tuple[int, Frames | Node]] = set()
        while steps and len(met) < self.effort.beam and -steps[0].loss > self.threshold:
            step = heapq.heappop(steps)
            tree = step.beam.grow(step)
            if tree is None:
                step.beam.rule_out(-step.loss)
                continue
            if (step.beam.index, tree.frames) in met:
                continue
            met.add((step.beam.index, tree.frames))
            if tree.holes is None:
                self.finish(tree, step.beam)
            else:
                step.beam.live.append(tree)

    def finish(self, tree: Hypothesis, beam: _Beam) -> None:
        """Hand a complete tree to the judge."""
        ids, chain = [], tree.symbols
        while chain is not None:
            ids.append(chain[0])
            chain = chain[1]
        symbols = beam.owner.symbols
        try:
            program = symbols.decode(ids[::-1])
            said = symbols.tree(ids[::-1]) if beam.owner.is_tree else None
        except ValueError:
            return  # a sequence that is no program, or a meaning that cannot be written out
        if program.depth <= MAX_DEPTH:
            self.threshold = max(self.threshold, self.judge(Found(program, tree.score, beam.index, said)))
        if self.is_late():  # one step may finish many trees, and a run takes its time
            self.threshold = math.inf

    def is_late(self) -> bool:
        return self.until < math.inf and time.monotonic() >= self.until

    def resume(self) -> None:
        """Before the next step: drop what is of no interest any more, and turn to the reserve where nothing
        is left."""
        if self.nodes >= self.effort.nodes or self.is_late():
            self.threshold = math.inf
        self.drop()
        if not any(beam.live for beam in self.beams):
            self.fill(self.reserve)
            self.drop()

    def drop(self) -> None:
        for beam in self.beams:
            beam.live = [tree for tree in beam.live if tree.score > self.threshold]


class _Beam:
    """The beam of one query."""

    def __init__(self, owner: BeamSearch, search: _Search, index: int, query: Query, start: float) -> None:
        self.owner, self.search, self.index = owner, search, index
        self.query, self.start = query, start
        self.live: list[Hypothesis] = []
        self.ruled_out = 0.0
        self.open = [kind for kind in (query.result, *query.args.values()) if not is_ground(kind)]
        search.beams.append(self)

    def begin(self, decoding: Decoding, index: int) -> None:
        """Set out with sentence `index` of the decoding."""
        self.fraternal = decoding.fraternal
        self.root = root = decoding.root(index)
        hole = Hole(self.query.result, {}, root.parent, root.above, root.previous, root.before)
        self.live = [Hypothesis(self.start, None, (hole, None), None, None, (), root.before, 0)]

    def rule_out(self, score: float) -> None:
        """Take note that what has this score cannot be."""
        self.ruled_out += math.exp(min(0.0, score - self.start))

    def site(self, tree: Hypothesis) -> Site:
        assert tree.holes is not None
        hole = tree.holes[0]
        if self.fraternal:
            previous, before = hole.left_sibling, hole.left_row
        else:
            previous, before = self.root.previous if tree.symbols is None else tree.symbols[0], tree.row
        return Site(previous, before, hole.parent, hole.row, hole.rank, hole.parent_rank)

    def advance(self, scores: NDArray[np.float32], rows: range) -> None:
        """Fill the next holes of the live trees, keeping the best in the beam and others in reserve."""
        steps = self.steps(scores, rows)
        self.search.nodes += len(self.live)
        self.live = []
        self.search.fill(steps)
        if not self.owner.typed:
            return
        for step in steps:
            if -step.loss > self.search.threshold:
                heapq.heappush(self.search.reserve, step)

    def steps(self, scores: NDArray[np.float32], rows: range) -> list[Step]:
        """The best legal ways to go on, the very best first. `scores` [k, v] are those of the live trees."""
        legal = [self.legal(tree) for tree in self.live]
        place = np.repeat(np.arange(len(legal)), [len(entries) for entries in legal])  # [c]
        symbol = np.concatenate(legal)  # [c]
        before = np.array([tree.score for tree in self.live])  # [k]
        own = scores[place, symbol]  # [c]
        kept = np.bincount(place, np.exp(own), minlength=len(legal))  # [k]
        self.ruled_out += float((np.exp(before - self.start) * (1 - kept).clip(0)).sum())
        loss = -(before[place] + own)  # [c]
        most = _RESERVE * self.search.effort.beam
        best = np.argpartition(loss, most)[:most] if len(loss) > most else np.arange(len(loss))
        best = best[np.argsort(loss[best], kind="stable")]
        chosen = zip(loss[best].tolist(), symbol[best].tolist(), place[best].tolist(), strict=True)
        order = self.search.counter
        return [
            Step(cost, next(order), entry, rows[index], self.live[index], self)
            for cost, entry, index in chosen
        ]

    def legal(self, tree: Hypothesis) -> NDArray[np.intp]:
        """Entries that may stand in the tree's next hole."""
        assert tree.holes is not None
        trail = apply(tree.bindings)
        found = self.owner.rules.legal(tree.holes[0], self.query.args, self.query.literals)
        undo(trail)
        return np.array(found, dtype=np.intp)

    def grow(self, step: Step) -> Hypothesis | None:
        """The partial tree with its next hole filled; None if it does not fit or gets too large."""
        tree, rules = step.tree, self.owner.rules
        assert tree.holes is not None
        assert not isinstance(tree.frames, Node)
        hole, holes = tree.holes
        applied = apply(tree.bindings)
        own: list[TypeVariable] = []
        placed = rules.place(step.symbol, hole.type, hole.scope, self.query.args, own)
        ordered = tree.ordered
        if placed is not None and placed.ordered is not None:
            ordered = (*ordered, placed.ordered)
        fits = placed is not None and ((not own and placed.ordered is None) or self.holds(ordered))
        bindings = (tree.bindings, taken(own)) if own else tree.bindings
        undo(own)
        undo(applied)
        if placed is None or not fits or tree.size + len(placed.children) >= self.owner.max_size:
            return None
        if holes is not None and holes[0].row == hole.row:  # the next hole is its right sibling's
            holes = (holes[0]._replace(left_sibling=step.symbol, left_row=step.row), holes[1])
        eldest = self.root.previous, self.root.before
        for rank, (kind, scope) in reversed([*enumerate(placed.children)]):
            holes = (Hole(kind, scope, step.symbol, step.row, *eldest, rank, hole.rank), holes)
        # a sequence has no other spelling: as a tree that never closes, it is like itself alone
        arity = len(placed.children) if self.owner.is_tree else 1
        frames = grown(tree.frames, rules.symbols[step.symbol], arity)
        symbols = (step.symbol, tree.symbols)
        return Hypothesis(-step.loss, symbols, holes, frames, bindings, ordered, step.row, tree.size + 1)

    def holds(self, ordered: Sequence[Type]) -> bool:
        """Whether what must have an order may have one, and arguments and result may still be values."""
        return all(map(has_order, ordered)) and all(map(is_value, self.open))

"""Faults that only a whole grammar shows: what nothing makes, what never ends, what nothing reaches."""

from __future__ import annotations

from saps.corpus.grammar.model import BUILT_IN, ROOT, Grammar
from saps.language.errors import GrammarError


def check_whole(grammar: Grammar) -> None:
    """Raises GrammarError naming the line and the production."""
    if not grammar.productions.get(ROOT):
        raise GrammarError(f"the grammar has no production for `{ROOT}`, which every task starts from")
    arguments = {name for name in grammar.types if grammar.is_argument(name)}
    ending = arguments | BUILT_IN.keys()
    reached, todo = {ROOT}, [ROOT]
    while todo:
        for production in grammar.productions.get(todo.pop(), []):
            new = set(production.slots.values()) - reached
            reached |= new
            todo += new
    changed = True
    while changed:
        new = {
            production.makes
            for production in grammar.all_productions()
            if production.makes not in ending and ending.issuperset(production.slots.values())
        }
        ending |= new
        changed = bool(new)
    for production in grammar.all_productions():
        where = f"line {production.line}: the production `{production.name}`"
        for nonterminal in production.slots.values():
            if nonterminal not in ending:
                empty = not grammar.productions.get(nonterminal)
                why = "nothing makes" if empty else "every way to make it needs itself again:"
                raise GrammarError(f"{where} can never end: {why} `{nonterminal}`")
        if production.makes == ROOT and not production.slots:
            raise GrammarError(f"{where} is a sentence without slots, so there is no task in it")
        if production.makes not in reached:
            raise GrammarError(f"{where} can never be reached: nothing asks for `{production.makes}`")
        if production.program.size > 1 and arguments.issuperset(production.slots.values()):
            continue
        for slot in sorted(set[str]().union(*(wording.repeated() for wording in production.wordings))):
            nonterminal = production.slots[slot]
            if nonterminal not in arguments or production.program.size == 1:
                raise GrammarError(
                    f"{where} says `<{slot}>` twice in a wording, which only an argument's slot may be; "
                    f"`{nonterminal}` is filled by a phrase"
                )

"""What must hold of each definition before a program may rely on it."""

from __future__ import annotations

from collections.abc import Iterator

from saps.language.compiler import compile_program
from saps.language.definition import Definition, Example
from saps.language.errors import RunError, SapsError
from saps.language.library import Library
from saps.language.tree import Node
from saps.language.type_system import Type, TypeVariable, function, parse_type, show
from saps.language.typecheck import check
from saps.language.values import agrees, read, to_json

MIN_EXAMPLES = 2


def faults(library: Library) -> Iterator[str]:
    """One sentence for each thing that is wrong with a definition, with its file and line."""
    for definition in library.values():
        place = f"{definition.topic}.lib, line {definition.line}: `{definition.name}`: "
        try:
            for fault in _faults(definition, library):
                yield place + fault
        except SapsError as error:
            yield place + error.message


def _faults(definition: Definition, library: Library) -> Iterator[str]:
    """Raises SapsError for what leaves nothing to be checked further."""
    if not definition.doc:
        yield "a line of documentation is missing"
    if len(definition.cases) < MIN_EXAMPLES:
        yield f"examples are missing: found {len(definition.cases)}, expected at least {MIN_EXAMPLES}"
    declared, inferred = _declared(definition), _inferred(definition, library)
    if inferred != declared:
        yield f"declared as {declared}, but its body is {inferred}"
    for text, example in zip(definition.cases, definition.examples, strict=True):
        found = outcome(definition, example, library)
        if not _as_expected(found, example):
            yield f"the example `{text}` gives {found}"


def _declared(definition: Definition) -> str:
    kinds = [kind for _, kind in definition.params]
    for kind in (*kinds, definition.result):
        parse_type(kind, {})  # alone, so that a fault is told of this one
    return show(parse_type(f"({' '.join(kinds)} -> {definition.result})", {}))


def _inferred(definition: Definition, library: Library) -> str:
    """The principal type of the body."""
    names = [name for name, _ in definition.params]
    unknown: dict[str, Type] = {name: TypeVariable() for name in names}
    typed = check(definition.body, unknown, definition.source, library=library)
    unused = [name for name in names if name not in {node.symbol for node in typed.node}]
    if unused:
        raise SapsError(f"the parameter `{unused[0]}` is not used")
    return show(function(tuple(typed.args[name] for name in names), typed.return_type))


def outcome(definition: Definition, example: Example, library: Library) -> object:
    """What a definition makes of an example's inputs: a JSON value, or `error KIND`."""
    kinds = dict(definition.params)
    functions = {
        name: value for name, value in zip(kinds, example.inputs, strict=True) if isinstance(value, Node)
    }
    program = Node(definition.name, [functions.get(name, Node(name)) for name in kinds])
    try:
        values = {
            name: read(value, parse_type(kinds[name], {}), f"`{name}`")
            for name, value in zip(kinds, example.inputs, strict=True)
            if name not in functions
        }
        typed = check(program, {name: parse_type(kinds[name], {}) for name in values}, library=library)
        return to_json(compile_program(typed).run(values))
    except RunError as error:
        return f"error {error.kind}"


def _as_expected(found: object, example: Example) -> bool:
    if example.error is not None:
        return found == f"error {example.error}"
    return agrees(found, example.output)

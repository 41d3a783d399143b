"""`saps shell`: a session with the model loaded once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from saps.application.judgement import declined
from saps.application.loading import load_translator
from saps.application.notation import parse_example, parse_inputs
from saps.application.pictures import draw, picture
from saps.application.programs import run_on
from saps.application.requests import Example, make_request
from saps.application.saved import Saved, folder, save, written
from saps.cli.answer_output import as_python, note_assumptions, note_doubts, show_candidates
from saps.cli.options import CheckpointOption
from saps.cli.output import EXIT_YES, note, say, to_line
from saps.cli.refusal import note_refusal
from saps.language.errors import InputError, SapsError
from saps.language.printer import to_text

if TYPE_CHECKING:
    from saps.search.translator import Answer, Candidate, Translator

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_OTHERS = 10
"""Programs of different meaning that `:alternatives` looks for."""

_HELP = """\
a sentence            asks for a program
:example a=[1] -> 1   says what the last sentence's program should give, and asks again
:input a=[1,2] b=3    runs the last answer; :input [1,2] 3 too
:alternatives         shows what else may be meant; :choose N takes one
:explain :python :tree   show the last answer in English, in Python, as a tree
:teach WORDING        writes a wording for the last answer to your own grammar
:save NAME            keeps the last answer (saps saved, saps run @NAME)
:help :quit"""


@app.command()
def shell(
    checkpoint: CheckpointOption = None,
) -> int:
    """Ask one sentence after another; :help says what else there is."""
    session = Session(load_translator(checkpoint))
    for line in _lines():
        if line.strip().lower() in (":quit", ":q", ":exit", "quit", "exit"):
            break
        session.respond(line)
    return EXIT_YES


def _lines() -> Iterator[str]:
    """What a person types, with a history; where nobody sits at a terminal, the lines of stdin."""
    if not sys.stdin.isatty():
        yield from (line.rstrip("\n") for line in sys.stdin)
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    history = folder().parent / "history"
    history.parent.mkdir(parents=True, exist_ok=True)
    words = WordCompleter([f":{name}" for name in _COMMANDS] + [":quit"], sentence=True)
    prompt: PromptSession[str] = PromptSession(history=FileHistory(str(history)), completer=words)
    note("a sentence, or :help")
    while True:
        try:
            yield prompt.prompt("saps> ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


class Session:
    """What was asked last, and what was answered."""

    def __init__(self, translator: Translator) -> None:
        self.translator = translator
        self.text = ""
        self.examples: list[Example] = []
        self.answer: Answer | None = None
        self.chosen: Candidate | None = None
        self.others: Sequence[Candidate] | None = None

    def respond(self, line: str) -> None:
        """Do what a line asks for. Whatever is wrong with it is told, and the session goes on."""
        line = line.strip()
        if not line:
            return
        try:
            if line.lower() == "help":
                line = ":help"
            if not line.startswith(":"):
                self.text, self.examples = line, []
                self.ask()
                return
            name, _, rest = line[1:].partition(" ")
            command = _COMMANDS.get(name)
            if command is None:
                raise InputError(f"there is no :{name}; :help says what there is")
            command(self, rest.strip())
        except SapsError as error:
            note(f"error: {error.message}")

    def ask(self) -> None:
        self.answer = self.found()
        self.others = None
        self.chosen = self.answer.best
        if self.chosen is None:
            note("no program found: try other words")
            return
        note_assumptions(self.chosen)
        if declined(self.answer, None):
            note_refusal(self.answer, in_session=True)
        else:
            show_candidates(self.answer, 1)
        note_doubts(self.chosen)
        if not self.answer.passes:
            note("no program passes all examples; this one is nearest")

    def found(self, top: int = 1) -> Answer:
        request = make_request(self.text, None, self.examples)
        (answer,) = self.translator.answer([request], top=top)
        return answer

    def candidates(self) -> Sequence[Candidate]:
        """The last answer and others, which are looked for when somebody asks: they take their time."""
        self.current()
        if self.others is None:
            self.others = self.found(_OTHERS).candidates
        return self.others

    def current(self) -> Candidate:
        """The last answer. Raises InputError where there is none."""
        if self.chosen is None:
            raise InputError("nothing was answered yet: type a sentence")
        return self.chosen

    # ------------------------------------------------------------ commands

    def help(self, _: str) -> None:
        say(_HELP)

    def example(self, text: str) -> None:
        example = parse_example(text)
        if not self.text:
            raise InputError("an example is for a sentence: type one first")
        self.examples.append(example)
        try:
            self.ask()
        except InputError:
            self.examples.pop()
            raise

    def input(self, text: str) -> None:
        compiled = self.current().compiled
        say(to_line(run_on(compiled, parse_inputs(text, compiled.arg_names))))

    def explain(self, _: str) -> None:
        say(self.current().explanation or "there are no words for a part of this program")

    def python(self, _: str) -> None:
        self.current()
        assert self.answer is not None
        say(as_python(self.answer, self.chosen))

    def tree(self, _: str) -> None:
        say(draw(picture(self.translator, self.current())))

    def alternatives(self, _: str) -> None:
        for number, one in enumerate(self.candidates(), 1):
            say(f"{number}  {one.explanation or to_text(one.program)}")
            say(f"   {to_text(one.program)}")

    def choose(self, text: str) -> None:
        candidates = self.candidates()
        if not text.isdigit() or not 1 <= int(text) <= len(candidates):
            raise InputError(f"expected a number from 1 to {len(candidates)} (:alternatives)")
        self.chosen = candidates[int(text) - 1]
        say(to_text(self.chosen.program))

    def teach(self, text: str) -> None:
        """Write a wording in the user's own grammar."""
        candidate = self.current()
        args, result = candidate.typed.types()
        words = (text or self.text).split()
        if missing := [name for name in args if name not in words]:
            raise InputError(f"the wording must name the argument {missing[0]!r} as a word of its own")
        said = " ".join(f"<{word}>" if word in args else _quoted(word) for word in words)
        params = ", ".join(f"{name}: {kind}" for name, kind in args.items())
        path = folder().parent / "my.scfg"
        known = path.read_text(encoding="utf-8") if path.exists() else 'include "meanings.scfg"\n'
        name = f"taught_{known.count('say taught_') + 1}"
        line = f"say {name}({params}) -> {result} => {to_text(candidate.program)}\n  np {said}\n"
        with written(path) as stream:
            stream.write(known + line)
        say(f"wrote {name} to {path}")
        note(
            f"saps data generate DATA --grammar {path} --production {name} --size 2000, then "
            "saps train --data DATA --init-from CHECKPOINT --recipe taught --out RUN teaches it"
        )

    def save(self, name: str) -> None:
        candidate = self.current()
        args, _ = candidate.typed.types()
        examples = [{"input": one.inputs, "output": one.output} for one in self.examples]
        say(str(save(name, Saved(self.text, to_text(candidate.program), args, examples))))


def _quoted(word: str) -> str:
    """A word as a wording has it; signs that mean something there are in quotes."""
    return word if word.replace("-", "").isalnum() else f'"{word}"'


_COMMANDS: dict[str, Callable[[Session, str], None]] = {
    name: getattr(Session, name)
    for name in "help example input explain python tree alternatives choose teach save".split()
}

"""Good inputs of every command, recorded: command lines, and a folder of the files that they name.

The models are tiny and hardly trained, the grammar has few productions: what is tried here is how inputs
are read, not how well they are answered.
"""

from __future__ import annotations

import gzip
import json
import shlex
import shutil
from collections.abc import Iterable, Mapping
from contextlib import chdir
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from saps.cli.main import invoke
from saps.corpus.generation.corpus import corpus
from saps.corpus.generation.factory import Settings
from saps.resources import default_checkpoint
from saps.training.checkpoint import Checkpoint, save_checkpoint
from tests.search.models import SYMBOLS, TOKENIZER, model

GRAMMAR = """\
# Comments are allowed.
type sentence = any
type number = int
type numbers = int[]
declare int
  | a number <name>
declare int[]
  | an array <name>
sentence ask(x: number) => x
  | (find | get | compute) <x>
include "more.scfg"
number plus(x: number, y: number) => (+ x y)
  | <x> plus <y>
number larger(x: number, y: number) => (max x y)
  | the larger of <x> and <y>
number sum(xs: numbers) => (reduce xs 0 +)
  | the sum of <xs>
"""
MORE = """\
number square(x: number) => (square x)
  | the square of <x>
numbers even(xs: numbers) => (filter xs (lambda1 (== (% arg1 2) 0)))
  | the even numbers in <xs>
"""
LIBRARY = """\
# A topic of two meanings.

def twice(x: int) -> int = (* 2 x)
  "two times x"
  e.g. 3 -> 6

def count_if(xs: T[], p: (T -> bool)) -> int = (len (filter xs p))
  "how many elements of xs p is true for"
  e.g. [1, 2, 3, 4] even -> 2
  e.g. [] even -> 0

def even(x: int) -> bool = (== (% x 2) 0)
  "whether x is even"
  e.g. 3 -> false
"""
RECIPE = """\
[model]
units = 16
encoder_units = 16
encoder_layers = 1
token_embedding = 16
symbol_embedding = 16
dropout = 0.0
[text]
pieces = 400
[optimiser]
learning_rate = 5e-3
warmup_steps = 2
[batches]
positions = 600
[train]
epochs = 1
"""
_FACTORIAL = "(invoke1 (lambda1 (if (<= arg1 1) 1 (* arg1 (self (- arg1 1))))) n)"
_MAP = ["map", "a", ["lambda1", ["%", "arg1", "10"]]]
PROGRAMS: list[dict[str, object]] = [
    {"program": "(+ a b)", "input": {"a": 1, "b": 2}, "id": 1},
    {
        "program": "(reduce (filter a (lambda1 (> arg1 0))) 0 +)",
        "args": {"a": "int[]"},
        "input": {"a": [1, -2, 3]},
    },
    {"program": ["+", "a", "1"], "input": {"a": 2.5}, "id": {"x": [None]}},
    {"program": '(str_concat s "é\\"x")', "args": {"s": "string"}, "input": {"s": "añb"}},
    {"program": _FACTORIAL, "input": {"n": 10}},
    {"program": "(dict-keys d)", "input": {"d": {"dict": [[1, "x"], [2, "y"]]}}},
    {"program": "(count_if xs (lambda1 (> arg1 1)))", "input": {"xs": [1, 2, 3]}, "id": "last"},
    {"program": _MAP, "args": {"a": "int[]"}, "input": {"a": [12, 7]}},
]
REQUESTS: list[dict[str, object]] = [
    {"text": "the sum of the numbers in a", "id": 1},
    {"text": "find words in 'some text' of b", "args": {"b": "string"}},
    {"text": "the sum of a and b", "examples": [{"input": {"a": 1, "b": 2}, "output": 3}], "id": "x"},
]
WRITTEN: list[dict[str, object]] = [
    {
        "sentences": ["how often is k in nums", "count the k's of `nums`"],
        "args": {"nums": "int[]", "k": "int"},
        "program": "(count_if nums (lambda1 (== arg1 k)))",
        "examples": [{"input": {"nums": [1, 2, 1], "k": 1}, "output": 2}],
    },
    {
        "sentences": ["two numbers added"],
        "args": {"a": "int", "b": "int"},
        "program": "(+ a b)",
        "examples": [{"input": {"a": 1, "b": 2}, "output": 3}, {"input": {"a": 0, "b": 0.5}, "output": 0.5}],
    },
]
TABLE = 'Price,Count,"a name"\n3,10,pen\n2.5,0,"red, blue"\n-1,7,ñ\n'
METRICS = [
    {
        "step": step,
        "epoch": step,
        "train_loss": 3 / step,
        "loss": 4 / step,
        "exact_match": step / 10,
        "seconds": 1.5,
    }
    for step in range(1, 6)
]
VECTORS = "sum 0.1 -0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0 1.1 1.2 1.3 1.4 1.5 1.6\n"


@dataclass(frozen=True)
class Case:
    """A command line that is good, and the files of the folder that it reads."""

    line: str
    """As for a shell, without `saps`."""
    needs: tuple[str, ...] = ()
    """Files and folders of the recorded ones, of which what can be spoilt is spoilt."""
    stdin: str | None = None
    """The file that is piped in."""
    seconds: float = 1.0
    """Of the processor, that it takes at most as recorded."""
    asks: bool = False
    """Whether arguments or recipe say how much is done: then it may go on until it is interrupted."""
    weight: float = 1.0

    @cached_property
    def args(self) -> list[str]:
        return shlex.split(self.line)

    @property
    def trains(self) -> bool:
        return self.command in ("train", "pretrain", "table")

    @property
    def command(self) -> str:
        return " ".join(self.args[:2]) if self.args[0] == "data" else self.args[0]


def make(folder: Path) -> None:
    """The files that the cases name, but for those of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {
        "small.scfg": GRAMMAR,
        "more.scfg": MORE,
        "library/topic.lib": LIBRARY,
        "recipe.toml": RECIPE,
        "vectors.txt": "".join(VECTORS.replace("sum", word, 1) for word in ("sum", "the", "of", "numbers")),
        "words.txt": "the sum of larger numbers\nmissing\n",
        "programs.jsonl": _lines(PROGRAMS),
        "requests.jsonl": _lines(REQUESTS),
        "written.jsonl": _lines(WRITTEN),
        "table.csv": TABLE,
        "table.jsonl": '{"price": 3, "xs": [1, 2]}\n{"price": 2.5, "xs": []}\n',
        "curves/metrics.jsonl": _lines(METRICS),
        "sentence.txt": "the sum of the numbers in a\n",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "corpus").mkdir()
    settings = Settings(grammar=str(folder / "small.scfg"))
    splits = {"train": 24, "dev": 6, "test": 6}
    made = list(corpus(settings, splits))
    for split in splits:
        lines = [line for of, line in made if of == split]
        (folder / "corpus" / f"{split}.jsonl").write_text("".join(lines))
        (folder / f"{split}.gz").write_bytes(gzip.compress("".join(lines).encode(), mtime=0))
    save_checkpoint(folder / "model", Checkpoint(model(0), SYMBOLS, TOKENIZER.model))
    shutil.copy(default_checkpoint() / "confidence.json", folder / "model")


def make_run(folder: Path) -> None:
    """The run that is resumed."""
    run = ["train", "--data", "corpus", "--recipe", "recipe.toml", "--out", "run", "--max-time", "0"]
    with chdir(folder):
        assert invoke(run) == 0


def _lines(records: Iterable[Mapping[str, object]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


CASES = [
    Case("run '(+ a b)' a=1 b=2", weight=4),
    Case("run '(reduce (map a (lambda1 (* arg1 arg1))) 0 +)' 'a=[1, 2, 3]' --json", weight=4),
    Case("""run '(str_concat s "é x")' 's="añb"'""", weight=2),
    Case("run '(invoke1 (lambda1 (if (<= arg1 1) 1 (* arg1 (self (- arg1 1))))) n)' n=10", weight=2),
    Case("run '(len (range 0 n))' n=10 --max-range 20 --max-depth 9 --steps 500", asks=True),
    Case("""run '["dict-keys", "d"]' 'd={"dict": [[1, "x"]]}'"""),
    Case("run --batch programs.jsonl", ("programs.jsonl",), seconds=10, weight=5),
    Case("run --batch - --json", ("programs.jsonl",), "programs.jsonl", seconds=10, weight=2),
    Case("run '(* price count)' --csv table.csv", ("table.csv",), weight=3),
    Case("run '(reduce a k +)' a=Price k=2 --csv table.csv --json", ("table.csv",), weight=3),
    Case("run '(+ price (len xs))' --jsonl table.jsonl", ("table.jsonl",), weight=2),
    Case("check '(reduce (filter a (partial0 2 >)) 0 +)' --arg 'a:int[]'", weight=4),
    Case("""check '(count_if xs (lambda1 (== arg1 "a\\n")))' --json""", weight=3),
    Case("check '(filter y (combine ! (partial1 x contains)))' --arg x:string --arg 'y:string[]'", weight=3),
    Case("library", ("library",), weight=0.5),
    Case("library count_if --json", ("library",)),
    Case("run '(+ (twice a) (count_if b even))' a=2 'b=[1, 2]'", ("library",), weight=2),
    Case("synthesize 'the sum of the numbers in a' --checkpoint model --beam 2", asks=True, weight=3),
    Case(
        """synthesize 'sum of '"'"'x y'"'"' in s and 17' --arg s:string --top 2 --time-limit 0.5 """
        "--json --checkpoint model --max-programs 5",
        seconds=2, asks=True, weight=3,
    ),
    Case(
        "synthesize 'the sum of a and b' --example 'a=[1,2] b=3 -> 5' --example "
        "'a=[] b=-1.5 -> -1.5' --checkpoint model --min-confidence 0 --beam 2 --max-programs 5",
        asks=True, weight=3,
    ),
    Case("synthesize - --checkpoint model", ("sentence.txt",), "sentence.txt", seconds=3),
    Case(
        "synthesize --batch requests.jsonl --checkpoint model --time-limit 0.3 --beam 2",
        ("requests.jsonl",), seconds=20, asks=True, weight=3,
    ),
    Case(
        "synthesize 'the sum of a' --checkpoint model --beam 1 --json",
        ("model/config.json", "model/symbols.json", "model/confidence.json", "model/metrics.json"), weight=4,
    ),
    Case("synthesize 'the sum of a' --checkpoint model --beam 1", ("model",), weight=1.5),
    Case(
        "synthesize 'the sum of a, [1, 2] -> 3' --checkpoint model --beam 1 --min-confidence 0 --tree "
        "--svg t.svg --jsonl table.jsonl --input a=xs",
        ("table.jsonl",), seconds=3, asks=True, weight=2,
    ),
    Case("data adopt written.jsonl --out adopted.jsonl --tag me", ("written.jsonl",), seconds=4, weight=3),
    Case(
        "data adopt written.jsonl --without requests.jsonl", ("written.jsonl", "requests.jsonl"), seconds=4
    ),
    Case("data names corpus/test.jsonl --out names.json", ("corpus/test.jsonl",), seconds=3),
    Case("data pairs corpus/test.jsonl --out pairs.bin", ("corpus/test.jsonl",), seconds=3),
    Case("data show corpus --split train --count 3", ("corpus",), weight=2),
    Case("data stats corpus --vocabulary words.txt", ("corpus", "words.txt"), weight=2),
    Case("data stats test.gz --json --skip-bad-lines", ("test.gz",), weight=1.5),
    Case(
        "data stats corpus/test.jsonl --ambiguity 3 --grammar small.scfg",
        ("small.scfg", "more.scfg", "corpus/test.jsonl"), seconds=3, asks=True,
    ),
    Case("data clean corpus cleaned --skip-bad-lines", ("corpus",), seconds=4, weight=2),
    Case("data families --grammar small.scfg", ("small.scfg", "more.scfg"), asks=True, weight=2),
    Case(
        "data generate made --grammar small.scfg --size 12 --seed 3 --jobs 1",
        ("small.scfg", "more.scfg"), seconds=10, asks=True, weight=2,
    ),
    Case(
        "data generate made --grammar small.scfg --size 9 --register terse=0.5 --register messy "
        "--depth 2 --production plus --jobs 2",
        seconds=10, asks=True,
    ),
    Case("data download fetched --url http://127.0.0.1:9/files", weight=0.5),
    Case("eval --data corpus --checkpoint model --processes 1", ("corpus",), seconds=6, asks=True),
    Case(
        "eval --data corpus/dev.jsonl --checkpoint model --limit 2 --search --beam 2 "
        "--max-programs 4 --report report --json",
        ("corpus/dev.jsonl",), seconds=8, asks=True,
    ),
    Case(
        "train --data corpus --recipe recipe.toml --out new",
        ("corpus",), seconds=20, asks=True, weight=0.6,
    ),
    Case(
        "train --data corpus --recipe recipe.toml --out new --set train.seed=5 --threads 1",
        ("recipe.toml",), seconds=20, asks=True,
    ),
    Case(
        "train --data corpus --recipe recipe.toml --out new --embeddings vectors.txt --max-time 0",
        ("vectors.txt",), seconds=20, asks=True, weight=0.6,
    ),
    Case(
        "train --data corpus --recipe recipe.toml --out new --init-from model",
        ("model/config.json", "model/symbols.json"), seconds=20, asks=True, weight=0.6,
    ),
    Case("train --resume --out run", ("run",), seconds=20, asks=True, weight=1.5),
    Case(
        "train --grammar small.scfg --size 100 --recipe recipe.toml --out new --register terse "
        "--max-time 0",
        seconds=20, asks=True, weight=0.3,
    ),
    Case(
        "pretrain --data corpus --recipe recipe.toml --out new",
        ("corpus", "recipe.toml"), seconds=20, asks=True, weight=0.6,
    ),
    Case(
        "table --data corpus --recipe recipe.toml --rows h-att --out rows --limit 2 --max-time 0 "
        "--set train.epochs=1",
        ("recipe.toml",), seconds=20, asks=True, weight=0.5,
    ),
    Case("plot curves", ("curves",), weight=3),
    Case("--version", weight=0.3),
    Case("data", weight=0.3),
]  # fmt: skip

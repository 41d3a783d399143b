"""The commands as people and scripts use them: results, exit codes, one line for each kind of bad input."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from saps.application.judgement import LEAST
from saps.cli.main import invoke
from saps.system.lock import alone_at
from saps.text.names import NameModel
from saps.text.pairs import Pairs
from tests.cli.said import Run

# ---------------------------------------------------------------- help


COMMANDS = [
    [],
    ["synthesize"],
    ["run"],
    ["check"],
    ["train"],
    ["pretrain"],
    ["average"],
    ["eval"],
    ["table"],
    ["plot"],
    ["data"],
    ["data", "generate"],
]
SLOW = {"torch", "numpy", "rich", "sentencepiece", "safetensors", "saps.model", "saps.corpus.grammar.plain"}


def test_help_needs_nothing_that_is_slow_to_load() -> None:
    """In one process, so that what a command's help would load is found whatever was loaded before."""
    code = f"""
import sys
from saps.cli.main import invoke
for command in {COMMANDS}:
    assert invoke([*command, "--help"]) == 0, command
    loaded = {SLOW} & sys.modules.keys()
    assert not loaded, (command, loaded)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Usage: saps") == len(COMMANDS)


def test_version(saps: Run) -> None:
    assert saps("--version").out.startswith("saps 0.")


# ---------------------------------------------------------------- run and check


def test_run_prints_the_value(saps: Run) -> None:
    assert saps("run", "(reduce a 0 +)", "a=[1,2,3]") == (0, "6\n", "")
    assert saps("run", "(reduce, a, inf, min)", "a=[]", "--json") == (0, '{"value": "inf"}\n', "")
    assert saps("run", '["str_concat", "s", "\\"!\\""]', 's="hé"').out == '"hé!"\n'


def test_run_says_no_when_the_program_fails(saps: Run) -> None:
    said = saps("run", "(/ a b)", "a=1", "b=0", "--json")
    assert said.code == 1
    assert json.loads(said.out)["error"]["kind"] == "zero-division"
    assert saps("run", "(head a)", "a=[]").code == 1


def test_check_prints_the_signature(saps: Run) -> None:
    assert saps("check", "(reduce (filter a is_prime) 0 +)") == (0, "a: int[] -> int\n", "")
    assert saps("check", "(len a)").out == "a: T[] -> int\n"
    report = json.loads(saps("check", "(+ a b)", "--arg", "b:int", "--arg", "a:int", "--json").out)
    assert report == {
        "program": "(+ a b)",
        "tree": ["+", "a", "b"],
        "args": {"b": "int", "a": "int"},
        "return_type": "int",
    }


def test_check_shows_the_fault_under_a_caret(saps: Run) -> None:
    said = saps("check", "(+ a (strlen 1))")
    assert said.code == 1
    fault, line, caret = said.out.splitlines()
    assert fault.startswith(
        "type: line 1, column 14: argument 1 of `strlen` must be string, found `1` of type int"
    )
    assert (line, caret) == ("(+ a (strlen 1))", " " * 13 + "^")


BAD = [
    (["run"], "no program given"),
    (["run", "(+ a b)", "a"], "expected NAME=JSON"),
    (["run", "(+ a b)", "a=1", "b=oops"], "not JSON"),
    (["run", "(+ a b)", "a=1"], "unknown name `b`"),
    (["run", "(+ a b)", "a=1", 'b="x"'], "argument 2 of `+` must be int, found `b` of type string"),
    (["run", "(+ a b", "a=1"], "unclosed parenthesis"),
    (["run", "--batch", "/nowhere/x.jsonl"], "does not exist"),
    (["run", "(+ 1 2)", "--batch", "-"], "not both"),
    (["run", "(+ a 1)", "a=1", "a=2"], "a has a value already"),
    (["synthesize", "--batch", "-", "--arg", "a:int"], "are not for --batch"),
    (["check", "(+ a b)", "--arg", "a:foo"], "unknown type 'foo'"),
    (["check", "(+ a b)", "--arg", "a"], "expected NAME:TYPE"),
    (["check", "(+ a b)", "--arg", "a:int", "--arg", "a:int"], "given twice"),
    (["check", "(+ a b)", "--arg", "len:int"], "belongs to the language"),
    (["check", "(+ a b)", "--arg", "f:(int -> int)"], "an argument is a number"),
    (["check"], "Missing argument"),
    (["chek"], "No such command"),
    (["run", "--bogus"], "No such option"),
    (["synthesize"], "give either a sentence or --batch"),
    (["synthesize", "   "], "the sentence is empty"),
    (["synthesize", "a" * 100_000], "100,000 characters"),
    (["synthesize", "sum of a", "--arg", "a:nope"], "unknown type 'nope'"),
    (["synthesize", "sum of a", "--example", "a=[1"], "column 3: expected a JSON value"),
    (["synthesize", "sum of a", "--example", "a=[1] 3"], "expected NAME=JSON or ->"),
    (["synthesize", "sum of a", "--example", "-> 3"], "has no inputs"),
    (["synthesize", "sum of a", "--example", "a=[1] -> 3 4"], "should end here"),
    (["synthesize", "sum of a", "--arg", "a:int[]", "--example", "b=[1] -> 1"], "unknown argument 'b'"),
    (["synthesize", "sum of a", "--arg", "a:int[]", "--example", 'a=["x"] -> 1'], 'found "x"'),
    (["synthesize", "sum", "--example", "a=[1] -> 1", "--example", "a=3 -> 1"], "in the examples before"),
    (["synthesize", "sum of a", "--checkpoint", "/nowhere"], "/nowhere"),
    (["eval", "--data", "/nowhere"], "does not exist"),
    (["train", "--recipe", "nope"], "no recipe 'nope'"),
    (["train", "--set", "model.unitz=3"], "the nearest is 'model.units'"),
    (["train", "--set", "model.units=many"], "model.units"),
    (["train", "--data", "/nowhere", "--out", "/tmp/never-made"], "does not exist"),
    (["average", "one", "--out", "mean"], "expected two or more"),
    (["average", "one", "two", "--out", "mean", "--stored", "int4"], "float32, float16, int8"),
    (["average", "one", "two", "--out", "mean"], "no checkpoint at one"),
    (["plot", "/nowhere"], "/nowhere is no run"),
    (["plot"], "Missing argument"),
    (["data", "generate", "/proc/nope", "--size", "10"], "cannot write"),
    (["data", "generate", "x", "--size", "0"], "size"),
    (["data", "generate", "x", "--size", "many"], "size"),
    (["data", "generate", "x", "--jobs", "0"], "jobs"),
    (["data", "generate", "x", "--depth", "9"], "depth"),
    (["data", "generate", "x", "--production", "summ"], "did you mean"),
    (["data", "generate", "x", "--register", "terse=0"], "a share above 0"),
    (["data", "generate", "x", "--register", "terse=-1"], "a share above 0"),
    (["data", "generate", "x", "--register", "klingon"], "klingon"),
    (["data", "generate", "x", "--register", "terse=none"], "a share above 0"),
    (["data", "generate", "x", "--grammar", "/nowhere.scfg"], "cannot read the grammar"),
    (["data", "show"], "--production"),
    (["data", "show", "--production", "summ"], "did you mean"),
    (["data", "stats", "/nowhere"], "does not exist"),
]  # fmt: skip


@pytest.mark.parametrize(("args", "message"), BAD, ids=lambda value: str(value)[:50])
def test_bad_input_is_one_line_and_code_2(saps: Run, args: list[str], message: str) -> None:
    said = saps(*args)
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    assert message in said.err


def test_debug_shows_the_traceback(saps: Run) -> None:
    with pytest.raises(Exception, match="does not exist"):
        saps("--debug", "run", "--batch", "/nowhere")


def test_a_batch_goes_on_after_a_bad_line(saps: Run, tmp_path: Path) -> None:
    lines = [
        '{"program": "(+ a 1)", "input": {"a": 1}}',
        "{broken",
        '{"program": ["+", "a", "1"], "args": {"a": "int"}, "input": {"a": 2}}',
        '{"input": {}}',
        "[]",
        '{"program": "(+ a 1)", "args": {"a": "int"}, "input": {"a": "x"}}',
        '{"program": "(invoke1 (lambda1 (self arg1)) a)", "input": {"a": 1}}',
        '{"program": "(foo a)", "input": {"a": 1}}',
        '{"program": "(partial0 a +)", "input": {"a": 1}}',
        '{"program": "\\"\\\\ud800\\""}',
    ]
    file = tmp_path / "batch.jsonl"
    file.write_text("\n".join(lines))
    said = saps("run", "--batch", str(file))
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 0
    kinds = [answer.get("value", answer.get("error", {}).get("kind")) for answer in answers]
    assert kinds == [2, "input", 3, "input", "input", "input", "budget", "unknown-name", "input", "\ud800"]
    assert said.out.splitlines()[-1] == '{"value": "\\ud800"}'
    assert "line 2" in answers[1]["error"]["message"]


# ---------------------------------------------------------------- data, train, eval, synthesize


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus, and a run of the tiny recipe on it."""
    folder = tmp_path_factory.mktemp("trained")
    assert (
        invoke(["data", "generate", str(folder / "data"), "--size", "240", "--seed", "5", "--jobs", "1"]) == 0
    )
    args = ["train", "--data", str(folder / "data"), "--recipe", "tiny", "--out", str(folder / "run")]
    assert invoke([*args, "--set", "train.epochs=2"]) == 0
    return folder


def test_a_corpus_is_shown_and_counted(saps: Run, trained: Path, tmp_path: Path) -> None:
    shown = saps("data", "show", str(trained / "data"), "--count", "2")
    assert shown.code == 0 and " -> " in shown.out
    (tmp_path / "words.txt").write_text("find\nxylophone\n")
    args = ["data", "stats", str(trained / "data"), "--vocabulary", str(tmp_path / "words.txt")]
    stats = json.loads(saps(*args, "--ambiguity", "3", "--json").out)
    assert sum(stats[split]["tasks"] for split in ("train", "dev", "test")) == 240
    assert stats["vocabulary"]["share"] == 0.5, "no production says `xylophone`"
    assert 0 < stats["ambiguity"]["sentences"] <= 3  # those typed carelessly are not read
    assert sum(stats["registers"].values()) == 240
    told = saps(*args).out
    assert "(79,214, -99.8 %)" in told
    assert saps("data", "stats", str(trained / "data"), "--vocabulary", "/nowhere").code == 2


@pytest.mark.slow
def test_the_families_of_a_grammar_are_counted(saps: Run) -> None:
    found = json.loads(saps("data", "families", "--register", "algolisp", "--json").out)
    assert found["number.sum"][0] > 10
    assert "\nsorted_by_length " in saps("data", "families").out
    assert "no wording" in saps("data", "families", "--register", "klingon").err


NEVER = """\
type sentence = any
type number = int
type hopeless = int
declare int
  | a number <name>
number square(x: number) => (square x)
  | the square of <x>
number plus(x: number, y: number) => (+ x y)
  | <x> plus <y>
hopeless broken(x: number) => (/ x 0)
  | broken <x>
sentence ask(x: number) => x
  | (find | get | compute) <x>
sentence ask_hopeless(x: hopeless) => x
  | find <x>
"""


def test_a_production_whose_program_never_survives_is_named(saps: Run, tmp_path: Path) -> None:
    grammar = tmp_path / "never.scfg"
    grammar.write_text(NEVER)
    shown = saps("data", "show", "--production", "broken", "--grammar", str(grammar))
    assert shown.code == 2 and "none of" in shown.err and "hopeless.broken" in shown.err
    out = tmp_path / "corpus"
    args = ["--grammar", str(grammar), "--production", "broken", "--size", "80", "--jobs", "1"]
    made = saps("data", "generate", str(out), *args)
    assert made.code == 0 and "`hopeless.broken` made no task: none of its" in made.err


def test_a_corpus_is_never_written_over(saps: Run, trained: Path) -> None:
    said = saps("data", "generate", str(trained / "data"), "--size", "10")
    assert said.code == 2 and "exists already" in said.err


def test_a_run_is_never_written_over_but_resumed(saps: Run, trained: Path) -> None:
    args = ["train", "--data", str(trained / "data"), "--recipe", "tiny", "--out", str(trained / "run")]
    assert "exists already" in saps(*args).err
    said = saps(*args, "--set", "optimiser.clip=3", "--resume")
    assert said.code == 2 and "optimiser.clip is 3.0" in said.err
    said = saps(*args, "--set", "train.epochs=2", "--resume")
    assert said.code == 0, said.err


def test_eval_reports_every_measure(saps: Run, trained: Path) -> None:
    args = ["eval", "--data", str(trained / "data"), "--checkpoint", str(trained / "run" / "checkpoint")]
    args += ["--limit", "2"]
    report = json.loads(saps(*args, "--json").out)
    assert set(report["all"]) >= {"tasks", "exact_match", "accuracy", "half_accuracy", "well_typed"}
    assert sum(part["tasks"] for part in report["by_depth"].values()) == report["all"]["tasks"]
    table = saps(*args)
    assert table.code == 0 and "exact match" in table.out


def test_calibrating_is_of_well_typed_answers(
    saps: Run, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = ["eval", "--data", str(trained / "data"), "--calibrate", "--checkpoint", str(trained)]
    assert saps(*args, "--free").code == 2
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert "one process's work" in saps(*args).err


@pytest.mark.slow
def test_eval_searches_reports_and_calibrates(
    saps: Run, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("saps.cli.calibration._TASKS_TO_CALIBRATE", 2)
    copy = tmp_path / "checkpoint"
    shutil.copytree(trained / "run" / "checkpoint", copy)
    args = ["eval", "--data", str(trained / "data"), "--checkpoint", str(copy), "--limit", "2"]
    unsure = saps("synthesize", "the sum of a", "--checkpoint", str(copy), "--json")
    assert json.loads(unsure.out)["confidence"] is None
    said = saps("synthesize", "the sum of a", "--checkpoint", str(copy), "--min-confidence", "0.5")
    assert said.code == 2 and "--calibrate" in said.err
    said = saps(*args, "--search", "--max-programs", "5", "--report", str(tmp_path / "report"), "--json")
    assert said.code == 0 and "failures.html" in said.err
    report = json.loads(said.out)
    assert report["search"] and 0 < report["all"]["programs_tried"] <= 5
    assert (tmp_path / "report" / "failures.html").is_file()
    assert "oracle@10" in saps(*args, "--search", "--max-programs", "2").out
    (trained / "data" / "foreign.txt").write_text("who are you\ntell me a joke\n")
    said = saps(*args, "--calibrate", "--split", "dev", "--json")
    assert said.code == 0 and "2 tasks and 2 sentences about something else" in said.err
    reliability = json.loads(said.out)
    assert {"all", "with types", "about something else"} <= set(reliability)
    assert sum(tenth["answers"] for tenth in reliability["all"]["tenths"]) == reliability["all"]["answers"]
    (trained / "data" / "foreign.txt").unlink()
    sure = saps("synthesize", "the sum of a", "--checkpoint", str(copy), "--json", "--min-confidence", "0")
    assert 0 <= json.loads(sure.out)["confidence"] <= 1
    (copy / "confidence.json").write_text("{}")
    said = saps("synthesize", "the sum of a", "--checkpoint", str(copy))
    assert said.code == 2 and "confidence.json" in said.err
    said = saps(*args, "--limit", "2", "--calibrate", "--split", "dev")
    assert said.code == 0, "it can always be made anew"
    assert "calibration error" in said.out and "something else" not in said.out


def test_a_corpus_without_tasks_is_told(saps: Run, trained: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for split in ("train", "dev", "test"):
        (empty / f"{split}.jsonl.gz").write_bytes(gzip.compress(b""))
    checkpoint = str(trained / "run" / "checkpoint")
    for args, told in [
        (["train", "--data", str(empty), "--recipe", "tiny", "--out", str(tmp_path / "run")], "trained on"),
        (["eval", "--data", str(empty), "--checkpoint", checkpoint], "holds no tasks"),
        (["data", "stats", str(empty)], "holds no tasks"),
    ]:
        said = saps(*args)
        assert said.code == 2 and told in said.err and str(empty) in said.err, args


def test_two_do_not_train_in_one_folder(saps: Run, trained: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    fresh = ["train", "--data", str(trained / "data"), "--recipe", "tiny", "--out", str(run)]
    resumed = ["train", "--resume", "--out", str(trained / "run")]
    for folder, args in ((run, fresh), (trained / "run", resumed)):
        before = sorted(folder.glob("*"))
        with alone_at(folder):
            said = saps(*args)
        assert said.code == 2 and "another process" in said.err
        assert sorted(folder.glob("*")) == before


def test_weights_are_learnt_from_tasks(saps: Run, tmp_path: Path) -> None:
    tests = [{"input": {"price": 2}, "output": 4}]
    words, tree = ["double", "price"], ["*", "2", "price"]
    row = {"text": words, "short_tree": tree, "args": {"price": "int"}, "tests": tests}
    (tmp_path / "tasks.jsonl").write_text(json.dumps(row) + "\n")
    out = tmp_path / "names.json"
    said = saps("data", "names", str(tmp_path / "tasks.jsonl"), "--out", str(out))
    assert said.out.endswith("weights, types of 0 names, from 1 sentences\n")
    model = NameModel.read(out)
    assert model.probability(words, "price") > 0.5 > model.probability(words, "double")
    (tmp_path / "empty.jsonl").write_text("")
    said = saps("data", "names", str(tmp_path / "empty.jsonl"), "--out", str(out))
    assert (
        said.code == 2
        and "no task has a sentence" in said.err
        and NameModel.read(out).weights == model.weights
    )


def test_pairs_of_words_are_learnt_from_tasks(saps: Run, trained: Path, tmp_path: Path) -> None:
    corpus, out = trained / "data" / "train.jsonl.gz", tmp_path / "pairs.bin"
    said = saps("data", "pairs", str(corpus), "--out", str(out))
    assert said.code == 0 and said.out.startswith(f"{out}  from ")
    assert 0 < Pairs.read(out).unfamiliar(["the", "sum", "of", "photos"]) < 1
    (tmp_path / "empty.jsonl").write_text("")
    before = out.read_bytes()
    said = saps("data", "pairs", str(tmp_path / "empty.jsonl"), "--out", str(out))
    assert said.code == 2 and "no task has a sentence" in said.err and out.read_bytes() == before


def test_something_else_entirely_is_declined(saps: Run) -> None:
    text = "how do I cook rice"
    said = saps("synthesize", text)
    assert said.code == 1 and said.out == "" and "saps makes programs about numbers" in said.err
    declined = json.loads(saps("synthesize", text, "--json").out)
    assert declined["program"] is None and declined["confidence"] < LEAST
    assert saps("synthesize", text, "--min-confidence", "0").out


def test_most_sentences_about_something_else_are_declined(saps: Run, tmp_path: Path) -> None:
    texts = (Path(__file__).parent.parent / "foreign.txt").read_text().splitlines()
    (tmp_path / "foreign.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    answers = saps("synthesize", "--batch", str(tmp_path / "foreign.jsonl")).out.splitlines()
    declined = [json.loads(line)["program"] is None for line in answers]
    assert len(declined) == len(texts) and sum(declined) >= 0.75 * len(texts)


def test_a_slip_is_read_and_told(saps: Run) -> None:
    said = saps("synthesize", "the smu of the numbers in a")
    assert (said.code, said.out.splitlines()[0]) == (0, "(reduce a 0 +)")
    assert "'smu' was read as 'sum'" in said.err


def test_names_are_found_in_the_sentence(saps: Run) -> None:
    said = saps("synthesize", "subtract discount from total", "--min-confidence", "0")
    assert said.code == 0 and said.out.splitlines()[1].strip() == "discount: int, total: int -> int"


def test_a_program_is_said_with_meanings(saps: Run) -> None:
    said = saps("synthesize", "sum of the even numbers in a", "--short")
    assert said.code == 0 and said.out.splitlines()[0] == "(sum_if a even)"


def test_examples_decide(saps: Run) -> None:
    text = "elements of a between b and c"
    first = saps("synthesize", text, "--min-confidence", "0").out.splitlines()[0]
    example = ["--example", "a=[1,2,3,4] b=1 c=4 -> [2,3]"]
    said = saps("synthesize", text, *example)
    assert said.code == 0 and said.out.splitlines()[0] != first and said.out.count("(as expected)") == 1
    said = saps("synthesize", text, "--example", "a=[1] b=1 c=3 -> [77]", "--min-confidence", "0")
    assert said.code == 1 and "programs passes all examples; this one passes 0 of 1" in said.err
    limited = saps("synthesize", text, *example, "--max-programs", "1", "--time-limit", "5")
    assert limited.code == 1, "the first program found passes no example"


def test_synthesize_answers_with_a_checkpoint(saps: Run, trained: Path) -> None:
    checkpoint = ["--checkpoint", str(trained / "run" / "checkpoint")]
    answer = json.loads(saps("synthesize", "the sum of a", *checkpoint, "--json").out)
    assert set(answer) == {
        "program", "tree", "args", "return_type", "score", "examples_passed", "candidates",
        "confidence", "assumed", "programs_tried", "dispute", "doubts",
    }  # fmt: skip
    foreign = json.loads(saps("synthesize", "сумма чисел списка", *checkpoint, "--json").out)
    assert foreign["program"] is not None and foreign.keys() == answer.keys()
    checked = json.loads(saps("check", foreign["program"], "--json").out)
    assert checked["tree"] == foreign["tree"]


def test_synthesize_answers_batches_in_order(saps: Run, trained: Path, tmp_path: Path) -> None:
    file = tmp_path / "batch.jsonl"
    lines = [
        '{"text": "the sum of a"}',
        '{"text": ""}',
        "nonsense",
        '{"text": "x", "args": {"x": "blob"}}',
        '{"text": "is a one of 3 4 5 6 7 8 9 11"}',
        '{"text": "a + b"}',
    ]
    file.write_text("\n".join(lines))
    said = saps("synthesize", "--batch", str(file), "--checkpoint", str(trained / "run" / "checkpoint"))
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False]


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "symbols.json", "text.model"])
def test_a_damaged_checkpoint_is_told(saps: Run, trained: Path, tmp_path: Path, name: str) -> None:
    for damage in ("missing", "cut"):
        copy = tmp_path / damage
        copy.mkdir()
        for file in (trained / "run" / "checkpoint").iterdir():
            content = file.read_bytes()
            if file.name != name:
                (copy / file.name).write_bytes(content)
            elif damage == "cut":
                (copy / file.name).write_bytes(content[: len(content) // 2])
        said = saps("synthesize", "the sum of a", "--checkpoint", str(copy))
        assert said.code == 2 and name in said.err and said.err.count("\n") == 1


def test_a_bad_line_in_the_data_is_named_or_skipped(saps: Run, trained: Path, tmp_path: Path) -> None:
    import gzip

    data = tmp_path / "data"
    data.mkdir()
    for split in ("train", "dev", "test"):
        lines = gzip.decompress((trained / "data" / f"{split}.jsonl.gz").read_bytes()).decode().splitlines()
        lines[3] = "{broken"
        (data / f"{split}.jsonl").write_text("\n".join(lines))
    args = [
        "train",
        "--data",
        str(data),
        "--recipe",
        "tiny",
        "--set",
        "train.epochs=1",
        "--out",
        str(tmp_path / "run"),
    ]
    said = saps(*args)
    assert said.code == 2 and "train.jsonl, line 4" in said.err
    assert saps(*args, "--skip-bad-lines").code == 0
    assert "line 4" in saps("data", "stats", str(data)).err


def test_cleaning_writes_a_whole_folder_or_none(saps: Run, trained: Path, tmp_path: Path) -> None:
    said = saps("data", "clean", str(trained / "data"), str(tmp_path / "clean"))
    assert said.code == 0 and " 0 left out" in said.out
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{broken")
    assert saps("data", "clean", str(bad), str(tmp_path / "none")).code == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bad.jsonl", "clean"]


def test_the_mean_of_a_run_and_itself_answers_as_it_does(saps: Run, trained: Path, tmp_path: Path) -> None:
    run, mean = str(trained / "run"), str(tmp_path / "mean")
    assert saps("average", run, run, "--out", mean, "--stored", "float32").out == f"{mean}\n"
    ours, theirs = (
        saps("synthesize", "sum of a", "--checkpoint", one, "--json", "--min-confidence", "0").out
        for one in (run, mean)
    )
    assert ours == theirs


def test_learning_curves(saps: Run, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = str(trained / "run")
    shown = saps("plot", run)
    assert shown.code == 0 and "validation exact match: * " in shown.out
    shutil.copytree(run, tmp_path / "copy")
    assert saps("plot", run, str(tmp_path / "copy")).out.count(f"o {tmp_path / 'copy'}\n") == 3
    assert "nothing was validated" in saps("plot", str(trained)).err
    monkeypatch.setattr("saps.cli.output.find_spec", lambda module: None)
    said = saps("plot", run, "--out", str(tmp_path / "curves.png"))
    assert said.code == 2 and "pip install 'saps[plots]'" in said.err
    again = ["train", "--out", str(tmp_path / "run"), "--data", str(trained / "data"), "--tensorboard"]
    said = saps(*again)
    assert said.code == 2 and "pip install 'saps[tensorboard]'" in said.err


def test_a_run_knows_what_it_was_begun_with(saps: Run, trained: Path, tmp_path: Path) -> None:
    """--resume alone goes on: with the run's recipe and data, and the sizes of what it began from."""
    run, start = str(tmp_path / "run"), str(trained / "run" / "checkpoint")
    begin = ["train", "--data", str(trained / "data"), "--set", "train.epochs=1", "--init-from", start]
    assert saps(*begin, "--out", run, "--max-time", "0").code == 0
    recipe = json.loads((tmp_path / "run" / "recipe.json").read_text())
    config = json.loads((trained / "run" / "checkpoint" / "config.json").read_text())["model"]
    assert recipe["model"] == {key: config[key] for key in recipe["model"]}
    for arguments in (["--max-time", "0"], ["--max-time", "0", "--set", "train.epochs=1"], []):
        said = saps("train", "--resume", "--out", run, *arguments)
        assert said.code == 0, said.err
    assert "finished" in said.err
    said = saps("train", "--resume", "--out", run, "--set", "train.epochs=1", "--recipe", "tiny")
    assert said.code == 2 and "another recipe: text.pieces is 600, was 1000" in said.err


def test_a_changed_corpus_is_noticed(saps: Run, trained: Path, tmp_path: Path) -> None:
    data, run = tmp_path / "data", str(tmp_path / "run")
    shutil.copytree(trained / "data", data)
    assert saps("train", "--data", str(data), "--recipe", "tiny", "--out", run, "--max-time", "0").code == 0
    (data / "dev.jsonl.gz").write_bytes((data / "test.jsonl.gz").read_bytes())
    said = saps("train", "--resume", "--out", run)
    assert said.code == 2 and "dev.jsonl.gz" in said.err and "was" in said.err

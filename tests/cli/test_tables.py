"""Programs on tables: CSV files and JSON lines, columns whole or row by row."""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.application.tables import inputs_of, read_csv
from saps.language.parser import parse
from saps.language.typecheck import check
from tests.cli.said import Run

CSV = 'Name,Price,Count,Sold\npen,3,10,true\n"book, red",12,2,false\n"cup\nblue",2.5,1,TRUE\n'
JSONL = '{"a": 3, "xs": [1, 2]}\n\n{"a": 4, "xs": []}\n'

CASES = [
    # program, arguments, what is printed: on whole columns where an argument is a list, else on each row
    ("(reduce price 0 +)", [], "17.5\n"),
    ("(reduce a 0 +)", ["a=Count"], "13\n"),
    ("(* price count)", [], "30\n24\n2.5\n"),
    ("(* price k)", ["k=2"], "6\n24\n5.0\n"),
    ("(strlen name)", [], "3\n9\n8\n"),
    ("(map name strlen)", [], "[3, 9, 8]\n"),
    ("(len name)", [], "3\n"),
    ("(len price)", [], "3\n"),
    ("(if sold price 0)", [], "3\n0\n2.5\n"),
    ("(filter price (partial1 k <))", ["k=5"], "[3, 2.5]\n"),
    ("(reduce a 0 +)", ["a=[1,2]"], "3\n3\n3\n"),
]


@pytest.mark.parametrize(("program", "args", "printed"), CASES)
def test_a_program_runs_on_a_table(
    program: str, args: list[str], printed: str, tmp_path: Path, saps: Run
) -> None:
    for delimiter, mark in [(",", ""), (";", "\ufeff"), ("\t", "")]:
        rows = list(csv.reader(CSV.splitlines(keepends=True)))
        file = tmp_path / "table.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            stream.write(mark)
            csv.writer(stream, delimiter=delimiter).writerows(rows)
        assert saps("run", program, *args, "--csv", str(file)) == (0, printed, "")


@pytest.mark.parametrize(
    ("program", "args", "printed"),
    [
        ("(+ a 1)", [], "4\n5\n"),
        ("(reduce a 0 +)", [], "7\n"),
        ("(len xs)", [], "2\n0\n"),
        ("(len (head xs))", [], "2\n"),
        ("(+ x (len xs))", ["x=a"], "5\n4\n"),
    ],
)
def test_a_program_runs_on_json_lines(
    program: str, args: list[str], printed: str, tmp_path: Path, saps: Run
) -> None:
    (tmp_path / "t.jsonl").write_text(JSONL)
    assert saps("run", program, *args, "--jsonl", str(tmp_path / "t.jsonl")) == (0, printed, "")


def test_a_bad_row_is_one_error_and_the_rest_go_on(tmp_path: Path, saps: Run) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a,b\n4,2\nx,1\n1,0\n5\n9,3\n")
    said = saps("run", "(/ a b)", "--csv", str(file))
    assert said.code == 1 and said.out == "2\n\n\n\n3\n"
    told = said.err.splitlines()
    assert [line.split(":")[0] for line in told] == ["line 3", "line 4", "line 5"]
    assert "expected a number" in told[0] and "zero-division" in told[1] and "1 cells; expected 2" in told[2]
    lines = [
        json.loads(line) for line in saps("run", "(/ a b)", "--csv", str(file), "--json").out.splitlines()
    ]
    assert [line.get("value") for line in lines] == [2, None, None, None, 3]
    assert lines[2]["error"]["kind"] == "zero-division"


@pytest.mark.parametrize(
    ("content", "args", "told"),
    [
        ("", [], "line 1: expected the columns' names"),
        ("a,a\n1,2\n", [], "two columns have one name"),
        ("b,c\n1,2\n", [], "no column 'a' for the argument 'a': a=COLUMN, one of b, c"),
        ("A,a,c\n1,2,3\n", ["a=d"], "'d'"),
        ("a\n1\ny\n", [], "line 3: column 'a': expected a number, found \"y\""),
        ('a\n"1\n', [], "line 2"),
        ("a\n1\n", ["a=1", "a=2"], "a has a value already"),
        ("a\n1\n", ["z=1", "a=a"], "'z'"),
    ],
)
def test_a_table_that_does_not_fit_is_told(
    content: str, args: list[str], told: str, tmp_path: Path, saps: Run
) -> None:
    (tmp_path / "t.csv").write_text(content)
    said = saps("run", "(reduce a 0 +)", *args, "--csv", str(tmp_path / "t.csv"))
    assert said.code == 2 and told in said.err and said.err.count("\n") == 1


def test_files_that_are_none(tmp_path: Path, saps: Run) -> None:
    (tmp_path / "latin").write_bytes("a\nß\n".encode("latin-1"))
    (tmp_path / "empty").write_text("\n")
    for option, name, told in [
        ("--csv", "nowhere", "does not exist"),
        ("--csv", "", "directory"),
        ("--csv", "latin", "not UTF-8"),
        ("--jsonl", "nowhere", "does not exist"),
        ("--jsonl", "empty", "holds no JSON object"),
    ]:
        said = saps("run", "(+ a 1)", option, str(tmp_path / name))
        assert said.code == 2 and told in said.err.lower().replace("utf", "UTF").replace("json", "JSON")
    assert saps("run", "(+ a 1)", "--csv", "x", "--jsonl", "y").code == 2
    assert saps("run", "--batch", "x", "--csv", "y").code == 2


def test_a_line_without_a_column_is_one_error(tmp_path: Path, saps: Run) -> None:
    (tmp_path / "t.jsonl").write_text('{"price": 3}\n{"price": 2, "xs": [7]}\n')
    said = saps("run", "(+ price (len xs))", "--jsonl", str(tmp_path / "t.jsonl"))
    assert said == (1, "\n3\n", "line 1: error: input: there is no 'xs'\n")


def test_an_answer_runs_on_a_table(tmp_path: Path, saps: Run) -> None:
    file = tmp_path / "t.csv"
    file.write_text("Price\n3\n12\n")
    line = ["synthesize", "the sum of prices", "--arg", "prices:int[]", "--csv", str(file)]
    said = saps(*line, "--input", "prices=Price")
    assert said.code == 0 and said.out.splitlines()[-1] == "15"
    said = saps(*line, "--input", "prices=Price", "--json")
    assert json.loads(said.out)["values"] == [{"value": 15}]


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1), st.data())
def test_what_was_written_is_what_is_read(numbers: list[int], data: st.DataObject) -> None:
    """Whole columns and rows hold what the file was made of, in order."""
    words = data.draw(
        st.lists(st.text(st.characters(exclude_categories=["C"]), min_size=1), min_size=len(numbers))
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "t.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("n", "w"), *zip(numbers, words, strict=False)])
        table = read_csv(file)
    whole = check(parse("(+ (strlen (head w)) (reduce n 0 +))")).args
    assert inputs_of(table, whole, {}, {}) == [(None, {"n": numbers, "w": words[: len(numbers)]})]
    rows = [row for _, row in inputs_of(table, check(parse("(+ (strlen w) n)")).args, {}, {})]
    assert rows == [{"n": n, "w": w} for n, w in zip(numbers, words, strict=False)]

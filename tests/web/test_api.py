"""The API that the page and other programs call: what it answers, and what it refuses."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

import saps.web.limits as limits
from saps.application.judgement import LEAST
from saps.application.loading import load_translator
from saps.web.limits import MOST_BYTES, BoundedBody, Queue
from saps.web.server import make_app

HERE = "http://127.0.0.1"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(make_app(load_translator(None)), base_url=HERE) as client:
        yield client


def post(client: TestClient, path: str, body: Any) -> Any:
    return client.post(f"/api/{path}", json=body)


def test_a_sentence_is_answered(client: TestClient) -> None:
    reply = post(client, "synthesize", {"text": "the sum of the even numbers in a"}).json()
    answer = reply["answer"]
    assert answer["args"] == {"a": "int[]"} and answer["return_type"] == "int"
    assert answer["short"] == "(sum_if a even)"
    assert "even" in answer["explanation"]
    assert answer["python"].startswith("def program(a: list[int]) -> int:")
    assert not reply["declined"] and reply["passes"] and reply["confidence"] > LEAST
    for run in answer["runs"]:
        assert run["value"] == sum(x for x in run["input"]["a"] if x % 2 == 0)


def test_alternatives_say_on_which_input_they_differ(client: TestClient) -> None:
    text = "the sum of the even numbers in a"
    assert post(client, "synthesize", {"text": text, "alternatives": 0}).json()["alternatives"] == []
    reply = post(client, "synthesize", {"text": text, "alternatives": 2}).json()
    assert 1 <= len(reply["alternatives"]) <= 2
    for other in reply["alternatives"]:
        assert other["program"] != reply["answer"]["program"]
        if (differs := other["differs"]) is not None:
            assert differs["gives"] != differs["instead"]
            body = {"program": other["program"], "args": other["args"], "input": differs["input"]}
            again = post(client, "run", body).json()
            assert again.get("value") == differs["instead"]["value"]


@pytest.mark.parametrize(
    "examples", [["a=[1,2,4] -> 6"], [{"input": {"a": [1, 2, 4]}, "output": 6}], ["a=[2] -> 2", "a=[] -> 0"]]
)
def test_examples_are_heard(client: TestClient, examples: list[Any]) -> None:
    reply = post(client, "synthesize", {"text": "the sum of the even numbers in a", "examples": examples})
    assert [run["passed"] for run in reply.json()["answer"]["runs"]] == [True] * len(examples)


def test_a_guess_is_called_one(client: TestClient) -> None:
    reply = post(client, "synthesize", {"text": "what will the weather be like in paris tomorrow"}).json()
    assert reply["declined"]


def test_a_program_is_described_and_run(client: TestClient) -> None:
    told = post(client, "describe", {"program": "(count_if a even)"}).json()
    assert told["program"] == "(len (filter a (lambda1 (== (% arg1 2) 0))))"
    assert told["short"] == "(count_if a even)"
    assert len(told["runs"]) == 3
    run = {"program": "(/ a b)", "input": {"a": 7, "b": 2}}
    assert post(client, "run", run).json() == {"value": 3}
    assert post(client, "run", {"program": "inf", "input": {}}).json() == {"value": "inf"}


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        ("run", {"program": "(/ a b)", "input": {"a": 7, "b": 0}}, 400, "zero"),
        ("run", {"program": "(/ a", "input": {}}, 400, "unclosed parenthesis"),
        ("run", {"program": "(+ a b)", "input": {"a": 7}}, 400, "expected the arguments a, b"),
        ("run", {"program": "(reduce (range 0 a) 0 +)", "input": {"a": 10**7}}, 400, "range"),
        ("describe", {"program": "(+ a b)", "args": {"a": "sting"}}, 400, "sting"),
        ("synthesize", {"text": ""}, 400, "the sentence is empty"),
        ("synthesize", {"text": "x" * 3000}, 400, "3,000 characters"),
        ("synthesize", {"text": "sum of a", "examples": ["a=[1 -> 2"]}, 400, "column"),
        ("synthesize", {"text": "sum of a", "examples": ["a=[1] -> 1"] * 51}, 422, "examples"),
        ("synthesize", {"text": "sum of a", "args": {"a) (": "int[]"}}, 400, "a) ("),
        ("synthesize", {"txt": "sum of a"}, 422, "text"),
        ("synthesize", {"text": "sum of a", "more": 1}, 422, "more"),
        ("synthesize", [], 422, "dictionary"),
    ],
)
def test_what_cannot_be_read_is_told(
    client: TestClient, path: str, body: Any, status: int, told: str
) -> None:
    answer = post(client, path, body)
    assert answer.status_code == status
    assert told in answer.json()["error"]["message"]


def test_a_body_is_json_and_small(client: TestClient) -> None:
    for content, headers, status in [
        (b'{"text": "sum of a"}', {"content-type": "text/plain"}, 422),  # what a foreign page may send
        (b"{", {"content-type": "application/json"}, 422),
        (b"x" * (MOST_BYTES + 1), {"content-type": "application/json"}, 413),
        (b"[" * 60_000, {"content-type": "application/json"}, 400),
    ]:
        answer = client.post("/api/synthesize", content=content, headers=headers)
        assert answer.status_code == status, content[:20]
        assert answer.json()["error"]["message"]


def test_a_page_from_elsewhere_gets_nothing(client: TestClient) -> None:
    assert client.get("/", headers={"host": "example.org"}).status_code == 400
    assert client.get("/", headers={"host": "localhost:8000"}).status_code == 200


def test_the_page_runs_no_foreign_code(client: TestClient) -> None:
    page = client.get("/")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "http" not in page.text.replace("http-equiv", "")
    for part in ("page.js", "page.css"):
        assert client.get(f"/{part}").status_code == 200
    assert client.get("/../server.py").status_code == 404
    assert client.get("/no such page").json()["error"]["message"] == "Not Found"


def test_the_api_is_described_without_a_network(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert {"/api/synthesize", "/api/describe", "/api/run"} == set(described["paths"])
    docs = client.get("/api/docs").text
    assert "//" not in docs.replace("//127.0.0.1", "").split("<script>")[0].split("<body>")[0]
    for path in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert client.get(f"/api/static/{path}").status_code == 200


def test_many_at_once_are_all_answered(client: TestClient) -> None:
    found: list[int] = []

    def ask() -> None:
        body = {"program": "(+ a 1)", "input": {"a": 1}}
        found.append(post(client, "run", body).json()["value"])

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 50


def test_a_full_queue_turns_away(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_WAITING", 0)
    answer = post(client, "run", {"program": "1", "input": {}})
    assert answer.status_code == 503 and answer.headers["retry-after"] == "2"


def test_the_queue_counts_those_who_wait() -> None:
    async def visits() -> list[int]:
        queue = Queue()
        first, second = queue(), queue()
        await anext(first)
        await anext(second)
        counts = [queue.waiting]
        await first.aclose()
        await second.aclose()
        return [*counts, queue.waiting]

    assert asyncio.run(visits()) == [2, 0]


def test_a_body_that_does_not_arrive_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.01)
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(*_: Any) -> None:
        raise AssertionError("reached")

    asyncio.run(BoundedBody(app)({"type": "http", "headers": []}, never, send))
    assert sent[0]["status"] == 408

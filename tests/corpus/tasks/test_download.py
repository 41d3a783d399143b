"""Downloads from a server that drops connections, sends short files and errors."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from saps.corpus.tasks.download import FILES, download
from saps.language.errors import InputError

CONTENT = gzip.compress(b"a line of a task\n" * 20_000, compresslevel=0)


class Server(HTTPServer):
    """Plays a script: for each request, the next word of `script` (then "whole" for ever)."""

    script: list[str]
    ranges: list[str | None]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        act = self.server.script.pop(0) if self.server.script else "whole"
        wanted = self.headers.get("Range")
        self.server.ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and act != "no-ranges" else 0
        if act in ("404", "503"):
            self.send_error(int(act))
            return
        body = b"not gzip at all" if act == "garbage" else CONTENT[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if act == "drop" else body)


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server(("127.0.0.1", 0), Handler)
    running.script, running.ranges = [], []
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def fetch(server: Server, folder: Path, retries: int = 4) -> list[Path]:
    return download(folder, f"http://127.0.0.1:{server.server_port}/", retries=retries, pause=0.001)


def test_three_files_come_whole(server: Server, tmp_path: Path) -> None:
    paths = fetch(server, tmp_path / "official")
    assert [path.name for path in paths] == list(FILES)
    assert all(path.read_bytes() == CONTENT for path in paths)


@pytest.mark.parametrize(
    "script", [["drop"], ["503"], ["drop", "503", "drop"], ["garbage"], ["drop", "no-ranges"]]
)
def test_broken_transfers_are_retried(server: Server, tmp_path: Path, script: list[str]) -> None:
    server.script = list(script)
    paths = fetch(server, tmp_path)
    assert all(path.read_bytes() == CONTENT for path in paths)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(FILES)


def test_a_dropped_transfer_goes_on_where_it_stopped(server: Server, tmp_path: Path) -> None:
    server.script = ["drop"]
    fetch(server, tmp_path)
    assert server.ranges[1] == f"bytes={len(CONTENT) // 2}-"


def test_a_later_run_goes_on(server: Server, tmp_path: Path) -> None:
    server.script = ["drop", "503"]
    with pytest.raises(InputError, match=r"503.*run the command again"):
        fetch(server, tmp_path, retries=1)
    fetch(server, tmp_path)
    assert server.ranges[2] == f"bytes={len(CONTENT) // 2}-"


def test_what_is_not_there_is_told_at_once(server: Server, tmp_path: Path) -> None:
    server.script = ["404"]
    with pytest.raises(InputError, match="404"):
        fetch(server, tmp_path)
    assert len(server.ranges) == 1


def test_no_network_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no connection"):
        download(tmp_path, "http://127.0.0.1:9/", retries=1, pause=0.001)


@pytest.mark.parametrize(
    "address", ["nonsense", "file:///etc", "FILE:///etc", "ftp://here", "data:,x", "http:///", "http://[", ""]
)
def test_what_is_no_address_on_the_net_is_told(tmp_path: Path, address: str) -> None:
    with pytest.raises(InputError, match=r"no address|not an address|no connection"):
        download(tmp_path / "out", address, retries=0)


def test_whole_files_are_kept(server: Server, tmp_path: Path) -> None:
    fetch(server, tmp_path)
    count = len(server.ranges)
    fetch(server, tmp_path)
    assert len(server.ranges) == count

"""What one visitor may cost the others: bytes, seconds, places in the queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from fastapi import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 64 * 1024
"""Of a request's body."""
SECONDS = 5.0
"""For an answer, and for the body to arrive."""
MOST_WAITING = 256
"""Requests in the queue."""


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message


class BoundedBody:
    """ASGI middleware: reads a body of at most MOST_BYTES within SECONDS, and answers 413 or 408 beyond."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(_body(receive), SECONDS)
        except TimeoutError:
            await _problem(408, f"the request's body did not arrive within {SECONDS:.0f} s")(
                scope, receive, send
            )
        except _Refused as refused:
            await _problem(refused.status, refused.message)(scope, receive, send)
        else:
            await self.app(scope, _replayed(body, receive), send)


async def _body(receive: Receive) -> bytes:
    found = bytearray()
    while True:
        message = await receive()
        found += message.get("body", b"")
        if len(found) > MOST_BYTES:
            raise _Refused(413, f"the request has more than {MOST_BYTES:,} bytes")
        if not message.get("more_body", False):
            return bytes(found)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Gives the body once, then what comes after it."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return messages.pop() if messages else await receive()

    return next_message


def _problem(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": {"kind": "input", "message": message}}, status)


class Queue:
    """A dependency that lets so many requests wait, and turns others away with 503."""

    def __init__(self) -> None:
        self.waiting = 0

    async def __call__(self) -> AsyncGenerator[None, None]:
        if self.waiting >= MOST_WAITING:
            raise HTTPException(503, "busy: try again in a moment", {"Retry-After": "2"})
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

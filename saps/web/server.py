"""The JSON API and the page, as an ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from saps import __version__
from saps.application.contract import alternatives, described, error_json
from saps.application.judgement import declined
from saps.application.notation import parse_example
from saps.application.programs import run_on
from saps.application.requests import Example, args_from_json, check_names, make_request
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import SapsError
from saps.language.library import built_in
from saps.language.parser import parse
from saps.language.typecheck import check
from saps.web.limits import SECONDS, BoundedBody, Queue
from saps.web.schema import Description, Problem, ProgramIn, Question, Reply, RunIn, Value

if TYPE_CHECKING:
    from saps.search.translator import Translator

HOSTS = ["127.0.0.1", "localhost", "[::1]"]
"""What a browser may call this machine; a foreign page whose name was made to point here is refused."""

_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:"
_HEADERS = {
    "Content-Security-Policy": f"{_POLICY}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def make_app(translator: Translator) -> FastAPI:
    """The page at `/`, the API below `/api`, its description at `/api/docs`; none needs a network."""
    app = FastAPIOffline(
        title="saps",
        version=__version__,
        description="English sentences to type-checked programs that were run.",
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
        static_url="/api/static",
    )
    app.add_middleware(BoundedBody)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)
    app.middleware("http")(_guarded_page)
    app.exception_handler(SapsError)(_told)
    app.exception_handler(RequestValidationError)(_not_understood)
    app.exception_handler(HTTPException)(_refused)
    app.include_router(_api(translator))
    app.mount("/", StaticFiles(directory=str(files("saps.web") / "page"), html=True))
    return app


def _api(translator: Translator) -> APIRouter:
    api = APIRouter(
        prefix="/api",
        dependencies=[Depends(Queue())],
        responses={400: {"model": Problem, "description": "What was asked cannot be read, or run."}},
    )
    turn = Lock()
    """The model answers one question at a time."""

    @api.post("/synthesize")
    def synthesize(question: Question) -> Reply:
        """A program for a sentence."""
        with turn:
            return Reply.model_validate(_reply(translator, question))

    @api.post("/describe")
    def describe(program: ProgramIn) -> Description:
        """A program in English, in Python and run on sample inputs."""
        with turn:
            return Description.model_validate(described(_compiled(program)))

    @api.post("/run")
    def run(program: RunIn) -> Value:
        """A program's value."""
        with turn:
            return Value(value=run_on(_compiled(program), check_names(program.input)))

    return api


def _reply(translator: Translator, question: Question) -> dict[str, Any]:
    from saps.search.problem import Effort

    examples = [
        parse_example(one) if isinstance(one, str) else Example(check_names(one.input), one.output)
        for one in question.examples
    ]
    request = make_request(question.text, args_from_json(question.args), examples)
    effort = Effort(seconds=SECONDS)
    (answer,) = translator.answer([request], effort, 10)
    best = answer.best
    notes = []
    if best is not None:
        notes = [
            f"{one.word!r} was read as {one.read_as!r}" for one in best.reading.assumptions if one.read_as
        ]
        notes += [doubt.message for doubt in best.doubts]
    return {
        "answer": best
        and described(best.compiled, " ".join(question.text.split()), best.outcomes, best.units),
        "confidence": answer.confidence,
        "declined": best is None or declined(answer, None),
        "passes": answer.passes,
        "notes": notes,
        "alternatives": [] if best is None else alternatives(answer, question.alternatives),
    }


def _compiled(program: ProgramIn) -> CompiledProgram:
    """Raises SourceError, InputError."""
    node = parse(program.program)
    return compile_program(
        check(node, args_from_json(program.args), program.program, loose=True, library=built_in())
    )


# ---------------------------------------------------------------- errors and headers


async def _told(_: Request, error: Exception) -> Response:
    assert isinstance(error, SapsError)
    return JSONResponse(error_json(error), 400)


async def _not_understood(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or "the body"
    return JSONResponse({"error": {"kind": "input", "message": f"{where}: {first['msg']}"}}, 422)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = {"error": {"kind": "input", "message": str(error.detail)}}
    return JSONResponse(problem, error.status_code, error.headers)


async def _guarded_page(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """The page runs no code but its own. The API's description has scripts within its text, and no policy."""
    response = await answer(request)
    if not request.url.path.startswith("/api/"):
        response.headers.update(_HEADERS)
    return response

"""`saps serve`: a page on this machine."""

from __future__ import annotations

import socket
from typing import Annotated

import typer

from saps.cli.options import CheckpointOption
from saps.cli.output import EXIT_YES, note, require
from saps.language.errors import InputError

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_HOST = "127.0.0.1"


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes one that is free.")] = 8000,
    checkpoint: CheckpointOption = None,
) -> int:
    """Open a page on this machine where one asks, runs and chooses, with a JSON API; Ctrl-C ends it."""
    for module in ("fastapi", "fastapi_offline", "uvicorn"):
        require(module, "web", "saps serve")
    import uvicorn

    from saps.application.loading import load_translator
    from saps.web.server import make_app

    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_HOST, port))
            listener.listen()  # who calls once the address is told is not turned away
        except OSError as error:
            raise InputError(f"--port {port}: {error.strerror or error}; --port 0 takes a free one") from None
        config = uvicorn.Config(
            make_app(load_translator(checkpoint)), log_level="warning", timeout_keep_alive=10
        )
        note(f"http://{_HOST}:{listener.getsockname()[1]}/  (Ctrl-C ends it; the API: /api/docs)")
        uvicorn.Server(config).run(sockets=[listener])
    return EXIT_YES

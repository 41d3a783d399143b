"""The official AlgoLisp files, fetched over HTTP: resumed where a transfer broke, retried, checked.

Bytes gather in a `.part` file beside the target, which is renamed into place when it is whole.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from saps.language.errors import InputError
from saps.system.beside import beside
from saps.system.folders import make_folder

OFFICIAL = "https://www.dropbox.com"
FILES = {
    "metaset3.train.jsonl.gz": "/s/qhun6kml9yb2ui9/metaset3.train.jsonl.gz?dl=1",
    "metaset3.dev.jsonl.gz": "/s/aajkw83j2ps8bzx/metaset3.dev.jsonl.gz?dl=1",
    "metaset3.test.jsonl.gz": "/s/f1x9ybkjpf371cp/metaset3.test.jsonl.gz?dl=1",
}
TIMEOUT = 30.0
_CHUNK = 1 << 16

OnProgress = Callable[[str, int, int | None], None]
"""Gets the file's name, the bytes there are, and the bytes expected (None where not known)."""


def download(
    folder: Path,
    mirror: str | None = None,
    *,
    retries: int = 4,
    pause: float = 1.0,
    on_progress: OnProgress = lambda name, have, size: None,
) -> list[Path]:
    """Fetch the three files into a folder; those already whole are kept.

    `mirror` is an address under which the files lie by their names; by default the official addresses.
    `pause` is the seconds before the first retry, doubled each time. Raises InputError with what was tried.
    """
    if mirror is not None and not mirror.lower().startswith(("http://", "https://")):
        raise InputError(f"{mirror} is no address to download from; expected http:// or https://")
    make_folder(folder)
    paths = []
    for name, official in FILES.items():
        url = f"{OFFICIAL}{official}" if mirror is None else f"{mirror.rstrip('/')}/{name}"
        path = folder / name
        if not path.exists():
            _fetch(url, path, retries, pause, on_progress)
        paths.append(path)
    return paths


def _fetch(url: str, path: Path, retries: int, pause: float, on_progress: OnProgress) -> None:
    part = beside(path, "{}.part")
    problem = ""
    for attempt in range(retries + 1):
        if attempt:
            time.sleep(pause * 2 ** (attempt - 1))
        try:
            if _transfer(url, part, path.name, on_progress):
                part.replace(path)
                return
            problem = "the connection closed before the end"
        except HTTPError as error:
            if error.code == 416:  # what is there is no beginning of this file
                part.unlink(missing_ok=True)
            problem = f"the server answers {error.code} {error.reason}"
            if 400 <= error.code < 500 and error.code not in (408, 416, 429):
                break
        except (URLError, HTTPException, TimeoutError, ConnectionError) as error:
            problem = f"no connection ({getattr(error, 'reason', None) or error})"
        except ValueError as error:
            raise InputError(f"{url} is not an address: {error}") from None
        except OSError as error:
            raise InputError(f"cannot write {part}: {error.strerror or error}") from error
    raise InputError(
        f"cannot download {url}: {problem}; run the command again to go on, or give a mirror with --url"
    )


def _transfer(url: str, part: Path, name: str, on_progress: OnProgress) -> bool:
    """One connection: adds to the part file what it gives. True when the file is whole and is a gzip file."""
    have = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": "saps"} | ({"Range": f"bytes={have}-"} if have else {})
    with urlopen(Request(url, headers=headers), timeout=TIMEOUT) as response:
        resumed = response.status == 206
        if not resumed:
            have = 0
        length = response.headers.get("Content-Length")
        size = None if length is None else have + int(length)
        with part.open("ab" if resumed else "wb") as file:
            while chunk := response.read(_CHUNK):
                file.write(chunk)
                have += len(chunk)
                on_progress(name, have, size)
    if size is not None and have < size:
        return False
    if not _is_whole_gzip(part):
        part.unlink()
        raise URLError("what came is not a whole gzip file")
    return True


def _is_whole_gzip(path: Path) -> bool:
    decompressor = zlib.decompressobj(wbits=31)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decompressor.decompress(chunk)
    except zlib.error:
        return False
    return decompressor.eof

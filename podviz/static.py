"""Static files: WhiteNoise, answering with the file's bytes, compressed once for all who can read that.

Its own answers stream from a file object, which an ASGI server can only do by reading all of it first, with a warning.
It looks for compressed files beside the plain ones, which a build would have to make; here nothing is built.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseMiddleware

FILES = 256  # kept compressed
LEAST = 200  # bytes: what is shorter gains nothing
PLAIN = ("text/", "image/svg", "application/json")  # types that are not compressed already


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # it has no types
    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        if content:
            _compress(response, request)
            response["Content-Length"] = str(len(response.content))  # the file may have been changed since the start
        return response


def _compress(response: HttpResponse, request: HttpRequest) -> None:
    """The whole of a text, for a browser that can read it. The tag stays: WhiteNoise compares it with the file's."""
    if response.status_code != 200 or len(response.content) < LEAST:
        return
    if not response.get("Content-Type", "").startswith(PLAIN):
        return
    patch_vary_headers(response, ("Accept-Encoding",))
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return
    response.content = _compressed(response.content)
    response["Content-Encoding"] = "gzip"


@lru_cache(maxsize=FILES)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)

"""The process behind the desk: one user, one machine, one address on the loopback interface."""

from __future__ import annotations

import re
import secrets
import socket
import threading
from typing import TYPE_CHECKING, Any

from ..errors import DataError, ExposureError
from ..extras import extra
from ..language.catalogue import say

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "exposure-desk"
#: A page may load its own styles, script, fonts and pictures, and nothing else; no other page may frame it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    # Not "no-referrer": with it, browsers send the forms of the desk itself with the origin "null".
    b"referrer-policy": b"same-origin",
    b"cache-control": b"no-store",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}
_PORT = 8765
#: The largest body of a request; `extract` has limits of its own for each kind of file.
LARGEST = 256 * 2**20
#: What a form adds to the file in it.
_FORM = 2**20
#: Where the opening address may lead.
_INSIDE = re.compile(r"/(?:draft/[a-z0-9][a-z0-9-]*)?")


class TooLargeError(ExposureError):
    """A request is larger than any report may be."""


class Guard:
    """Lets in what comes from this browser and this address: the token once, its cookie afterwards.

    A foreign ``Host`` (a name that was rebound), a foreign ``Origin`` and a request without the cookie get one sentence
    and nothing of the data.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: frozenset[str]) -> None:
        self.app = app
        self.token: str | None = token
        self.cookie = secrets.token_urlsafe(32)
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it before the application sees it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        from starlette.requests import Request
        from starlette.responses import PlainTextResponse, RedirectResponse, Response

        request = Request(scope)
        response: Response
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        own = {f"http://{one}" for one in self.hosts}
        if host not in self.hosts or (origin not in own and (origin is not None or request.method == "POST")):
            response = PlainTextResponse(say("foreign", family="desk"), 403)
        elif given := request.query_params.get("token"):
            if self.token is not None and secrets.compare_digest(given, self.token):
                self.token = None
                to = request.query_params.get("to", "/")
                response = RedirectResponse(to if _INSIDE.fullmatch(to) else "/", 303)
                response.set_cookie(COOKIE, self.cookie, httponly=True, samesite="strict", path="/")
            else:
                response = PlainTextResponse(say("token_used", family="desk"), 403)
        elif not secrets.compare_digest(request.cookies.get(COOKIE, ""), self.cookie):
            response = PlainTextResponse(say("no_token", family="desk"), 403)
        else:
            await self.app(scope, _bounded(request, receive), _with_headers(send))
            return
        await response(scope, receive, _with_headers(send))


def _bounded(request: Request, receive: Receive) -> Receive:
    """What is received, up to the largest report; the length that is told is believed only where it is too much."""
    told = request.headers.get("content-length", "")
    taken = 0

    async def receiving() -> Any:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST + _FORM or (told.isdigit() and int(told) > LARGEST + _FORM):
            raise TooLargeError("the file is too large", remedy="a report may have 16 MB, a PDF 256 MB")
        return message

    return receiving


def _with_headers(send: Send) -> Send:
    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in _HEADERS]
            message = {**message, "headers": [*kept, *_HEADERS.items()]}
        await send(message)

    return sending


def create_app(token: str, hosts: frozenset[str], lang: str = "en") -> Starlette:
    """Return the desk as an ASGI application.

    Parameters
    ----------
    token
        Opens the desk once; from then on a cookie does.
    hosts
        The values of the ``Host`` header that are answered.
    lang
        The language of the pages until a reader chooses another.
    """
    from starlette.applications import Starlette
    from starlette.middleware import Middleware

    from .pages import cannot_be_written, failed, not_found, of_the_data, routes, too_large

    app = Starlette(
        routes=routes(),
        middleware=[Middleware(Guard, token=token, hosts=hosts)],
        exception_handlers={
            404: not_found,
            405: not_found,
            TooLargeError: too_large,
            ExposureError: of_the_data,
            OSError: cannot_be_written,
            Exception: failed,
        },
    )
    app.state.lang = lang
    return app


def warm() -> None:
    """Load what the first report and the first chart need, so that neither waits for it."""
    from contextlib import suppress

    from ..intake.documents import read_document
    from ..intake.extract import extract_document
    from .drawing import chart_of
    from .verdict_cards import USUAL

    with suppress(ExposureError, OSError):  # what is wrong with the data is told on the page that needs it
        extract_document(read_document("The scan found 590 open servers in 52 countries."))
        chart_of({"kind": "ranking", "survey": USUAL, "measure": "servers_exposed"}).svg()


def open_socket(port: int | None) -> socket.socket:
    """A listening socket on the loopback interface: the port asked for, or the first free one from 8765 on.

    Raises
    ------
    DataError
        If the port asked for is taken.
    """
    for wanted in [port] if port is not None else [*range(_PORT, _PORT + 20), 0]:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", wanted))
            # From now on a browser that comes early waits; it is not refused.
            listening.listen()
        except OSError:
            listening.close()
            continue
        return listening
    raise DataError(f"port {port} is taken", remedy="leave --port out, and a free one is taken")


def serve(port: int | None = None, lang: str = "en", ready: Any = None, draft: str = "") -> None:
    """Run the desk until it is interrupted.

    Parameters
    ----------
    port
        The port on the loopback interface. Default: 8765, or the next free one.
    lang
        The language of the pages.
    ready
        Called with the address, token included, when the desk can be opened.
    draft
        The draft that the address leads to; default: the first page.

    Raises
    ------
    DataError
        If the port is taken, or the packages of the extra ``desk`` are missing.
    """
    extra("desk", "starlette")
    uvicorn = extra("desk", "uvicorn")
    listening = open_socket(port)
    number = listening.getsockname()[1]
    token = secrets.token_urlsafe(32)
    app = create_app(token, frozenset({f"127.0.0.1:{number}", f"localhost:{number}"}), lang)
    # Requests are not logged: an address may hold words of a report.
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", server_header=False)
    # What the first report and the first chart need is loaded while the reader looks at the first page.
    threading.Thread(target=warm, daemon=True).start()
    if ready is not None:
        ready(f"http://127.0.0.1:{number}/?token={token}" + (f"&to=/draft/{draft}" if draft else ""))
    uvicorn.Server(config).run(sockets=[listening])

"""The desk: a page in the reader's own browser."""

import os
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from ..errors import DataError
from .application import Lang, Language, app, say

#: The data folder of your own where none is named.
_USUAL = "my-data"


@app.command()
def desk(
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="A port of this machine.", show_default="a free one")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    lang: Lang = Language.en,
    draft: Annotated[str, typer.Option("--draft", help="Open this draft.", show_default="the first page")] = "",
) -> None:
    """Open the desk in the browser: from a report to verdicts and a chart without a terminal. Ctrl-C ends it."""
    from ..desk.server import serve

    if not os.environ.get("EXPOSURE_DATA_ONLY"):
        own = os.environ.setdefault("EXPOSURE_DATA", _USUAL)
        try:
            (Path(own) / "aggregate").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataError(
                f"cannot be made ({error.strerror})", remedy="name another folder with --data", file=own
            ) from None

    def ready(address: str) -> None:
        say(f"the desk is open on this machine only: {address}")
        say("Ctrl-C ends it; your decisions are kept")
        if browser and not webbrowser.open(address):
            say("no browser was found; open the address above")

    serve(port, lang.value, ready, draft)

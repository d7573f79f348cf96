"""Looking at the installation itself."""

import typer

from ..errors import ExposureError
from .application import Format, Shown, app, say, show


@app.command()
def doctor(shown: Shown = Format.text) -> None:
    """List what is wrong with the installation, and how to mend it."""
    from ..installation import examine

    found = examine()
    if shown is not Format.text:
        show(found, shown)
    else:
        for row in found.itertuples():
            typer.echo(f"{row.state:<6} {row.what}: {row.found}" + (f" → {row.remedy}" if row.remedy else ""))
    amiss = int((found["state"] == "amiss").sum())
    if amiss:
        raise ExposureError(f"{amiss} thing(s) are wrong", remedy="each line says what to do")
    say("nothing is wrong")

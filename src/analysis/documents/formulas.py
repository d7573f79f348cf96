"""Formulas of TeX as pictures, drawn by matplotlib, which needs no TeX."""

from __future__ import annotations

import io
import re

from .model import Formula, Verbatim


def formula(tex: str) -> Formula | Verbatim:
    """A formula as a picture; what matplotlib cannot set is shown as it was written."""
    tex = " ".join(tex.strip().split())
    try:
        svg, raster = (_drawn(f"${tex}$", kind) for kind in ("svg", "png"))
    except ValueError:
        return Verbatim(tex)
    size = re.search(rb'viewBox="0 0 (\S+) (\S+)"', svg)
    assert size is not None
    return Formula(tex, svg[svg.index(b"<svg") :], raster, (float(size[1]), float(size[2])))


def _drawn(text: str, kind: str) -> bytes:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "formula", "mathtext.fontset": "dejavusans"}):
        figure = Figure(figsize=(0.01, 0.01))
        figure.text(0, 0, text, fontsize=11)
        out = io.BytesIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type") if kind == "svg" else ("Software",))
        figure.savefig(out, format=kind, dpi=288, bbox_inches="tight", pad_inches=0.02, metadata=nothing)
    return out.getvalue()

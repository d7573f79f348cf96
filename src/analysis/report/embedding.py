"""A page for each chart that other sites can show in a frame, and the code by which they do."""

from __future__ import annotations

import html

#: What a page around the frame does with what the frame says about its height. It loads nothing.
_LISTENER = (
    '<script>addEventListener("message",e=>{for(const f of document.querySelectorAll("iframe"))'
    "if(f.contentWindow===e.source&&e.data.exposureHeight>0)f.height=e.data.exposureHeight})</script>"
)


def page_of(notebook: str, chart: str) -> str:
    """The file of the page that shows one chart alone."""
    return f"embed/{notebook}-{chart}.html"


def code(page: str, title: str, height: int) -> str:
    """The HTML by which another page shows a chart: a frame that takes the chart's own height.

    Parameters
    ----------
    page
        The chart's page, as seen from the first page of the report; a page that is read puts its own address before it.
    title
        What the frame is called for those who cannot see it.
    height
        In pixels, until the chart has said its own, and where scripts are off.

    Examples
    --------
    >>> code("embed/02_where-map.html", "A & B", 600)[:99]
    '<iframe src="embed/02_where-map.html" title="A &amp; B" width="100%" height="600" loading="lazy" st'
    """
    return (
        f'<iframe src="{html.escape(page)}" title="{html.escape(title)}" width="100%" height="{height}" loading="lazy" '
        f'style="border:0"></iframe>\n{_LISTENER}'
    )

"""Formulas as MathML: browsers set it themselves, without a script, and reading programs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils.utils.math.latex2mathml import tex2mathml

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer ``mathml``; a command of LaTeX that it does not know is an error of the build."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(writer: Any, node: nodes.math) -> None:
    _write(writer, tex2mathml(node.astext()))


def _block(writer: Any, node: nodes.math_block) -> None:
    _write(writer, f'<div class="formula" tabindex="0">{tex2mathml(node.astext(), as_block=True)}</div>')


def _write(writer: Any, markup: str) -> None:
    from docutils.nodes import SkipNode

    writer.body.append(markup)
    raise SkipNode

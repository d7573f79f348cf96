"""How Sphinx makes the site; ``python scripts/documentation`` calls it on sources that it has put together."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "documentation"))

from analysis import __version__

project = "Exposure statistics"
author = "the authors of exposure-statistics"
project_copyright = author
version = release = __version__

extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx_copybutton", "sphinx_design", "links", "mathml"]
exclude_patterns = ["fragments", "site"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
nitpicky = False

# Markdown, as the pages of `docs/` are also read where the repository is shown.
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 4
myst_dmath_allow_labels = False
myst_dmath_allow_digits = False
myst_dmath_allow_space = False
suppress_warnings = ["misc.highlighting_failure"]

# Docstrings.
default_role = "py:obj"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True
copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True

# Pages.
html_theme = "pydata_sphinx_theme"
html_title = "Exposure statistics"
templates_path = ["site/templates"]
html_static_path = ["site/static"]
html_css_files = ["fonts.css", "site.css"]
html_math_renderer = "mathml"
html_show_sourcelink = False
html_copy_source = False
html_show_sphinx = False
html_last_updated_fmt = None
html_theme_options = {
    "logo": {"text": "Exposure statistics"},
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 7,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": ["package-version"],
    "show_prev_next": True,
    "navigation_with_keys": False,
    "search_bar_text": "Search",
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"index": [], "changelog": []}
html_context = {"default_mode": "auto"}

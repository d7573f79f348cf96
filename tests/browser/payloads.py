"""Texts that run a script wherever a page takes them for more than text:
the families that are known, each call with its own number.

``python tests/browser/payloads.py`` prints how many there are of each family.
"""

from collections.abc import Iterator

#: What a payload calls; the page under test notes each call.
CALL = "alert({})"

_ELEMENTS = (
    "<script>{js}</script>",
    "<ScRiPt>{js}</sCrIpT>",
    "<script\t>{js}</script >",
    "<script/x>{js}</script>",
    "<script>{js}",
    "<<script>{js}//<</script>",
    "<scr<script>ipt>{js}</scr</script>ipt>",
    "<script src='data:text/javascript,{js}'></script>",
    "<script type=module>{js}</script>",
    "<svg><script>{js}</script></svg>",
    "<svg><script href='data:text/javascript,{js}'/></svg>",
    "<template><script>{js}</script></template>",
    "<iframe srcdoc='<script>parent.{js}</script>'></iframe>",
    "<noscript></noscript><script>{js}</script>",
)
_HANDLERS = (
    ("img src=x", "onerror"),
    ("img src=data:,", "onerror"),
    ("image src=x", "onerror"),
    ("svg", "onload"),
    ("body", "onload"),
    ("body", "onpageshow"),
    ("details open", "ontoggle"),
    ("video src=x", "onerror"),
    ("video><source", "onerror"),
    ("audio src=x", "onerror"),
    ("input autofocus", "onfocus"),
    ("select autofocus", "onfocus"),
    ("textarea autofocus", "onfocus"),
    ("button autofocus", "onfocus"),
    ("p tabindex=0 autofocus", "onfocus"),
    ("iframe", "onload"),
    ("object data=x", "onerror"),
    ("embed src=x", "onload"),
    ("style", "onload"),
    ("link rel=stylesheet href=x", "onerror"),
    ("marquee", "onstart"),
    ("a href=#", "onmouseover"),
    ("p", "onclick"),
    ("td", "onpointerover"),
    ("svg><animate attributeName=x dur=1s", "onbegin"),
    ("svg><image href=x", "onerror"),
    ("math><mtext", "onmouseover"),
    ("form", "onformdata"),
    ("p style='animation:x 1s'", "onanimationstart"),
    ("p", "oncontentvisibilityautostatechange"),
    ("input type=image src=x", "onerror"),
)
_FORMS = (
    "<{tag} {on}={js}>",
    '<{tag} {on}="{js}">',
    "<{tag}/{on}='{js}'>",
    "<{tag}\n{on}\n=\n{js}\n>",
    "<{tag} {ON}=`{js}`{on}={js}>",
)
_OUT_OF = (
    '"><img src=x onerror={js}>',
    "'><img src=x onerror={js}>",
    "--><img src=x onerror={js}>",
    "--!><img src=x onerror={js}>",
    "]]><img src=x onerror={js}>",
    "</title><script>{js}</script>",
    "</textarea><script>{js}</script>",
    "</style><script>{js}</script>",
    "</script><script>{js}</script>",
    "</noscript><script>{js}</script>",
    "</template><script>{js}</script>",
    "</svg><script>{js}</script>",
    "</a><script>{js}</script>",
    '" onmouseover="{js}" x="',
    "' onmouseover='{js}' x='",
    '" autofocus tabindex=0 onfocus="{js}" x="',
    "x onmouseover={js} y",
    "` onmouseover={js} `",
    '"/><svg/onload={js}>',
    '\\"><svg onload={js}>',
    "</td></tr></table><svg onload={js}>",
    "</pre></code><svg onload={js}>",
)
_ADDRESSES = (
    "javascript:{js}",
    "JaVaScRiPt:{js}",
    " javascript:{js}",
    "java\tscript:{js}",
    "javascript&colon;{js}",
    "&#106;avascript:{js}",
    "&#x6A;avascript:{js}",
    "javascript://%0a{js}",
    "data:text/html,<script>{js}</script>",
    "vbscript:{js}",
    "<a href='javascript:{js}'>x</a>",
    '<a href="java&Tab;script:{js}">x</a>',
    "<a href=' &#14; javascript:{js}'>x</a>",
    "<a href='data:text/html,<script>{js}</script>'>x</a>",
    "<area href='javascript:{js}'>",
    "<form action='javascript:{js}'><input type=submit></form>",
    "<button formaction='javascript:{js}'>x</button>",
    "<iframe src='javascript:parent.{js}'></iframe>",
    "<embed src='javascript:{js}'>",
    "<object data='javascript:{js}'></object>",
    "<base href='javascript:{js}//'>",
    "<meta http-equiv=refresh content='0;url=javascript:{js}'>",
    "<svg><a href='javascript:{js}'><text y=9>x</text></a></svg>",
    "<svg><a xlink:href='javascript:{js}'><text y=9>x</text></a></svg>",
    "<svg><a><animate attributeName=href values='javascript:{js}'/><text y=9>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload={js}>#x'/></svg>",
    "<math href='javascript:{js}'>x</math>",
    "<img src='javascript:{js}'>",
    "<table background='javascript:{js}'></table>",
    "<link rel=import href='data:text/html,<script>{js}</script>'>",
    "[x](javascript:{js})",
    "[x](JAVASCRIPT:{js})",
    "[x](java\nscript:{js})",
    "![x](javascript:{js})",
    "<javascript:{js}>",
    "[x]: javascript:{js}\n\n[x]",
    "[x](data:text/html,<script>{js}</script>)",
    '![x](x"onerror="{js})',
    '[x](x "\\" onmouseover={js} ")',
    '[x](#"onmouseover="{js})',
)
_ENCODED = (
    "&lt;script&gt;{js}&lt;/script&gt;",
    "&amp;lt;script&amp;gt;{js}&amp;lt;/script&amp;gt;",
    "\\u003cscript\\u003e{js}\\u003c/script\\u003e",
    "\\x3cscript\\x3e{js}\\x3c/script\\x3e",
    "%3Cscript%3E{js}%3C/script%3E",
    "+ADw-script+AD4-{js}+ADw-/script+AD4-",
    "＜script＞{js}＜/script＞",
    "&#60;img src=x onerror={js}&#62;",
    "‹script›{js}‹/script›",
)
_SCRIPTS = (
    "';{js};//",
    '";{js};//',
    "`;{js};//",
    "${{{js}}}",
    "\\';{js};//",
    '\\";{js};//',
    '"}}]}};{js};//',
    "'-{js}-'",
    '"+{js}+"',
    "\u2028{js}\u2029",
    "*/{js}/*",
    "\n{js}\n",
    "</script/x><script>{js}</script>",
    "<!--<script>{js}</script>",
    "<![CDATA[<script>{js}</script>]]>",
)
_TEMPLATES = (
    "{{{{ {js} }}}}",
    "{{% raw %}}{js}{{% endraw %}}",
    "{{{{constructor.constructor('{js}')()}}}}",
    "<%= {js} %>",
    "#{{{js}}}",
    "{{{{''.__class__}}}}<svg onload={js}>",
)
_STYLES = (
    "<style>*{{background:url(javascript:{js})}}</style>",
    "<p style='background:url(javascript:{js})'>x</p>",
    "<p style='width:expression({js})'>x</p>",
    "<style>@import 'javascript:{js}';</style>",
    "<style>@import url(data:text/css,*)</style><svg onload={js}>",
    "<style></style/x><script>{js}</script>",
    "<p style='behavior:url(#x)' onclick={js}>",
    "<style><img src='</style><img src=x onerror={js}>'>",
)
_MUTATED = (
    '<noscript><p title="</noscript><img src=x onerror={js}>">',
    '<svg></p><style><a id="</style><img src=x onerror={js}>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror={js}&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={js}>",
    "<svg><style><img src='</style><img src=x onerror={js}>'></svg>",
    "<textarea><img title='</textarea><img src=x onerror={js}>'>",
    "<xmp><p title='</xmp><svg onload={js}>'>",
    "<select><style></select><img src=x onerror={js}></style>",
    "<svg><desc><p><style></p></style><img src=x onerror={js}></desc></svg>",
    "<table><td><svg><a><foreignobject><p><style><!--</style>--><img src=x onerror={js}>",
    "<a title='&quot;&gt;&lt;img src=x onerror={js}&gt;'>x</a>",
    "<listing>&lt;img src=x onerror={js}&gt;</listing>",
    "<plaintext><svg onload={js}>",
    "<frameset onload={js}>",
)


def families() -> Iterator[tuple[str, str]]:
    """Family and text of each payload; the text has ``{js}`` for what it calls."""
    for family, texts in (
        ("element", _ELEMENTS),
        ("out of its place", _OUT_OF),
        ("address", _ADDRESSES),
        ("encoded", _ENCODED),
        ("in a script", _SCRIPTS),
        ("in a template", _TEMPLATES),
        ("style", _STYLES),
        ("mutated", _MUTATED),
    ):
        yield from ((family, text) for text in texts)
    for number, (tag, event) in enumerate(_HANDLERS):
        yield (
            "handler",
            _FORMS[number % len(_FORMS)].replace("{tag}", tag).replace("{on}", event).replace("{ON}", event.upper()),
        )


def payloads() -> list[str]:
    """Every payload; the first calls ``alert(1000)``, the next ``alert(1001)``, and so on."""
    return [text.format(js=CALL.format(number)) for number, (_, text) in enumerate(families(), 1000)]


def main() -> None:
    from collections import Counter

    for family, number in Counter(family for family, _ in families()).items():
        print(f"{number:4} {family}")
    print(f"{len(payloads()):4} payloads")


if __name__ == "__main__":
    main()

"""The one shape of every page: a heading, some lines, perhaps a button. Everything in it is data and is escaped."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape

from warroom.domain.text import one_line

_STYLE = (
    "body{font:18px/1.5 sans-serif;max-width:34em;margin:2em auto;padding:0 1em;color:#111;background:#fff}"
    "h1{font-size:1.3em}button{font:inherit;padding:.6em 1.4em}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#111}}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_WIDEST = 500

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Connection": "close",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
"What every answer bears: nothing is run, kept, framed, or told to another site."


def page(heading: str, lines: Sequence[str] = (), button: str = "") -> str:
    """A whole page. `button`: what a button says that sends the page's own address back as a POST; "" = none."""
    shown = "".join(f"<p>{_text(line)}</p>" for line in lines if line)
    form = f'<form method="post"><button>{_text(button)}</button></form>' if button else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{_text(heading)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{_text(heading)}</h1>{shown}{form}</body></html>\n"
    )


def _text(text: str) -> str:
    return escape(one_line(text, _WIDEST))

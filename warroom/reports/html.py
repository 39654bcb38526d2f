"""A report as one page of HTML that stands alone: no script, nothing fetched, everything in it escaped."""

from collections.abc import Iterator

from warroom.reports.document import Document, Section
from warroom.reports.svg import clean, svg

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#24292f;"
    "background:#fff}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #d8dee4;"
    "font-variant-numeric:tabular-nums;overflow-wrap:anywhere}th{font-weight:600}.about{width:auto}"
    ".about th{color:#656d76;font-weight:400}svg{max-width:100%;height:auto;margin-top:1rem}"
    "@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,td{border-color:#30363d}"
    ".about th{color:#9198a1}}"
)


def html(document: Document) -> str:
    """The report as a whole page; it ends with a line feed."""
    lines = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{clean(document.title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{clean(document.title)}</h1>",
        *_about(document),
    ]
    if document.picture and document.picture.drawn:
        lines.append(svg(document).rstrip("\n"))
    for each in document.shown:
        lines += _section(each)
    return "\n".join([*lines, "</body></html>"]) + "\n"


def _about(document: Document) -> Iterator[str]:
    if document.about:
        yield '<table class="about">'
        for label, value in document.about:
            yield f"<tr><th>{clean(label)}</th><td>{clean(value)}</td></tr>"
        yield "</table>"


def _section(section: Section) -> Iterator[str]:
    yield f"<h2>{clean(section.title)}</h2>"
    if section.rows:
        yield f"<table><tr>{_cells('th', section.header)}</tr>"
        yield from (f"<tr>{_cells('td', row)}</tr>" for row in section.rows)
        yield "</table>"
    if section.points:
        yield f"<ul>{''.join(f'<li>{clean(point)}</li>' for point in section.points)}</ul>"
    if not section.rows and not section.points:
        yield f"<p>{clean(section.empty)}</p>"


def _cells(tag: str, cells: tuple[str, ...]) -> str:
    return "".join(f"<{tag}>{clean(cell)}</{tag}>" for cell in cells)

"""Text is data: control characters are shown, never obeyed.

Every sink (widgets, toasts, the terminal's title, the command line, the web) passes what people and machines wrote
through `visible`. The raw text stays in the log. Measured: without this, escape codes survive every Textual widget.
"""

_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_INVISIBLE = (0x00AD, 0x180E, 0x200B, 0x2028, 0x2029, 0x2060, 0xFEFF)

#: Control characters become their pictures (ESC is ␛); C1 controls, bidi overrides and invisible separators become �.
PICTURES: dict[int, str] = {code: chr(0x2400 + code) for code in range(0x20)}
PICTURES[0x7F] = "\u2421"
PICTURES.update(dict.fromkeys(range(0x80, 0xA0), "\ufffd"))
PICTURES.update(dict.fromkeys((*_BIDI, *_INVISIBLE), "\ufffd"))
PICTURES.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))

_LINES = {code: picture for code, picture in PICTURES.items() if code != 0x0A}


def visible(text: str) -> str:
    """`text` on one line, with every control character made visible; line ends become ␊."""
    return text.translate(PICTURES)


def visible_lines(text: str) -> str:
    """Like `visible`, but line feeds stay, for places that show several lines."""
    return text.replace("\r\n", "\n").translate(_LINES)


def one_line(text: str, width: int = 0) -> str:
    """`text` flattened to one line (runs of white space become one space), cut to `width` characters with “…”."""
    flat = visible(" ".join(text.split()))
    return flat if not width or len(flat) <= width else flat[: max(0, width - 1)] + "…"


def width(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    import unicodedata

    def cells(letter: str) -> int:
        if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
            return 0
        return 2 if unicodedata.east_asian_width(letter) in "WF" else 1

    return sum(map(cells, text))


def counted(number: int, noun: str) -> str:
    """`1 event`, `2 events`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

"""Writes the part of `docs/cli.md` below the mark from what the command line itself knows.

Run it from the top of the repository: `python -m docs.generate_cli`. With `--check` it only says whether that is due.
"""

import os
import sys
from pathlib import Path

from warroom.cli import main, options, verbs

PAGE = Path(__file__).with_name("cli.md")
MARK = "<!-- From here on written by `python -m docs.generate_cli`. -->\n"
_WIDTH = "100"


def page(old: str) -> str:
    """The whole page: what stands above the mark as it is, and everything below it anew."""
    os.environ["COLUMNS"] = _WIDTH  # argparse asks how wide its help may be
    parts = [old.partition(MARK)[0] + MARK, _block(verbs.COMMON)]
    for group, known in verbs.GROUPS.items():
        parts.append(f"### {group}\n")
        for verb, (_, about) in known.items():
            helps = (options.parser(path, action).format_help() for path, action in main.load(verb).items())
            parts += [f"#### `warroom {verb}`: {about}\n", _block("\n\n".join(helps))]
    return "\n".join(parts)


def _block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    if "--check" not in sys.argv:
        PAGE.write_text(page(text), encoding="utf-8")
    elif text != page(text):
        sys.exit("docs/cli.md is stale. Run: python -m docs.generate_cli")

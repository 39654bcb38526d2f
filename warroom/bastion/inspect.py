"""Whether sshd and the file of keys are as `warroom bastion setup` writes them."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from warroom.bastion.files import replaceable
from warroom.bastion.findings import Finding
from warroom.bastion.openssh import GLOBAL, VARIABLES, WANTED
from warroom.domain.errors import Invalid
from warroom.domain.org import Org
from warroom.domain.public_keys import bare, fingerprint
from warroom.domain.text import one_line

_LINE = re.compile(r'restrict,pty,command="(?P<command>(?:[^"\\]|\\"|\\)*)" (?P<key>.+)')
_WHO = re.compile(r" bastion session --person (?P<person>\S+) --key (?P<key>SHA256:\S+)")
_SSHD = ("/usr/sbin/sshd", "/usr/local/sbin/sshd", "/opt/homebrew/sbin/sshd")
_PATIENCE = 20.0
_AGAIN = "Write it anew: warroom bastion setup"


def keys_file(path: Path, org: Org) -> Iterator[Finding]:
    """The file of keys: who could change it, and whether each line opens a session of its own person only."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        yield Finding("open", f"{path} cannot be read ({why}), so nobody comes in by it.", _AGAIN)
        return
    if why := replaceable(path.resolve(), (0,)):
        fix = f"chown root {path}; chmod 644 {path}"
        yield Finding("open", f"Somebody else than root can let people in: {why}.", fix)
    else:
        yield Finding("ok", f"{path} can be changed by root alone.")
    yield from _lines(path, text, org)


def _lines(path: Path, text: str, org: Org) -> Iterator[Finding]:
    """What the lines of the file of keys open, and which keys of the playbook have none."""
    lines = [each for each in text.splitlines() if each.strip() and not each.startswith("#")]
    wrong = [(each, why) for each in lines if (why := _wrong(each, org))]
    for each, why in wrong:
        yield Finding("open", f"{path}, line “{one_line(each, 60)}”: {why}", _AGAIN)
    if not wrong:
        yield Finding("ok", f"{path}: each of {len(lines)} keys opens a session of its own person only.")
    lacking = [each.name for each in org.playbook.people for key in each.keys if not any(key in row for row in lines)]
    if lacking:
        names = ", ".join(dict.fromkeys(lacking))
        yield Finding("open", f"{path} lacks keys of {names}, who cannot come in by them.", _AGAIN)


def _wrong(line: str, org: Org) -> str:
    """What is wrong with a line of the file of keys."""
    found = _LINE.fullmatch(line)
    if found is None:
        return "it is not “restrict,pty,command=…”, so it may open more than a session."
    who = _WHO.search(found["command"])
    if who is None:
        return "its command is no session of warroom."
    try:
        key = bare(found["key"])
    except Invalid as problem:
        return f"its key {problem.message}."
    if fingerprint(key) != who["key"]:
        return "its command names another key."
    if not any(each.name == who["person"] and key in each.keys for each in org.playbook.people):
        return "the playbook does not say that the key is this person's."
    return ""


def sshd(user: str, config: Path | None = None) -> Iterator[Finding]:
    """What sshd would do for the account, as it says itself. `config`: its configuration file, in place of its own."""
    program = shutil.which("sshd") or next((each for each in _SSHD if os.access(each, os.X_OK)), None)
    if program is None:
        yield Finding("unknown", "There is no sshd on this host.", "Debian: apt-get install openssh-server")
        return
    who = f"user={user},host=localhost,addr=127.0.0.1"
    words = [program, "-T", "-C", who, *(("-f", str(config)) if config else ())]
    try:
        done = subprocess.run(words, capture_output=True, timeout=_PATIENCE, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        yield Finding("unknown", f"{program} cannot be asked: {error}.")
        return
    if done.returncode:
        said = one_line(done.stderr.decode(errors="replace").strip(), 200)
        yield Finding("unknown", f"sshd does not say what it would do: {said}", "Run this check as root.")
        return
    yield from judged(_rows(done.stdout.decode(errors="replace").splitlines()))


def judged(said: Mapping[str, list[str]]) -> Iterator[Finding]:
    """What sshd says, held against what a bastion needs. `said`: option in small letters -> its values."""
    wrong = False
    for name, wanted in (*WANTED, *GLOBAL):
        if (values := said.get(name.lower(), [])) != [wanted]:
            wrong = True
            now = ", ".join(values) or "not said"
            yield Finding("open", f"sshd: {name} is {now}.", f"It has to be: {name} {wanted}")
    if extra := [each for each in said.get("acceptenv", []) if each not in VARIABLES]:
        wrong = True
        yield Finding(
            "open", f"sshd takes variables from clients: {', '.join(extra)}.", f"AcceptEnv {' '.join(VARIABLES)}"
        )
    if not wrong:
        yield Finding("ok", "sshd lets people in by keys alone, forwards nothing and takes no settings of theirs.")


def _rows(lines: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(" ")
        found.setdefault(name.lower(), []).extend(value.split() if name == "acceptenv" else [value])
    return found

"""`deploys`: what a git repository on this host says was changed last: ten commits, ten tags.

A repository is somebody else's data, and its own configuration names programs for git to run. Each of those doors is
shut: only `log` and `for-each-ref` are asked, without hooks, pagers, signatures, diffs, file system monitors or lazy
fetches, and without the configuration of the user or the system. Git itself refuses the repository of another user.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from warroom.domain.errors import Invalid
from warroom.domain.text import one_line
from warroom.probes import expectations
from warroom.probes.session import Session, Trouble, Verdict, table

COUNT = 10
PROGRAMS = (Path("/usr/bin/git"), Path("/usr/local/bin/git"), Path("/opt/homebrew/bin/git"), Path("/bin/git"))

_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
}
_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.gitProxy=none",
    "core.attributesFile=/dev/null",
    "gpg.program=false",
    "gpg.ssh.program=false",
    "gpg.x509.program=false",
    "log.showSignature=false",
    "protocol.allow=never",
)
_FIELD, _RECORD = "\x1f", "\x1e"
_LOG = (
    f"--max-count={COUNT}",
    "--no-show-signature",
    "--no-patch",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-mailmap",
    "--encoding=UTF-8",
    f"--format=%h{_FIELD}%cI{_FIELD}%an{_FIELD}%s{_RECORD}",
)
_TAGS = (
    f"--count={COUNT}",
    "--sort=-creatordate",
    f"--format=%(refname:short){_FIELD}%(creatordate:iso-strict){_FIELD}%(subject){_RECORD}",
    "refs/tags",
)


def read(target: str, expect: str) -> Path:
    """The repository; Invalid where its path is not absolute."""
    expectations.nothing(expect, "deploys")
    path = Path(target)
    if not path.is_absolute() or re.search(r"[\x00-\x1f\x7f-\x9f]", target):
        raise Invalid(f"“{one_line(target, 60)}” is not an absolute path.", hint="Write the whole path: /srv/shop")
    return path


def probe(target: str, expect: str, session: Session) -> Verdict:
    """Ask git for the last commits of what is checked out, and for the newest tags."""
    path = read(target, expect)
    commits = list(_records(_git(path, session, "log", *_LOG, "HEAD", "--"), 4))
    tags = list(_records(_git(path, session, "for-each-ref", *_TAGS), 3))
    if not commits:
        raise Trouble(f"{path} has no commit yet.")
    session.say(table([(day, short, who, what) for short, day, who, what in commits]))
    if tags:
        session.say("\ntags\n" + table([(day, name, what) for name, day, what in tags]))
    short, day, who, what = commits[0]
    newest = f" Newest tag: {tags[0][0]}." if tags else ""
    return Verdict(True, f"Last commit {short} at {day} by {who}: {what}.{newest}")


def _git(path: Path, session: Session, *verb: str) -> str:
    program = next((each for each in PROGRAMS if each.is_file()), None)
    if program is None:
        raise Trouble("This host has no git.")
    if not path.is_dir():
        raise Trouble(f"{one_line(str(path), 80)} is no folder on this host.")
    settings = (word for setting in _SETTINGS for word in ("-c", setting))
    argv = [str(program), "--no-pager", "--no-optional-locks", *settings, "-C", str(path), *verb]
    said = bytearray()
    ran = session.program(argv, _ENVIRONMENT, said.extend)
    text = said.decode("utf-8", "replace")
    if ran.outcome == "passed":
        return text
    session.say(text.rstrip())
    if "dubious ownership" in text:
        raise Trouble(f"{path} belongs to another account, and git reads only one's own: run this as that account.")
    if "not a git repository" in text:
        raise Trouble(f"{path} is no git repository.")
    raise Trouble(ran.says)


def _records(text: str, count: int) -> Iterator[list[str]]:
    """Each record's fields; the second is a time, shown in UTC. What has not so many fields is left out."""
    for record in text.split(_RECORD):
        fields = [one_line(field, 100) for field in record.strip().split(_FIELD, count - 1)]
        if len(fields) == count:
            yield [fields[0], _utc(fields[1]), *fields[2:]]


def _utc(text: str) -> str:
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return text

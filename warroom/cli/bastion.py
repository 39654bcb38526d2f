"""`warroom bastion`: people come in by SSH, each by their own key, and get warroom and nothing else."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.domain.errors import Refused, Unavailable

if TYPE_CHECKING:
    from warroom.bastion.findings import Finding
    from warroom.bastion.openssh import Door

_ACCOUNT = "warroom"
_SIGNS = {"ok": "ok", "open": "OPEN", "unknown": "?"}


def setup(session: Session, values: Values) -> int:
    """Print what OpenSSH needs, or write it into a folder; nothing is put into force."""
    from warroom.bastion.files import account
    from warroom.bastion.openssh import DROP_IN, authorized_keys, drop_in, steps

    user = values.get("user", _ACCOUNT)
    if account(user)[1] == 0:
        session.out.say(f"{user} is root, whom no key should open: make an account of its own, without rights.")
    door, people, ask = _door(session, values), session.org().playbook.people, "ask" in values
    files = {} if ask else {"authorized_keys": authorized_keys(door, people)}
    files[DROP_IN.rpartition("/")[2]] = drop_in(door, ask)
    files["STEPS"] = steps(door, ask, str(Path(values["out"]).absolute()) if "out" in values else ".")
    if "out" in values:
        _write(Path(values["out"]), files)
    if session.out.json:
        session.out.data({"files": files, "out": values.get("out")})
    elif "out" in values:
        session.out.text(files["STEPS"].rstrip())
    else:
        session.out.text("\n".join(f"──── {name}\n{text}" for name, text in files.items()).rstrip())
    if lacking := [each.name for each in people if not each.keys]:
        session.out.say(f"Without a key, and so without a way in: {', '.join(lacking)}.")
    return 0


def keys(session: Session, values: Values) -> int:
    """For sshd: the line of authorized_keys of one key; nothing where it is nobody's, or for another account."""
    from warroom.bastion.openssh import line
    from warroom.domain.bastion import holder

    key = f"{values['type']} {values['key']}"
    if values["account"] != values.get("user", _ACCOUNT):
        return 0
    if person := holder(session.org(), key):
        session.out.line(line(_door(session, values), person.name, key))
    return 0


def enter(session: Session, values: Values) -> int:
    """A session of the person whom a key names: the console, or what the client asked for."""
    from warroom.bastion.environment import seal
    from warroom.bootstrap import open_bastion, place_of
    from warroom.cli import gate, main

    if not session.db:
        raise Usage("--db is missing: no client may say which database it is.", hint="Run: warroom bastion setup")
    asked, place = os.environ.get("SSH_ORIGINAL_COMMAND", ""), place_of(session.db)
    session.out.json = "--json" in asked.split()
    seal()
    settings = open_bastion(place, values["person"], values["key"])
    words = gate.words_of(asked)
    plain = settings.ascii or "--ascii" in words
    return main.run(words, session.fronts, msgspec.structs.replace(settings, ascii=plain))


def check(session: Session, values: Values) -> int:
    """What is open on this host, with the fix for each. Exit 1 where something is."""
    found = list(_findings(session, values))
    ok, out = all(each.state != "open" for each in found), session.out
    if out.json:
        out.data({"ok": ok, "findings": [_view(each) for each in found]})
        return 0 if ok else 1
    for each in found:
        out.line(f"{_SIGNS[each.state]:<5}{each.what}")
        if each.fix:
            out.line(f"     {each.fix}")
    count = sum(each.state == "open" for each in found)
    unknown = sum(each.state == "unknown" for each in found)
    out.say(f"Open: {count}; could not be looked at: {unknown}.")
    return 0 if ok else 1


def _findings(session: Session, values: Values) -> "list[Finding]":
    from warroom import bootstrap
    from warroom.bastion import files, inspect, openssh

    user = values.get("user", _ACCOUNT)
    found, owner = files.account(user)
    if owner is None:
        return found
    found += files.database(_database(session), owner)
    found += files.programs((Path(sys.executable), Path(bootstrap.__file__).parent))
    if "ask" not in values:
        place = Path(values.get("keys", openssh.KEYS_FILE))
        with files.acting_as(owner):
            org = session.org()
        found += inspect.keys_file(place, org)
    return found + list(inspect.sshd(user, Path(values["config"]) if "config" in values else None))


def _view(found: "Finding") -> dict[str, str | None]:
    return {"state": found.state, "what": found.what, "fix": found.fix or None}


def _door(session: Session, values: Values) -> "Door":
    """How people come in, by this warroom; with `-I`, its Python hears no variables and sees no modules of a user."""
    from warroom.bastion.openssh import KEYS_FILE, Door

    program = (sys.executable, "-I", "-m", "warroom")
    keys = str(Path(values.get("keys", KEYS_FILE)).absolute())
    return Door(values.get("user", _ACCOUNT), program, str(_database(session)), keys)


def _database(session: Session) -> Path:
    from warroom.bootstrap import place_of

    path = place_of(session.settings.db)
    if path is None:
        raise Refused(
            "On Postgres a key proves nothing: the server has to know each person.",
            hint="Give each person an account here and a role there: warroom db grant PERSON",
        )
    return path


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write files that everybody may read into a folder, over none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if there := [name for name in files if os.path.lexists(folder / name)]:
            raise Refused(f"There is already {there[0]} in {folder}.", hint="Remove it, or name another folder.")
        for name, text in files.items():
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with os.fdopen(os.open(folder / name, flags, 0o644), "w", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be written: {error.strerror}.") from None


_USER = Arg("--user", f"the account that people come into; {_ACCOUNT} if left out", required=False)
_ASK = Arg("--ask", "let sshd ask the playbook for each key, without a file of keys", kind="flag", required=False)
_KEYS = Arg("--keys", "where the file of keys lies, in place of /etc/ssh", required=False, path=True)

ACTIONS = {
    "bastion setup": Action(
        "print what OpenSSH needs, from the keys of the playbook; nothing is put into force",
        setup,
        (_USER, _ASK, _KEYS, Arg("--out", "write it into this folder, over no file", required=False, path=True)),
    ),
    "bastion check": Action(
        "prove that people come in by their keys only, and say what is open and how to close it",
        check,
        (
            _USER,
            _ASK,
            _KEYS,
            Arg("--config", "sshd's configuration, in place of its own", required=False, path=True),
        ),
    ),
    "bastion session": Action(
        "for sshd: the console, or what the client asked for, as the person whose key it is",
        enter,
        (Arg("--person", "whose key it is"), Arg("--key", "its fingerprint, SHA256:…")),
    ),
    "bastion keys": Action(
        "for sshd: the line of authorized_keys of one key",
        keys,
        (
            Arg("ACCOUNT", "the account that somebody wants to come into"),
            Arg("TYPE", "the kind of key"),
            Arg("KEY", "the key, as base64"),
            _USER,
        ),
    ),
}

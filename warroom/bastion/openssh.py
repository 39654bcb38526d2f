"""What OpenSSH needs to know of people's keys: lines of `authorized_keys`, and a drop-in for sshd."""

import re
import shlex
from collections.abc import Iterable

import msgspec

from warroom.domain.errors import Invalid
from warroom.domain.org import Person
from warroom.domain.public_keys import bare, fingerprint
from warroom.domain.text import one_line

KEYS_FILE = "/etc/ssh/warroom_authorized_keys"
"Where the account's keys lie: outside its home, so that it cannot let anybody in itself."
DROP_IN = "/etc/ssh/sshd_config.d/60-warroom.conf"
WANTED = (
    ("AuthenticationMethods", "publickey"),
    ("PasswordAuthentication", "no"),
    ("KbdInteractiveAuthentication", "no"),
    ("HostbasedAuthentication", "no"),
    ("PermitTTY", "yes"),
    ("PermitUserRC", "no"),
    ("DisableForwarding", "yes"),
    ("AllowAgentForwarding", "no"),
    ("AllowStreamLocalForwarding", "no"),
    ("AllowTcpForwarding", "no"),
    ("GatewayPorts", "no"),
    ("X11Forwarding", "no"),
    ("PermitTunnel", "no"),
)
"What sshd must do for the account, as `sshd -T` shows it but for its capitals."
GLOBAL = (("PermitUserEnvironment", "no"),)
"The same, for what no Match block can hold."
VARIABLES = ("LANG", "LC_*", "COLORTERM")
"What a client may say about its terminal."
_ACCOUNT = re.compile(r"[a-z_][a-z0-9_-]{0,31}")


class Door(msgspec.Struct, frozen=True):
    """How people come in: into which account, by which words `warroom` is called there, and to which database file.

    `keys`: where the file of keys will lie.
    """

    user: str
    program: tuple[str, ...]
    db: str
    keys: str = KEYS_FILE

    def __post_init__(self) -> None:
        if not _ACCOUNT.fullmatch(self.user):
            raise Invalid(f"“{one_line(self.user, 40)}” is no name of an account.", hint="Such as: warroom")
        for word in (*self.program, self.db, self.keys):
            if not word.isprintable():
                raise Invalid(f"“{one_line(word, 80)}” cannot stand in a file of OpenSSH.", hint="Rename it.")


def line(door: Door, person: str, key: str) -> str:
    """The line of `authorized_keys` by which a key opens a session of its person and nothing else."""
    key = bare(key)
    words = (*door.program, "bastion", "session", "--person", person, "--key", fingerprint(key), "--db", door.db)
    if not person.isprintable():
        raise Invalid(f"“{one_line(person, 80)}” cannot stand in a file of OpenSSH.")
    # Within the quotes sshd gives a meaning to \" alone; the rest is the shell's, for which the words are quoted.
    command = shlex.join(words).replace('"', '\\"')
    return f'restrict,pty,command="{command}" {key}'


def authorized_keys(door: Door, people: Iterable[Person]) -> str:
    """The whole file: a line for each key of each person."""
    lines = [line(door, person.name, key) for person in people for key in person.keys]
    head = f"# Who comes into warroom, by which key: {door.keys} (owner root, mode 644)"
    return "\n".join([head, *lines, ""])


def drop_in(door: Door, ask: bool) -> str:
    """The part of sshd's configuration for the account. `ask`: sshd asks the playbook for each key, without a file."""
    rows = [f"    {name} {value}" for name, value in WANTED]
    if ask:
        words = (*door.program, "bastion", "keys", "%u", "%t", "%k", "--user", door.user, "--db", door.db)
        rows += [
            "    AuthorizedKeysFile none",
            f"    AuthorizedKeysCommand {' '.join(map(_word, words))}",
            f"    AuthorizedKeysCommandUser {door.user}",
        ]
    else:
        rows.append(f"    AuthorizedKeysFile {_word(door.keys)}")
    head = [f"# People come into warroom by their keys, and get nothing else: {DROP_IN}"]
    head += [f"{name} {value}" for name, value in GLOBAL]
    tail = [f"    AcceptEnv {' '.join(VARIABLES)}", "    ClientAliveInterval 15", "    ClientAliveCountMax 3"]
    return "\n".join([*head, "", f"Match User {door.user}", *rows, *tail, "", "Match all", ""])


def steps(door: Door, ask: bool, files: str) -> str:
    """What an administrator does with both files, which lie in the folder `files`."""
    there = shlex.quote(files)
    keys = f"install -o root -g root -m 644 {there}/authorized_keys {shlex.quote(door.keys)}"
    lines = [
        "What to do as root on the bastion; nothing of it has been done yet:",
        "",
        "1. Make the account, where there is none. It has no password, and its home is nobody else's:",
        f"     useradd --system --create-home --shell /bin/sh {door.user}",
        f"     chmod 700 ~{door.user}",
        "2. Put the database into a folder that is the account's alone (owner, mode 700), and keep an engine running:",
        f"     {door.db}",
        "3. Say who may come in, and how:",
        *([] if ask else [f"     {keys}"]),
        f"     install -o root -g root -m 644 {there}/{DROP_IN.rpartition('/')[2]} {DROP_IN}",
        "     sshd -t && systemctl reload ssh",
        "4. Prove it:",
        f"     {shlex.join(door.program)} bastion check --user {door.user} --db {shlex.quote(door.db)}",
        "",
    ]
    if not ask:
        lines += ["When keys in the playbook change, run this again and repeat step 3.", ""]
    return "\n".join(lines)


def _word(word: str) -> str:
    """One word of a command in sshd's configuration, where a percent sign begins a token of sshd's own."""
    if word in ("%u", "%t", "%k"):
        return word
    word = word.replace("%", "%%")
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if set(word) & set(" '\"\\#") else word

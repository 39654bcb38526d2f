#!/usr/bin/env python3
"""Checks an incident that was handed over for custody: python3 -I verify.py [FOLDER] [--signers FILE].

A second implementation, on purpose: it imports nothing but Python's standard library (3.9 or newer) and shares no line
with the program that wrote the folder, so whoever runs it need trust neither. Signatures are checked by ssh-keygen.
FOLDER is where this file lies unless another one is named; run a copy of this file that you had before.

0: all of it holds; 1: something does not, and the first such thing is named; 2: it cannot be checked.
"""

import base64
import hashlib
import json
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

BUNDLE, LINKS, CHECKPOINTS, VERIFIER = "incident.bundle.jsonl", "links.txt", "checkpoints.txt", "verify.py"
MANIFEST = "SHA256SUMS"
NAMESPACE = "warroom-checkpoint"
NOTHING = bytes(32)
CHECKPOINT = re.compile(
    r"warroom checkpoint 1\nlog ([0-9a-f-]+)\nepoch (\d+)\nposition (\d+)\nhash ([0-9a-f]{64})\n"
    r"at (\d+) microseconds since 1970 UTC\nkey (SHA256:[A-Za-z0-9+/]{43})\n",
    re.ASCII,
)
ARMOUR = re.compile(r"-----BEGIN SSH SIGNATURE-----\n[A-Za-z0-9+/=\n]+-----END SSH SIGNATURE-----\n", re.ASCII)


class Broken(Exception):
    """Something does not hold."""


class Unchecked(Exception):
    """It cannot be checked."""


def sha256(data: bytes) -> bytes:
    """The digest of bytes."""
    return hashlib.sha256(data).digest()


def read(folder: Path, name: str) -> bytes:
    """A file of the folder."""
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise Unchecked(f"{name} cannot be read: {error.strerror}") from None


def manifest(folder: Path) -> "dict[str, bytes]":
    """Every file of the folder, as the list of digests has it."""
    names = sorted((BUNDLE, LINKS, CHECKPOINTS, VERIFIER))
    files = {name: read(folder, name) for name in names}
    lines = read(folder, MANIFEST).split(b"\n")
    if len(lines) != len(names) + 1 or lines[-1]:
        raise Broken(f"{MANIFEST} has more or fewer lines than there are files")
    for number, name in enumerate(names):
        if lines[number] != f"{sha256(files[name]).hex()}  {name}".encode():
            raise Broken(f"{name} was changed, or its line in {MANIFEST}")
    return files


def bundle(data: bytes) -> "tuple[dict[str, Any], list[dict[str, Any]], set[str]]":
    """The head, the events and the digests of the evidence; each line is held against those before it."""
    check, values = sha256(b"warroom bundle 1\n").hex(), []
    lines = data.split(b"\n")
    if lines.pop():
        raise Broken(f"{BUNDLE} ends before its last line")
    for number, line in enumerate(lines, 1):
        payload = b"{" + line[len(b'{"check":"') + 64 + 2 :]
        check = sha256(check.encode() + payload).hex()
        if line[: len(b'{"check":"') + 64 + 2] != b'{"check":"' + check.encode() + b'",':
            raise Broken(f"{BUNDLE} line {number} was changed, or a line before it is missing")
        values.append(json.loads(payload))
    head, end = values[0], values[-1]
    rows = [value["row"] for value in values if "row" in value]
    blobs = [value for value in values if "blob" in value]
    if len(values) != len(rows) + len(blobs) + 2 or (end.get("rows"), end.get("blobs")) != (len(rows), len(blobs)):
        raise Broken(f"{BUNDLE} has more or fewer lines than it says")
    for blob in blobs:
        if sha256(base64.b64decode(blob["content"], validate=True)).hex() != blob["blob"]:
            raise Broken(f"the evidence {blob['blob'][:12]} was changed")
    return head, rows, {blob["blob"] for blob in blobs}


def raw(value: "str | None") -> "bytes | None":
    """Bytes as JSON carries them."""
    return None if value is None else base64.b64decode(value, validate=True)


def stream(head: "dict[str, Any]", rows: "list[dict[str, Any]]", evidence: "set[str]") -> int:
    """Derive the hash of every event again; how many bodies were redacted."""
    before, redacted = NOTHING, 0
    for number, row in enumerate(rows, 1):
        where = f"event {number} (position {row['pos']})"
        if row["stream"] != head["stream"] or row["seq"] != number:
            raise Broken(f"{where} is not the next one of the incident")
        salt, body = raw(row["salt"]), raw(row["body"])
        if (salt is None) != (body is None):
            raise Broken(f"{where}: its body was changed")
        if salt is None or body is None:
            redacted += 1
        elif len(salt) != 16 or sha256(salt + body) != raw(row["body_hash"]):
            raise Broken(f"{where}: its body was changed")
        elif row["name"] == "evidence-added.v1" and json.loads(body)["digest"] not in evidence:
            raise Broken(f"{where}: its evidence is missing")
        if raw(row["prev"]) != before:
            raise Broken(f"{where}: the chain is broken before it")
        before = envelope(head["log_id"], row)
        if raw(row["hash"]) != before:
            raise Broken(f"{where}: its envelope was changed")
    return redacted


def envelope(log_id: str, row: "dict[str, Any]") -> bytes:
    """The hash of an event."""
    parts = [b"warroom event 1\n"]
    for text in (log_id, *(row[key] for key in ("stream", "event_id", "command_id", "name", "actor", "via"))):
        parts += [struct.pack(">i", len(text.encode())), text.encode()]
    numbers = (row[key] for key in ("seq", "ord", "happened", "recorded", "appended"))
    parts += [struct.pack(">qiqqq", *numbers), raw(row["body_hash"]) or b"", raw(row["prev"]) or b""]
    return sha256(b"".join(parts))


def links(data: bytes, head: "dict[str, Any]", rows: "list[dict[str, Any]]") -> "dict[int, tuple[int, bytes]]":
    """The log's hash at every position from the first event on: of other incidents no more than hashes are there."""
    lines = data.decode("ascii").split("\n")
    start = re.fullmatch(r"before ([0-9a-f]{64})", lines[2])
    if lines[:2] != ["warroom links 1", f"log {head['log_id']}"] or start is None or lines.pop():
        raise Broken(f"{LINKS} does not begin or end as it should")
    mine = {row["pos"]: row for row in rows}
    chain, found, last = bytes.fromhex(start[1]), {}, rows[0]["pos"] - 1
    if last == 0 and chain != NOTHING:
        raise Broken("the log does not begin with nothing")
    for line in lines[3:]:
        link = re.fullmatch(r"(\d+) (\d+) ([0-9a-f]{64})", line, re.ASCII)
        if link is None or int(link[2]) != last + 1:
            raise Broken(f"{LINKS}: position {last + 1} is missing")
        epoch, last, hash_ = int(link[1]), int(link[2]), bytes.fromhex(link[3])
        chain = sha256(b"warroom log 1\n" + chain + struct.pack(">qq", epoch, last) + hash_)
        found[last] = (epoch, chain)
        row = mine.pop(last, None)
        if row and (row["epoch"], raw(row["hash"]), raw(row["log_hash"])) != (epoch, hash_, chain):
            raise Broken(f"position {last} of the log is another one than in the incident")
    if mine:
        raise Broken(f"{LINKS} ends before position {max(mine)}")
    return found


def checkpoints(
    data: bytes, log_id: str, chain: "dict[int, tuple[int, bytes]]", signers: str
) -> "list[tuple[int, str]]":
    """The positions that are vouched for, and by whom; every checkpoint has to hold."""
    text, found, place = data.decode("ascii"), [], 0
    while place < len(text):
        made = CHECKPOINT.match(text, place)
        armour = made and ARMOUR.match(text, made.end())
        if made is None or armour is None:
            raise Broken(f"{CHECKPOINTS} holds something that is no checkpoint")
        pos, place = int(made[3]), armour.end()
        if made[1] != log_id or chain.get(pos) != (int(made[2]), bytes.fromhex(made[4])):
            raise Broken(f"the checkpoint of position {pos} vouches for another log")
        found.append((pos, signature(made, armour[0], signers)))
    return sorted(found)


def signature(made: "re.Match[str]", armour: str, signers: str) -> str:
    """Who signed a checkpoint: the name on the list, or the key where there is none."""
    with tempfile.NamedTemporaryFile("w", suffix=".sig") as file:
        file.write(armour)
        file.flush()
        held = run(["check-novalidate", "-n", NAMESPACE, "-s", file.name], made[0])
        if held is None or not re.search(rf"{re.escape(made[6])}(?![A-Za-z0-9+/])", held):
            raise Broken(f"the signature of the checkpoint of position {made[3]} does not hold")
        if not signers:
            return made[6]
        for name in (run(["find-principals", "-s", file.name, "-f", signers], "") or "").splitlines():
            if run(["verify", "-f", signers, "-I", name, "-n", NAMESPACE, "-s", file.name], made[0]) is not None:
                return name
    raise Broken(f"{made[6]}, which signed position {made[3]}, is no allowed signer")


def run(words: "list[str]", text: str) -> "str | None":
    """What ssh-keygen -Y says, None where it refuses."""
    try:
        done = subprocess.run(["ssh-keygen", "-Y", *words], input=text.encode(), capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        raise Unchecked("ssh-keygen is missing, so the signatures cannot be checked") from None
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None


def verify(folder: Path, signers: str) -> "list[str]":
    """Check everything; what is to be said of it."""
    files = manifest(folder)
    head, rows, evidence = bundle(files[BUNDLE])
    if head.get("bundle") != 1 or not rows:
        raise Unchecked(f"{BUNDLE} is none that this program knows")
    redacted = stream(head, rows, evidence)
    chain = links(files[LINKS], head, rows)
    held = f"{len(rows)} events, {len(evidence)} files of evidence, {redacted} redacted"
    said = [f"ok: INC-{head['number']} of log {head['log_id']}: {held}"]
    if signers:
        read(Path(), signers)  # ssh-keygen would take a list that is not there for one on which nobody stands
    vouched = checkpoints(files[CHECKPOINTS], head["log_id"], chain, signers)
    for pos, by in vouched:
        said.append(f"vouched: up to position {pos}, by {by}")
    open_ = [row["seq"] for row in rows if row["pos"] > (vouched[-1][0] if vouched else 0)]
    if open_:
        said.append(f"From event {open_[0]} of {len(rows)} on, nothing but the chain vouches for it.")
    if vouched and not signers:
        said.append("Whose keys these are, is for you to know: name a file of allowed signers with --signers.")
    return said


def say(*lines: str) -> None:
    """Print lines; what a folder holds is data, and no escape code of it reaches the terminal."""
    for line in lines:
        sys.stdout.write("".join(letter if letter.isprintable() else "?" for letter in line) + "\n")


def main(words: "list[str]") -> int:
    """Check the folder that the words name."""
    signers = ""
    if "--signers" in words[:-1]:
        place = words.index("--signers")
        signers = words[place + 1]
        words = words[:place] + words[place + 2 :]
    folder = Path(words[0]) if words else Path(__file__).resolve().parent
    try:
        say(*verify(folder, signers))
    except Broken as broken:
        say(f"broken: {broken}")
        return 1
    except Unchecked as unchecked:
        say(f"unchecked: {unchecked}")
        return 2
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError, struct.error) as error:
        say(f"broken: something has another form than it should ({type(error).__name__})")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

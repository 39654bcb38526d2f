"""The libpq service file: the one place that says where a database is, and with which password.

Read here and not by libpq, because libpq fills what a section leaves open from the environment of the console, and the
password of the console's own database (PGPASSWORD) must never go to another server. PGSERVICEFILE and PGSYSCONFDIR,
which say where the file is, are the only variables that count.
"""

import os
import pwd
from pathlib import Path

from warroom.domain.text import one_line
from warroom.probes.network import read_address, refuse_metadata, resolve
from warroom.probes.session import Trouble

_LARGEST = 256 * 1024
# What libpq takes where nothing is said, and where it takes an empty text for a mistake.
_DEFAULTS = {
    "sslcertmode": "allow",
    "min_protocol_version": "3.0",
    "max_protocol_version": "3.0",
    "require_auth": "!sspi",  # that is: anything; SSPI is for Windows, and there is no word for all of them
}
_NEVER = ("service", "servicefile")


def settings(name: str) -> dict[str, str]:
    """Every parameter of the connection to this service; what it leaves open is what libpq takes without environment.

    Each host is looked up and checked here, and goes with its address: libpq looks up nothing. Trouble where there is
    no such service, or none that a diagnostic may go to.
    """
    from psycopg.pq import Conninfo

    section = find(name)
    known = Conninfo.get_defaults()
    if stranger := next(iter(sorted(section.keys() - {each.keyword.decode() for each in known})), ""):
        raise Trouble(f"The service {name} has an unknown setting: {one_line(stranger, 60)}.")
    # Said explicitly, even as an empty text: only what is not said is taken from the environment.
    fixed = {each.keyword.decode(): (each.compiled or b"").decode() for each in known if each.envvar}
    # libpq itself would take the service from PGSERVICE. It finds nothing there that is not said here already.
    fixed |= {keyword: value for keyword, value in _DEFAULTS.items() if keyword in fixed}
    given = {**fixed, "user": _login(), **section, "service": name}
    return {**given, **_places(given, name)}


def find(name: str) -> dict[str, str]:
    """The section of a service: the user's file first, then the system's, as libpq does it."""
    files = [Path(os.environ.get("PGSERVICEFILE") or Path.home() / ".pg_service.conf")]
    if folder := os.environ.get("PGSYSCONFDIR"):
        files.append(Path(folder) / "pg_service.conf")
    for file in files:
        if (section := _section(file, name)) is not None:
            return section
    places = one_line(", ".join(map(str, files)), 160)
    raise Trouble(f"There is no service “{name}” in the libpq service file ({places}).")


def _login() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


def _section(file: Path, name: str) -> dict[str, str] | None:
    """What libpq would read: the first section of this name, and of each setting the first."""
    try:
        if not file.exists():
            return None
        if file.stat().st_size > _LARGEST:
            raise Trouble(f"{one_line(str(file), 160)} is larger than {_LARGEST // 1024} KiB.")
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise Trouble(f"{one_line(str(file), 160)} cannot be read: {why}.") from None
    found: dict[str, str] | None = None
    for line in map(str.strip, lines):
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            if found is not None:
                break
            found = {} if line.startswith(f"[{name}]") else None
        elif found is not None:
            key, equals, value = line.partition("=")
            if not equals or key in _NEVER or line.startswith("ldap"):
                # Without the line itself: it may be a password.
                raise Trouble(f"The service {name} holds a line that a diagnostic does not follow: write NAME=VALUE.")
            found.setdefault(key, value)
    return found


def _places(given: dict[str, str], name: str) -> dict[str, str]:
    """`host`, `hostaddr` and `port` as lists of equal length: one entry for each address, which was checked."""
    hosts, addresses, ports = (given[key].split(",") if given[key] else [] for key in ("host", "hostaddr", "port"))
    count = max(len(hosts), len(addresses), 1)
    hosts, addresses = hosts or [""] * count, addresses or [""] * count
    ports = ports * count if len(ports) == 1 else ports
    if not len(hosts) == len(addresses) == len(ports) == count:
        raise Trouble(f"The service {name} does not have as many hosts as addresses and ports.")
    places = list[tuple[str, str, str]]()
    for host, address, port in zip(hosts, addresses, ports, strict=True):
        if address:
            found = [read_address(address)]
        elif not host or host.startswith(("/", "@")):
            found = [""]  # a socket of this machine
        else:
            found = resolve(host, None)
        for each in filter(None, found):
            refuse_metadata(each)
        places += [(host, each, port) for each in found]
    host, hostaddr, port = (",".join(column) for column in zip(*places, strict=True))
    return {"host": host, "hostaddr": hostaddr, "port": port}

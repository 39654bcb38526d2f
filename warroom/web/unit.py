"""The unit that keeps `warroom serve` alive under systemd, for the program that runs now."""

import sys
from pathlib import Path

from warroom.domain.errors import Invalid
from warroom.domain.text import one_line
from warroom.web.links import public
from warroom.web.server import place

_UNIT = """\
# What serves warroom, for systemd: /etc/systemd/system/warroom.service
# Which database it is stands in /etc/warroom/environment (mode 600): WARROOM_DB=postgresql://…
# For each secret, such as a channel's, one line LoadCredential=NAME:/etc/warroom/secrets/NAME
[Unit]
Description=warroom: engine and acknowledge links
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={program} serve{options}
EnvironmentFile=-/etc/warroom/environment
Environment=WARROOM_CONFIG=/etc/warroom/config.toml XDG_STATE_HOME=/var/lib WARROOM_SECRETS=/var/lib/warroom/secrets
DynamicUser=yes
StateDirectory=warroom
StateDirectoryMode=0700
UMask=0077
Restart=always
RestartSec=2
WatchdogSec=60
TimeoutStopSec=10

NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged

[Install]
WantedBy=multi-user.target
"""


def unit(bind: str, url: str) -> str:
    """The unit that serves on `bind` (HOST:PORT) with the public address `url` ("" = none), checked as `serve` does.

    Invalid where either is none, or where a unit could not hold one of them.
    """
    place(bind)
    given = (("--bind", bind), ("--url", public(url)))
    # In what follows the program a dollar sign begins a variable.
    options = [f" {name} {quoted(value).replace('$', '$$')}" for name, value in given if value]
    return _UNIT.format(program=quoted(str(Path(sys.argv[0]).resolve())), options="".join(options))


def quoted(word: str) -> str:
    """One word of a command line in a unit, which stays one there whatever it holds. Invalid for control characters."""
    if not word.isprintable():
        raise Invalid(f"“{one_line(word, 80)}” cannot stand in a unit.", hint="Leave out what cannot be printed.")
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%")):
        word = word.replace(sign, written)
    return f'"{word}"' if any(sign in word for sign in " '\"\\;") else word

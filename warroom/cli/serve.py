"""`warroom serve`: an engine and acknowledge links, for a host that is always there; and the unit that keeps it so."""

import sys
from pathlib import Path

from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session

_BIND = "127.0.0.1:8008"

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


def serve(session: Session, values: Values) -> int:
    """Run engine and web until they are stopped; or only print the unit."""
    bind, url = values.get("bind", _BIND), values.get("url", "")
    if "print_unit" in values:
        session.out.text(_unit(bind, url).rstrip())
        return 0
    return session.serve(session.settings, bind, url, session.out.say)


def _unit(bind: str, url: str) -> str:
    """The unit, for the program that runs now, with the options as they were given."""
    options = "".join(
        f" {name} {value}" for name, value in (("--bind", bind if bind != _BIND else ""), ("--url", url)) if value
    )
    # In a unit a percent sign begins a specifier.
    return _UNIT.format(program=Path(sys.argv[0]).resolve(), options=options.replace("%", "%%"))


ACTIONS = {
    "serve": Action(
        "run an engine and answer acknowledge links, until it is stopped",
        serve,
        (
            Arg("--bind", f"HOST:PORT to listen on; {_BIND} if left out", required=False),
            Arg("--url", "the public address of links, https://…; without it pages bear none", required=False),
            Arg(
                "--print-unit",
                "print a unit for systemd, with these options, and do nothing",
                "print_unit",
                "flag",
                False,
            ),
        ),
    ),
}

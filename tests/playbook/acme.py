"""A small organisation with rosters, ladders, channels and a module, for the tests of their readers."""

from pathlib import Path

from tests.playbook.files import write

FILES = {
    "organisation.yaml": "name: Acme\n",
    "severities.yaml": """\
        severities:
          - {level: 1, name: SEV1, title: Critical, definition: Worse.}
          - {level: 2, name: SEV2, title: Major, definition: Bad.}
        """,
    "services.yaml": """\
        services:
          - {name: web, schedules: [primary, backup]}
          - {name: payments}
        """,
    "people.yaml": """\
        people:
          - name: ana
            contacts:
              - {channel: phone, to: "+1 202 555 0101", urgencies: [high], after: 2m}
              - {name: private, channel: phone, to: "+1 202 555 0102"}
              - {channel: console}
          - name: bo
        """,
    "channels.yaml": """\
        channels:
          - name: phone
            kind: apprise
            secret: phone
            at_most: 3
            per: 10m
            drill: true
          - {name: hook, kind: webhook, secret: hook}
          - {name: console, kind: console}
        """,
    "schedules.yaml": """\
        schedules:
          - name: primary
            title: First
            team: web
            time_zone: Europe/Berlin
            layers:
              - name: week
                members: [ana, nobody, bo, ana]
                start: 2026-01-05 09:00
                turn: daily
                every: 2
                windows:
                  - {days: [mon-wed, fri], from: "09:00", until: "17:00"}
                  - {days: [sat-sun], from: "22:00", until: "06:00"}
              - name: always
                members: [bo]
                start: 2026-01-05 09:00
                time_zone: Asia/Singapore
                joins: true
          - name: backup
            layers:
              - {name: month, members: [bo], start: 2026-01-01 00:00, turn: monthly}
        """,
    "ladders.yaml": """\
        ladders:
          - name: loud
            title: Loud
            rungs:
              - page: [schedule primary, person ana]
                delay: 5m
              - page: [rotation primary/always, role commander]
                delay: 1h
              - page: [channel hook, service secondary]
                delay: 7d
            repeat: forever
            urgency: low
            nobody: hold
            time_zone: Europe/Berlin
            quiet: [{from: "22:00", until: "06:00"}]
            silent_after: 30m
        routes:
          - {ladder: loud, levels: [1, 2], services: [web]}
        checklists:
          - {runbooks: [latency], levels: [2]}
        """,
    "runbooks/latency.yaml": "runbook: latency\ntitle: Slow\nphases: [{name: A, steps: [{do: Look}]}]\n",
    "modules/pay/module.yaml": "title: Pay\nservices: [payments]\n",
    "modules/pay/severities.yaml": """\
        severities:
          - {level: 7, name: P7, title: Odd, definition: Odd.}
        """,
    "modules/pay/channels.yaml": "channels: [{name: bank, kind: webhook, secret: bank}]\n",
    "modules/pay/ladders.yaml": """\
        ladders:
          - {name: money, rungs: [{page: [channel bank, channel hook], delay: 1m}]}
        routes:
          - {ladder: money, levels: [7]}
          - {ladder: loud}
        checklists:
          - {runbooks: [refund]}
        """,
    "modules/pay/runbooks/refund.yaml": "runbook: refund\ntitle: R\nphases: [{name: A, steps: [{do: Look}]}]\n",
}


def acme(folder: Path) -> Path:
    """Its folder, in which all is well."""
    for name, text in FILES.items():
        write(folder / "acme", name, text)
    return folder / "acme"


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replace something in one of its files."""
    text = (folder / name).read_text()
    assert text.count(old) == 1
    (folder / name).write_text(text.replace(old, new))

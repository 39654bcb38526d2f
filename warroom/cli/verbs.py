"""What the command line can do, at a glance: each verb, the module that carries it out, and one line about it.

Plain data, so that `warroom --help` and the way to a verb cost no imports; a test holds it against the modules.
"""

GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "Look": {
        "join": ("console", "open the console on an incident"),
        "list": ("incident", "every incident"),
        "status": ("incident", "the open incidents, in short"),
        "show": ("incident", "one incident, whole"),
        "oncall": ("oncall", "who is on call; overrides, swaps and absences"),
        "follow": ("timeline", "one incident's timeline, as it grows"),
        "replay": ("replay", "an incident at any moment of it, in the console or as text"),
        "bookmark": ("replay", "mark a place for replays"),
    },
    "Run an incident": {
        "declare": ("incident", "declare an incident"),
        "ack": ("clock", "acknowledge it"),
        "page": ("escalation", "page somebody now"),
        "escalate": ("escalation", "fire the next rung of the ladder now"),
        "milestone": ("clock", "set or correct a milestone"),
        "sev": ("severity", "change the severity"),
        "role": ("roles", "take, offer, accept, decline or release a role"),
        "runbook": ("runbook", "attach, import, suggest, list, show or lint runbooks"),
        "step": ("checklist", "tick, skip, fail, claim or reopen a step of a runbook"),
        "service": ("services", "set the health of a service; look at the catalogue"),
        "note": ("record", "write a note"),
        "decide": ("record", "record a decision"),
        "correct": ("record", "correct a note or decision"),
        "redact": ("custody", "take a pasted secret out of the database, for good"),
        "evidence": ("record", "keep a file as evidence"),
        "undo": ("incident", "undo your last act"),
        "break-glass": ("access", "take a commander's rights in one incident, loudly"),
        "resolve": ("clock", "the incident is over for those it hurt"),
        "close": ("clock", "nothing more to do"),
        "reopen": ("clock", "back to active"),
    },
    "Prepare": {
        "demo": ("console", "a real past incident, played live: the place to start"),
        "practice": ("practice", "command a drill alone, with simulated colleagues"),
        "init": ("org", "put the sample organisation into the database"),
        "playbook": ("org", "publish, lint, compare or show the organisation"),
        "doctor": ("doctor", "prove that every incident pages a human in time"),
        "simulate": ("simulate", "who would be paged when, if nobody answered"),
        "permissions": ("access", "who may do what"),
        "severities": ("severity", "the severities and what they ask"),
        "glossary": ("glossary", "what the organisation's words mean"),
        "import": ("imports", "bring past incidents in: reports, status feeds, bundles"),
        "export": ("log", "write one incident as a bundle, for another database"),
        "config": ("config", "show or check the settings"),
        "db": ("db", "on Postgres: which login role is whose, and what the server enforces"),
        "engine": ("engine", "fire ladders and send pages from this host"),
        "drill": ("drill", "play a scenario, look at it, abort it; write scenarios; page every rung of a ladder"),
        "bastion": ("bastion", "let people in by SSH, each by their own key"),
        "serve": ("serve", "an engine and acknowledge links, for a host that is always there"),
        "verify": ("log", "check that nothing in the log, or in a bundle, was changed"),
        "checkpoint": ("custody", "sign where the log ends, with a copy elsewhere"),
        "backup": ("backup", "copy the log while it is in use"),
        "restore": ("backup", "put a backup back, try one, or let a restored log send again"),
    },
}
VERBS: dict[str, tuple[str, str]] = {verb: about for group in GROUPS.values() for verb, about in group.items()}

COMMON = """\
Everywhere, before or after the verb:
  --db URL      the database: a path, sqlite:///PATH or postgresql://… (or WARROOM_DB)
  --as NAME     who you are; only on SQLite, where nothing enforces it, and the record says so
  --json        data as JSON
  --ascii       nothing beyond ASCII
  --help        help, on a verb too
  --version     which version this is"""


def overview() -> str:
    """The text of `warroom --help`."""
    lines = ["Run a production incident together, from the terminal.", "", "usage: warroom [VERB] [INC] …", ""]
    lines += ["Without a verb, on a terminal: the console.", ""]
    for group, verbs in GROUPS.items():
        lines += [group, *(f"  {verb:<12}{about}" for verb, (_, about) in verbs.items()), ""]
    lines += ["INC is INC-4, 4 or a UUID; it may be left out while exactly one incident is open.", "", COMMON]
    return "\n".join(lines)

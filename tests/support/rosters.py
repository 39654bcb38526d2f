"""A shop whose services have people on call."""

from datetime import datetime, time

import msgspec

from tests.support.builders import PLAYBOOK
from warroom.domain.contacts import Contact
from warroom.domain.org import Person
from warroom.domain.roster import Layer, Schedule, Window
from warroom.domain.services import Service

_MONDAY = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - wall-clock time
_OFFICE = Window((0, 1, 2, 3, 4), time(9), time(17))

#: ana, bo and cy have payments for a week each, ana from 4 May; di has the ledger on working days, 9 to 17.
ROSTERS = msgspec.structs.replace(
    PLAYBOOK,
    people=(
        Person(
            "ana", "Ana Ruiz", "Europe/Berlin", "payments", ("aruiz",), contacts=(Contact("phone", "sms", "+49 30"),)
        ),
        *(Person(name, time_zone="Europe/Berlin") for name in ("bo", "cy", "di")),
    ),
    services=(
        Service("checkout", depends_on=("payments",)),
        Service("payments", schedules=("payments", "ledger")),
    ),
    schedules=(
        Schedule("payments", (Layer("week", ("cy", "bo", "ana"), _MONDAY),), "Europe/Berlin", "Card payments"),
        Schedule("ledger", (Layer("day", ("di",), _MONDAY, windows=(_OFFICE,)),), "Europe/Berlin"),
    ),
)

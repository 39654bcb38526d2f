"""The time zone in which somebody reads times: the one asked for, else their own."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from warroom.cli.options import Arg, Values
from warroom.cli.session import Session
from warroom.domain.errors import Invalid
from warroom.domain.org import Org

ZONE = Arg("--zone", "the time zone to read and show times in, not your own", required=False)


def zone_of(session: Session, values: Values, org: Org) -> ZoneInfo:
    """The zone that was asked for, else that of whoever asks. Invalid where there is none of that name."""
    from warroom.bootstrap import asking

    name = values.get("zone") or org.zone(asking(session.settings, org))
    try:
        return ZoneInfo("UTC" if name.lower() == "utc" else name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = "Take an IANA name such as Europe/Berlin, or utc."
        raise Invalid(f"“{name}” is no time zone.", hint=hint) from None

"""What every verb that concerns pages says where no engine runs: whoever reads it must not wait for a page in vain."""

from collections.abc import Iterable

from warroom.cli.session import Session
from warroom.domain.incident import Incident

NOBODY = "No engine runs: nobody is paged. Run: warroom engine"
STILL = "No engine runs: nothing comes by itself, and nobody is paged. Run: warroom engine"


def remark(session: Session, incident: Incident) -> list[str]:
    """That sentence, where this incident waits for an engine and none leads."""
    from warroom.domain.event import incident_stream

    return remarks(session, (incident_stream(incident.id),))


def remarks(session: Session, streams: Iterable[str]) -> list[str]:
    """That sentence, where any of these streams waits for an engine and none leads."""
    from warroom.domain import restored
    from warroom.room.engines import engines, waiting

    store = session.room().store
    if not waiting(store).intersection(streams):
        return []
    if held := restored.warning(session.room().feed(None).refresh().org):
        return [held]
    return [] if engines(store).leads else [NOBODY]


def unplayed(session: Session) -> str:
    """What is said of a drill where no engine leads, "" = one does."""
    from warroom.room.engines import engines

    return "" if engines(session.room().store).leads else STILL

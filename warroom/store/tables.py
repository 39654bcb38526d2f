"""The tables, as SQLModel. The numbered migrations create exactly these (a test compares them); the hot path speaks
SQL directly, and everything else may query through these classes."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


def _text(**more: object) -> Column[str]:
    return Column(Text, nullable=False, **more)  # type: ignore[arg-type]


def _big(**more: object) -> Column[int]:
    return Column(BigInteger, nullable=False, **more)  # type: ignore[arg-type]


def _bytes(**more: object) -> Column[bytes]:
    return Column(LargeBinary, nullable=False, **more)  # type: ignore[arg-type]


class HeadTable(SQLModel, table=True):
    """One row: which log this is and where it ends. `min_writer`: the oldest schema that may write."""

    __tablename__ = "head"
    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    log_id: str = Field(sa_column=_text())
    epoch: int = Field(sa_column=_big())
    pos: int = Field(sa_column=_big())
    hash: bytes = Field(sa_column=_bytes())
    appended: int = Field(sa_column=_big())
    version: int = Field(sa_column=_big())
    min_reader: int = Field(sa_column=_big())
    min_writer: int = Field(sa_column=_big())


class StreamTable(SQLModel, table=True):
    """One row per stream: where it ends. `number`: the short number of an incident, null for other streams."""

    __tablename__ = "stream"
    name: str = Field(sa_column=_text(primary_key=True))
    number: int | None = Field(sa_column=Column(BigInteger, unique=True))
    seq: int = Field(sa_column=_big())
    hash: bytes = Field(sa_column=_bytes())


class EventTable(SQLModel, table=True):
    """The envelope of every event. UPDATE and DELETE are refused by the database itself."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("stream", "seq"), UniqueConstraint("command_id", "ord"))
    pos: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    epoch: int = Field(sa_column=_big())
    stream: str = Field(sa_column=_text())
    seq: int = Field(sa_column=_big())
    event_id: str = Field(sa_column=_text(unique=True))
    command_id: str = Field(sa_column=_text())
    ord: int = Field(sa_column=_big())
    name: str = Field(sa_column=_text())
    actor: str = Field(sa_column=_text())
    via: str = Field(sa_column=_text())
    happened: int = Field(sa_column=_big())
    recorded: int = Field(sa_column=_big())
    appended: int = Field(sa_column=_big())
    body_hash: bytes = Field(sa_column=_bytes())
    prev: bytes = Field(sa_column=_bytes())
    hash: bytes = Field(sa_column=_bytes())
    log_hash: bytes = Field(sa_column=_bytes())


class BodyTable(SQLModel, table=True):
    """The body of an event, apart from its envelope, so that one audited door can redact it."""

    __tablename__ = "body"
    pos: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    salt: bytes = Field(sa_column=_bytes())
    body: bytes = Field(sa_column=_bytes())


class RedactionTable(SQLModel, table=True):
    """The audited door: only the body of a position named here may be deleted."""

    __tablename__ = "redaction"
    pos: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    by: str = Field(sa_column=_text())
    because: str = Field(sa_column=_text())


class CheckpointTable(SQLModel, table=True):
    """Signed checkpoints, as text: one for a position and a signing key. They stay, as events do."""

    __tablename__ = "checkpoint"
    pos: int = Field(sa_column=_big(primary_key=True, autoincrement=False))
    key: str = Field(sa_column=_text(primary_key=True))
    text: str = Field(sa_column=_text())


class SummaryTable(SQLModel, table=True):
    """One row per incident, for lists; written in the transaction of each change."""

    __tablename__ = "summary"
    stream: str = Field(sa_column=_text(primary_key=True))
    number: int = Field(sa_column=_big(unique=True))
    title: str = Field(sa_column=_text())
    status: str = Field(sa_column=_text())
    level: int = Field(sa_column=_big())
    severity: str = Field(sa_column=_text())
    commander: str = Field(sa_column=_text())
    declared: int = Field(sa_column=_big())
    origin: int = Field(sa_column=_big())
    origin_name: str = Field(sa_column=_text())
    ended: int | None = Field(sa_column=Column(BigInteger))
    seq: int = Field(sa_column=_big())
    clock: str = Field(sa_column=_text())


class TimerTable(SQLModel, table=True):
    """What falls due when, in database time. A key begins with its kind and a colon (`rung:…`)."""

    __tablename__ = "timer"
    __table_args__ = (Index("ix_timer_key", "key", "due"),)
    stream: str = Field(sa_column=_text(primary_key=True))
    key: str = Field(sa_column=_text(primary_key=True))
    due: int = Field(sa_column=_big(index=True))


class OutboxTable(SQLModel, table=True):
    """What must leave the house, with its realm: `real` or `drill`. Moments are database time.

    `state`: `pending`, `leased` (an engine may send it until `lease_until`), `sent`, `failed` or `dropped`.
    `lease_epoch`: the fence; it grows with every claim, as `attempt` does. `lapsed`: how many claims ran out without a
    word, so that it may have gone out already. `sent`: when it was handed over, null = it was not.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "not_before"),
        Index("ix_outbox_sent", "channel", "recipient", "sent"),
        Index("ix_outbox_stream", "stream"),
    )
    id: str = Field(sa_column=_text(primary_key=True))
    stream: str = Field(sa_column=_text())
    realm: str = Field(sa_column=_text())
    channel: str = Field(sa_column=_text())
    recipient: str = Field(sa_column=_text())
    basis: int = Field(sa_column=_big())
    payload: bytes = Field(sa_column=_bytes())
    state: str = Field(sa_column=_text())
    attempt: int = Field(sa_column=_big())
    not_before: int = Field(sa_column=_big())
    expires: int = Field(sa_column=_big())
    lease_epoch: int = Field(sa_column=_big())
    lease_until: int = Field(sa_column=_big())
    lapsed: int = Field(sa_column=_big())
    sent: int | None = Field(sa_column=Column(BigInteger))


class BlobTable(SQLModel, table=True):
    """Evidence, by its SHA-256."""

    __tablename__ = "blob"
    digest: str = Field(sa_column=_text(primary_key=True))
    content: bytes = Field(sa_column=_bytes())

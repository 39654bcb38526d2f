-- The log and what is derived from it. The same tables as warroom/store/tables.py.
CREATE TABLE head (
    id BIGINT NOT NULL PRIMARY KEY,
    log_id TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    pos BIGINT NOT NULL,
    hash BLOB NOT NULL,
    appended BIGINT NOT NULL,
    version BIGINT NOT NULL,
    min_reader BIGINT NOT NULL,
    min_writer BIGINT NOT NULL
);
CREATE TABLE stream (
    name TEXT NOT NULL PRIMARY KEY,
    number BIGINT UNIQUE,
    seq BIGINT NOT NULL,
    hash BLOB NOT NULL
);
CREATE TABLE event (
    pos INTEGER NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    event_id TEXT NOT NULL UNIQUE,
    command_id TEXT NOT NULL,
    ord BIGINT NOT NULL,
    name TEXT NOT NULL,
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    happened BIGINT NOT NULL,
    recorded BIGINT NOT NULL,
    appended BIGINT NOT NULL,
    body_hash BLOB NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL,
    log_hash BLOB NOT NULL,
    UNIQUE (stream, seq),
    UNIQUE (command_id, ord)
);
CREATE TABLE body (
    pos INTEGER NOT NULL PRIMARY KEY,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    body BLOB NOT NULL
);
CREATE TABLE redaction (
    pos INTEGER NOT NULL PRIMARY KEY,
    by TEXT NOT NULL,
    because TEXT NOT NULL
);
CREATE TABLE summary (
    stream TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    level BIGINT NOT NULL,
    severity TEXT NOT NULL,
    commander TEXT NOT NULL,
    declared BIGINT NOT NULL,
    origin BIGINT NOT NULL,
    origin_name TEXT NOT NULL,
    ended BIGINT,
    seq BIGINT NOT NULL,
    clock TEXT NOT NULL
);
CREATE TABLE timer (
    stream TEXT NOT NULL,
    key TEXT NOT NULL,
    due BIGINT NOT NULL,
    PRIMARY KEY (stream, key)
);
CREATE INDEX ix_timer_due ON timer (due);
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    stream TEXT NOT NULL,
    realm TEXT NOT NULL,
    channel TEXT NOT NULL,
    basis BIGINT NOT NULL,
    payload BLOB NOT NULL,
    state TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    lease_epoch BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
);
CREATE TABLE blob (
    digest TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
);

-- A REPLACE fires no trigger on DELETE, so what stands in the way of a new row is looked for before it is inserted.
CREATE TRIGGER event_no_replace BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE pos = NEW.pos)
    OR EXISTS (SELECT 1 FROM event WHERE event_id = NEW.event_id)
    OR EXISTS (SELECT 1 FROM event WHERE stream = NEW.stream AND seq = NEW.seq)
    OR EXISTS (SELECT 1 FROM event WHERE command_id = NEW.command_id AND ord = NEW.ord)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER body_no_replace BEFORE INSERT ON body
WHEN EXISTS (SELECT 1 FROM body WHERE pos = NEW.pos)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER redaction_no_replace BEFORE INSERT ON redaction
WHEN EXISTS (SELECT 1 FROM redaction WHERE pos = NEW.pos)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER body_no_update BEFORE UPDATE ON body
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER body_no_delete BEFORE DELETE ON body
WHEN NOT EXISTS (SELECT 1 FROM redaction WHERE redaction.pos = OLD.pos)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER redaction_no_update BEFORE UPDATE ON redaction
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER redaction_no_delete BEFORE DELETE ON redaction
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

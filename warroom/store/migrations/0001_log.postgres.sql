-- The log and what is derived from it. The same tables as warroom/store/tables.py; presence comes on top.
-- Runs in one transaction, in which search_path is `warroom`.
CREATE TABLE head (
    id bigint PRIMARY KEY,
    log_id text NOT NULL,
    epoch bigint NOT NULL,
    pos bigint NOT NULL,
    hash bytea NOT NULL,
    appended bigint NOT NULL,
    version bigint NOT NULL,
    min_reader bigint NOT NULL,
    min_writer bigint NOT NULL
) WITH (fillfactor = 10); -- every append updates this row: room for its versions on one page keeps that cheap
CREATE TABLE stream (
    name text PRIMARY KEY,
    number bigint UNIQUE,
    seq bigint NOT NULL,
    hash bytea NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE event (
    pos bigint PRIMARY KEY,
    epoch bigint NOT NULL,
    stream text NOT NULL,
    seq bigint NOT NULL,
    event_id text NOT NULL UNIQUE,
    command_id text NOT NULL,
    ord bigint NOT NULL,
    name text NOT NULL,
    actor text NOT NULL,
    via text NOT NULL,
    happened bigint NOT NULL,
    recorded bigint NOT NULL,
    appended bigint NOT NULL,
    body_hash bytea NOT NULL,
    prev bytea NOT NULL,
    hash bytea NOT NULL,
    log_hash bytea NOT NULL,
    UNIQUE (stream, seq),
    UNIQUE (command_id, ord)
);
CREATE TABLE body (
    pos bigint PRIMARY KEY,
    salt bytea NOT NULL CHECK (octet_length(salt) = 16),
    body bytea NOT NULL
);
CREATE TABLE redaction (
    pos bigint PRIMARY KEY,
    by text NOT NULL,
    because text NOT NULL
);
CREATE TABLE summary (
    stream text PRIMARY KEY,
    number bigint NOT NULL UNIQUE,
    title text NOT NULL,
    status text NOT NULL,
    level bigint NOT NULL,
    severity text NOT NULL,
    commander text NOT NULL,
    declared bigint NOT NULL,
    origin bigint NOT NULL,
    origin_name text NOT NULL,
    ended bigint,
    seq bigint NOT NULL,
    clock text NOT NULL
);
CREATE TABLE timer (
    stream text NOT NULL,
    key text NOT NULL,
    due bigint NOT NULL,
    PRIMARY KEY (stream, key)
);
CREATE INDEX ix_timer_due ON timer (due);
CREATE TABLE outbox (
    id text PRIMARY KEY,
    stream text NOT NULL,
    realm text NOT NULL,
    channel text NOT NULL,
    basis bigint NOT NULL,
    payload bytea NOT NULL,
    state text NOT NULL,
    attempt bigint NOT NULL,
    not_before bigint NOT NULL,
    expires bigint NOT NULL,
    lease_epoch bigint NOT NULL,
    lease_until bigint NOT NULL
);
CREATE TABLE blob (
    digest text PRIMARY KEY,
    content bytea NOT NULL
);
-- Who is here: no history, so it may be gone after a crash.
CREATE UNLOGGED TABLE presence (
    session text PRIMARY KEY,
    person text NOT NULL,
    incident text NOT NULL,
    "row" text NOT NULL,
    seen bigint NOT NULL,
    active bigint NOT NULL,
    host text NOT NULL
);

-- The log is append-only, for its owner too.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'WR002';
END $$;
-- The audited door: the body of a position named in `redaction` may go.
CREATE FUNCTION refuse_unredacted() RETURNS trigger LANGUAGE plpgsql SET search_path = warroom, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM redaction WHERE redaction.pos = OLD.pos) THEN
        RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'WR002';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER event_kept BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER event_not_emptied BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER body_unchanged BEFORE UPDATE ON body FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER body_kept BEFORE DELETE ON body FOR EACH ROW EXECUTE FUNCTION refuse_unredacted();
CREATE TRIGGER body_not_emptied BEFORE TRUNCATE ON body FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER redaction_kept BEFORE UPDATE OR DELETE ON redaction FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER redaction_not_emptied BEFORE TRUNCATE ON redaction FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- The two chains, byte for byte as warroom/store/chain.py has them.
CREATE FUNCTION framed(part text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT int4send(octet_length(convert_to(part, 'UTF8'))) || convert_to(part, 'UTF8')
$$;
CREATE FUNCTION event_hash(log_id text, e event) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(
        convert_to(E'warroom event 1\n', 'UTF8')
        || warroom.framed(log_id) || warroom.framed(e.stream) || warroom.framed(e.event_id)
        || warroom.framed(e.command_id) || warroom.framed(e.name) || warroom.framed(e.actor) || warroom.framed(e.via)
        || int8send(e.seq) || int4send(e.ord::int)
        || int8send(e.happened) || int8send(e.recorded) || int8send(e.appended)
        || e.body_hash || e.prev
    )
$$;
CREATE FUNCTION log_hash(before bytea, epoch bigint, pos bigint, hash bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(E'warroom log 1\n', 'UTF8') || before || int8send(epoch) || int8send(pos) || hash)
$$;

-- Write one command (class Append in warroom/store/contract.py), or find it already written. One row per event; where a
-- command has none, one row with the number alone. Raises WR001 where the stream has moved on; its detail is the
-- sequence number it is at. The only door for writing, so that it can be given to roles that may not touch the tables.
CREATE FUNCTION append(
    p_command text, p_stream text, p_expected bigint, p_commuting boolean, p_actor text, p_via text,
    p_ids text[], p_names text[], p_salts bytea[], p_bodies bytea[], p_happened bigint[], p_recorded bigint[],
    p_summary jsonb, p_keys text[], p_dues bigint[], p_digests text[], p_contents bytea[]
) RETURNS TABLE (
    duplicate boolean, number bigint, epoch bigint, pos bigint, stream text, seq bigint, event_id text, command_id text,
    ord bigint, name text, actor text, via text, happened bigint, recorded bigint, appended bigint, body_hash bytea,
    prev bytea, hash bytea, log_hash bytea, salt bytea, body bytea
) LANGUAGE plpgsql SET search_path = warroom, pg_temp AS $$
#variable_conflict use_column
DECLARE
    log head;
    mine stream;
    new event;
    known boolean;
BEGIN
    -- One writer at a time: the order of positions is the order of commits, and no reader ever skips one.
    SELECT * INTO STRICT log FROM head WHERE id = 1 FOR UPDATE;
    SELECT * INTO mine FROM stream WHERE name = p_stream;
    known := EXISTS (SELECT FROM event WHERE command_id = p_command);
    IF NOT known THEN
        IF coalesce(mine.seq, 0) <> p_expected AND NOT p_commuting THEN
            RAISE EXCEPTION 'the stream has moved on'
                USING ERRCODE = 'WR001', DETAIL = coalesce(mine.seq, 0)::text;
        END IF;
        IF mine.name IS NULL AND cardinality(p_ids) > 0 THEN
            mine := (p_stream, NULL, 0, decode(repeat('00', 32), 'hex'));
            IF starts_with(p_stream, 'incident:') THEN
                SELECT coalesce(max(s.number), 0) + 1 INTO mine.number FROM stream s;
            END IF;
        END IF;
        -- clock_timestamp, not now: a transaction may have waited. The clock may be set back; the log's never runs so.
        log.appended := greatest(log.appended, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);
        FOR i IN 1 .. cardinality(p_ids) LOOP
            new.epoch := log.epoch;
            new.pos := log.pos + 1;
            new.stream := p_stream;
            new.seq := mine.seq + 1;
            new.event_id := p_ids[i];
            new.command_id := p_command;
            new.ord := i - 1;
            new.name := p_names[i];
            new.actor := p_actor;
            new.via := p_via;
            new.happened := coalesce(p_happened[i], log.appended);
            new.recorded := coalesce(p_recorded[i], log.appended);
            new.appended := log.appended;
            new.body_hash := sha256(p_salts[i] || p_bodies[i]);
            new.prev := mine.hash;
            new.hash := event_hash(log.log_id, new);
            new.log_hash := log_hash(log.hash, new.epoch, new.pos, new.hash);
            INSERT INTO event SELECT new.*;
            INSERT INTO body VALUES (new.pos, p_salts[i], p_bodies[i]);
            log.pos := new.pos;
            log.hash := new.log_hash;
            mine.seq := new.seq;
            mine.hash := new.hash;
        END LOOP;
        IF cardinality(p_ids) > 0 THEN
            UPDATE head SET pos = log.pos, hash = log.hash, appended = log.appended WHERE id = 1;
            INSERT INTO stream SELECT mine.*
                ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;
            -- The position only, and only a hint: payloads are limited, and every reader polls besides.
            PERFORM pg_notify('warroom', log.pos::text);
        END IF;
        IF p_summary IS NOT NULL THEN
            DELETE FROM summary WHERE stream = p_summary ->> 'stream';
            INSERT INTO summary SELECT * FROM jsonb_populate_record(
                NULL::summary, p_summary || jsonb_build_object('number', coalesce(mine.number, 0)));
        END IF;
        IF p_keys IS NOT NULL THEN
            DELETE FROM timer WHERE stream = p_stream;
            INSERT INTO timer SELECT p_stream, t.key, t.due FROM unnest(p_keys, p_dues) AS t (key, due);
        END IF;
        INSERT INTO blob SELECT b.digest, b.content FROM unnest(p_digests, p_contents) AS b (digest, content)
            ON CONFLICT (digest) DO NOTHING;
    END IF;
    RETURN QUERY
        SELECT known, (SELECT coalesce(s.number, 0) FROM stream s WHERE s.name = coalesce(e.stream, p_stream)),
            e.epoch, e.pos, e.stream, e.seq, e.event_id, e.command_id, e.ord, e.name, e.actor, e.via, e.happened,
            e.recorded, e.appended, e.body_hash, e.prev, e.hash, e.log_hash, b.salt, b.body
        FROM (SELECT) AS one LEFT JOIN event e ON e.command_id = p_command LEFT JOIN body b ON b.pos = e.pos
        ORDER BY e.ord;
END $$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA warroom FROM PUBLIC;

-- What the outbox and its engines need. The same tables as warroom/store/tables.py; leases come on top.
-- Runs in one transaction, in which search_path is `warroom`.
-- A parcel's address, for throttles; when it was handed over; and how many claims of it ran out without a word.
ALTER TABLE outbox ADD COLUMN recipient text NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN sent bigint;
ALTER TABLE outbox ADD COLUMN lapsed bigint NOT NULL DEFAULT 0;
CREATE INDEX ix_outbox_due ON outbox (state, not_before);
CREATE INDEX ix_outbox_sent ON outbox (channel, recipient, sent);
CREATE INDEX ix_outbox_stream ON outbox (stream);
-- A key's kind stands at its beginning, so that an engine finds its own among everybody's: in the order of bytes,
-- whatever the language of the database.
CREATE INDEX ix_timer_key ON timer (key COLLATE "C", due);
-- Who does a job at the moment: no history, so it may be gone after a crash.
CREATE UNLOGGED TABLE lease (
    name text PRIMARY KEY,
    holder text NOT NULL,
    epoch bigint NOT NULL,
    until bigint NOT NULL,
    detail text NOT NULL
);
-- A program that knows no outbox would leave pages standing that its user has just acknowledged.
UPDATE head SET min_writer = 2;

DROP FUNCTION append(
    text, text, bigint, boolean, text, text, text[], text[], bytea[], bytea[], bigint[], bigint[], jsonb, text[],
    bigint[], text[], bytea[]
);
-- Write one command (class Append in warroom/store/contract.py), or find it already written. One row per event; where a
-- command has none, one row with the number alone. Raises WR001 where the stream has moved on; its detail is the
-- sequence number it is at. Raises WR003 where a parcel that it settles was claimed by somebody else meanwhile. The only
-- door for writing to the log, so that it can be given to roles that may not touch the tables.
CREATE FUNCTION append(
    p_command text, p_stream text, p_expected bigint, p_commuting boolean, p_actor text, p_via text,
    p_ids text[], p_names text[], p_salts bytea[], p_bodies bytea[], p_happened bigint[], p_recorded bigint[],
    p_summary jsonb, p_keys text[], p_dues bigint[], p_digests text[], p_contents bytea[],
    p_outbox jsonb, p_settled jsonb
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
    done record;
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
        INSERT INTO outbox (id, stream, realm, channel, recipient, basis, payload, state, attempt, not_before, expires,
                lease_epoch, lease_until)
            SELECT p.id, p.stream, p.realm, p.channel, p."to", p.basis, decode(p.payload, 'base64'), 'pending', 0,
                p.not_before, p.expires, 0, 0
            FROM jsonb_to_recordset(p_outbox) AS p (id text, stream text, realm text, channel text, "to" text,
                basis bigint, payload text, not_before bigint, expires bigint)
            ON CONFLICT (id) DO NOTHING;
        FOR done IN
            SELECT s.* FROM jsonb_to_recordset(p_settled)
                AS s (id text, lease_epoch bigint, state text, not_before bigint)
        LOOP
            UPDATE outbox o SET
                state = done.state,
                not_before = CASE done.state WHEN 'pending' THEN done.not_before ELSE o.not_before END,
                sent = CASE done.state WHEN 'sent' THEN log.appended ELSE o.sent END,
                lease_until = 0
            WHERE o.id = done.id AND CASE done.lease_epoch
                WHEN 0 THEN o.state = 'pending'
                    OR (o.state = 'leased' AND o.lease_until < log.appended AND o.expires <= log.appended)
                ELSE o.state = 'leased' AND o.lease_epoch = done.lease_epoch
            END;
            -- Without events nothing else tells a repeated command from a late one.
            IF NOT FOUND AND done.lease_epoch <> 0 AND NOT (cardinality(p_ids) = 0 AND EXISTS (
                SELECT FROM outbox o
                WHERE o.id = done.id AND o.lease_epoch = done.lease_epoch AND o.state = done.state
            )) THEN
                RAISE EXCEPTION 'the parcel was claimed by somebody else' USING ERRCODE = 'WR003';
            END IF;
        END LOOP;
    END IF;
    RETURN QUERY
        SELECT known, (SELECT coalesce(s.number, 0) FROM stream s WHERE s.name = coalesce(e.stream, p_stream)),
            e.epoch, e.pos, e.stream, e.seq, e.event_id, e.command_id, e.ord, e.name, e.actor, e.via, e.happened,
            e.recorded, e.appended, e.body_hash, e.prev, e.hash, e.log_hash, b.salt, b.body
        FROM (SELECT) AS one LEFT JOIN event e ON e.command_id = p_command LEFT JOIN body b ON b.pos = e.pos
        ORDER BY e.ord;
END $$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA warroom FROM PUBLIC;

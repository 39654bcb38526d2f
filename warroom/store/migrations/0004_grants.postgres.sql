-- Who acts is settled by the server. From here on everybody but the owner writes through the functions below alone, and
-- only as the person to whom their login role was granted. Runs in one transaction, in which search_path is `warroom`.
-- Everything belongs to whoever owns the schema, whoever brings it up to date.
SELECT set_config('role', pg_get_userbyid(nspowner), true) FROM pg_namespace WHERE nspname = 'warroom';

-- Which login role is which person's, and which are engines'. Not for people to read.
CREATE TABLE granted (
    role text PRIMARY KEY,
    person text NOT NULL,
    engine boolean NOT NULL,
    redacts boolean NOT NULL
);

-- Who is connected; all empty where the server knows nobody. It asks for session_user, which SET ROLE leaves as it is.
CREATE FUNCTION me(OUT person text, OUT engine boolean, OUT redacts boolean, OUT owner boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warroom, pg_temp AS $$
    SELECT coalesce(g.person, ''), coalesce(g.engine, false), coalesce(g.redacts, false),
        g.role IS NULL AND pg_has_role(session_user, n.nspowner, 'MEMBER')
    FROM pg_namespace n LEFT JOIN granted g ON g.role = session_user WHERE n.nspname = 'warroom'
$$;
CREATE FUNCTION forbid(p_what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', p_what USING ERRCODE = 'WR004';
END $$;
-- Refuse whoever was granted nothing, or, where only an engine or a redactor may, everybody else. The owner always may.
CREATE FUNCTION admitted(p_engine boolean DEFAULT false, p_redacts boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql STABLE SET search_path = warroom, pg_temp AS $$
DECLARE
    who record;
BEGIN
    SELECT * INTO who FROM me();
    IF who.owner THEN
        RETURN;
    END IF;
    IF who.person = '' THEN
        PERFORM forbid('The role ' || session_user || ' was not granted anything in this database.');
    ELSIF p_engine AND NOT who.engine THEN
        PERFORM forbid('Only an engine may do this, and your role here is ' || who.person || '''s.');
    ELSIF p_redacts AND NOT who.redacts THEN
        PERFORM forbid('Your role may take nothing out of this database.');
    END IF;
END $$;
-- The clock for whoever may not set it: leases of others must not run out because somebody says that it is late.
CREATE FUNCTION clock_of(p_given bigint) RETURNS bigint LANGUAGE sql VOLATILE SET search_path = warroom, pg_temp AS $$
    SELECT CASE WHEN owner THEN p_given ELSE (extract(epoch FROM clock_timestamp()) * 1000000)::bigint END FROM me()
$$;

-- What may be told again as others' acts: a drill, from its declaration on, as long as nothing else has happened in it.
CREATE FUNCTION retells(p_stream text, p_names text[], p_bodies bytea[])
RETURNS boolean LANGUAGE sql STABLE SET search_path = warroom, pg_temp AS $$
    SELECT first.name = 'incident-declared.v1' AND first.body::jsonb ->> 'exercise' = 'drill'
        AND NOT EXISTS (SELECT FROM event e WHERE e.stream = p_stream AND e.via <> 'import')
    FROM (
        SELECT e.name, convert_from(b.body, 'UTF8') AS body FROM event e JOIN body b ON b.pos = e.pos
            WHERE e.stream = p_stream AND e.seq = 1
        UNION ALL SELECT p_names[1], convert_from(p_bodies[1], 'UTF8')
            WHERE NOT EXISTS (SELECT FROM event e WHERE e.stream = p_stream)
    ) AS first
$$;
-- Refuse a command that whoever is connected may not write, whatever the client says.
CREATE FUNCTION check_command(
    p_command text, p_stream text, p_actor text, p_via text, p_ids text[], p_names text[], p_bodies bytea[],
    p_summary jsonb, p_settled jsonb
) RETURNS void LANGUAGE plpgsql SET search_path = warroom, pg_temp AS $$
DECLARE
    who record;
BEGIN
    SELECT * INTO who FROM me();
    PERFORM admitted();
    IF who.owner THEN
        IF p_via = 'database' THEN
            PERFORM forbid('The server enforces nothing on its owner, so nothing of theirs may say that it did.');
        END IF;
        RETURN;
    END IF;
    IF p_summary IS NOT NULL AND p_summary ->> 'stream' IS DISTINCT FROM p_stream THEN
        PERFORM forbid('A command keeps the summary of its own incident alone.');
    END IF;
    IF who.engine THEN
        IF (p_actor = 'engine' AND p_via = 'engine')
            OR (p_via = 'link' AND cardinality(p_ids) > 0 AND p_names <@ ARRAY['milestone-set.v1', 'acknowledged.v1'])
        THEN
            RETURN;
        END IF;
        PERFORM forbid('Your role here is an engine''s: it acts for nobody else, but for links that acknowledge.');
    END IF;
    IF p_settled <> '[]' THEN
        PERFORM forbid('Only an engine says what became of a message.');
    END IF;
    -- Without an event nothing would tell that timers, and with them pages, were taken away.
    IF cardinality(p_ids) = 0 AND NOT who.redacts THEN
        PERFORM forbid('Nothing is written beside the log without an event that says so.');
    END IF;
    IF (p_names[2:] @> ARRAY['incident-declared.v1']
            OR (p_names[1] = 'incident-declared.v1' AND EXISTS (SELECT FROM event WHERE stream = p_stream)))
        AND NOT EXISTS (SELECT FROM event WHERE command_id = p_command)
    THEN
        PERFORM forbid('An incident is declared once.');
    END IF;
    IF (p_actor = who.person AND p_via IN ('database', 'import'))
        OR (p_via = 'import' AND starts_with(p_stream, 'incident:') AND retells(p_stream, p_names, p_bodies))
    THEN
        RETURN;
    END IF;
    PERFORM forbid('Your role here is ' || who.person || '''s: it cannot act as ' || coalesce(p_actor, 'nobody')
        || ', known by ' || coalesce(p_via, 'nothing') || '.');
END $$;

-- The door for writing: the same as before, behind the check. What it does is done with the owner's rights.
ALTER FUNCTION append(
    text, text, bigint, boolean, text, text, text[], text[], bytea[], bytea[], bigint[], bigint[], jsonb, text[],
    bigint[], text[], bytea[], jsonb, jsonb
) RENAME TO write;
CREATE FUNCTION append(
    p_command text, p_stream text, p_expected bigint, p_commuting boolean, p_actor text, p_via text,
    p_ids text[], p_names text[], p_salts bytea[], p_bodies bytea[], p_happened bigint[], p_recorded bigint[],
    p_summary jsonb, p_keys text[], p_dues bigint[], p_digests text[], p_contents bytea[],
    p_outbox jsonb, p_settled jsonb
) RETURNS TABLE (
    duplicate boolean, number bigint, epoch bigint, pos bigint, stream text, seq bigint, event_id text, command_id text,
    ord bigint, name text, actor text, via text, happened bigint, recorded bigint, appended bigint, body_hash bytea,
    prev bytea, hash bytea, log_hash bytea, salt bytea, body bytea
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = warroom, pg_temp AS $$
BEGIN
    PERFORM check_command(p_command, p_stream, p_actor, p_via, p_ids, p_names, p_bodies, p_summary, p_settled);
    RETURN QUERY SELECT * FROM write(
        p_command, p_stream, p_expected, p_commuting, p_actor, p_via, p_ids, p_names, p_salts, p_bodies, p_happened,
        p_recorded, p_summary, p_keys, p_dues, p_digests, p_contents, p_outbox, p_settled);
END $$;
-- Hold the log until the transaction ends.
CREATE FUNCTION hold() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = warroom, pg_temp AS $$
BEGIN
    PERFORM admitted();
    PERFORM FROM head WHERE id = 1 FOR UPDATE;
END $$;

-- The other doors. Custody:
CREATE FUNCTION vouch(p_pos bigint, p_key text, p_text text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = warroom, pg_temp AS $$
BEGIN
    PERFORM admitted();
    INSERT INTO checkpoint (pos, key, text) VALUES (p_pos, p_key, p_text) ON CONFLICT (pos, key) DO NOTHING;
END $$;
ALTER FUNCTION redact(bigint[], text[], text, text) RENAME TO take_away;
CREATE FUNCTION redact(p_positions bigint[], p_digests text[], p_by text, p_because text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = warroom, pg_temp AS $$
DECLARE
    who record;
BEGIN
    SELECT * INTO who FROM me();
    PERFORM admitted(p_redacts => true);
    PERFORM take_away(p_positions, p_digests, CASE WHEN who.owner THEN p_by ELSE who.person END, p_because);
END $$;

-- The outbox. Rows that another engine is just claiming are left to it; nobody waits.
CREATE FUNCTION claim(p_channels text[], p_realm text, p_now bigint, p_until bigint, p_limit bigint)
RETURNS TABLE (
    id text, stream text, realm text, channel text, recipient text, basis bigint, payload bytea, not_before bigint,
    expires bigint, attempt bigint, lease_epoch bigint, lease_until bigint, repeat boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = warroom, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM admitted(p_engine => true);
    RETURN QUERY
        WITH due AS (
            SELECT o.id, o.state FROM outbox o
            WHERE (o.state = 'pending' OR (o.state = 'leased' AND o.lease_until < p_now))
                AND o.realm = p_realm AND o.channel = ANY (p_channels) AND o.not_before <= p_now AND o.expires > p_now
            ORDER BY o.not_before, o.id COLLATE "C" LIMIT p_limit
            FOR UPDATE SKIP LOCKED
        )
        UPDATE outbox AS o SET state = 'leased', attempt = o.attempt + 1, lease_epoch = o.lease_epoch + 1,
            lease_until = p_until, lapsed = o.lapsed + (due.state = 'leased')::int
        FROM due WHERE o.id = due.id
        RETURNING o.id, o.stream, o.realm, o.channel, o.recipient, o.basis, o.payload, o.not_before, o.expires,
            o.attempt, o.lease_epoch, o.lease_until, o.lapsed > 0;
END $$;

-- Leases. People hold those of replays, in their own name and for a minute at most; the others are engines'.
CREATE FUNCTION lease(p_name text, p_holder text, p_now bigint, p_until bigint, p_detail text)
RETURNS TABLE (epoch bigint) LANGUAGE plpgsql SECURITY DEFINER SET search_path = warroom, pg_temp AS $$
#variable_conflict use_column
DECLARE
    who record;
    at bigint := clock_of(p_now);
BEGIN
    SELECT * INTO who FROM me();
    PERFORM admitted(p_engine => NOT starts_with(p_name, 'replay:'));
    IF NOT (who.owner OR who.engine) THEN
        p_until := least(p_until, at + 60000000);
        IF p_detail::jsonb ->> 'person' IS DISTINCT FROM who.person THEN
            PERFORM forbid('Your role here is ' || who.person || '''s: it leads nothing in another name.');
        END IF;
    END IF;
    RETURN QUERY
        INSERT INTO lease AS mine (name, holder, epoch, until, detail)
        VALUES (p_name, p_holder, 1, p_until, p_detail)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, detail = excluded.detail,
            epoch = mine.epoch + (mine.holder <> excluded.holder)::int
        WHERE mine.until <= at OR (mine.holder = excluded.holder
            AND CASE WHEN who.owner OR who.engine THEN true ELSE mine.detail::jsonb ->> 'person' = who.person END)
        RETURNING mine.epoch;
END $$;
-- The row stays, because its epoch must go on growing.
CREATE FUNCTION release(p_name text, p_holder text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = warroom, pg_temp AS $$
DECLARE
    who record;
BEGIN
    SELECT * INTO who FROM me();
    PERFORM admitted(p_engine => NOT starts_with(p_name, 'replay:'));
    UPDATE lease SET until = 0 WHERE name = p_name AND holder = p_holder
        AND CASE WHEN who.owner OR who.engine THEN true ELSE detail::jsonb ->> 'person' = who.person END;
END $$;

-- Presence, of oneself alone. `p_stale`: whoever was not heard of since then is forgotten.
CREATE FUNCTION beat(
    p_session text, p_person text, p_incident text, p_row text, p_seen bigint, p_active bigint, p_host text,
    p_stale bigint
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = warroom, pg_temp AS $$
DECLARE
    who record;
    hour CONSTANT bigint := 3600000000;
BEGIN
    SELECT * INTO who FROM me();
    PERFORM admitted();
    IF NOT who.owner AND p_person IS DISTINCT FROM who.person THEN
        PERFORM forbid('Your role here is ' || who.person || '''s: nobody else is here by it.');
    END IF;
    DELETE FROM presence WHERE seen < least(p_stale, clock_of(p_stale + hour) - hour);
    INSERT INTO presence AS old (session, person, incident, "row", seen, active, host)
        VALUES (p_session, p_person, p_incident, p_row, p_seen, p_active, p_host)
        ON CONFLICT (session) DO UPDATE SET person = excluded.person, incident = excluded.incident,
            "row" = excluded."row", seen = excluded.seen, active = excluded.active, host = excluded.host
        WHERE who.owner OR old.person = who.person;
END $$;
CREATE FUNCTION leave(p_session text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = warroom, pg_temp AS $$
DECLARE
    who record;
BEGIN
    SELECT * INTO who FROM me();
    PERFORM admitted();
    DELETE FROM presence WHERE session = p_session AND (who.owner OR person = who.person);
END $$;

-- The owner's own: open the doors to a login role, and nothing else; or close them. What it was given by hand goes.
CREATE FUNCTION shut(p_role text) RETURNS void LANGUAGE plpgsql SET search_path = warroom, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = p_role) THEN
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA warroom FROM %I', p_role);
        EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA warroom FROM %I', p_role);
        EXECUTE format('REVOKE ALL ON SCHEMA warroom FROM %I', p_role);
    END IF;
    DELETE FROM granted WHERE role = p_role;
END $$;
CREATE FUNCTION admit(p_role text, p_person text, p_engine boolean, p_redacts boolean)
RETURNS void LANGUAGE plpgsql SET search_path = warroom, pg_temp AS $$
BEGIN
    PERFORM shut(p_role);
    EXECUTE format('GRANT USAGE ON SCHEMA warroom TO %I', p_role);
    EXECUTE format('GRANT SELECT ON head, stream, event, body, redaction, summary, timer, outbox, blob, presence,'
        ' lease, checkpoint TO %I', p_role);
    EXECUTE format('GRANT EXECUTE ON FUNCTION append, hold, vouch, redact, claim, lease, release, beat, leave TO %I',
        p_role);
    INSERT INTO granted VALUES (p_role, p_person, p_engine, p_redacts);
END $$;

-- A role that was given `append` by hand kept it under its new name, past the check.
DO $$
DECLARE
    open record;
BEGIN
    FOR open IN
        SELECT p.proname, pg_get_userbyid(a.grantee) AS role
        FROM pg_proc p, aclexplode(p.proacl) a
        WHERE p.pronamespace = 'warroom'::regnamespace AND a.grantee NOT IN (0, p.proowner)
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %I FROM %I', open.proname, open.role);
    END LOOP;
END $$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA warroom FROM PUBLIC;
-- It tells everybody about themselves alone.
GRANT EXECUTE ON FUNCTION me TO PUBLIC;

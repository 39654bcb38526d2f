-- Signed checkpoints, and the one door for redaction. The same table as warroom/store/tables.py.
-- Runs in one transaction, in which search_path is `warroom`.
CREATE TABLE checkpoint (
    pos bigint NOT NULL,
    key text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (pos, key)
);
CREATE TRIGGER checkpoint_kept BEFORE UPDATE OR DELETE ON checkpoint FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER checkpoint_not_emptied BEFORE TRUNCATE ON checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- Take the salts and bodies of these positions away, and the evidence with these digests; `redaction` says by whom and
-- why. What is gone already is left as it is on record.
CREATE FUNCTION redact(p_positions bigint[], p_digests text[], p_by text, p_because text)
RETURNS void LANGUAGE plpgsql SET search_path = warroom, pg_temp AS $$
BEGIN
    PERFORM FROM head WHERE id = 1 FOR UPDATE;
    INSERT INTO redaction SELECT p.pos, p_by, p_because FROM unnest(p_positions) AS p (pos)
        ON CONFLICT (pos) DO NOTHING;
    DELETE FROM body WHERE pos = ANY (p_positions);
    DELETE FROM blob WHERE digest = ANY (p_digests);
END $$;
REVOKE ALL ON FUNCTION redact(bigint[], text[], text, text) FROM PUBLIC;

-- Signed checkpoints. The same table as warroom/store/tables.py. Redaction needs no more than the first migration has.
CREATE TABLE checkpoint (
    pos BIGINT NOT NULL,
    "key" TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (pos, "key")
);
CREATE TRIGGER checkpoint_no_replace BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE pos = NEW.pos AND "key" = NEW."key")
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
UPDATE head SET version = 3;

-- What the outbox and its engines need. The same tables as warroom/store/tables.py; leases lie in the presence file.
-- A parcel's address, for throttles; when it was handed over; and how many claims of it ran out without a word.
ALTER TABLE outbox ADD COLUMN recipient TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN sent BIGINT;
ALTER TABLE outbox ADD COLUMN lapsed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX ix_outbox_due ON outbox (state, not_before);
CREATE INDEX ix_outbox_sent ON outbox (channel, recipient, sent);
CREATE INDEX ix_outbox_stream ON outbox (stream);
-- A key's kind stands at its beginning, so that an engine finds its own among everybody's.
CREATE INDEX ix_timer_key ON timer (key, due);
-- A program that knows no outbox would leave pages standing that its user has just acknowledged.
UPDATE head SET version = 2, min_writer = 2;

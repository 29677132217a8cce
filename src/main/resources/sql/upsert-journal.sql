-- Counts the new rows of a batch, whatever it held twice, and how many requests their journal has opened by now.
INSERT INTO journal (journal_id, opened, settled)
VALUES (CAST(:#journal_id AS TEXT), CAST(:#opened AS BIGINT), CAST(:#settled AS BIGINT))
ON CONFLICT (journal_id) DO UPDATE SET
    opened = CASE WHEN excluded.opened > journal.opened THEN excluded.opened ELSE journal.opened END,
    settled = journal.settled + excluded.settled

-- Counts the new rows of a batch, whatever it held twice, and how many requests their journal has opened by now. A journal
-- that is replayed says nothing of that; then it is what has its row, so that none ever has more rows than requests.
INSERT INTO journal (journal_id, opened, settled)
VALUES (
    CAST(:#journal_id AS TEXT),
    CASE
        WHEN CAST(:#opened AS BIGINT) > CAST(:#settled AS BIGINT) THEN CAST(:#opened AS BIGINT)
        ELSE CAST(:#settled AS BIGINT)
    END,
    CAST(:#settled AS BIGINT))
ON CONFLICT (journal_id) DO UPDATE SET
    opened = CASE
        WHEN excluded.opened >= journal.opened AND excluded.opened >= journal.settled + excluded.settled
            THEN excluded.opened
        WHEN journal.settled + excluded.settled > journal.opened THEN journal.settled + excluded.settled
        ELSE journal.opened
    END,
    settled = journal.settled + excluded.settled

-- What a growing ledger needs.

-- Rows accepted before this time have left for the month's file, in steps; from here on they are still in this one. A row
-- of an earlier time that is here nevertheless came late: it counts unless the month's file has it too.
-- A month alone ('2026-02') is a time as well: it sorts before all times of that month.
ALTER TABLE archive ADD COLUMN moved_until TEXT NOT NULL DEFAULT '';

-- The slowest requests of any filter, without touching the rows.
CREATE INDEX session_usage_by_latency
    ON session_usage (latency_ms, created_at, status, user_id, model_id, provider);

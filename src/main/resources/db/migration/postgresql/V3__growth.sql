-- What a growing ledger needs. PostgreSQL keeps all rows in one place: nothing is archived here.

-- The slowest requests of any filter, without touching the rows.
CREATE INDEX session_usage_by_latency
    ON session_usage (latency_ms, created_at, status, user_id, model_id, provider);

-- The ledger: one row a request, and its sums by day and by month, which move in one transaction.
-- USD columns are for reading only: whole micro-USD divided, REAL. Sums are made from the micro-USD columns.
-- Times are text, ISO 8601 in UTC with milliseconds, so that they sort as they are.

-- One row for every accepted request, written once, when it has ended.
CREATE TABLE session_usage (
    request_id            TEXT NOT NULL PRIMARY KEY,
    client_request_id     TEXT,
    session_id            TEXT NOT NULL,
    user_id               TEXT NOT NULL,
    requested_model       TEXT NOT NULL,
    model_id              TEXT NOT NULL,
    provider              TEXT NOT NULL,
    endpoint              TEXT NOT NULL,
    stream                INTEGER NOT NULL,
    status                TEXT NOT NULL,
    usage_source          TEXT NOT NULL,
    prompt_tokens         INTEGER NOT NULL,
    completion_tokens     INTEGER NOT NULL,
    total_tokens          INTEGER NOT NULL,
    cached_tokens         INTEGER NOT NULL,
    cache_write_tokens    INTEGER NOT NULL,
    cache_write_1h_tokens INTEGER NOT NULL,
    reasoning_tokens      INTEGER NOT NULL,
    input_cost_micros     INTEGER NOT NULL,
    output_cost_micros    INTEGER NOT NULL,
    price_version         TEXT NOT NULL,
    finish_reason         TEXT,
    error_code            TEXT,
    upstream_status       INTEGER,
    latency_ms            INTEGER NOT NULL,
    first_byte_ms         INTEGER,
    created_at            TEXT NOT NULL,
    ended_at              TEXT NOT NULL,
    input_cost            REAL GENERATED ALWAYS AS (input_cost_micros / 1000000.0) VIRTUAL,
    output_cost           REAL GENERATED ALWAYS AS (output_cost_micros / 1000000.0) VIRTUAL,
    total_cost            REAL GENERATED ALWAYS AS ((input_cost_micros + output_cost_micros) / 1000000.0) VIRTUAL
) STRICT;

-- A session's requests, newest first.
CREATE INDEX session_usage_by_session ON session_usage (session_id, created_at, request_id);

-- Latencies of a period, without touching the rows.
CREATE INDEX session_usage_by_time ON session_usage (created_at, latency_ms, status, user_id, model_id, provider);

-- The rows of session_usage summed by UTC day of acceptance, user and model.
CREATE TABLE daily_usage (
    date                  TEXT NOT NULL,
    user_id               TEXT NOT NULL,
    model_id              TEXT NOT NULL,
    provider              TEXT NOT NULL,
    request_count         INTEGER NOT NULL,
    ok_count              INTEGER NOT NULL,
    lost_count            INTEGER NOT NULL,
    prompt_tokens         INTEGER NOT NULL,
    completion_tokens     INTEGER NOT NULL,
    total_tokens          INTEGER NOT NULL,
    cached_tokens         INTEGER NOT NULL,
    cache_write_tokens    INTEGER NOT NULL,
    cache_write_1h_tokens INTEGER NOT NULL,
    reasoning_tokens      INTEGER NOT NULL,
    input_cost_micros     INTEGER NOT NULL,
    output_cost_micros    INTEGER NOT NULL,
    latency_ms_sum        INTEGER NOT NULL,
    input_cost            REAL GENERATED ALWAYS AS (input_cost_micros / 1000000.0) VIRTUAL,
    output_cost           REAL GENERATED ALWAYS AS (output_cost_micros / 1000000.0) VIRTUAL,
    total_cost            REAL GENERATED ALWAYS AS ((input_cost_micros + output_cost_micros) / 1000000.0) VIRTUAL,
    PRIMARY KEY (date, user_id, model_id)
) STRICT, WITHOUT ROWID;

-- The rows of session_usage summed by UTC month of acceptance, user and model.
CREATE TABLE monthly_usage (
    month                 TEXT NOT NULL,
    user_id               TEXT NOT NULL,
    model_id              TEXT NOT NULL,
    provider              TEXT NOT NULL,
    request_count         INTEGER NOT NULL,
    ok_count              INTEGER NOT NULL,
    lost_count            INTEGER NOT NULL,
    prompt_tokens         INTEGER NOT NULL,
    completion_tokens     INTEGER NOT NULL,
    total_tokens          INTEGER NOT NULL,
    cached_tokens         INTEGER NOT NULL,
    cache_write_tokens    INTEGER NOT NULL,
    cache_write_1h_tokens INTEGER NOT NULL,
    reasoning_tokens      INTEGER NOT NULL,
    input_cost_micros     INTEGER NOT NULL,
    output_cost_micros    INTEGER NOT NULL,
    latency_ms_sum        INTEGER NOT NULL,
    input_cost            REAL GENERATED ALWAYS AS (input_cost_micros / 1000000.0) VIRTUAL,
    output_cost           REAL GENERATED ALWAYS AS (output_cost_micros / 1000000.0) VIRTUAL,
    total_cost            REAL GENERATED ALWAYS AS ((input_cost_micros + output_cost_micros) / 1000000.0) VIRTUAL,
    PRIMARY KEY (month, user_id, model_id)
) STRICT, WITHOUT ROWID;

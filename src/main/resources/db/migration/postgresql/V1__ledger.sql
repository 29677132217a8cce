-- The ledger: one row a request, and its sums by day and by month, which move in one transaction.
-- USD columns are exact here: whole micro-USD divided, NUMERIC.
-- Times are text, ISO 8601 in UTC with milliseconds, so that they sort as they are.

-- One row for every accepted request, written once, when it has ended.
CREATE TABLE session_usage (
    request_id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client_request_id     TEXT COLLATE "C",
    session_id            TEXT COLLATE "C" NOT NULL,
    user_id               TEXT COLLATE "C" NOT NULL,
    requested_model       TEXT COLLATE "C" NOT NULL,
    model_id              TEXT COLLATE "C" NOT NULL,
    provider              TEXT COLLATE "C" NOT NULL,
    endpoint              TEXT COLLATE "C" NOT NULL,
    stream                BIGINT NOT NULL,
    status                TEXT COLLATE "C" NOT NULL,
    usage_source          TEXT COLLATE "C" NOT NULL,
    prompt_tokens         BIGINT NOT NULL,
    completion_tokens     BIGINT NOT NULL,
    total_tokens          BIGINT NOT NULL,
    cached_tokens         BIGINT NOT NULL,
    cache_write_tokens    BIGINT NOT NULL,
    cache_write_1h_tokens BIGINT NOT NULL,
    reasoning_tokens      BIGINT NOT NULL,
    input_cost_micros     BIGINT NOT NULL,
    output_cost_micros    BIGINT NOT NULL,
    price_version         TEXT COLLATE "C" NOT NULL,
    finish_reason         TEXT COLLATE "C",
    error_code            TEXT COLLATE "C",
    upstream_status       BIGINT,
    latency_ms            BIGINT NOT NULL,
    first_byte_ms         BIGINT,
    created_at            TEXT COLLATE "C" NOT NULL,
    ended_at              TEXT COLLATE "C" NOT NULL,
    input_cost            NUMERIC GENERATED ALWAYS AS (input_cost_micros / 1000000.0) STORED,
    output_cost           NUMERIC GENERATED ALWAYS AS (output_cost_micros / 1000000.0) STORED,
    total_cost            NUMERIC GENERATED ALWAYS AS ((input_cost_micros + output_cost_micros) / 1000000.0) STORED
);

-- A session's requests, newest first.
CREATE INDEX session_usage_by_session ON session_usage (session_id, created_at, request_id);

-- Latencies of a period, without touching the rows.
CREATE INDEX session_usage_by_time ON session_usage (created_at, latency_ms, status, user_id, model_id, provider);

-- The rows of session_usage summed by UTC day of acceptance, user and model.
CREATE TABLE daily_usage (
    date                  TEXT COLLATE "C" NOT NULL,
    user_id               TEXT COLLATE "C" NOT NULL,
    model_id              TEXT COLLATE "C" NOT NULL,
    provider              TEXT COLLATE "C" NOT NULL,
    request_count         BIGINT NOT NULL,
    ok_count              BIGINT NOT NULL,
    lost_count            BIGINT NOT NULL,
    prompt_tokens         BIGINT NOT NULL,
    completion_tokens     BIGINT NOT NULL,
    total_tokens          BIGINT NOT NULL,
    cached_tokens         BIGINT NOT NULL,
    cache_write_tokens    BIGINT NOT NULL,
    cache_write_1h_tokens BIGINT NOT NULL,
    reasoning_tokens      BIGINT NOT NULL,
    input_cost_micros     BIGINT NOT NULL,
    output_cost_micros    BIGINT NOT NULL,
    latency_ms_sum        BIGINT NOT NULL,
    input_cost            NUMERIC GENERATED ALWAYS AS (input_cost_micros / 1000000.0) STORED,
    output_cost           NUMERIC GENERATED ALWAYS AS (output_cost_micros / 1000000.0) STORED,
    total_cost            NUMERIC GENERATED ALWAYS AS ((input_cost_micros + output_cost_micros) / 1000000.0) STORED,
    PRIMARY KEY (date, user_id, model_id)
);

-- The rows of session_usage summed by UTC month of acceptance, user and model.
CREATE TABLE monthly_usage (
    month                 TEXT COLLATE "C" NOT NULL,
    user_id               TEXT COLLATE "C" NOT NULL,
    model_id              TEXT COLLATE "C" NOT NULL,
    provider              TEXT COLLATE "C" NOT NULL,
    request_count         BIGINT NOT NULL,
    ok_count              BIGINT NOT NULL,
    lost_count            BIGINT NOT NULL,
    prompt_tokens         BIGINT NOT NULL,
    completion_tokens     BIGINT NOT NULL,
    total_tokens          BIGINT NOT NULL,
    cached_tokens         BIGINT NOT NULL,
    cache_write_tokens    BIGINT NOT NULL,
    cache_write_1h_tokens BIGINT NOT NULL,
    reasoning_tokens      BIGINT NOT NULL,
    input_cost_micros     BIGINT NOT NULL,
    output_cost_micros    BIGINT NOT NULL,
    latency_ms_sum        BIGINT NOT NULL,
    input_cost            NUMERIC GENERATED ALWAYS AS (input_cost_micros / 1000000.0) STORED,
    output_cost           NUMERIC GENERATED ALWAYS AS (output_cost_micros / 1000000.0) STORED,
    total_cost            NUMERIC GENERATED ALWAYS AS ((input_cost_micros + output_cost_micros) / 1000000.0) STORED,
    PRIMARY KEY (month, user_id, model_id)
);

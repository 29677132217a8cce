-- What an audit needs: the prices that rows were charged at, and which journal each row came from.

-- The prices of each catalogue that was ever in force, written before the first call at these prices.
CREATE TABLE price (
    price_version TEXT COLLATE "C" NOT NULL,
    model_id      TEXT COLLATE "C" NOT NULL,
    pricing       TEXT COLLATE "C" NOT NULL,
    seen_at       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (price_version, model_id)
);

-- The journal (one a process) that the row came from; null in rows that are older than this column.
ALTER TABLE session_usage ADD COLUMN journal_id TEXT COLLATE "C";

-- How many requests each journal opened, and how many of them have their row (settled, written with the rows themselves).
-- One with ended_at has nothing in flight any more.
CREATE TABLE journal (
    journal_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    opened     BIGINT NOT NULL,
    settled    BIGINT NOT NULL,
    ended_at   TEXT COLLATE "C"
);

-- Rows that another engine has still to be told of; empty unless a route fills it.
CREATE TABLE usage_outbox (
    request_id TEXT COLLATE "C" NOT NULL PRIMARY KEY
);

-- What an audit needs: the prices that rows were charged at, which journal each row came from, and where old rows went.

-- The prices of each catalogue that was ever in force, written before the first call at these prices.
CREATE TABLE price (
    price_version TEXT NOT NULL,
    model_id      TEXT NOT NULL,
    pricing       TEXT NOT NULL,
    seen_at       TEXT NOT NULL,
    PRIMARY KEY (price_version, model_id)
) STRICT, WITHOUT ROWID;

-- The journal (one a process) that the row came from; null in rows that are older than this column.
ALTER TABLE session_usage ADD COLUMN journal_id TEXT;

-- How many requests each journal opened, and how many of them have their row (settled, written with the rows themselves).
-- One with ended_at has nothing in flight any more.
CREATE TABLE journal (
    journal_id TEXT NOT NULL PRIMARY KEY,
    opened     INTEGER NOT NULL,
    settled    INTEGER NOT NULL,
    ended_at   TEXT
) STRICT, WITHOUT ROWID;

-- Months whose rows are in a file of their own, beside this one. A row that is still here too is on its way there.
CREATE TABLE archive (
    month       TEXT NOT NULL PRIMARY KEY,
    file        TEXT NOT NULL,
    archived_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Rows that another engine has still to be told of; empty unless a route fills it.
CREATE TABLE usage_outbox (
    request_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

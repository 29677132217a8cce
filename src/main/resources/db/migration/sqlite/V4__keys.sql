-- Gateway keys: who may call, what each key may spend, and what it has spent in its minute, its day and its month.

-- One row a key, also when it is revoked. The key itself is nowhere: key_hash is the SHA-256 of it, in hex.
-- models: public names, one a line; null: all. A limit that is null is none. Times are text as in session_usage.
CREATE TABLE gateway_key (
    key_id              TEXT NOT NULL PRIMARY KEY,
    key_hash            TEXT NOT NULL,
    name                TEXT NOT NULL,
    user_id             TEXT,
    admin               INTEGER NOT NULL,
    models              TEXT,
    requests_per_minute INTEGER,
    tokens_per_minute   INTEGER,
    budget_day_micros   INTEGER,
    budget_month_micros INTEGER,
    expires_at          TEXT,
    revoked_at          TEXT,
    created_at          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who changed what, never the key itself.
CREATE TABLE gateway_key_change (
    change_id  INTEGER PRIMARY KEY AUTOINCREMENT,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    action     TEXT NOT NULL,
    key_id     TEXT NOT NULL,
    what       TEXT NOT NULL
) STRICT;

-- Grows with every change, in its transaction, so that every gateway sees soon that there was one.
CREATE TABLE gateway_key_version (
    one     INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO gateway_key_version (one, version) VALUES (1, 0);

-- What counts against a key's limits: what is used and what is reserved, in the windows it is in.
-- minute_ms: begin of the minute, milliseconds since 1970; day: days since 1970; month: 12 * year + month.
CREATE TABLE gateway_key_counter (
    key_id       TEXT NOT NULL PRIMARY KEY,
    minute_ms    INTEGER NOT NULL,
    requests     INTEGER NOT NULL,
    tokens       INTEGER NOT NULL,
    day          INTEGER NOT NULL,
    day_micros   INTEGER NOT NULL,
    month        INTEGER NOT NULL,
    month_micros INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What requests under way may still use at most; part of the counters, and named here so that it can be given back.
CREATE TABLE gateway_key_reservation (
    request_id TEXT NOT NULL PRIMARY KEY,
    key_id     TEXT NOT NULL,
    gateway_id TEXT NOT NULL,
    minute_ms  INTEGER NOT NULL,
    tokens     INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    month      INTEGER NOT NULL,
    micros     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX gateway_key_reservation_by_gateway ON gateway_key_reservation (gateway_id);

-- Gateways that reserve. A beat that stands still is that of a gateway which is gone.
CREATE TABLE gateway_beat (
    gateway_id TEXT NOT NULL PRIMARY KEY,
    beat       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Gateway keys: who may call, what each key may spend, and what it has spent in its minute, its day and its month.

-- One row a key, also when it is revoked. The key itself is nowhere: key_hash is the SHA-256 of it, in hex.
-- models: public names, one a line; null: all. A limit that is null is none. Times are text as in session_usage.
CREATE TABLE gateway_key (
    key_id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    key_hash            TEXT COLLATE "C" NOT NULL,
    name                TEXT COLLATE "C" NOT NULL,
    user_id             TEXT COLLATE "C",
    admin               INTEGER NOT NULL,
    models              TEXT COLLATE "C",
    requests_per_minute BIGINT,
    tokens_per_minute   BIGINT,
    budget_day_micros   BIGINT,
    budget_month_micros BIGINT,
    expires_at          TEXT COLLATE "C",
    revoked_at          TEXT COLLATE "C",
    created_at          TEXT COLLATE "C" NOT NULL
);

-- Who changed what, never the key itself.
CREATE TABLE gateway_key_change (
    change_id  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    changed_at TEXT COLLATE "C" NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    action     TEXT COLLATE "C" NOT NULL,
    key_id     TEXT COLLATE "C" NOT NULL,
    what       TEXT COLLATE "C" NOT NULL
);

-- Grows with every change, in its transaction, so that every gateway sees soon that there was one.
CREATE TABLE gateway_key_version (
    one     INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);

INSERT INTO gateway_key_version (one, version) VALUES (1, 0);

-- What counts against a key's limits: what is used and what is reserved, in the windows it is in.
-- minute_ms: begin of the minute, milliseconds since 1970; day: days since 1970; month: 12 * year + month.
CREATE TABLE gateway_key_counter (
    key_id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    minute_ms    BIGINT NOT NULL,
    requests     BIGINT NOT NULL,
    tokens       BIGINT NOT NULL,
    day          BIGINT NOT NULL,
    day_micros   BIGINT NOT NULL,
    month        BIGINT NOT NULL,
    month_micros BIGINT NOT NULL
);

-- What requests under way may still use at most; part of the counters, and named here so that it can be given back.
CREATE TABLE gateway_key_reservation (
    request_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    key_id     TEXT COLLATE "C" NOT NULL,
    gateway_id TEXT COLLATE "C" NOT NULL,
    minute_ms  BIGINT NOT NULL,
    tokens     BIGINT NOT NULL,
    day        BIGINT NOT NULL,
    month      BIGINT NOT NULL,
    micros     BIGINT NOT NULL
);

CREATE INDEX gateway_key_reservation_by_gateway ON gateway_key_reservation (gateway_id);

-- Gateways that reserve. A beat that stands still is that of a gateway which is gone.
CREATE TABLE gateway_beat (
    gateway_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    beat       BIGINT NOT NULL
);

-- Both databases run this as it stands: numbers are BIGINT, moments are milliseconds, JSON is TEXT.

-- The end of the audit. Every change of anything begins by writing this row, so that changes happen one by one.
CREATE TABLE head (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    turn BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO head (id, turn, seq, hash) VALUES (1, 0, 0, '');

CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    account TEXT,
    place TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    request TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_account ON audit (account, seq);

CREATE TABLE resource (
    place TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    spec TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL
);
CREATE INDEX resource_account ON resource (account, kind, place);
CREATE INDEX resource_kind ON resource (kind, place);

CREATE TABLE key (
    id TEXT PRIMARY KEY,
    account TEXT REFERENCES resource (place),
    label TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    last_four TEXT NOT NULL,
    grants TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires_ms BIGINT,
    last_used_ms BIGINT,
    revoked_ms BIGINT
);
CREATE INDEX key_account ON key (account, id);

CREATE TABLE cook (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    place TEXT NOT NULL REFERENCES resource (place),
    cause TEXT NOT NULL CHECK (cause IN ('schedule', 'manual', 'retry')),
    slot BIGINT,
    state TEXT NOT NULL
        CHECK (state IN ('queued', 'running', 'published', 'refused', 'failed', 'cancelled')),
    term BIGINT NOT NULL,
    holder TEXT,
    lease_ms BIGINT,
    attempt BIGINT NOT NULL,
    cancel BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    started_ms BIGINT,
    ended_ms BIGINT,
    progress TEXT,
    report TEXT,
    error TEXT,
    UNIQUE (place, slot)
);
CREATE UNIQUE INDEX cook_under_way ON cook (place) WHERE state IN ('queued', 'running');
CREATE INDEX cook_waiting ON cook (due_ms) WHERE state IN ('queued', 'running');
CREATE INDEX cook_place ON cook (place, id);
CREATE INDEX cook_account ON cook (account, id);

CREATE TABLE model (
    id TEXT PRIMARY KEY,
    place TEXT NOT NULL REFERENCES resource (place),
    cook TEXT NOT NULL UNIQUE REFERENCES cook (id),
    seq BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    entry TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    items BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('kept', 'gone'))
);
CREATE INDEX model_place ON model (place, state, seq);

-- A row without an envelope says that the endpoint is gone; it keeps the sequence from starting again.
CREATE TABLE release (
    place TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    state TEXT NOT NULL,
    envelope TEXT,
    created_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    change BIGINT NOT NULL UNIQUE,
    PRIMARY KEY (place, sequence)
);

CREATE TABLE release_model (
    place TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    model TEXT NOT NULL,
    PRIMARY KEY (place, sequence, model),
    FOREIGN KEY (place, sequence) REFERENCES release (place, sequence) ON DELETE CASCADE
);
CREATE INDEX release_model_model ON release_model (model);

CREATE TABLE signing_key (
    id TEXT PRIMARY KEY,
    place TEXT NOT NULL REFERENCES resource (place),
    public TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('next', 'current', 'retired')),
    created_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX signing_key_in_use ON signing_key (place, state) WHERE state IN ('next', 'current');

CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_created ON idempotency (created_ms);

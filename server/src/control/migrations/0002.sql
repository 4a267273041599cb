-- Rows that arrive live. A feed is one life of a modeling: when a modeling is deleted and made again, it is another.
CREATE TABLE live_feed (
    id TEXT PRIMARY KEY,
    place TEXT NOT NULL,
    last_seq BIGINT NOT NULL,
    row_count BIGINT NOT NULL
);

-- Files of rows. Those that are 'gone' are deleted from the store before their row here is.
CREATE TABLE live_segment (
    id TEXT PRIMARY KEY,
    feed TEXT NOT NULL REFERENCES live_feed (id),
    place TEXT NOT NULL,
    seq BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('kept', 'gone'))
);
CREATE INDEX live_segment_feed ON live_segment (feed, state, seq);
CREATE INDEX live_segment_state ON live_segment (state, id);

-- Events that were taken, by the hash of their id, for as long as their rows are kept.
CREATE TABLE live_event (
    feed TEXT NOT NULL REFERENCES live_feed (id),
    event TEXT NOT NULL,
    seen_ms BIGINT NOT NULL,
    PRIMARY KEY (feed, event)
);
CREATE INDEX live_event_seen ON live_event (feed, seen_ms);

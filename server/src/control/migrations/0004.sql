-- A file of rows that stands in another one by now stays until then: a backup may be under way that names it.
ALTER TABLE live_segment ADD COLUMN stays_until_ms BIGINT;

-- Until when pages may hold a manifest of an account, whichever of its endpoints made it.
CREATE TABLE offer (
    account TEXT PRIMARY KEY,
    until_ms BIGINT NOT NULL
);

-- What lies in the store and no kept model needs. It goes after 'until_ms'; what has a 'going_ms' is being deleted.
CREATE TABLE unneeded (
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    until_ms BIGINT NOT NULL,
    going_ms BIGINT,
    PRIMARY KEY (account, name)
);

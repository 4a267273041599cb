-- What shops counted of lists, added up by model and minute. A model is named by its index, as manifests name it.
CREATE TABLE counted (
    place TEXT NOT NULL,
    model TEXT NOT NULL,
    minute_ms BIGINT NOT NULL,
    lists BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    empty BIGINT NOT NULL,
    filled BIGINT NOT NULL,
    chosen BIGINT NOT NULL,
    compared BIGINT NOT NULL,
    shared BIGINT NOT NULL,
    PRIMARY KEY (place, model, minute_ms)
);
CREATE INDEX counted_minute ON counted (minute_ms);

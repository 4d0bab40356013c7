-- Records brought from other systems.

CREATE TABLE import_mapping (
    tenant_id  UUID   NOT NULL,
    id         UUID   NOT NULL,
    name       TEXT   NOT NULL,
    mapping    JSONB  NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX import_mapping_by_name ON import_mapping (tenant_id, name);

-- One file being brought in. `rows_read` is where a stopped one goes on; `after_case` the same for
-- the second half of a log of events. Whoever works on it holds it until `held_until_ms`.
CREATE TABLE import (
    tenant_id      UUID    NOT NULL,
    id             UUID    NOT NULL,
    target         TEXT    NOT NULL,
    file_name      TEXT    NOT NULL,
    file_bytes     BIGINT  NOT NULL,
    columns        JSONB   NOT NULL,
    mapping        JSONB,
    dry_run        BOOLEAN NOT NULL,
    stage          TEXT    NOT NULL,
    rows_read      BIGINT  NOT NULL,
    rows_created   BIGINT  NOT NULL,
    rows_updated   BIGINT  NOT NULL,
    rows_unchanged BIGINT  NOT NULL,
    rows_bad       BIGINT  NOT NULL,
    after_case     TEXT,
    failure        JSONB,
    created_by     JSONB   NOT NULL,
    created_ms     BIGINT  NOT NULL,
    started_ms     BIGINT,
    ended_ms       BIGINT,
    holder         UUID,
    held_until_ms  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX import_by_time ON import (tenant_id, created_ms, id);
CREATE INDEX import_by_stage ON import (stage, held_until_ms);

-- Rows that were not taken, as they stood in the file, with every reason.
CREATE TABLE import_bad_row (
    tenant_id UUID   NOT NULL,
    import_id UUID   NOT NULL,
    line      BIGINT NOT NULL,
    cells     JSONB  NOT NULL,
    faults    JSONB  NOT NULL,
    PRIMARY KEY (tenant_id, import_id, line),
    FOREIGN KEY (tenant_id, import_id) REFERENCES import (tenant_id, id)
);

-- What was brought before, by its number in the other system or by a hash of its row, so that the
-- same file brings nothing twice. `content` is a hash of what the row said.
CREATE TABLE import_key (
    tenant_id UUID  NOT NULL,
    target    TEXT  NOT NULL,
    key       TEXT  NOT NULL,
    thing_id  UUID  NOT NULL,
    content   BYTEA NOT NULL,
    import_id UUID  NOT NULL,
    PRIMARY KEY (tenant_id, target, key)
);

-- Events of cases wait here until all are read: a log need not be in order.
CREATE TABLE import_event (
    tenant_id UUID   NOT NULL,
    import_id UUID   NOT NULL,
    case_key  TEXT   NOT NULL,
    at_ms     BIGINT NOT NULL,
    line      BIGINT NOT NULL,
    record    JSONB  NOT NULL,
    cells     JSONB  NOT NULL,
    PRIMARY KEY (tenant_id, import_id, case_key, at_ms, line),
    FOREIGN KEY (tenant_id, import_id) REFERENCES import (tenant_id, id)
);

-- One file for both engines: SQLite reads the type names by their affinity.
-- Times (`_ms`) are UTC milliseconds. Every key starts with the tenant, which is the
-- distribution column when one server is too small.

-- The directory of tenants: small, the same on every node.
CREATE TABLE tenant (
    tenant_id  UUID   NOT NULL PRIMARY KEY,
    slug       TEXT   NOT NULL UNIQUE,
    name       TEXT   NOT NULL,
    zone       TEXT   NOT NULL,
    language   TEXT   NOT NULL,
    created_ms BIGINT NOT NULL
);

CREATE TABLE team (
    tenant_id UUID NOT NULL,
    id        UUID NOT NULL,
    name      TEXT NOT NULL,
    parent_id UUID,
    lead_id   UUID,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, parent_id) REFERENCES team (tenant_id, id)
);

CREATE TABLE role (
    tenant_id   UUID    NOT NULL,
    id          UUID    NOT NULL,
    key         TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    permissions JSONB   NOT NULL,
    reach       TEXT    NOT NULL,
    built_in    BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX role_by_key ON role (tenant_id, key);

-- `login_folded` is the login in lower case, made by us: engines disagree beyond ASCII.
CREATE TABLE staff (
    tenant_id     UUID    NOT NULL,
    id            UUID    NOT NULL,
    login         TEXT    NOT NULL,
    login_folded  TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    number        TEXT    NOT NULL,
    email         TEXT,
    team_id       UUID,
    roles         JSONB   NOT NULL,
    language      TEXT    NOT NULL,
    password_hash TEXT,
    -- When a password that somebody else gave ends by itself; none for one they chose themselves.
    password_until_ms BIGINT,
    active        BOOLEAN NOT NULL,
    created_ms    BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, team_id) REFERENCES team (tenant_id, id)
);
CREATE UNIQUE INDEX staff_by_login ON staff (tenant_id, login_folded);
CREATE UNIQUE INDEX staff_by_number ON staff (tenant_id, number);
CREATE INDEX staff_by_team ON staff (tenant_id, team_id);

-- The secret is kept as its SHA-256 only.
CREATE TABLE session (
    tenant_id    UUID   NOT NULL,
    id           UUID   NOT NULL,
    staff_id     UUID   NOT NULL,
    secret_hash  BYTEA  NOT NULL,
    agent        TEXT   NOT NULL,
    created_ms   BIGINT NOT NULL,
    last_seen_ms BIGINT NOT NULL,
    expires_ms   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id)
);
CREATE INDEX session_by_staff ON session (tenant_id, staff_id);

-- Failed sign-ins in a row; a right one deletes the row.
CREATE TABLE sign_in_throttle (
    tenant_id    UUID   NOT NULL,
    login_folded TEXT   NOT NULL,
    failures     BIGINT NOT NULL,
    until_ms     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, login_folded)
);

CREATE TABLE api_key (
    tenant_id    UUID   NOT NULL,
    id           UUID   NOT NULL,
    name         TEXT   NOT NULL,
    secret_hash  BYTEA  NOT NULL,
    permissions  JSONB  NOT NULL,
    created_by   UUID,
    created_ms   BIGINT NOT NULL,
    expires_ms   BIGINT,
    last_used_ms BIGINT,
    revoked_ms   BIGINT,
    PRIMARY KEY (tenant_id, id)
);

-- What was done, and who looked at personal data. `detail` never holds the data itself.
CREATE TABLE audit (
    tenant_id  UUID   NOT NULL,
    id         UUID   NOT NULL,
    at_ms      BIGINT NOT NULL,
    actor      JSONB  NOT NULL,
    action     TEXT   NOT NULL,
    thing      TEXT   NOT NULL,
    thing_id   UUID,
    detail     JSONB  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_by_time ON audit (tenant_id, at_ms, id);
CREATE INDEX audit_by_thing ON audit (tenant_id, thing, thing_id, at_ms);

CREATE TABLE setting (
    tenant_id  UUID   NOT NULL,
    key        TEXT   NOT NULL,
    value      JSONB  NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, key)
);

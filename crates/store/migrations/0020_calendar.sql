-- Working calendars, holidays and service level policies. A version never changes: clocks that
-- began under it can be recomputed and explained for ever.

CREATE TABLE calendar (
    tenant_id  UUID   NOT NULL,
    id         UUID   NOT NULL,
    name       JSONB  NOT NULL,
    version    BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE calendar_version (
    tenant_id  UUID   NOT NULL,
    id         UUID   NOT NULL,
    version    BIGINT NOT NULL,
    content    JSONB  NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id, version),
    FOREIGN KEY (tenant_id, id) REFERENCES calendar (tenant_id, id)
);

-- The State Council's notices a tenant brought itself; they take the place of the built-in years.
CREATE TABLE holiday_year (
    tenant_id  UUID   NOT NULL,
    year       BIGINT NOT NULL,
    notice     JSONB  NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, year)
);

-- One policy of a tenant is in force; the others are drafts.
CREATE TABLE policy (
    tenant_id  UUID    NOT NULL,
    id         UUID    NOT NULL,
    name       JSONB   NOT NULL,
    version    BIGINT  NOT NULL,
    in_force   BOOLEAN NOT NULL,
    updated_ms BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE policy_version (
    tenant_id  UUID   NOT NULL,
    id         UUID   NOT NULL,
    version    BIGINT NOT NULL,
    content    JSONB  NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id, version),
    FOREIGN KEY (tenant_id, id) REFERENCES policy (tenant_id, id)
);

-- What cases are about, and who can take them.

-- Two trees of one shape: `tree` is category or cause.
CREATE TABLE category (
    tenant_id UUID    NOT NULL,
    id        UUID    NOT NULL,
    tree      TEXT    NOT NULL,
    parent_id UUID,
    name_zh   TEXT    NOT NULL,
    name_en   TEXT    NOT NULL,
    words     JSONB   NOT NULL,
    kinds     JSONB   NOT NULL,
    team_id   UUID,
    archived  BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- `shift` is a calendar of the working hours; NULL is always there. `away_until_ms`: on leave.
CREATE TABLE staff_skill (
    tenant_id     UUID   NOT NULL,
    staff_id      UUID   NOT NULL,
    kinds         JSONB  NOT NULL,
    categories    JSONB  NOT NULL,
    capacity      BIGINT NOT NULL,
    shift_id      UUID,
    away_until_ms BIGINT,
    PRIMARY KEY (tenant_id, staff_id),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id)
);

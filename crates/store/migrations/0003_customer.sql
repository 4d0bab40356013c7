-- Customers and the service they had.
--
-- `phone_folded` and `email_folded` are by what two spellings are one contact; `search` is the
-- lower-cased text that lists look in.
CREATE TABLE customer (
    tenant_id    UUID   NOT NULL,
    id           UUID   NOT NULL,
    external_id  TEXT,
    name         TEXT   NOT NULL,
    phone        TEXT,
    phone_folded TEXT,
    email        TEXT,
    email_folded TEXT,
    language     TEXT,
    level        TEXT   NOT NULL,
    owner_id     UUID,
    tags         JSONB  NOT NULL,
    fields       JSONB  NOT NULL,
    search       TEXT   NOT NULL,
    -- The customer this one turned out to be. What was recorded under it stays as it was.
    merged_into  UUID,
    created_ms   BIGINT NOT NULL,
    updated_ms   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX customer_by_external ON customer (tenant_id, external_id);
CREATE INDEX customer_by_time ON customer (tenant_id, created_ms, id);
CREATE INDEX customer_by_phone ON customer (tenant_id, phone_folded);
CREATE INDEX customer_by_email ON customer (tenant_id, email_folded);
CREATE INDEX customer_by_owner ON customer (tenant_id, owner_id);
-- Only of those that were: SQLite takes an index that is mostly NULL for one that finds everybody, and walks the
-- whole table instead.
CREATE INDEX customer_by_merge ON customer (tenant_id, merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE interaction (
    tenant_id          UUID    NOT NULL,
    id                 UUID    NOT NULL,
    external_id        TEXT,
    customer_id        UUID,
    channel            TEXT    NOT NULL,
    subject            TEXT,
    team_id            UUID,
    -- Who spoke with the customer last.
    staff_id           UUID,
    started_ms         BIGINT  NOT NULL,
    ended_ms           BIGINT,
    local_day          TEXT    NOT NULL,
    queue_wait_seconds BIGINT,
    answered           BOOLEAN NOT NULL,
    resolved           BOOLEAN,
    transfers          BIGINT  NOT NULL,
    segments           JSONB   NOT NULL,
    transcript         TEXT,
    fields             JSONB   NOT NULL,
    created_ms         BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX interaction_by_external ON interaction (tenant_id, external_id);
CREATE INDEX interaction_by_time ON interaction (tenant_id, started_ms, id);
CREATE INDEX interaction_by_customer ON interaction (tenant_id, customer_id, started_ms);
CREATE INDEX interaction_by_staff ON interaction (tenant_id, staff_id, started_ms);
CREATE INDEX interaction_by_team ON interaction (tenant_id, team_id, started_ms);

-- Everybody who took part, so that a transfer loses nobody.
CREATE TABLE interaction_staff (
    tenant_id      UUID   NOT NULL,
    interaction_id UUID   NOT NULL,
    staff_id       UUID   NOT NULL,
    -- By the tenant's rule when it was stored; the shares of one interaction sum to 10000.
    credit_bp      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, interaction_id, staff_id),
    FOREIGN KEY (tenant_id, interaction_id) REFERENCES interaction (tenant_id, id)
);
CREATE INDEX interaction_staff_by_staff ON interaction_staff (tenant_id, staff_id);

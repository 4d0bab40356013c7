-- Personal data taken out 清除: who asked, who agreed, and what stands in the ledger instead.

CREATE TABLE erasure (
    tenant_id   UUID   NOT NULL,
    id          UUID   NOT NULL,
    customer_id UUID   NOT NULL,
    reason      TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    asked_by    JSONB  NOT NULL,
    asked_ms    BIGINT NOT NULL,
    decided_by  JSONB,
    decided_ms  BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX erasure_by_time ON erasure (tenant_id, asked_ms, id);
CREATE INDEX erasure_by_customer ON erasure (tenant_id, customer_id);

-- A row on record whose words are gone: its leaf has `hash_before`, the row has `hash_after` now. The
-- tombstone is on record itself. Rows are added, never changed.
CREATE TABLE ledger_tombstone (
    tenant_id   UUID   NOT NULL,
    id          UUID   NOT NULL,
    thing       TEXT   NOT NULL,
    subject_id  UUID   NOT NULL,
    seq         BIGINT NOT NULL,
    hash_before BYTEA  NOT NULL,
    hash_after  BYTEA  NOT NULL,
    reason      TEXT   NOT NULL,
    asked_by    JSONB  NOT NULL,
    approved_by JSONB  NOT NULL,
    at_ms       BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ledger_tombstone_by_subject
    ON ledger_tombstone (tenant_id, subject_id, thing, seq, at_ms);

-- The ledger 存证: what was handed in and what happened to cases, as leaves of a Merkle tree.
--
-- A leaf is written with the row it is of and waits; once a second those that wait get their places.
-- So writers wait for nobody. `seq` is the place in a case's time line, 0 for an evaluation.
CREATE TABLE ledger_waiting (
    tenant_id  UUID   NOT NULL,
    thing      TEXT   NOT NULL,
    subject_id UUID   NOT NULL,
    seq        BIGINT NOT NULL,
    hash       BYTEA  NOT NULL,
    PRIMARY KEY (tenant_id, subject_id, thing, seq)
);

-- Rows are added, never changed. `place` counts from 0 without a gap.
CREATE TABLE ledger_leaf (
    tenant_id  UUID   NOT NULL,
    place      BIGINT NOT NULL,
    thing      TEXT   NOT NULL,
    subject_id UUID   NOT NULL,
    seq        BIGINT NOT NULL,
    hash       BYTEA  NOT NULL,
    PRIMARY KEY (tenant_id, place)
);
CREATE UNIQUE INDEX ledger_leaf_by_subject ON ledger_leaf (tenant_id, subject_id, thing, seq);

-- Perfect subtrees of every eighth level, so that a proof reads a few hundred hashes.
CREATE TABLE ledger_node (
    tenant_id UUID   NOT NULL,
    level     BIGINT NOT NULL,
    place     BIGINT NOT NULL,
    hash      BYTEA  NOT NULL,
    PRIMARY KEY (tenant_id, level, place)
);

-- Signed: the tree of the first `size` leaves has this root. `peaks` are the perfect subtrees it
-- falls into, largest first, 32 bytes each: where the next batch goes on.
CREATE TABLE ledger_checkpoint (
    tenant_id UUID   NOT NULL,
    size      BIGINT NOT NULL,
    root      BYTEA  NOT NULL,
    peaks     BYTEA  NOT NULL,
    at_ms     BIGINT NOT NULL,
    key_id    UUID   NOT NULL,
    signature BYTEA  NOT NULL,
    PRIMARY KEY (tenant_id, size)
);

-- What checkpoints are signed with (Ed25519). The newest signs; older ones still verify.
CREATE TABLE ledger_key (
    tenant_id  UUID   NOT NULL,
    id         UUID   NOT NULL,
    public     BYTEA  NOT NULL,
    seed       BYTEA  NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- Timers (what happens at a moment) and jobs (what leaves the house or takes long), in 64 parts.
-- A part is worked on by one process at a time, which holds its lease.

-- Processes that work on the queue. Small, the same on every node.
CREATE TABLE worker (
    id      UUID   NOT NULL PRIMARY KEY,
    seen_ms BIGINT NOT NULL
);

-- Who works on which part until when. `fence` counts the holders. Small, the same on every node.
CREATE TABLE part_lease (
    part     BIGINT NOT NULL PRIMARY KEY,
    holder   UUID,
    fence    BIGINT NOT NULL,
    until_ms BIGINT NOT NULL
);

-- `key` is the business name of the timer: setting it again moves it.
CREATE TABLE timer (
    tenant_id UUID   NOT NULL,
    id        UUID   NOT NULL,
    key       TEXT   NOT NULL,
    part      BIGINT NOT NULL,
    due_ms    BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    subject   UUID,
    payload   JSONB  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX timer_by_key ON timer (tenant_id, key);
CREATE INDEX timer_by_subject ON timer (tenant_id, subject);
CREATE INDEX timer_by_due ON timer (due_ms, part);

-- `state`: queued, done, dead. `run_ms`: not before; while it runs, until when it is taken.
-- `key` makes enqueueing idempotent for as long as the row is kept.
CREATE TABLE job (
    tenant_id  UUID   NOT NULL,
    id         UUID   NOT NULL,
    key        TEXT,
    part       BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    run_ms     BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    subject    UUID,
    payload    JSONB  NOT NULL,
    attempts   BIGINT NOT NULL,
    last_error TEXT,
    created_ms BIGINT NOT NULL,
    ended_ms   BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX job_by_key ON job (tenant_id, key);
CREATE INDEX job_by_state ON job (tenant_id, state, created_ms, id);
CREATE INDEX job_by_run ON job (run_ms, part) WHERE state = 'queued';

INSERT INTO part_lease (part, fence, until_ms)
WITH RECURSIVE part (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM part WHERE n < 63)
SELECT n, 0, 0 FROM part;

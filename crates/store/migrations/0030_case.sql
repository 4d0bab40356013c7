-- Cases under promise. `case` is a word of SQL, so the table is the file of a case.
--
-- `snapshot` is the case as its events made it; the columns beside it are what lists filter and sort
-- by. `version` is the number of its events. `urgency` is the priority as a number, 0 to 3.
CREATE TABLE case_file (
    tenant_id       UUID   NOT NULL,
    id              UUID   NOT NULL,
    number          TEXT   NOT NULL,
    version         BIGINT NOT NULL,
    state           TEXT   NOT NULL,
    stage           TEXT,
    kind            TEXT   NOT NULL,
    priority        TEXT   NOT NULL,
    urgency         BIGINT NOT NULL,
    category_id     UUID,
    owner_id        UUID,
    team_id         UUID   NOT NULL,
    customer_id     UUID,
    channel         TEXT   NOT NULL,
    interaction_id  UUID,
    evaluation_id   UUID,
    local_day       TEXT   NOT NULL,
    opened_ms       BIGINT NOT NULL,
    accepted_ms     BIGINT,
    answered_ms     BIGINT,
    first_solved_ms BIGINT,
    solved_ms       BIGINT,
    told_ms         BIGINT,
    closed_ms       BIGINT,
    changed_ms      BIGINT NOT NULL,
    next_due_ms     BIGINT,
    reopened        BIGINT NOT NULL,
    decision        TEXT,
    decided_ms      BIGINT,
    completed_ms    BIGINT,
    repeat_of       UUID,
    merged_into     UUID,
    search          TEXT   NOT NULL,
    snapshot        JSONB  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX case_file_by_number ON case_file (tenant_id, number);
CREATE UNIQUE INDEX case_file_by_evaluation ON case_file (tenant_id, evaluation_id)
    WHERE evaluation_id IS NOT NULL;
CREATE INDEX case_file_by_opened ON case_file (tenant_id, opened_ms, id);
CREATE INDEX case_file_by_due ON case_file (tenant_id, next_due_ms, id);
CREATE INDEX case_file_by_owner ON case_file (tenant_id, owner_id, state);
CREATE INDEX case_file_by_team ON case_file (tenant_id, team_id, opened_ms);
CREATE INDEX case_file_by_customer ON case_file (tenant_id, customer_id, opened_ms);
CREATE INDEX case_file_by_kind ON case_file (tenant_id, kind, opened_ms, id);
-- Few cases repeat another; figures ask for them.
CREATE INDEX case_file_by_repeat ON case_file (tenant_id, repeat_of) WHERE repeat_of IS NOT NULL;

-- Who has to do with a case besides its owner. `part`: about (complained about, or praised),
-- helper, rectifier.
CREATE TABLE case_staff (
    tenant_id UUID NOT NULL,
    case_id   UUID NOT NULL,
    staff_id  UUID NOT NULL,
    part      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, case_id, staff_id, part),
    FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, id)
);
CREATE INDEX case_staff_by_staff ON case_staff (tenant_id, staff_id, part);

-- The time line. Rows are added, never changed.
CREATE TABLE case_event (
    tenant_id UUID   NOT NULL,
    case_id   UUID   NOT NULL,
    seq       BIGINT NOT NULL,
    at_ms     BIGINT NOT NULL,
    what      TEXT   NOT NULL,
    staff_id  UUID,
    event     JSONB  NOT NULL,
    PRIMARY KEY (tenant_id, case_id, seq),
    FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, id)
);
CREATE INDEX case_event_by_time ON case_event (tenant_id, what, at_ms);

-- One promise each. `due_ms` is the deadline as it stood at the last change; NULL while paused.
-- `owner_id` and `team_id` are those of the case at that change.
CREATE TABLE case_clock (
    tenant_id  UUID   NOT NULL,
    id         UUID   NOT NULL,
    case_id    UUID   NOT NULL,
    promise    TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    started_ms BIGINT NOT NULL,
    due_ms     BIGINT,
    ended_ms   BIGINT,
    elapsed_ms BIGINT,
    owner_id   UUID,
    team_id    UUID   NOT NULL,
    policy_id  UUID,
    rule       TEXT,
    woken_bp   BIGINT NOT NULL,
    clock      JSONB  NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, id)
);
CREATE INDEX case_clock_by_case ON case_clock (tenant_id, case_id);
CREATE INDEX case_clock_by_start ON case_clock (tenant_id, started_ms);

-- Corrective actions, for figures and for lists of what is due.
CREATE TABLE case_rectification (
    tenant_id     UUID    NOT NULL,
    id            UUID    NOT NULL,
    case_id       UUID    NOT NULL,
    owner_id      UUID    NOT NULL,
    state         TEXT    NOT NULL,
    planned_ms    BIGINT  NOT NULL,
    due_ms        BIGINT  NOT NULL,
    done_ms       BIGINT,
    verified_ms   BIGINT,
    failed_checks BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, id)
);
CREATE INDEX case_rectification_by_case ON case_rectification (tenant_id, case_id);
CREATE INDEX case_rectification_by_due ON case_rectification (tenant_id, due_ms);

-- What a member of the staff should know. Sent together after a while, so that much at once is one
-- message; `sent_ms` says when, `read_ms` when it was seen.
CREATE TABLE staff_notice (
    tenant_id UUID   NOT NULL,
    id        UUID   NOT NULL,
    staff_id  UUID   NOT NULL,
    at_ms     BIGINT NOT NULL,
    code      TEXT   NOT NULL,
    case_id   UUID,
    params    JSONB  NOT NULL,
    sent_ms   BIGINT,
    read_ms   BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX staff_notice_by_staff ON staff_notice (tenant_id, staff_id, at_ms);

-- Words at hand while answering 话术.
CREATE TABLE script (
    tenant_id   UUID    NOT NULL,
    id          UUID    NOT NULL,
    title       TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    kinds       JSONB   NOT NULL,
    category_id UUID,
    archived    BOOLEAN NOT NULL,
    updated_ms  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

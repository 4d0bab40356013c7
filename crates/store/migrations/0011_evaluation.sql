-- What a customer handed in, tied to the version of the form that asked. Never updated but for
-- the case it belongs to. An anonymous one has no customer, invitation or interaction.
CREATE TABLE evaluation (
    tenant_id      UUID    NOT NULL,
    id             UUID    NOT NULL,
    round          TEXT    NOT NULL,
    form_id        UUID    NOT NULL,
    form_version   BIGINT  NOT NULL,
    invitation_id  UUID,
    case_id        UUID,
    interaction_id UUID,
    customer_id    UUID,
    staff_id       UUID,
    team_id        UUID,
    channel        TEXT    NOT NULL,
    language       TEXT    NOT NULL,
    csat           BIGINT,
    nps            BIGINT,
    ces            BIGINT,
    dimensions     JSONB   NOT NULL,
    answers        JSONB   NOT NULL,
    comment        TEXT    NOT NULL,
    anonymous      BOOLEAN NOT NULL,
    receipt        TEXT    NOT NULL,
    submitted_ms   BIGINT  NOT NULL,
    local_day      TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, form_id, form_version)
        REFERENCES form_version (tenant_id, form_id, version)
);
CREATE UNIQUE INDEX evaluation_by_receipt ON evaluation (tenant_id, receipt);
CREATE UNIQUE INDEX evaluation_by_invitation ON evaluation (tenant_id, invitation_id)
    WHERE invitation_id IS NOT NULL;
CREATE INDEX evaluation_by_time ON evaluation (tenant_id, submitted_ms, id);
CREATE INDEX evaluation_by_staff ON evaluation (tenant_id, staff_id, submitted_ms);
CREATE INDEX evaluation_by_customer ON evaluation (tenant_id, customer_id, submitted_ms);
CREATE INDEX evaluation_by_case ON evaluation (tenant_id, case_id);
CREATE INDEX evaluation_by_interaction ON evaluation (tenant_id, interaction_id);

-- The unguessable link by which a customer follows what becomes of an evaluation or a case.
CREATE TABLE progress_link (
    tenant_id     UUID   NOT NULL,
    token         TEXT   NOT NULL,
    evaluation_id UUID,
    case_id       UUID,
    created_ms    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, token)
);
CREATE UNIQUE INDEX progress_link_by_evaluation ON progress_link (tenant_id, evaluation_id)
    WHERE evaluation_id IS NOT NULL;
CREATE UNIQUE INDEX progress_link_by_case ON progress_link (tenant_id, case_id)
    WHERE case_id IS NOT NULL;

-- A request to one customer to evaluate one thing, also where nobody was asked, with the reason.
CREATE TABLE invitation (
    tenant_id      UUID   NOT NULL,
    id             UUID   NOT NULL,
    round          TEXT   NOT NULL,
    interaction_id UUID,
    case_id        UUID,
    customer_id    UUID,
    staff_id       UUID,
    team_id        UUID,
    form_key       TEXT   NOT NULL,
    channel        TEXT   NOT NULL,
    recipient      TEXT   NOT NULL,
    language       TEXT   NOT NULL,
    state          TEXT   NOT NULL,
    because        TEXT,
    happened_ms    BIGINT NOT NULL,
    planned_ms     BIGINT NOT NULL,
    due_ms         BIGINT NOT NULL,
    sent_ms        BIGINT,
    delivered_ms   BIGINT,
    opened_ms      BIGINT,
    started_ms     BIGINT,
    completed_ms   BIGINT,
    reminded_ms    BIGINT,
    expires_ms     BIGINT,
    evaluation_id  UUID,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX invitation_by_time ON invitation (tenant_id, planned_ms, id);
CREATE INDEX invitation_by_customer ON invitation (tenant_id, customer_id, sent_ms);
CREATE INDEX invitation_by_recipient ON invitation (tenant_id, recipient, sent_ms);
CREATE INDEX invitation_by_interaction ON invitation (tenant_id, interaction_id);
CREATE INDEX invitation_by_case ON invitation (tenant_id, case_id);

-- What a link leads to. The token itself is nowhere, only its SHA-256; each message that is sent
-- has a token of its own.
CREATE TABLE invitation_token (
    tenant_id     UUID   NOT NULL,
    token_hash    BYTEA  NOT NULL,
    invitation_id UUID   NOT NULL,
    created_ms    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, token_hash),
    FOREIGN KEY (tenant_id, invitation_id) REFERENCES invitation (tenant_id, id)
);
CREATE INDEX invitation_token_by_invitation ON invitation_token (tenant_id, invitation_id);

-- Who wants no invitations: by customer (`customer/ID`) and by address (`email/…`, `phone/…`).
CREATE TABLE opt_out (
    tenant_id  UUID   NOT NULL,
    subject    TEXT   NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, subject)
);

-- The outbox: what is told to customers and staff. `{home}` and `{token}` in the body become the
-- house's address and a fresh token at the moment of sending.
CREATE TABLE message (
    tenant_id     UUID   NOT NULL,
    id            UUID   NOT NULL,
    template      TEXT   NOT NULL,
    channel       TEXT   NOT NULL,
    recipient     TEXT   NOT NULL,
    language      TEXT   NOT NULL,
    subject       TEXT   NOT NULL,
    body          TEXT   NOT NULL,
    choices       JSONB  NOT NULL,
    invitation_id UUID,
    case_id       UUID,
    customer_id   UUID,
    staff_id      UUID,
    state         TEXT   NOT NULL,
    error         TEXT,
    created_ms    BIGINT NOT NULL,
    sent_ms       BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX message_by_time ON message (tenant_id, created_ms, id);
CREATE INDEX message_by_case ON message (tenant_id, case_id);
CREATE INDEX message_by_invitation ON message (tenant_id, invitation_id) WHERE invitation_id IS NOT NULL;

-- The tenant's own wording of a message, in place of the house's.
CREATE TABLE message_template (
    tenant_id  UUID   NOT NULL,
    key        TEXT   NOT NULL,
    language   TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, key, language)
);

-- What one member of staff should know; those of a while go out as one message.
CREATE TABLE notice (
    tenant_id  UUID    NOT NULL,
    id         UUID    NOT NULL,
    staff_id   UUID    NOT NULL,
    kind       TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    case_id    UUID,
    created_ms BIGINT  NOT NULL,
    told       BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX notice_by_staff ON notice (tenant_id, staff_id, told, created_ms);

-- Whom to tell of what happens, over HTTP.
CREATE TABLE webhook (
    tenant_id  UUID    NOT NULL,
    id         UUID    NOT NULL,
    url        TEXT    NOT NULL,
    events     JSONB   NOT NULL,
    secret     TEXT    NOT NULL,
    active     BOOLEAN NOT NULL,
    created_ms BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE webhook_delivery (
    tenant_id  UUID   NOT NULL,
    id         UUID   NOT NULL,
    webhook_id UUID   NOT NULL,
    event      TEXT   NOT NULL,
    payload    JSONB  NOT NULL,
    state      TEXT   NOT NULL,
    status     BIGINT,
    error      TEXT,
    created_ms BIGINT NOT NULL,
    ended_ms   BIGINT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhook (tenant_id, id)
);
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (tenant_id, webhook_id, created_ms, id);

-- A form and its draft. Versions are rows of their own that are only ever added.
CREATE TABLE form (
    tenant_id         UUID   NOT NULL,
    id                UUID   NOT NULL,
    key               TEXT   NOT NULL,
    draft             JSONB  NOT NULL,
    draft_changed_ms  BIGINT NOT NULL,
    published_version BIGINT,
    retired_ms        BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX form_by_key ON form (tenant_id, key);

CREATE TABLE form_version (
    tenant_id    UUID   NOT NULL,
    form_id      UUID   NOT NULL,
    version      BIGINT NOT NULL,
    content      JSONB  NOT NULL,
    published_ms BIGINT NOT NULL,
    published_by JSONB  NOT NULL,
    PRIMARY KEY (tenant_id, form_id, version),
    FOREIGN KEY (tenant_id, form_id) REFERENCES form (tenant_id, id)
);

-- What people taught the reader, and what it learned.

-- The category a person gave a case; the last word counts. `source`: correction, chosen (by who opened
-- the case), audit (drawn at random and looked at). `proposed_id`: what had been proposed, if anything.
CREATE TABLE case_label (
    tenant_id   UUID   NOT NULL,
    case_id     UUID   NOT NULL,
    category_id UUID   NOT NULL,
    proposed_id UUID,
    source      TEXT   NOT NULL,
    labelled_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, case_id),
    FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, id)
);
CREATE INDEX case_label_by_time ON case_label (tenant_id, labelled_ms, case_id);

-- The learned model, its versions inside. `revision` changes with every write, so that nobody writes
-- over what they have not seen. `outcome` is that of the last training.
CREATE TABLE category_model (
    tenant_id  UUID   NOT NULL,
    revision   UUID   NOT NULL,
    learned    BYTEA  NOT NULL,
    outcome    TEXT   NOT NULL,
    trained_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- What a member of staff arranged for themselves: saved views, how far their first day has come.
CREATE TABLE preference (
    tenant_id  UUID   NOT NULL,
    staff_id   UUID   NOT NULL,
    key        TEXT   NOT NULL,
    value      JSONB  NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, staff_id, key),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id)
);

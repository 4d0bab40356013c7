-- What a member of staff proves besides the password: a code of their telephone (RFC 6238), or one of a few
-- codes kept on paper.
--
-- What the codes are made of is sealed in `secret`. `last_step` is the step of the last code that was taken: no code is taken twice. Without `confirmed_ms` it
-- is only being set up and asks nobody for anything.
CREATE TABLE second_factor (
    tenant_id    UUID   NOT NULL,
    staff_id     UUID   NOT NULL,
    created_ms   BIGINT NOT NULL,
    confirmed_ms BIGINT,
    last_step    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, staff_id),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id)
);

-- Each works once, and is then gone.
CREATE TABLE recovery_code (
    tenant_id UUID  NOT NULL,
    staff_id  UUID  NOT NULL,
    hash      BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, staff_id, hash),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id)
);

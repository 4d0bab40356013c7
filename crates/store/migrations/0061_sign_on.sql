-- Signing in with the company's own accounts, by OpenID Connect. The client's secret is sealed in `secret`.
CREATE TABLE sign_on_provider (
    tenant_id  UUID   NOT NULL,
    issuer     TEXT   NOT NULL,
    client_id  TEXT   NOT NULL,
    match_by   TEXT   NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- Who is who there: kept from the first time on, so that a changed address there opens nobody else's account.
CREATE TABLE sign_on_identity (
    tenant_id  UUID   NOT NULL,
    issuer     TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    staff_id   UUID   NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, issuer, subject),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id)
);
CREATE INDEX sign_on_identity_by_staff ON sign_on_identity (tenant_id, staff_id);

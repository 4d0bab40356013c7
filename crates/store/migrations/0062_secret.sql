-- Secrets that have to be known again, sealed by the master key, which is not in the database.
-- `purpose` and `subject_id` say what for and whose. `sealed` is base64; with an empty `key_id` it is
-- plain, from before, and sealed when the database is opened next.
CREATE TABLE secret (
    tenant_id  UUID NOT NULL,
    purpose    TEXT NOT NULL,
    subject_id UUID NOT NULL,
    key_id     TEXT NOT NULL,
    sealed     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, purpose, subject_id)
);

INSERT INTO secret (tenant_id, purpose, subject_id, key_id, sealed)
SELECT tenant_id, 'webhook', id, '', secret FROM webhook;
ALTER TABLE webhook DROP COLUMN secret;

-- Keys whose seed lay open sign no more; what they signed still verifies. The next seal makes a new one.
ALTER TABLE ledger_key DROP COLUMN seed;

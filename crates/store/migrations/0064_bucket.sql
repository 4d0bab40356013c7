-- Buckets: counts by day and by month, made of rows, from which figures are read.
--
-- A bucket is believed when its day lies within the days that are built, no mark says that a row of
-- it changed since, and the moment has not come at which it changes by itself.

-- `cohort` is what is counted by which of its dates: answered, sent, opened, due, closed. A month is
-- built when all its days are. `first_day` NULL: nothing is built. `zone` decided what a day is.
CREATE TABLE bucket_state (
    tenant_id   UUID   NOT NULL,
    cohort      TEXT   NOT NULL,
    zone        TEXT   NOT NULL,
    definitions BIGINT NOT NULL,
    first_day   TEXT,
    last_day    TEXT,
    healed_ms   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, cohort)
);

-- Written by whoever changes a row, in the transaction of the change; taken away by whoever has
-- counted it. Each has an id of its own, so that writers never wait for each other and a mark that is
-- written while a day is counted stays. A day, or the quarter of an hour a row is dated by, or neither: all.
CREATE TABLE bucket_mark (
    tenant_id  UUID   NOT NULL,
    id         UUID   NOT NULL,
    cohort     TEXT   NOT NULL,
    day        TEXT,
    quarter_ms BIGINT,
    PRIMARY KEY (tenant_id, cohort, id)
);

-- When a day changes though nobody writes: a promise runs out, a time of waiting is over.
CREATE TABLE bucket_turn (
    tenant_id UUID   NOT NULL,
    cohort    TEXT   NOT NULL,
    day       TEXT   NOT NULL,
    turns_ms  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, cohort, day)
);

-- How many had which value, packed. A dimension that the shape does not tell apart, or that a row
-- does not have, is the nil UUID or the empty text. `span` is a day or a month.
CREATE TABLE bucket (
    tenant_id UUID  NOT NULL,
    metric    TEXT  NOT NULL,
    shape     TEXT  NOT NULL,
    grain     TEXT  NOT NULL,
    span      TEXT  NOT NULL,
    team_id   UUID  NOT NULL,
    staff_id  UUID  NOT NULL,
    channel   TEXT  NOT NULL,
    kind      TEXT  NOT NULL,
    round     TEXT  NOT NULL,
    form_id   UUID  NOT NULL,
    counts    BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, metric, shape, grain, span, team_id, staff_id, channel, kind, round,
        form_id)
);

-- The rows of one day.
CREATE INDEX evaluation_by_day ON evaluation (tenant_id, local_day);
CREATE INDEX invitation_by_sent ON invitation (tenant_id, sent_ms);
CREATE INDEX case_file_by_day ON case_file (tenant_id, local_day);
CREATE INDEX case_file_by_closed ON case_file (tenant_id, closed_ms);

-- The hours of the day that runs which have buckets (grain `hour`, span: the moment it begins).
-- `turns_ms`: when the hour changes by itself.
CREATE TABLE bucket_hour (
    tenant_id UUID   NOT NULL,
    cohort    TEXT   NOT NULL,
    begin_ms  BIGINT NOT NULL,
    day       TEXT   NOT NULL,
    turns_ms  BIGINT,
    PRIMARY KEY (tenant_id, cohort, begin_ms)
);

-- The cases of a day in the order of their moments.
CREATE INDEX case_file_by_hour ON case_file (tenant_id, local_day, opened_ms);
DROP INDEX case_file_by_day;

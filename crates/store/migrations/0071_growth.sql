-- What lists and figures cost with a long past.

-- The rows of one day in the order of their moments, with everything figures ask of them but the kind of
-- their case.
CREATE INDEX evaluation_by_figure ON evaluation (tenant_id, local_day, submitted_ms, form_id, round,
    channel, team_id, staff_id, csat, nps, ces);
DROP INDEX evaluation_by_day;

-- Where somebody wrote something: most say nothing, and nobody looks for words there.
CREATE INDEX evaluation_by_words ON evaluation (tenant_id, submitted_ms, id) WHERE comment <> '';

-- What falls due first, first; what has no promise left, last.
CREATE INDEX case_file_by_deadline
    ON case_file (tenant_id, (coalesce(next_due_ms, 9223372036854775807)), id);

-- How many there are, by state and kind.
CREATE INDEX case_file_by_state ON case_file (tenant_id, state, kind, next_due_ms, id);

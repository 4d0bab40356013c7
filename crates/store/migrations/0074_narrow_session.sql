-- A session of somebody who has to set up a second step before anything else: it opens their own profile
-- and nothing more.
ALTER TABLE session ADD COLUMN narrow BOOLEAN NOT NULL DEFAULT FALSE;

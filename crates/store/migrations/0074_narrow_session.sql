-- What the person of a session has to do before anything else, as in 'password' or 'second_factor': it opens
-- their own profile and nothing more. None: it opens what they may.
ALTER TABLE session ADD COLUMN owes TEXT;

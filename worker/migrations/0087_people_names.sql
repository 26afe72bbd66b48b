-- The telephone system's gate and imports of call logs find people by e-mail address or name. Retention: as the table.
CREATE INDEX people_email_lower ON people (lower(email)) WHERE kind = 'person';
CREATE INDEX people_name_lower ON people (lower(name)) WHERE kind = 'person';

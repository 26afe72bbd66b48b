-- What a proof looks up by: a number's history on the do-not-call list, and the rows of the trail that are about one thing.

CREATE INDEX suppressions_number ON suppressions (number);
CREATE INDEX audit_subject ON audit (subject, at) WHERE subject <> '';

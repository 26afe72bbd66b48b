-- erasure_salts: by the hour (of UTC, since 1970), 16 random bytes in hex from which, with the recording's id, the salt of each certificate
-- of that hour follows (recordings/certificates/salts.ts): that of what it commits to, and of its event on the trail. So audit_payload need
-- not keep one of each, once the event has left the database. No personal data; without it nobody tries numbers against a certificate.
-- Kept: policy retention.auditPayloadMonths, and at most two hours, as payloads.
CREATE TABLE erasure_salts (
  hour INTEGER PRIMARY KEY,
  key TEXT NOT NULL
);

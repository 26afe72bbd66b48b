-- marks, one more: `plain-secrets`: since when webhooks' secrets are in plain text and there is no key to seal them
-- (worker/webhooks/sealing.ts). Kept: until they are sealed.

-- Each purpose has buckets of its own: recordings, requests' files, copies for requesters (shared/recordings/places.ts).

-- request_files: `store` has the place too: `r2-files`, `s3-files`, `r2-copies`, `s3-copies`. `r2` and `s3` are the recordings'
-- buckets, where files of before stay until they are erased, and where an older Worker puts new ones. Which of them a file of a
-- purpose may be in:
CREATE TRIGGER request_files_place BEFORE INSERT ON request_files
WHEN NEW.store NOT IN ('r2', 's3',
  iif(NEW.purpose = 'export', 'r2-copies', 'r2-files'), iif(NEW.purpose = 'export', 's3-copies', 's3-files'))
BEGIN
  SELECT RAISE(ABORT, 'object_taken');
END;
-- A file stays what and where it is: erased elsewhere, or as another, it would only be called erased.
CREATE TRIGGER request_files_stay BEFORE UPDATE ON request_files
WHEN (NEW.request, NEW.purpose, NEW.store, NEW.object) <> (OLD.request, OLD.purpose, OLD.store, OLD.object)
BEGIN
  SELECT RAISE(ABORT, 'object_taken');
END;
-- In the recordings' buckets nothing below `requests/` is a recording, whether its file's row is still there or not.
CREATE TRIGGER recordings_no_request BEFORE INSERT ON recordings
WHEN NEW.store IN ('r2', 's3') AND NEW.object >= 'requests/' AND NEW.object < 'requests0'
BEGIN
  SELECT RAISE(ABORT, 'object_taken');
END;

-- hosts: what DNS said of a host that something is sent to: on the public internet (`public`), at an address that is not
-- (`private`), without one (`none`), or nothing yet (`unknown`); when it was said, and when it was asked last
-- (worker/policy/hosts.ts). No personal data. Kept: 30 days after it was asked last.
CREATE TABLE hosts (
  host TEXT PRIMARY KEY,
  whereabouts TEXT NOT NULL CHECK (whereabouts IN ('public', 'private', 'none', 'unknown')),
  at TEXT NOT NULL,
  tried_at TEXT NOT NULL
) WITHOUT ROWID;
-- The resolver is a recipient: one that was there before, where the others were taken over already.
INSERT OR IGNORE INTO recipients_before (kind, host, at)
SELECT 'resolver', 'cloudflare-dns.com', strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE EXISTS (
  SELECT 1 FROM marks WHERE name = 'recipients'
);

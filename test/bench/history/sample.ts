/** SQL: rows of recordings, their calls and certificates, as the benches of rows fill a database with them. */
const uuid = (...parts: [number, number][]) =>
  parts.map(([n, of]) => `substr(${HEX}, ${n}, ${of})`).join(" || '-' || ");
const HEX = "h";
/** 200 agents, 100 calls each a working day of eight hours. */
export const some = `WITH RECURSIVE rows (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM rows WHERE n < ?1 - 1),
  said AS (SELECT n, strftime('%Y-%m-%dT%H:%M:%fZ', (?2 + n * 1440 + abs(random()) % 1000) / 1000.0, 'unixepoch') AS at,
    lower(hex(randomblob(16))) AS h, 442079460000 + abs(random()) % 100000000 AS number,
    'agent' || (n % 200) || '@example.com' AS agent, abs(random()) % 600 AS seconds FROM rows),
  made AS (SELECT *, ${uuid([1, 8], [9, 4], [13, 4], [17, 4], [21, 12])} AS id FROM said)`;
export const by = "'6f1c2d3e-4a5b-4c6d-8e7f-9a0b1c2d3e4f'";
const hash = "lower(hex(randomblob(32)))";
const code = "abs(random())";

/** How systems name a recording, and its object: SQL, of a row of `some`. */
export interface Named {
  provider: string;
  object: string;
  sha256: string;
}
const newUuid = `lower(printf('%s-%s-4%s-a%s-%s', hex(randomblob(4)), hex(randomblob(2)), substr(hex(randomblob(2)), 2),
  substr(hex(randomblob(2)), 2), hex(randomblob(6))))`;
export const named: Record<string, Named> = {
  "named as a telephone system does": {
    provider: "'CA' || lower(hex(randomblob(16)))",
    object: "'dialler/' || substr(at, 1, 10) || '/' || n || '.mp3'",
    sha256: "NULL",
  },
  "whose names are UUIDs": {
    provider: newUuid,
    object: `'dialler/' || substr(at, 1, 10) || '/' || ${newUuid} || '.mp3'`,
    sha256: "NULL",
  },
  "that was sent to the Worker": {
    provider: "'CA' || lower(hex(randomblob(16)))",
    object: "'recordings/' || substr(at, 1, 7) || '/' || id",
    sha256: hash,
  },
};

/** As an integration's are registered, and looked at (worker/recordings/new-rows.ts). */
export const recordingsOf = ({ provider, object, sha256 }: Named): string =>
  `INSERT INTO recordings (id, provider, ref, provider_id, number, agent, direction, started_at, started_on,
    seconds, store, object, region, bytes, sha256, announced, purpose, erase_after, rule, months, etag, by, at, audio_rev, audio_past,
    salt_high, salt_low, code, audio_high, audio_low, audio_code)
  ${some}, seeded AS MATERIALIZED (SELECT *, random() AS high, random() AS low FROM made)
  SELECT id, 'dialler', ${hash}, ${provider}, number, agent, 'outbound', at, substr(at, 1, 10), seconds,
    's3', ${object}, 'GB', seconds * 4000, ${sha256}, 1, 'quality', date(at, '+12 months'),
    'retention', 12, lower(hex(randomblob(16))), ${by},
    strftime('%Y-%m-%dT%H:%M:%fZ', at, '+' || (seconds + 1) || ' seconds'), 1, '[]', high, low, ${code}, ~high, ~low, ${code}
  FROM seeded`;
export const recordings = recordingsOf(Object.values(named)[0]!);
/** The call of each, made by a dial (worker/call-logs/rows.ts). */
export const callsOf = ({
  provider,
}: Named): string => `INSERT INTO calls (id, ref, via, provider, provider_id, number, agent, person, direction, started_at, seconds, verdict,
    reasons, overridden, dial, screened, extension, by, at, campaign, judged_as, rev, past, salt_high, salt_low, code)
  ${some}
  SELECT id, ${hash}, 'recording', 'dialler', ${provider}, number, agent,
    (SELECT id FROM people WHERE num = n % 200 + 1), 'outbound', at, seconds, 'clear', '[]', 0, CAST((?2 + n * 1440) * 64 AS TEXT),
    'dial', 'on', ${by}, at, NULL, 'general', 1, '[]', random(), random(), ${code}
  FROM made`;
export const calls = callsOf(Object.values(named)[0]!);
export const people = `INSERT INTO people (id, num, name, email, role, created_at)
  WITH RECURSIVE rows (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM rows WHERE n < 200), made AS (SELECT n, lower(hex(randomblob(16))) AS h FROM rows)
  SELECT ${uuid([1, 8], [9, 4], [13, 4], [17, 4], [21, 12])}, n, 'Agent', 'agent' || n || '@example.com', 'agent', '2026-01-01' FROM made`;
/** As the day's end leaves them (worker/recordings/erasing/one.ts), a day after another. */
export const certificates = `INSERT INTO certificates (recording, provider, store, region, erase_after, rule, months, why, erased_at,
    commitment, was, salt_high, salt_low, code)
  SELECT id, provider, store, region, erase_after, rule, months, '', strftime('%Y-%m-%dT%H:%M:%fZ', at, '+12 months'), ${hash},
    'there', random(), random(), ${code}
  FROM recordings ORDER BY rowid`;
export const emptied = `UPDATE recordings SET state = 'erased', provider_id = NULL, number = NULL, agent = NULL, direction = NULL,
  started_at = NULL, started_on = NULL, seconds = NULL, object = NULL, bytes = NULL, sha256 = NULL, etag = NULL, announced = NULL,
  purpose = NULL, flag = NULL, claim = NULL, due = NULL, error = NULL`;

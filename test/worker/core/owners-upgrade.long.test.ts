/** Migrations from 0029 on: rows of before stay as they are, and a Worker of before, deployed again, goes on with the tables. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { DAY, dump } from "../helpers.ts";

const tables = [
  ...[
    "people",
    "tokens",
    "policies",
    "suppressions",
    "consents",
    "recordings",
    "calls",
    "certificates",
    "recording_holds",
  ],
  ...["webhooks", "outbox", "asked", "requests", "request_items", "request_letters", "request_files"],
] as const;
const rows = async () =>
  Object.fromEntries(await Promise.all(tables.map(async (t) => [t, await dump(t)] as const)));
const run = (statement: string) => env.DB.prepare(statement).run();
const YEARS_AGO = new Date(Date.now() - 800 * DAY).toISOString();

/** What the Worker of before wrote, a row in each table and then what it did to it. */
async function asBefore(n: number): Promise<void> {
  const number = 442079460700 + n;
  const at = `2026-11-0${n}T10:00:00.000Z`;
  const recording = (
    id: string,
  ) => `INSERT INTO recordings (id, provider, ref, provider_id, number, agent, direction, started_at,
    started_on, seconds, store, object, region, bytes, sha256, announced, purpose, flag, erase_after, rule, months, by, at)
    VALUES ('${id}', 'dialler', '${id}', '${id}', ${number}, 'ann', 'outbound', '${YEARS_AGO}', '${YEARS_AGO.slice(0, 10)}', 9,
      'r2', 'recordings/${id}', 'GB', NULL, NULL, 1, 'quality', NULL, '2026-01-0${n}', 'retention', 12, 'i${n}', '${at}')`;
  for (const statement of [
    `INSERT INTO people (id, kind, name, email, role, created_at) VALUES ('i${n}', 'integration', 'Dialler', 'i${n}@x', 'agent', '${at}')`,
    `INSERT INTO tokens (id, person, hash, device, created_at, until) VALUES ('t${n}', 'i${n}', 'hash${n}', '', '${at}', '2099-01-01')`,
    `UPDATE tokens SET next_hash = 'next${n}', next_at = '${at}' WHERE id = 't${n}' AND hash = 'hash${n}' AND revoked_at IS NULL`,
    `UPDATE tokens SET hash = next_hash, next_hash = NULL, next_at = NULL, rotated_at = '${at}', last_used_at = '${at}' WHERE id = 't${n}'`,
    `UPDATE tokens SET revoked_at = '${at}' WHERE person = 'i${n}' AND revoked_at IS NULL`,
    `UPDATE people SET name = 'The dialler', active = 0 WHERE id = 'i${n}'`,
    `INSERT INTO policies (version, doc, at, by, why) VALUES (${n}, '{}', '${at}', 'i${n}', 'then')`,
    `INSERT INTO suppressions (id, number, kind, reason, source, until, by, at, heard_at, unverified, scope, asks, origin, keeps_line)
     VALUES ('s${n}', ${number}, 'objection', 'she moves', 'agent', NULL, 'x', '${at}', NULL, 1, 'line', 0, NULL, 0)`,
    `INSERT INTO consents (id, number, kind, basis, given_by, given_at, evidence, caller, calls, medium, product, words, how,
       proof, state, by, at)
     VALUES ('c${n}', ${number}, 'notification', 'service', 'J. Doe', '${at}', '', '', '["general"]', 'call', '', 'Do ring',
       'telephone', 'recording 7', 'good', 'i${n}', '${at}')`,
    recording(`held${n}`),
    `INSERT INTO recording_holds (id, recording, reason, review_on, by, at) VALUES ('h${n}', 'held${n}', 'claim', '2099-01-01', 'x', '${at}')`,
    recording(`gone${n}`),
    recording(`due${n}`),
    `INSERT INTO calls (id, ref, via, provider, provider_id, number, agent, person, direction, started_at, seconds, verdict,
       reasons, overridden, dial, screened, extension, by, at)
     VALUES ('k${n}', 'k${n}', 'fetch', 'twilio', 'CA${n}', ${number}, 'ann', NULL, 'outbound', '${at}', 9, 'blocked', '[]', 0, NULL,
       NULL, NULL, 'list:twilio', '${at}')`,
    `INSERT INTO webhooks (id, url, secret, by, at, since, told)
     VALUES ('w${n}', 'https://crm${n}.example.com/', 'whsec', 'i${n}', '${at}', 0, 0)`,
    `INSERT OR IGNORE INTO outbox (id, key, template, recipient, vals, until, at, due)
     VALUES ('m${n}', 'm${n}', 'x', 'ann@example.com', '{}', NULL, '${at}', '${at}')`,
    `INSERT INTO asked (person, hour, numbers) VALUES ('i${n}', '2026-11-25T14', 3)
     ON CONFLICT (person, hour) DO UPDATE SET numbers = numbers + 3`,
    `INSERT INTO requests (id, ref, kind, channel, state, name, email, number, days, received_on, decide_by, by, at)
     VALUES ('q${n}', 'q${n}', 'access', 'page', 'open', 'Dora', 'd@example.com', ${number}, 30, '2026-11-01', '2026-12-01', 'public', '${at}')`,
    `INSERT INTO request_items (request, kind, ref, at) VALUES ('q${n}', 'recording', 'due${n}', '${at}')`,
    `INSERT INTO request_letters (id, request, kind, text, how, sent_on, by, at)
     VALUES ('l${n}', 'q${n}', 'acknowledgement', 'Dear Dora', 'post', '2026-11-0${n}', 'x', '${at}')`,
    `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, erase_after, by, at)
     VALUES ('f${n}', 'q${n}', 'scan', 'r2', 'requests/q${n}/f${n}', 'a.png', 'image/png', 3, '2026-12-0${n}', 'x', '${at}')`,
    `UPDATE request_files SET erased_at = '${at}', name = '' WHERE id = 'f${n}' AND erased_at IS NULL`,
    // A mail is taken and sent, an entry emptied and ended, a consent withdrawn, a recording erased and certified.
    `UPDATE outbox SET due = '2026-12-01', tries = tries + 1 WHERE id = (
       SELECT id FROM outbox WHERE state = 'waiting' AND due <= '2026-11-30' ORDER BY due LIMIT 1)`,
    `UPDATE outbox SET state = 'sent', sent_at = '${at}', vals = NULL, error = NULL WHERE id = 'm${n}'`,
    `UPDATE suppressions SET reason = 'kept', source = '' WHERE ended_at IS NULL AND id = 's${n}'`,
    `UPDATE suppressions SET until = NULL, unverified = 0 WHERE ended_at IS NULL AND number = ${number}`,
    `UPDATE suppressions SET ended_at = '${at}', ended_by = 'x', ended_reason = 'x' WHERE id = 's${n}' AND ended_at IS NULL`,
    `UPDATE suppressions SET ended_reason = 'a mistake' WHERE id = 's${n}'`,
    `UPDATE consents SET withdrawn_at = '${at}' WHERE id = 'c${n}' AND withdrawn_at IS NULL`,
    `UPDATE calls SET told = 1 WHERE id = 'k${n}'`,
    `UPDATE recordings SET state = 'erasing', claim = 'r', due = '${at}' WHERE id = 'gone${n}'`,
    `UPDATE recordings SET state = 'erased', provider_id = NULL, number = NULL, agent = NULL, direction = NULL, started_at = NULL,
       started_on = NULL, seconds = NULL, object = NULL, bytes = NULL, sha256 = NULL, announced = NULL, purpose = NULL,
       flag = NULL, claim = NULL, due = NULL, not_before = NULL, failures = 0, error = NULL WHERE id = 'gone${n}'`,
    `INSERT INTO certificates (recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment)
     VALUES ('gone${n}', 'dialler', 'r2', 'GB', '2026-01-01', 'retention', 12, '', '${at}', 'x')`,
    `UPDATE webhooks SET told = MAX(told, 1), failing_since = NULL WHERE id = 'w${n}'`,
  ])
    await run(statement);
}
const heldNow = async (n: number) =>
  (
    await env.DB.prepare("SELECT recording FROM holds WHERE recording LIKE ? ORDER BY recording")
      .bind(`%${n}`)
      .all<{ recording: string }>()
  ).results.map(({ recording }) => recording);

let before: Record<string, unknown[]>;
beforeAll(async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0029"),
  );
  await asBefore(1);
  before = await rows();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});

it("every row is there with all that it had", async () => {
  const after = await rows();
  for (const table of tables) {
    expect(before[table]!.length, table).toBeGreaterThan(0);
    expect(after[table], table).toEqual(
      before[table]!.map((row) => expect.objectContaining(row as object) as unknown),
    );
  }
});

it("a Worker of before does there what it did, and holds hold", async () => {
  await asBefore(2);
  expect(await heldNow(1)).toEqual(["due1", "held1"]);
  expect(await heldNow(2)).toEqual(["due2", "held2"]);
  for (const id of ["held2", "due2"])
    await expect(
      run(`UPDATE recordings SET state = 'erasing', claim = 'r' WHERE id = '${id}'`),
      id,
    ).rejects.toThrow("recording_held");
});

it("upgraded again, today's takes up what either wrote", async () => {
  await run("DELETE FROM request_items");
  await eraseDue(env, Date.now());
  const certificates = (await dump("certificates")) as { recording: string }[];
  expect(certificates.map(({ recording }) => recording).sort()).toEqual(["due1", "due2", "gone1", "gone2"]);
});

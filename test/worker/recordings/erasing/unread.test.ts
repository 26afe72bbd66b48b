/** While an archived month cannot be read, what it may have under a hold waits, and nothing else does. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { sweep } from "../../../../worker/jobs/housekeeping.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { archivesBehind, keepLast } from "../../../../worker/trail/events.ts";
import { HOUR } from "../../../../shared/core/time.ts";
import { asOwner, aTeam, call, DAY, dump, MONTH } from "../../helpers.ts";
import { lostArchives, noLostArchives, run } from "../../trail/kit.ts";
import { arrive, sample } from "../kit.ts";

const tokens = aTeam();
const now = Date.now();
let n = 0;
const stored = () => arrive(env, tokens.admin, sample({ storage: { kind: "r2", key: `unread/${++n}.mp3` } }));
const post = (path: string, body: object) =>
  call("POST", `/v1/recordings/${path}`, { token: tokens.compliance, body });
const statesOf = async (...ids: string[]) => {
  const rows = (await dump("recordings")) as { id: string; state: string }[];
  return ids.map((id) => rows.find((row) => row.id === id)!.state);
};
const keptBack = async () => ((await dump("kept_back")) as { row: string }[]).map(({ row }) => row);
const mails = async () => {
  const all = (await dump("outbox")) as { template: string }[];
  return all.filter(({ template }) => template === "erasures-unread").length;
};
const events = async () =>
  (await env.DB.prepare("SELECT COUNT(*) AS n FROM audit WHERE code = 'recording.erasure-waits'").first(
    "n",
  ))!;
const bendArchive = (set: string) =>
  asOwner(["audit_archives"], () => run(`UPDATE audit_archives SET ${set} WHERE key = ?`, broken));
const archived = async () => {
  await archiveMonths(env, now + 3 * MONTH);
  await keepLast(env);
};

const old = { free: "", hand: "", held: "", released: "" };
let young: string;
let broken: string;
let bytes: ArrayBuffer;
let day: number;
beforeAll(async () => {
  await adopt(env);
  for (const which of ["free", "hand", "held", "released"] as const) old[which] = await stored();
  const hold = { reason: "a claim", reviewOn: "2099-01-01" };
  for (const id of [old.held, old.released]) expect((await post(`${id}/hold`, hold)).status).toBe(201);
  await archived();
  const archives = (await dump("audit_archives")) as { key: string; last_seq: number }[];
  broken = archives.sort((a, b) => a.last_seq - b.last_seq).at(-1)!.key;
  young = await stored();
  expect((await post(`${old.released}/release`, { reason: "settled" })).status).toBe(200);
  await archived();
  day = Date.parse(
    (await env.DB.prepare("SELECT MAX(erase_after) AS day FROM recordings").first<string>("day"))!,
  );
  day += 2 * DAY;
  await asOwner(["recording_holds"], () => run("DELETE FROM recording_holds WHERE recording = ?", old.held));
  bytes = await (await env.ARCHIVE.get(broken))!.arrayBuffer();
  await env.ARCHIVE.delete(broken);
});
beforeEach(() => run("UPDATE recordings SET due = NULL WHERE due IS NOT NULL"));
const waits = () => statesOf(old.free, old.held);

it("what came after it goes on its day; what it may hold waits, with one mail and one row of the trail a day", async () => {
  await eraseDue(env, day);
  await eraseDue(env, day + HOUR);
  expect(await statesOf(young)).toEqual(["erased"]);
  expect(await waits()).toEqual(["kept", "kept"]);
  expect(await keptBack()).toEqual([]);
  // A compliance officer and an administrator.
  expect([await mails(), await events()]).toEqual([2, 1]);
  await eraseDue(env, day + DAY);
  expect(await events()).toBe(2);
});

it("it is in the way of no later one whose last events are kept", async () => {
  await run("DELETE FROM marks WHERE name LIKE 'last-bound%'");
  await keepLast(env);
  const { left, unread } = await archivesBehind(env, "request_items");
  expect([left, unread.map(({ key }) => key)]).toEqual([[], [broken]]);
});

it("what waits is in nothing's way where the Worker has no queue", async () => {
  const later = await stored();
  await asOwner(["recordings"], () =>
    run("UPDATE recordings SET erase_after = '2099-01-01' WHERE id = ?", later),
  );
  await eraseDue(env, Date.parse("2099-01-02"), { rows: 1, claims: 6 });
  expect(await statesOf(later)).toEqual(["erased"]);
  expect(await waits()).toEqual(["kept", "kept"]);
});

it.each([
  ["to be short", "last_seq = first_seq"],
  ["to begin late", "first_seq = last_seq"],
  ["to be old", "first_at = '2020-01-01T00:00:00.000Z', last_at = '2020-01-02T00:00:00.000Z'"],
  ["to be all that there is", "first_seq = 1, last_seq = 99999999"],
  ["to be another object", "key = (SELECT key FROM audit_archives ORDER BY last_seq DESC LIMIT 1)"],
])("what the database's owner says of its record lets nothing go: %s", async (_, set) => {
  await run("CREATE TABLE IF NOT EXISTS archives_aside AS SELECT * FROM audit_archives");
  await bendArchive(set).catch(() => bendArchive("key = key || 'x'"));
  await eraseDue(env, day + 2 * DAY);
  await run("DELETE FROM marks WHERE name = 'holds-archived'");
  await eraseDue(env, day + 3 * DAY);
  expect(await waits()).toEqual(["kept", "kept"]);
  await asOwner(["audit_archives"], () => run("DELETE FROM audit_archives"));
  await asOwner(["audit_archives"], () =>
    run("INSERT INTO audit_archives SELECT * FROM archives_aside ORDER BY first_seq"),
  );
});

it("nor does what they write into what was kept of the archives, or into the trail before the first row there", async () => {
  await run(
    "UPDATE marks SET value = json_set(value, '$.read', json('[[1,99999999]]'), '$.held', json('{}')) WHERE name = 'holds-archived'",
  );
  await asOwner(["audit"], () =>
    run(
      `INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash, mac)
       SELECT 2, at, actor, code, subject, commitment, prev, 'x', mac FROM audit ORDER BY seq DESC LIMIT 1`,
    ),
  );
  await eraseDue(env, day + 4 * DAY);
  expect(await waits()).toEqual(["kept", "kept"]);
  await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq = 2"));
});

it("an officer erases one by hand, by their own word: nobody can tell whether it is as it was", async () => {
  const refused = await post(`${old.hand}/erase`, { why: "a mistake" });
  expect(refused).toMatchObject({ status: 409, data: { code: "recording-unlike" } });
  expect(JSON.stringify(refused.data)).toContain(
    "A file of the archive, of the audit trail or of dials, is missing",
  );
  expect((await post(`${old.hand}/erase`, { why: "a mistake", anyway: true })).status).toBe(202);
  await vi.waitFor(async () => expect(await statesOf(old.hand)).toEqual(["erased"]));
});

it("once it is back, what was never held or was released goes, and what it has under a hold is kept back", async () => {
  await env.ARCHIVE.put(broken, bytes);
  await keepLast(env);
  expect(await archivesBehind(env, "request_items")).toEqual({ left: [], unread: [] });
  // By another time of the archive's record they were not as the trail has them.
  await sweep(env, now);
  expect(await keptBack()).toEqual([`recordings/${old.held}`]);
  await eraseDue(env, day + 5 * DAY);
  expect(await statesOf(old.free, old.released, old.held)).toEqual(["erased", "erased", "kept"]);
  expect(await keptBack()).toEqual([`recordings/${old.held}`]);
});

it("one of which it takes further runs to tell is taken on by hand, as nobody knows of a difference yet", async () => {
  const id = await stored();
  await archived();
  const at = "2031-01-01T00:00:00.000Z";
  await asOwner(["recordings"], () =>
    run("UPDATE recordings SET audio_at = at, at = ? WHERE id = ?", at, id),
  );
  await lostArchives(
    Array.from({ length: 21 }, (_, n) => 9_000_000_000 + 2 * n),
    at,
  );
  const answer = await post(`${id}/erase`, { why: "a mistake" });
  expect(answer.status, JSON.stringify(answer.data)).toBe(202);
  expect(await statesOf(id)).toEqual(["kept"]);
  await noLostArchives();
});

/** An old date, written by the database's owner, so that the night's sweep takes the row and the trail excuses its absence. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { asOwner, aTeam, call, DAY, daysAgo, dump, MONTH } from "../helpers.ts";
import { namesColumn, deep, findingsIn, lostArchives, noLostArchives, run } from "../trail/kit.ts";

const tokens = aTeam();
const now = Date.now();
const OLD = new Date(now - 40 * MONTH).toISOString();
let last = 442079460600;
const made = async <T>(method: string, path: string, token: string, body: unknown = {}): Promise<T> => {
  const { status, data } = await call(method, path, { token, body });
  expect(status, `${path}: ${JSON.stringify(data)}`).toBeLessThan(300);
  return data as T;
};
const objection = () =>
  made<Suppression>("POST", "/v1/suppressions", tokens.agent, { number: `+${++last}`, reason: "stop" });
const consent = () =>
  made<Consent>("POST", "/v1/consents", tokens.manager, {
    ...{ number: `+${++last}`, kind: "notification", giver: "subscriber", givenBy: "J. Doe", givenAt: OLD },
    ...{ words: "Do ring me", how: "web", proof: "form 12" },
  });
const has = async (table: string, id: string) =>
  ((await dump(table)) as { id: string }[]).some((r) => r.id === id);
const bend = (table: string, set: string, id: string) =>
  asOwner([table], () => run(`UPDATE ${table} SET ${set} WHERE id = ?`, id));
const mails = async () =>
  ((await dump("outbox")) as { template: string; vals: string; recipient: string }[]).filter(
    ({ template }) => template === "rows-kept-back",
  );
const sweptLast = async () => {
  const row = await env.DB.prepare(
    `SELECT payload FROM audit JOIN audit_payload USING (seq) WHERE code = 'retention.swept' ORDER BY seq DESC LIMIT 1`,
  ).first<{ payload: string }>();
  return JSON.parse(row!.payload) as Record<string, number>;
};

beforeAll(() => adopt(env));
const keptBack = async () => ((await dump("kept_back")) as { row: string }[]).map(({ row }) => row);

describe("a row that was given an old date", () => {
  it("an objection stays, is told once, and is a finding", async () => {
    const column = "ended_at";
    await run("DELETE FROM outbox");
    const { id } = await objection();
    await bend("suppressions", `${column} = '${OLD}'`, id);
    await sweep(env, now);
    expect(await has("suppressions", id)).toBe(true);
    expect(await findingsIn("suppressions")).toContainEqual(namesColumn(id, column));
    expect(await sweptLast()).toMatchObject({ suppressionsKeptBack: 1 });
    const told = await mails();
    expect(told.map(({ recipient }) => recipient).sort()).toEqual([
      "ada@example.com",
      "compliance@example.com",
    ]);
    expect(told[0]!.vals).toContain(`suppressions/${id}`);
    // Not again the next night.
    await sweep(env, now + DAY);
    expect(await mails()).toHaveLength(2);
    expect(await has("suppressions", id)).toBe(true);
    await run("DELETE FROM suppressions WHERE id = ?", id);
    await sweep(env, now + 2 * DAY);
    expect(await keptBack()).not.toContain(`suppressions/${id}`);
    // Who deletes it themself is found, as ever.
    expect(await findingsIn("suppressions")).toContain(`missing ${id}`);
  });

  it.each(["withdrawn_at", "until", "done_at"])("a consent stays, by %s", async (column) => {
    const { id } = await consent();
    await bend("consents", `${column} = '${OLD}'`, id);
    await sweep(env, now);
    expect(await has("consents", id)).toBe(true);
    expect(await findingsIn("consents")).toContainEqual(namesColumn(id, column));
  });

  it("and a consent that no decision left as a proof stays, though somebody says so", async () => {
    const { id } = await consent();
    await run(
      "INSERT INTO restricted (kind, ref, until, request) VALUES ('consent', ?, '2026-01-01', 'none')",
      id,
    );
    await sweep(env, now);
    expect(await has("consents", id)).toBe(true);
    expect(await keptBack()).toContain(`restricted/consents/${id}`);
    // Nor by an archive that nobody can read.
    await lostArchives([9_000_000_000]);
    await run("INSERT INTO erased (row, since, seq) VALUES (?, ?, 9000000000)", `consents/${id}`, OLD);
    await run("DELETE FROM kept_back");
    await sweep(env, now);
    expect(await has("consents", id)).toBe(true);
    await noLostArchives();
    await asOwner(["erased"], () => run("DELETE FROM erased WHERE seq = 9000000000"));
    await run("DELETE FROM restricted");
    await sweep(env, now + DAY);
    expect(await keptBack()).not.toContain(`restricted/consents/${id}`);
  });
});

it("one that is as it was again goes on its day", async () => {
  const { id } = await objection();
  await bend("suppressions", `ended_at = '${OLD}'`, id);
  await sweep(env, now);
  await bend("suppressions", "ended_at = NULL", id);
  await sweep(env, now);
  expect(await keptBack()).not.toContain(`suppressions/${id}`);
  expect(await has("suppressions", id)).toBe(true);
});

it("rows that stay are in the way of none behind them", async () => {
  const { id } = await objection();
  await bend("suppressions", `ended_at = '${OLD}'`, id);
  await sweep(env, now);
  expect(await keptBack()).toContain(`suppressions/${id}`);
  await bend("suppressions", "ended_at = NULL", id);
  // As many as are looked at at once: somebody put them there.
  await asOwner(["suppressions"], () =>
    run(
      `INSERT INTO suppressions (id, number, kind, reason, source, by, at, ended_at)
       SELECT printf('00000000-%04d', j.value), s.number, s.kind, s.reason, s.source, s.by, s.at, s.at
       FROM json_each(?) j CROSS JOIN suppressions s WHERE s.id = ?`,
      ...[JSON.stringify(Array.from({ length: 1000 }, (_, n) => n)), id],
    ),
  );
  await run(
    "INSERT INTO kept_back (row, at) SELECT 'suppressions/' || id, at FROM suppressions WHERE id LIKE '00000000-%'",
  );
  await sweep(env, now + DAY);
  expect(await keptBack()).not.toContain(`suppressions/${id}`);
  expect((await keptBack()).filter((row) => row.startsWith("suppressions/00000000-"))).toHaveLength(1000);
  await asOwner(["suppressions"], () => run("DELETE FROM suppressions WHERE id LIKE '00000000-%'"));
  await run("DELETE FROM kept_back WHERE row LIKE 'suppressions/00000000-%'");
});

it("an event that the owner wrote makes no date good", async () => {
  const { id } = await objection();
  await bend(
    "suppressions",
    `ended_at = '${OLD}', code = NULL, past = NULL, rev = 0, salt_high = NULL, salt_low = NULL`,
    id,
  );
  await sweep(env, now);
  expect(await has("suppressions", id)).toBe(true);
});

it("a state that was put back excuses no later one, also where the trail has left the database", async () => {
  const entry = await made<Suppression>("POST", "/v1/suppressions", tokens.manager, {
    ...{ number: `+${++last}`, kind: "house", reason: "in dispute", until: daysAgo(-60) },
  });
  await run("DROP TABLE IF EXISTS aside");
  await run("CREATE TABLE aside AS SELECT * FROM suppressions WHERE id = ?", entry.id);
  await made("DELETE", `/v1/suppressions/${encodeURIComponent(entry.number)}`, tokens.manager, {
    reason: "no",
  });
  const columns = [
    "ended_at",
    "ended_by",
    "ended_reason",
    "rev",
    "changed_at",
    "past",
    "salt_high",
    "salt_low",
    "code",
  ];
  await bend(
    "suppressions",
    columns.map((name) => `${name} = (SELECT ${name} FROM aside)`).join(", "),
    entry.id,
  );
  // Years later nobody is signed in.
  const bent = [await objection(), await objection(), await objection()];
  for (const { id } of bent) await bend("suppressions", `ended_at = '${OLD}'`, id);
  const good = await objection();
  await made("DELETE", `/v1/suppressions/${encodeURIComponent(good.number)}`, tokens.manager, {
    reason: "no",
  });
  const year = now + 60 * MONTH;
  // More altered rows than a step takes stop no others.
  await sweep(env, year, { rows: 2, steps: 9 });
  for (const { id } of bent) expect(await has("suppressions", id)).toBe(true);
  expect(await has("suppressions", good.id)).toBe(false);
  // The database still has the later event.
  expect(await has("suppressions", entry.id)).toBe(true);
  await run("DELETE FROM kept_back");
  await archiveMonths(env, now + 3 * MONTH);
  expect(
    await env.DB.prepare("SELECT 1 FROM audit WHERE subject = ?").bind(`suppressions/${entry.id}@2`).first(),
  ).toBe(null);
  // Nor does the run take it in which that leaves.
  await sweep(env, year);
  expect(await has("suppressions", entry.id)).toBe(true);
  // A release before kept nothing of it in that step.
  await run("DELETE FROM kept_back");
  await run("DELETE FROM last_bound WHERE row = ?", `suppressions/${entry.id}`);
  await sweep(env, year);
  // The sweep took it as it was, and says in which state: that excuses no later one.
  expect(await has("suppressions", entry.id)).toBe(false);
  const { findings } = await deep("suppressions", year + DAY);
  expect(findings.filter(({ key }) => key === entry.id).map(({ what }) => what)).toContain("missing");
  expect(findings.filter(({ key }) => key === good.id)).toEqual([]);
});

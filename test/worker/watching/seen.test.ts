/** Who has seen which status changes, and with which row of the trail they were written, bent by the database's owner: verify --deep names it. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { record } from "../../../worker/core/commit.ts";
import { sayErased } from "../../../worker/trail/erased.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, aTeam, call, daysAgo, MONTH } from "../helpers.ts";
import { statusChanges } from "../trail/deep/filled.ts";
import { deep, findingsIn, namesColumn, run } from "../trail/kit.ts";

const tokens = aTeam();
interface Row {
  num: number;
  key: string;
  seen_at: string | null;
  seen_by: string | null;
}
const rows = async () =>
  (
    await env.DB.prepare(
      "SELECT num, COALESCE(batch || '/' || place, num) AS key, seen_at, seen_by FROM turned ORDER BY num",
    ).all<Row>()
  ).results;
const seen = (body: object, token = tokens.manager) => call("POST", "/v1/watch/seen", { token, body });
const written = (n: number) =>
  record(env, {
    actor: "system",
    event: { code: "watch.turned", subject: "", payload: null },
    // With another event behind it, as an erasure has.
    statements: [
      ...statusChanges(n, new Date().toISOString()),
      ...sayErased([{ row: `turned/x/${n}`, since: "2026-01-01" }]),
    ],
  });

beforeAll(async () => {
  // As an older Worker marked one, and another not.
  for (const [n, at] of [
    [1, daysAgo(3)],
    [2, null],
  ] as const)
    await run(
      `INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at, seen_at, seen_by)
       VALUES (44207946090${n}, 'clear', 'blocked', 'tps', 1, ?1, ?2, IIF(?2 IS NULL, NULL, 'ann'))`,
      ...[daysAgo(4), at],
    );
  await adopt(env);
  await written(4);
});

it("who saw them, and when, is bound for all that were marked at once; each alteration is named", async () => {
  const [old, , first, second, third, fourth] = await rows();
  expect((await seen({ nums: [first!.num, third!.num] })).data).toEqual({ seen: 2 });
  expect((await seen({ upTo: third!.num }, tokens.compliance)).data).toEqual({ seen: 2 });
  expect((await seen({ upTo: third!.num })).data).toEqual({ seen: 0 });
  expect(await findingsIn("turned")).toEqual([]);
  expect(await deep("turned_marked")).toEqual({ findings: [], bound: { every: 2, some: 0, none: 0 } });
  const all = await rows();
  expect(all.map(({ seen_at }) => seen_at !== null)).toEqual([true, true, true, true, true, false]);
  expect(new Set(all.map(({ seen_by }) => seen_by)).size).toBe(4);

  const bent = async (num: number, set: string, named: unknown[]) => {
    const [was] = all.filter((row) => row.num === num);
    await run(`UPDATE turned SET ${set} WHERE num = ?`, num);
    expect(await findingsIn("turned"), set).toEqual(named);
    await run("UPDATE turned SET seen_at = ?, seen_by = ? WHERE num = ?", was!.seen_at, was!.seen_by, num);
    expect(await findingsIn("turned")).toEqual([]);
  };
  for (const { num, key } of [first!, second!]) {
    await bent(num, "seen_by = 'x'", [`altered ${key} seen_by`]);
    await bent(num, "seen_at = '2026-01-01'", [`altered ${key} seen_at`]);
    await bent(num, "seen_at = NULL, seen_by = NULL", [`altered ${key} seen_at,seen_by`]);
  }
  // One that nobody has seen.
  await bent(fourth!.num, `seen_at = '${new Date().toISOString()}', seen_by = 'x'`, [
    `altered ${fourth!.key} seen_at,seen_by`,
  ]);
  // Of before, as docs/limits.md says.
  await bent(old!.num, "seen_by = 'x'", []);
  // Nor is what was bound of them altered, or taken away.
  await asOwner(["turned_marked"], async () => {
    await run("CREATE TABLE aside AS SELECT * FROM turned_marked");
    const [one] = (await env.DB.prepare("SELECT id FROM turned_marked ORDER BY rowid").all<{ id: string }>())
      .results;
    await run("UPDATE turned_marked SET nums = '[]' WHERE id = ?", one!.id);
    expect(await findingsIn("turned_marked")).toEqual([namesColumn(one!.id, "nums")]);
    expect(await findingsIn("turned")).toHaveLength(2);
    await run("DELETE FROM turned_marked WHERE id = ?", one!.id);
    expect(await findingsIn("turned_marked")).toEqual([`missing ${one!.id}`]);
    expect((await deep("turned_marked", Date.now() + 40 * MONTH)).findings).toEqual([]);
    await run("DELETE FROM turned_marked");
    await run("INSERT INTO turned_marked SELECT * FROM aside");
    await run("DROP TABLE aside");
  });
  expect(await findingsIn("turned_marked")).toEqual([]);
});

it("two who mark the same at once each get an answer, and each row is one of theirs", async () => {
  await written(3);
  const upTo = (await rows()).at(-1)!.num;
  const both = await Promise.all([seen({ upTo }), seen({ upTo }, tokens.compliance)]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  expect(await findingsIn("turned")).toEqual([]);
});

it("another row of the trail that it says it was written with is named, also once the month is archived", async () => {
  const one = (await rows()).at(-1)!;
  for (const isArchived of [false, true]) {
    if (isArchived) await archiveMonths(env, Date.now() + 2 * MONTH);
    for (const by of [1, -1]) {
      await run("UPDATE turned SET seq = seq + ? WHERE num = ?", by, one.num);
      expect(await findingsIn("turned"), String(isArchived)).toEqual([`altered ${one.key} seq`]);
      await run("UPDATE turned SET seq = seq - ? WHERE num = ?", by, one.num);
    }
    expect(await findingsIn("turned")).toEqual([]);
  }
});

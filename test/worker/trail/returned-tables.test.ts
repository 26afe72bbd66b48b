/**
 * A roll-back to a Worker that binds nothing: what it added to each bound table, and changed where a key is several columns, is no
 * finding any more once an officer has said when that was; also where its months are archived, and where it takes further runs.
 */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { DeepAnswer, ReturnedAnswer } from "../../../shared/trail/api.ts";
import { record } from "../../../worker/core/commit.ts";
import { prepare } from "../../../worker/core/sql.ts";
import { templatesBound, requestsBound } from "../../../worker/privacy-requests/bound.ts";
import { adopt, bindReturned } from "../../../worker/trail/adopt.ts";
import { agreedOf } from "../../../worker/trail/agreed.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { publishHead } from "../../../worker/trail/heads.ts";
import { unlikeOf } from "../../../worker/policy/in-force.ts";
import { keptStart, startOf } from "../../../worker/trail/start.ts";
import { boundTables } from "../../../worker/trail/tables.ts";
import { asOwner, aTeam, call, DAY, MONTH } from "../helpers.ts";
import { deep, run, writeAs } from "./kit.ts";
import { olderEnds, olderFacts, olderNames, olderRest, olderSent, olderStart } from "./older.ts";

const tokens = aTeam();
const before = new Date(Date.now() - DAY).toISOString();
const exec = (...queries: string[]) => env.DB.batch(queries.map((query) => env.DB.prepare(query)));
const pause = () => new Promise((done) => setTimeout(done, 3));
/** All of such a table is bound. Registers are taken up by routes of their own. */
const WHOLE = boundTables.flatMap(({ whole, name }) =>
  // No Worker of before writes lists of screened numbers.
  whole && !["lists", "versions", "contents", "screened_bound"].includes(name) ? [name] : [],
);
const compared = async (tables = WHOLE): Promise<DeepAnswer["findings"]> =>
  (await Promise.all(tables.map(async (table) => (await deep(table, Date.now(), 500)).findings))).flat();
const words = (findings: DeepAnswer["findings"]) =>
  [...new Set(findings.map(({ table, key, what }) => `${what} ${table}/${key}`))].sort();
const since = () =>
  record(env, { actor: "system", event: { code: "test.since", subject: "", payload: null }, statements: [] });

const policy = (version: number) =>
  `INSERT INTO policies (version, doc, at, by, why) VALUES (${version}, '{}', '${from}', 'ada', 'x')`;

let from: string;
let to: string;
let findings: DeepAnswer["findings"];
/** Rows of before that it changed, with keys of several columns. */
const CHANGED = {
  consent_uses: "c1/d1",
  duties: "w1/w1.decide.1",
  request_items: "w1/dial/7",
  request_recipients: "w1/x1",
  people_held: `bob1/ada/code/${before}`,
  request_file_names: "w1/g1",
};
beforeAll(async () => {
  await exec(
    ...olderStart(before),
    ...[olderRest, olderFacts, olderNames, olderSent, olderEnds].flatMap((older) => older(1, before)),
  );
  await adopt(env);
  await pause();
  from = new Date().toISOString();
  await writeAs("test.older", false);
  await exec(...[olderRest, olderFacts, olderNames, olderSent, olderEnds].flatMap((older) => older(2, from)));
  await exec(
    "UPDATE consent_uses SET what = 'talked' WHERE consent = 'c1'",
    `UPDATE duties SET met_on = '2026-01-30', met_at = '${from}', by = 'ada' WHERE request = 'w1'`,
    "UPDATE request_items SET verdict = 'confirmed' WHERE request = 'w1'",
    "UPDATE request_recipients SET told_on = '2026-01-30', how = 'portal' WHERE request = 'w1'",
    `UPDATE people_held SET ended_at = '${from}' WHERE person = 'bob1'`,
    "UPDATE request_files SET erased_at = 'x', name = '' WHERE id = 'g1'",
  );
  await exec(policy(1));
  to = new Date().toISOString();
  await pause();
  await since();
  findings = await compared();
});

const say = (more: object = {}) =>
  call("POST", "/v1/audit/returned", {
    token: tokens.compliance,
    body: { from, to, why: "rolled back for an afternoon", ...more },
  });
const asked = () => findings.map(({ table, key, seq, what }) => ({ table, key, seq, what }));

it("what it added to any table is named, and what it changed; and a dry run ends all of it", async () => {
  const added = new Set(findings.flatMap(({ what, table }) => (what === "extra" ? [table] : [])));
  expect([...added].sort()).toEqual([...WHOLE].sort());
  expect(words(findings).filter((one) => !one.startsWith("extra"))).toEqual(
    Object.entries(CHANGED)
      .map(([table, key]) => `altered ${table}/${key}`)
      .sort(),
  );
  const { rows } = (await say({ rows: asked(), dryRun: true })).data as ReturnedAnswer;
  expect(rows.filter(({ how }) => how === null)).toEqual([]);
});

it("once an officer has said so, none of it is named, and later alterations are", async () => {
  expect((await say({ rows: asked() })).status).toBe(201);
  expect(words(await compared())).toEqual([]);
  await adopt(env);
  const bent = ["people_held", "request_items"];
  await asOwner(bent, async () => {
    await run("UPDATE people_held SET ended_at = NULL WHERE person = 'bob1'");
    await run("UPDATE request_items SET verdict = 'rejected' WHERE request = 'w2'");
    expect(words(await compared(bent))).toEqual(
      [`altered people_held/${CHANGED.people_held}`, "altered request_items/w2/dial/7"].sort(),
    );
    await run("UPDATE people_held SET ended_at = ? WHERE person = 'bob1'", from);
    await run("UPDATE request_items SET verdict = 'proposed' WHERE request = 'w2'");
  });
});

it("where they are many, the next runs go on; meanwhile they count as an older Worker's", async () => {
  const then = { from: new Date().toISOString(), to: "" };
  const seq = await writeAs("test.older", false);
  await exec(
    ...[olderRest, olderFacts, olderNames, olderSent, olderEnds].flatMap((older) => older(3, then.from)),
  );
  await pause();
  then.to = new Date().toISOString();
  const start = await startOf(env);
  // As an earlier release left it.
  const returned = [...start.returned, { first: seq, last: seq, ...then }];
  await record(env, {
    actor: "system",
    event: { code: "evidence.returned", subject: `${seq}-${seq}`, payload: null },
    statements: keptStart({ ...start, returned }),
  });
  const party = () =>
    agreedOf(
      env,
      boundTables.find(({ name }) => name === "parties")!,
      ["y3"],
    );
  await bindReturned(env, 0);
  expect((await party()).unbound).toEqual(["y3"]);
  expect((await startOf(env)).returned[1]).toMatchObject({ bound: { until: null } });
  const last = await env.DB.prepare("SELECT MAX(seq) AS n FROM audit").first<number>("n");
  // Two runs at once bind no row twice.
  await Promise.all([adopt(env), adopt(env)]);
  const { results: twice } = await env.DB.prepare(
    "SELECT subject FROM audit WHERE seq > ? AND code = 'audit.bound' GROUP BY subject HAVING COUNT(*) > 1",
  )
    .bind(last)
    .all();
  expect(twice).toEqual([]);
  expect([...(await party()).agreed.keys()]).toEqual(["y3"]);
  expect((await startOf(env)).returned[1]).toMatchObject({ bound: { until: expect.any(String) as string } });
  expect(words(await compared())).toEqual([]);
});

/** The record as it was before those times were bound: the database's owner has it from an export, with a code that is right. */
async function oldRecord(): Promise<void> {
  const start = await startOf(env);
  const returned = start.returned.map(({ bound: _, ...one }) => one);
  for (const statement of keptStart({ ...start, returned })) await prepare(env.DB, statement).run();
}
const CLOSED = "SELECT COUNT(*) AS n FROM audit WHERE code = 'evidence.returned-bound'";

it("an older record, put back, opens no such time again: nothing that is planted there counts or is bound", async () => {
  await publishHead(env, Date.now());
  const closed = await env.DB.prepare(CLOSED).first<number>("n");
  // Its row of the trail says that it is over; where that was taken away as well, the head's record does.
  for (const isTaken of [false, true]) {
    const n = isTaken ? 6 : 5;
    await asOwner(["audit"], async () => {
      await run("CREATE TABLE closed_aside AS SELECT * FROM audit WHERE code = 'evidence.returned-bound'");
      if (isTaken) await run("DELETE FROM audit WHERE code = 'evidence.returned-bound'");
    });
    await oldRecord();
    const then = new Date(Date.parse(from) + 1).toISOString();
    await exec(
      `INSERT INTO parties (id, number, party, source, detail, by, at)
       VALUES ('y${n}', 442079460${n}, 'company', 'officer', 'x', 'ada', '${then}')`,
      policy(n),
    );
    const counted = await agreedOf(
      env,
      boundTables.find(({ name }) => name === "parties")!,
      [`y${n}`],
    );
    expect(counted.not, String(isTaken)).toEqual([`y${n}`]);
    expect([...(await unlikeOf(env, [{ version: n, at: then }], Date.now()))]).toEqual([n]);
    await adopt(env);
    expect(words(await compared(["parties"]))).toEqual([`extra parties/y${n}`]);
    await asOwner(["audit", "parties", "policies"], async () => {
      await run("INSERT OR IGNORE INTO audit SELECT * FROM closed_aside");
      await run("DELETE FROM parties WHERE id = ?", `y${n}`);
      await run("DELETE FROM policies WHERE version = ?", n);
    });
    await run("DROP TABLE closed_aside");
  }
  expect(await env.DB.prepare(CLOSED).first<number>("n")).toBe(closed);
  expect(words(await compared())).toEqual([]);
});

it("and so it is once its month is archived", async () => {
  await since();
  await archiveMonths(env, Date.now() + 2 * MONTH);
  expect(words(await compared())).toEqual([]);
  for (const [table, keys] of [
    [templatesBound, ["identity/1", "identity/2", "identity/3"]],
    [requestsBound, ["w1", "w2", "w3"]],
  ] as const)
    expect([...(await agreedOf(env, table, keys)).agreed.keys()].sort()).toEqual([...keys].sort());
});

it("what is put there afterwards, dated into that time, is named and counts for nothing", async () => {
  const then = new Date(Date.parse(from) + 1).toISOString();
  await exec(
    ...[olderRest, olderFacts, olderNames, olderSent, olderEnds].flatMap((older) => older(4, then)),
    policy(2),
  );
  const party = boundTables.find(({ name }) => name === "parties")!;
  expect((await agreedOf(env, party, ["y4"])).not).toEqual(["y4"]);
  const named = await compared();
  expect(named.map(({ what }) => what)).not.toContain("altered");
  expect(new Set(named.map(({ table }) => table))).toEqual(new Set(WHOLE));
  const versions = [1, 2].map((version) => ({ version, at: from }));
  expect([...(await unlikeOf(env, versions, Date.now()))]).toEqual([2]);
});

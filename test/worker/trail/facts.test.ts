/** What loosens a verdict, bent by the database's owner: whose line a number is, an answer of a source, a use, a proof that an erasure left. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import type { Party } from "../../../shared/do-not-call/api.ts";
import { record } from "../../../worker/core/commit.ts";
import { insertBound } from "../../../worker/core/bound.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { lookupsBound } from "../../../worker/lookups/bound.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, aTeam, call, DAY, MONTH } from "../helpers.ts";
import { finishScreening, openScreening, screenPart, summaryOf } from "../../../worker/screening/record.ts";
import { confirmAll, done, enter } from "../privacy-requests/kit.ts";
import { deep, findingsIn, namesColumn, run } from "./kit.ts";

const tokens = aTeam();
const NUMBER = "+442079460301";
const party = async (number: string, kind: string, detail = "their page"): Promise<Party> => {
  const body = { number, party: kind, detail };
  const { status, data } = await call("POST", "/v1/parties", { token: tokens.compliance, body });
  expect(status, JSON.stringify(data)).toBe(201);
  return data as Party;
};
const old = "2026-01-05T00:00:00.000Z";
const partyOf = (id: string, number: number, at = old, endedAt: string | null = null) =>
  run(
    `INSERT INTO parties (id, number, party, source, detail, by, at, ended_at, ended_by)
     VALUES (?1, ?2, 'company', 'officer', ?1, 'x', ?3, ?4, IIF(?4 IS NULL, NULL, 'x'))`,
    ...[id, number, at, endedAt],
  );

beforeAll(async () => {
  // As an older Worker left them.
  await partyOf("old", 442079460390);
  await partyOf("over", 442079460391, old, "2026-02-01T00:00:00.000Z");
  await run(
    "INSERT INTO lookups (number, list, at, listed, source) VALUES (442079460390, 1, ?, 0, 'data8')",
    old,
  );
  await run("INSERT INTO lookup_turns (list, at, source) VALUES (1, ?, 'data8')", old);
  await run("INSERT INTO restricted (kind, ref, until, request) VALUES ('dial', '7', '2031-01-01', 'r')");
  await adopt(env);
});

it("rows of before are bound once: none is added later, whatever it says of its age", async () => {
  expect((await deep("parties")).bound).toEqual({ every: 2, some: 0, none: 0 });
  expect((await deep("lookup_turns")).bound).toEqual({ every: 1, some: 0, none: 0 });
  expect((await deep("restricted")).bound).toEqual({ every: 1, some: 0, none: 0 });
  // Answers stay as they are, and are counted.
  expect((await deep("lookups")).bound).toEqual({ every: 0, some: 0, none: 1 });
  for (const table of ["parties", "lookups", "lookup_turns", "restricted", "consent_uses"])
    expect(await findingsIn(table), table).toEqual([]);
  await adopt(env);
  await partyOf("forged", 442079460392);
  expect(await findingsIn("parties")).toEqual(["extra forged"]);
  await run("DELETE FROM parties WHERE id = 'forged'");
});

it("a company's line that nobody said is found, and so is one that is ended no more", async () => {
  const first = await party(NUMBER, "company");
  await party(NUMBER, "consumer", "they said so");
  expect(await findingsIn("parties")).toEqual([]);
  await asOwner(["parties"], () =>
    run("UPDATE parties SET ended_at = NULL, ended_by = NULL WHERE id = ?", first.id),
  );
  const [revived, ...more] = await findingsIn("parties");
  expect(revived).toMatch(`altered ${first.id}`);
  expect(more).toEqual([]);
  // Nor does it pass for what was bound once it is ended again.
  await party(NUMBER, "consumer", "they said so again");
  expect((await findingsIn("parties")).map((one) => one.split(" ").slice(0, 2).join(" "))).toContain(
    `altered ${first.id}`,
  );
  await asOwner(["parties"], () => run("DELETE FROM parties WHERE id = ?", first.id));
  expect([...new Set(await findingsIn("parties"))]).toEqual([`missing ${first.id}`]);
});

it("an answer that no source gave is found, and one that was turned", async () => {
  const at = new Date().toISOString();
  await record(env, {
    actor: "system",
    event: { code: "lookup.answered", subject: "data8", payload: null },
    statements: [
      insertBound(lookupsBound, [
        { id: "an-answer", number: 442079460301, list: 1, at, listed: 1, source: "data8" },
      ]),
    ],
  });
  expect(await findingsIn("lookups")).toEqual([]);
  await asOwner(["lookups"], () => run("UPDATE lookups SET listed = 0 WHERE id = 'an-answer'"));
  expect(await findingsIn("lookups")).toEqual([namesColumn("an-answer", "listed")]);
  await asOwner(["lookups"], () => run("UPDATE lookups SET listed = 1 WHERE id = 'an-answer'"));
  await run("INSERT INTO lookups (number, list, at, listed, source) VALUES (442079460302, 1, ?, 0, 'x')", at);
  expect(await findingsIn("lookups")).toEqual([`extra list 1 at ${at}`]);
  await run("DELETE FROM lookups WHERE source = 'x'");
  // Once their time is over they may be gone.
  await run("DELETE FROM lookups WHERE id = 'an-answer'");
  expect(await findingsIn("lookups")).toEqual(["missing an-answer"]);
  expect((await deep("lookups", Date.now() + 40 * MONTH)).findings).toEqual([]);
});

it("how many numbers of a screening were clear is bound, part by part", async () => {
  const screening = await openScreening(env, "a-person", { source: "api", name: "a file" });
  for (const part of [1, 2]) await screenPart(env, "a-person", screening, part, [NUMBER]);
  for (const table of ["screenings", "screening_parts"]) expect(await findingsIn(table), table).toEqual([]);
  await asOwner(["screening_parts"], () =>
    run("UPDATE screening_parts SET clear = clear + 7 WHERE part = 2"),
  );
  expect(await findingsIn("screening_parts")).toEqual([expect.stringMatching(/^altered \d+\/2 clear$/)]);
  await asOwner(["screening_parts"], () =>
    run("UPDATE screening_parts SET clear = clear - 7 WHERE part = 2"),
  );
});

it("what a screening says once it has ended is bound with its end, also where parts come in meanwhile or nobody ends it", async () => {
  const screening = await openScreening(env, "a-person", { source: "api", name: "a file" });
  const idle = await openScreening(env, "a-person", { source: "api", name: "left" });
  const ended = finishScreening(env, "a-person", screening, { rows: 5, invalid: 2, duplicates: 1 });
  await Promise.all([screenPart(env, "a-person", screening, 1, [NUMBER]).catch(() => null), ended]);
  const { numbers } = await ended;
  expect(await summaryOf(env.DB, screening.id)).toMatchObject({ state: "done", numbers, rows: 5 });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 8 * DAY });
  await sweep(env, Date.now());
  vi.useRealTimers();
  const bound = await deep("screening_ends", Date.now() + 9 * DAY);
  expect(bound).toEqual({ findings: [], bound: { every: 3, some: 0, none: 0 } });
  const bent = (set: string) =>
    asOwner(["screenings"], () => run(`UPDATE screenings SET ${set} WHERE id = ?`, screening.id));
  const finished = (await summaryOf(env.DB, screening.id)).finishedAt!;
  for (const [column, set, back] of [
    ["state", "'cancelled'", "'done'"],
    ["finished_at", `'${finished.slice(0, -1)}'`, `'${finished}'`],
    ["rows", "6", "5"],
    ["clear", "clear + 1", "clear - 1"],
    ["blocked", "blocked + 1", "blocked - 1"],
  ] as const) {
    await bent(`${column} = ${set}`);
    expect(await findingsIn("screening_ends")).toEqual([namesColumn(screening.id, column)]);
    await bent(`${column} = ${back}`);
  }
  // Nor is it open again.
  await bent("state = 'open', finished_at = NULL, ended_code = NULL");
  expect(await findingsIn("screening_ends")).toEqual([
    expect.stringMatching(`^altered ${screening.id}`) as string,
  ]);
  await asOwner(["screenings", "screening_parts", "screened"], async () => {
    for (const table of ["screened", "screening_answers", "screened_bound", "screening_parts"])
      await run(`DELETE FROM ${table}`);
    await run("DELETE FROM screenings WHERE id IN (?, ?)", screening.id, idle.id);
  });
  // Their own event misses them.
  expect(await findingsIn("screening_ends")).toEqual([]);
  expect(await findingsIn("screenings")).toEqual(
    expect.arrayContaining([`missing ${screening.id}`, `missing ${idle.id}`]),
  );
});

it("what an erasure and the sweep take is not missed", async () => {
  const number = "+442079460305";
  await party(number, "company");
  const id = await enter(tokens.agent, { kind: "erasure", number });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, id, "match", { everything: true });
  await confirmAll(tokens.compliance, id);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  const left = await env.DB.prepare("SELECT COUNT(*) AS n FROM parties WHERE number = 442079460305").first();
  expect(left).toEqual({ n: 0 });
  const before = await findingsIn("parties");
  expect(before.filter((one) => !one.startsWith("missing"))).toEqual([]);
  await sweep(env, Date.parse("2028-03-01"));
  expect(await env.DB.prepare("SELECT 1 FROM parties WHERE id = 'over'").first()).toBeNull();
  const later = (await deep("parties", Date.parse("2028-03-01"))).findings;
  expect(later.map(({ key }) => key)).not.toContain("over");
});

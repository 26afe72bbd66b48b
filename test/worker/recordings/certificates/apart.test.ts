/** What is kept apart of rows of the trail that have left, where it follows from what is kept anyway: it goes, and all is told as before. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { HOUR, MONTH } from "../../../../shared/core/time.ts";
import { commitmentOf, type KeptRow } from "../../../../shared/trail/chain.ts";
import { saltsOf } from "../../../../shared/trail/leaves.ts";
import { record } from "../../../../worker/core/commit.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { sweep } from "../../../../worker/jobs/housekeeping.ts";
import { moveCertificates } from "../../../../worker/recordings/certificates/written.ts";
import { closeCertificates } from "../../../../worker/recordings/certificates/close.ts";
import { saltsAt } from "../../../../worker/recordings/certificates/salts.ts";
import { saysNothing } from "../../../../worker/recordings/certificates/said.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { letApartGo } from "../../../../worker/recordings/certificates/apart.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { rowAt } from "../../../../worker/trail/rows.ts";
import { verifyDeep } from "../../../../worker/trail/deep.ts";
import { verify } from "../../../../worker/trail/verify.ts";
import { aTeam, call, DAY, dump } from "../../helpers.ts";
import { erased, here, LATER, long } from "./kit.ts";
import { arrive } from "../kit.ts";
import { run } from "../../trail/kit.ts";

const tokens = aTeam();
interface Apart {
  seq: number;
  at: string;
  salt: string;
  payload: string;
}
const apart = async () => (await dump("audit_payload")) as Apart[];
const isNull = ({ payload }: Apart) => payload === "null";
let [kept, due, byHand, other] = ["", "", "", ""];
/** Of archived rows, as they were before any went. */
let before: Apart[];
let told: unknown[];

const read = async (path: string) => (await call("GET", path, { token: tokens.compliance })).data;
/** The export's rows of a recording, and the pages'. */
async function saidOf(id: string): Promise<unknown[]> {
  const lines = String(await read("/v1/audit/export"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as KeptRow);
  const pages: unknown[] = [];
  for (let next: number | null = Number.MAX_SAFE_INTEGER; next !== null;) {
    const page = (await read(`/v1/audit?subject=${id}&before=${next}`)) as {
      rows: unknown[];
      next: number | null;
    };
    pages.push(...page.rows);
    next = page.next;
  }
  return [lines.filter(({ subject }) => subject === id), pages];
}
const all = () => Promise.all([kept, due, byHand, other].map(saidOf));
const archived = async () => {
  const [{ last }] = (
    await env.DB.prepare("SELECT MAX(last_seq) AS last FROM audit_archives").all<{ last: number }>()
  ).results as [{ last: number }];
  return (await apart()).filter(({ seq }) => seq <= last);
};
/** The row of a recording's erasure, which the database has no more. */
const seqOf = async (id: string): Promise<number> =>
  ((await saidOf(id))[0] as KeptRow[]).find(({ code }) => code === "recording.erased")!.seq;

beforeAll(async () => {
  await adopt(env);
  kept = await arrive(env, tokens.admin, long());
  due = await erased(tokens.admin, long());
  byHand = await erased(tokens.admin, long(), tokens.compliance);
  // Its salt is none of its hour, as an earlier release made it.
  other = crypto.randomUUID();
  const salt = "00112233445566778899aabbccddeeff";
  const { event, kept: statement } = saysNothing(salt);
  await record(env, {
    actor: "system",
    event: { code: "recording.erased", subject: other, ...event },
    statements: [statement],
  });
});

it("stays while its rows are in the database", async () => {
  const was = await apart();
  await letApartGo(env, LATER);
  expect(await apart()).toEqual(was);
  expect(was.filter(isNull).length).toBeGreaterThanOrEqual(5);
});

it("goes once they have left, and pages, exports and verifying are as before", async () => {
  await archiveMonths(env, LATER);
  await moveCertificates(env);
  before = await archived();
  told = await all();
  await letApartGo(env, LATER);
  // Of an earlier release's erasure it stays, and what says anything.
  expect((await archived()).map(({ seq }) => seq)).toEqual(
    before.filter((row) => !isNull(row) || row.salt.startsWith("0011")).map(({ seq }) => seq),
  );
  expect((await archived()).length).toBeLessThan(before.length);
  expect(await all()).toEqual(told);
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("the same once the certificate has left the database as well", async () => {
  await closeCertificates(env, LATER);
  expect(await here()).not.toContain(due);
  expect(await all()).toEqual(told);
});

it("the export's salt proves the erasure", async () => {
  const [rows] = (await saidOf(due)) as [KeptRow[]];
  const { salt, commitment } = rows.find(({ code }) => code === "recording.erased")!;
  expect(salt).toMatch(/^[0-9a-f]{32}$/);
  expect(commitment).toBe(commitmentOf(salt!, "null"));
});

it("what somebody takes away, or puts in the place of one that went, is named", async () => {
  const seq = await seqOf(due);
  const keys = (await dump("erasure_salts")) as { hour: number; key: string }[];
  for (const key of ["00112233445566778899aabbccddeeff", "no key"]) {
    await run("UPDATE erasure_salts SET key = ?", key);
    expect(await verify(env)).toMatchObject({ ok: false, brokenAt: seq });
  }
  await run("DELETE FROM erasure_salts");
  expect(await verify(env)).toMatchObject({ ok: false, brokenAt: seq });
  for (const { hour, key } of keys) await run("INSERT INTO erasure_salts VALUES (?, ?)", hour, key);
  expect(await verify(env)).toMatchObject({ ok: true });
  const arrival = ((await saidOf(kept))[0] as KeptRow[]).find(({ code }) => code === "recording.added")!;
  await run("INSERT INTO audit_payload VALUES (?, ?, '', '{}')", arrival.seq, arrival.at);
  expect(await verify(env)).toMatchObject({ ok: false, brokenAt: arrival.seq });
  await run("DELETE FROM audit_payload WHERE seq = ?", arrival.seq);
  expect(await verify(env)).toMatchObject({ ok: true });
});

describe("going back", () => {
  it("puts all back letter by letter, as an older Worker looks for it, and for a day none goes", async () => {
    let sum = 0;
    for (let files = 1; files > 0;) {
      const answer = await reopen(env, "system", LATER);
      sum += answer.apart ?? 0;
      files = answer.files;
    }
    expect(sum).toBe(before.length - 1 - before.filter((row) => !isNull(row)).length);
    expect((await archived()).filter(({ seq }) => seq <= before.at(-1)!.seq)).toEqual(before);
    expect(await verify(env)).toMatchObject({ ok: true });
    await letApartGo(env, LATER + 1);
    expect((await archived()).filter(({ seq }) => seq <= before.at(-1)!.seq)).toEqual(before);
  });

  it("should this Worker stay, it goes again", async () => {
    await letApartGo(env, LATER + 2 * DAY);
    expect((await archived()).length).toBeLessThan(before.length);
    expect(await all()).toEqual(told);
  });

  it("of what somebody had altered meanwhile nothing goes", async () => {
    for (let files = 1; files > 0;) ({ files } = await reopen(env, "system", LATER));
    const seq = await seqOf(due);
    const own = before.find((row) => row.seq === seq)!;
    await run("UPDATE audit_payload SET salt = 'another' WHERE seq = ?", seq);
    await letApartGo(env, LATER + 2 * DAY);
    expect(await verify(env)).toMatchObject({ ok: false, brokenAt: seq });
    await run("DELETE FROM audit_payload WHERE seq = ?", seq);
    expect(await all()).toEqual(told);
    expect(own.payload).toBe("null");
  });

  it("names an object that is lost, and puts its rows back once it is restored", async () => {
    const back = async () => {
      const sum = { rows: 0, lost: [] as string[] };
      for (let files = 1; files > 0;) {
        const answer = await reopen(env, "system", LATER);
        sum.rows += answer.apart ?? 0;
        ({ files, lost: sum.lost = [] } = answer);
      }
      return sum;
    };
    await back();
    const was = await archived();
    await letApartGo(env, LATER + 2 * DAY);
    const gone = was.length - (await archived()).length;
    const [{ key, first_seq: first, last_seq: last }] = (await dump("audit_archives")) as [
      { key: string; first_seq: number; last_seq: number },
    ];
    const its = (rows: readonly Apart[]) => rows.filter(({ seq }) => seq >= first && seq <= last).length;
    const lacks = its(was) - its(await archived());
    const bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
    expect(lacks).toBeGreaterThan(0);
    await env.ARCHIVE.delete(key);
    expect(await back()).toEqual({ rows: gone - lacks, lost: [key] });
    // It is tried again, each time.
    expect(await back()).toEqual({ rows: 0, lost: [key] });
    await env.ARCHIVE.put(key, bytes);
    expect(await back()).toEqual({ rows: lacks, lost: [] });
    expect(await archived()).toEqual(was);
    expect(await back()).toEqual({ rows: 0, lost: [] });
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("of an object that is lost it stays where it is, and others go on", async () => {
    for (let files = 1; files > 0;) ({ files } = await reopen(env, "system", LATER));
    const was = await archived();
    const [{ key }] = (await dump("audit_archives")) as [{ key: string }];
    const bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
    await env.ARCHIVE.delete(key);
    await letApartGo(env, LATER + 2 * DAY);
    expect(await archived()).toEqual(was);
    expect(await env.DB.prepare("SELECT value FROM marks WHERE name = 'apart-gone'").first("value")).not.toBe(
      "0",
    );
    await env.ARCHIVE.put(key, bytes);
    for (let files = 1; files > 0;) ({ files } = await reopen(env, "system", LATER));
    await letApartGo(env, LATER + 2 * DAY);
    expect((await archived()).length).toBeLessThan(was.length);
  });
});

describe("the salts of an hour", () => {
  it("are the same for all who ask within it, and others in the next", async () => {
    const [one, same] = await Promise.all([saltsAt(env.DB, 7 * HOUR), saltsAt(env.DB, 8 * HOUR - 1)]);
    const next = await saltsAt(env.DB, 8 * HOUR);
    expect(one("a")).toMatch(/^[0-9a-f]{32}$/);
    expect(same("a")).toBe(one("a"));
    expect(new Set([one("a"), one("b"), next("a")]).size).toBe(3);
    // They are over for long.
    await sweep(env, Date.now());
    expect(((await dump("erasure_salts")) as { hour: number }[]).map(({ hour }) => hour)).not.toContain(7);
  });

  it("of a later hour, which somebody wrote, are named, and swept", async () => {
    const now = Date.now();
    const hour = Math.floor(now / HOUR);
    const planted = "00112233445566778899aabbccddeeff";
    await saltsAt(env.DB, now + HOUR);
    const was = await dump("erasure_salts");
    const deep = () => verifyDeep(env, { table: "erasure_salts", pass: "rows" });
    expect(await deep()).toMatchObject({ checked: was.length, findings: [], next: null });
    await run("INSERT INTO erasure_salts (hour, key) VALUES (?, ?)", hour + 960, planted);
    const key = String(hour + 960);
    expect((await deep()).findings).toEqual([
      { table: "erasure_salts", key, seq: null, what: "extra", columns: [] },
    ]);
    await sweep(env, now);
    expect(await dump("erasure_salts")).toEqual(was);
    expect((await deep()).findings).toEqual([]);
    const later = await saltsAt(env.DB, now + 960 * HOUR);
    expect(later("a")).not.toBe(saltsOf(planted)("a"));
    await run("DELETE FROM erasure_salts WHERE hour = ?", hour + 960);
  });

  it("that is no key salts at random: then it stays apart", async () => {
    await run("INSERT OR REPLACE INTO erasure_salts (hour, key) VALUES (9, 'no key')");
    const saltOf = await saltsAt(env.DB, 9 * HOUR);
    expect(saltOf("a")).toMatch(/^[0-9a-f]{32}$/);
    expect(saltOf("a")).not.toBe(saltOf("a"));
  });
});

it("with its key, whose time is over, an erasure tells nothing, and nothing is missed", async () => {
  const seq = await seqOf(due);
  const then = Date.now() + 25 * MONTH;
  await sweep(env, then);
  expect(await dump("erasure_salts")).toEqual([]);
  expect(await verify(env, 0, "genesis", 20_000, then)).toMatchObject({ ok: true });
  expect(await rowAt(env, seq)).toMatchObject({ subject: due, salt: null, payload: null, said: null });
});

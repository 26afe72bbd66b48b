/** A month of dials for analysts: what closed and what stays, each once; what was erased or is restricted in no page. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Disclosure, DisclosuresAnswer } from "../../../../shared/policy/api-disclosures.ts";
import type { MonthAnswer, MonthDial } from "../../../../shared/dials/api.ts";
import { recall } from "../../../../worker/dials/closed/read.ts";
import { rewriteFiles } from "../../../../worker/dials/closed/rewrite.ts";
import type { Env } from "../../../../worker/env.ts";
import { call, dump, today, under } from "../../helpers.ts";
import { admin, august, compliance, day, erase, EVERY, FIRST, LATER, named, SLICE } from "./kit.ts";
import { closeDials } from "./closing.ts";

august();

const page = async (query: string, own: Env = env) => {
  const { status, data } = await under(own, "GET", `/v1/dials/months/2026-08${query}`, { token: admin });
  expect(status, JSON.stringify(data)).toBe(200);
  return data as MonthAnswer;
};
/** Page after page. */
async function wholeMonth(limit = 2, own: Env = env): Promise<MonthDial[]> {
  const all: MonthDial[] = [];
  for (let after = ""; ;) {
    const { dials, next } = await page(`?limit=${limit}${after}`, own);
    all.push(...dials);
    if (next === null) return all;
    after = `&after=${next}`;
  }
}
const which = (dials: readonly MonthDial[]) => dials.map(({ number }) => Number(number!.slice(1)) - FIRST);
/** A dial that was held, in the middle of the month: it stays in the database. */
const held = () =>
  env.DB.batch([
    env.DB.prepare(
      `INSERT OR IGNORE INTO dial_texts (num, month, text) VALUES (4, '2026-08', '[{"code":"not-listed","list":"tps"}]')`,
    ),
    env.DB.prepare(
      `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons,
         state, salt_high, salt_low, code, written, layer, medium)
       SELECT ?, p.num, ?, 90, 1, 0, 2, 2, 1, 2, 4, 4, 3, 7, 8, 9, '020 7946 0959', 0, 0 FROM people p WHERE p.role = 'agent'`,
    ).bind(day(2) * 64 + 1, FIRST + 9),
  ]);

it("has what closed and what stays, each once, oldest first, and nothing of other months", async () => {
  await held();
  const before = await wholeMonth();
  await closeDials(env, LATER, SLICE);
  expect([(await dump("dials")).length, (await named()).length]).toEqual([1, 3]);
  const after = await wholeMonth();
  expect(which(after)).toEqual([0, 1, 2, 9, 3, 4, 5]);
  expect(after).toEqual(before);
  expect(after[3]).toEqual({
    ...{ id: String(day(2) * 64 + 1), at: new Date(day(2)).toISOString() },
    ...{ deviceAt: new Date(day(2) - 90).toISOString(), number: `+${FIRST + 9}`, recordNumber: null },
    ...{ written: "020 7946 0959", layer: "page", sighting: null, medium: "call", via: null },
    ...{ action: "held", refused: false, verdict: "blocked", workerVerdict: "blocked", agrees: true },
    ...{
      reasons: [{ code: "not-listed", list: "tps" }],
      workerReasons: [{ code: "not-listed", list: "tps" }],
    },
    ...{ basis: null, reason: null, purpose: "general", host: "crm.example.com" },
    ...{ by: after[3]!.by, byName: after[3]!.byName },
  });
  for (const limit of [1, 3, 5000])
    expect(which(await wholeMonth(limit)), `${limit}`).toEqual([0, 1, 2, 9, 3, 4, 5]);
  const july = await call("GET", "/v1/dials/months/2026-07", { token: admin });
  expect(july.data).toEqual({ dials: [], next: null });
});

it("one that was erased is in no page, before its file is written without it and after", async () => {
  await closeDials(env, LATER, SLICE);
  await recall(env, [`+${FIRST + 1}`]);
  expect(which(await wholeMonth())).toEqual(EVERY);
  await erase(1);
  expect(which(await wholeMonth())).toEqual([0, 2, 3, 4, 5]);
  await rewriteFiles(env, 0, LATER);
  expect(which(await wholeMonth())).toEqual([0, 2, 3, 4, 5]);
});

it("one whose use is restricted is in no page", async () => {
  await held();
  await env.DB.exec(
    `INSERT INTO restricted (kind, ref, until, request) VALUES ('dial', '${day(2) * 64 + 1}', '2027-01-01', 'r')`,
  );
  expect(which(await wholeMonth())).toEqual(EVERY);
  await env.DB.exec("DELETE FROM restricted");
});

it("one that closes, or comes back, while the month is read is there once", async () => {
  await closeDials(env, LATER, { rows: 6 });
  let reads = 0;
  const ARCHIVE = {
    get: async (key: string, options: R2GetOptions) => {
      const got = await env.ARCHIVE.get(key, options);
      if (++reads === 1) await recall(env, [`+${FIRST + 3}`]);
      return got;
    },
  } as unknown as R2Bucket;
  expect(which(await wholeMonth(5000, { ...env, ARCHIVE }))).toEqual(EVERY);
  expect(reads).toBeGreaterThan(0);
});

it("a file that is lost is named, and the month breaks off rather than lacking its dials", async () => {
  await closeDials(env, LATER, SLICE);
  const [, second] = await named();
  await env.ARCHIVE.delete(second!);
  const answers = [];
  for (const query of ["?limit=2", `?limit=2&after=${day(1) * 64}`]) {
    const { status, data } = await call("GET", `/v1/dials/months/2026-08${query}`, { token: admin });
    answers.push([status, (data as { detail?: string }).detail]);
  }
  expect(answers).toEqual([
    [200, undefined],
    [500, second],
  ]);
});

it("where the bucket does not answer, the first read ends the page, which names the file", async () => {
  await closeDials(env, LATER, SLICE);
  let reads = 0;
  const ARCHIVE = {
    get: () => {
      reads++;
      return Promise.reject(new Error("no bucket"));
    },
  } as unknown as R2Bucket;
  const { status, data } = await under({ ...env, ARCHIVE }, "GET", "/v1/dials/months/2026-08", {
    token: admin,
  });
  const [first] = (await dump("closed_files")) as { key: string }[];
  expect([status, (data as { code?: string; detail?: string }).detail, reads]).toEqual([500, first!.key, 1]);
});

it("files that close or change behind a page end no page", async () => {
  await closeDials(env, LATER, SLICE);
  let reads = 0;
  const changing = (from: number) =>
    ({
      get: async (key: string, options: R2GetOptions) => {
        const got = await env.ARCHIVE.get(key, options);
        await env.DB.prepare("UPDATE closed_files SET key = key || ? WHERE first >= ?")
          .bind(`${++reads}`, from)
          .run();
        return got;
      },
    }) as unknown as R2Bucket;
  expect(which((await page("?limit=2", { ...env, ARCHIVE: changing(day(2) * 64) })).dials)).toEqual([0, 1]);
  expect(reads).toBe(1);
  // One of the page's own does, each time.
  const { status, data } = await under(
    { ...env, ARCHIVE: changing(0) },
    "GET",
    "/v1/dials/months/2026-08?limit=2",
    { token: admin },
  );
  expect([status, (data as { code?: string }).code]).toEqual([409, "conflict"]);
});

it("each page is on the trail with its rows, and counted as taken out; a role that may not take out reads none", async () => {
  await env.DB.exec("DELETE FROM disclosures");
  await page("?limit=4");
  const { results } = await env.DB.prepare(
    "SELECT p.payload FROM audit a JOIN audit_payload p USING (seq) WHERE a.code = 'opened.dials-month'",
  ).all<{ payload: string }>();
  expect(JSON.parse(results.at(-1)!.payload)).toEqual({ month: "2026-08", limit: 4, dials: 4 });
  const { data } = await call("GET", "/v1/disclosures", { token: compliance });
  expect((data as DisclosuresAnswer).disclosures).toContainEqual(
    expect.objectContaining({
      day: today(),
      kind: "export",
      what: "dials",
      times: 1,
      items: 4,
    }) as Disclosure,
  );
  expect((await call("GET", "/v1/dials/months/2026-08", { token: compliance })).status).toBe(403);
  for (const bad of ["2026-13", "2026-8", "august"])
    expect((await call("GET", `/v1/dials/months/${bad}`, { token: admin })).status, bad).toBe(422);
});

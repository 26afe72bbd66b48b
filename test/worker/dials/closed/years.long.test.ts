/**
 * Two years of closed months of dials, their calls and recordings: a number is found by as many reads as months have it, whatever they have besides,
 * and a page waits for few of them one after another: with 30 ms a read that is a fifth of a second, of the second that a page may take.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { CallsAnswer } from "../../../../shared/call-logs/api.ts";
import type { DialsAnswer } from "../../../../shared/dials/api.ts";
import type { RecordingsAnswer } from "../../../../shared/recordings/api.ts";
import { closeDials } from "../../../../worker/dials/closed/close.ts";
import { recall } from "../../../../worker/dials/closed/read.ts";
import { closeKept } from "../../../../worker/recordings/closed/close.ts";
import { further } from "../../../bench/worker/further.ts";
import { aTeam, call, DAY, dump, under } from "../../helpers.ts";

const tokens = aTeam();
const MONTHS = 24;
const EACH = 3400;
const WANTED = 442079460958;
/** Of these each month has one dial, with its call and recording. */
const [CALLED, RECORDED, PERSONS] = [442079460951, 442079460952, 442079460953];
const NOW = Date.UTC(2026, 10, 20);
/** Reads that may be waited for one after another. */
const ROUNDS = 6;
let agent: string;

const startOf = (month: number) => Date.UTC(2024, 8 + month, 2);
/** A dial of a month by another agent than all others, with its call and its recording, and one by all others' agent without. */
function own(month: number): D1PreparedStatement[] {
  return [CALLED, RECORDED, PERSONS].flatMap((number, n) => {
    const at = startOf(month) + n * DAY + 300;
    const began = new Date(at).toISOString();
    const hex = `${String(month).padStart(2, "0")}${n}`;
    // Its first letters are its name in the index.
    const [id, ref] = [`${hex}11111-1111-4111-8111-111111111111`, hex.padEnd(16, "7").padEnd(64, "a")];
    return [
      env.DB.prepare(
        `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state,
           salt_high, salt_low, code, written, layer, medium)
         SELECT ?1, p.num, ?2, 250, 0, 0, 0, 0, 1, 2, 1, 1, 3, 7, 8, 9, '', 0, 0 FROM people p WHERE p.id = ?3`,
      ).bind(at * 64, number, agent),
      env.DB.prepare(
        `INSERT INTO calls (id, ref, via, provider, provider_id, number, agent, person, direction, started_at, seconds, verdict, reasons,
           overridden, dial, screened, extension, by, at, campaign, judged_as, rev, past, salt_high, salt_low, code, told)
         VALUES (?1, ?2, 'import', '3cx', ?1, ?3, 'ann@example.com', ?4, 'outbound', ?5, 9, 'clear', '[]', 0, ?6, 'dial', 'on', ?4, ?5, NULL,
           'general', 1, '[]', 7, 8, 9, 0)`,
      ).bind(id, ref, number, agent, began, String(at * 64)),
      env.DB.prepare(
        `INSERT INTO recordings (id, ref, provider, provider_id, number, agent, direction, started_at, started_on, seconds, store, object, region,
           bytes, announced, purpose, erase_after, rule, months, by, at, etag, salt_high, salt_low, code, audio_rev, audio_past, audio_high,
           audio_low, audio_code)
         VALUES (?1, ?2, 'dialler', ?1, ?3, 'ann@example.com', 'outbound', ?4, substr(?4, 1, 10), 5, 'r2', 'folder/' || ?1, 'GB', 3, 1, 'quality',
           '2099-01-01', 'retention', 12, ?5, ?4, ?1, 7, 8, 9, 1, '[]', 7, 8, 9)`,
      ).bind(id, ref, number, began, agent),
    ];
  });
}

beforeAll(async () => {
  agent = (await env.DB.prepare("SELECT id FROM people WHERE role = 'manager'").first<string>("id"))!;
  await env.DB.prepare(
    `INSERT INTO dial_texts (num, month, text) VALUES (1, '2024-01', '[]'), (2, '2024-01', '{"host":"crm.example.com","purpose":"general"}'),
       (3, '2024-01', '{"policy":1,"lists":[]}')`,
  ).run();
  for (let month = 0; month < MONTHS; month++) {
    const from = startOf(month);
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
       INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state,
         salt_high, salt_low, code, written, layer, medium)
       SELECT (?2 + i * 700000) * 64, (SELECT num FROM people WHERE role = 'agent'),
         IIF(i = 1700, ?3, 447400000000 + abs(random() % 90000000)), 250, 0, 0, 0, 0, 1, 2, 1, 1, 3,
         random(), random(), abs(random()), '', 0, 0 FROM n`,
    )
      .bind(EACH, from, WANTED)
      .run();
    await env.DB.batch(own(month));
  }
});

it("closes month after month, and gives a number's dials back by one read each", async () => {
  await closeDials(env, NOW);
  await closeKept(env, NOW);
  const tables = ["dials", "calls", "recordings"];
  expect(await Promise.all(tables.map(async (table) => (await dump(table)).length))).toEqual([0, 0, 0]);
  const files = ["closed_files", "closed_kept_files"];
  expect(await Promise.all(files.map(async (table) => (await dump(table)).length))).toEqual([MONTHS, MONTHS]);
  const { ARCHIVE, told } = further(env.ARCHIVE);
  await recall({ ...env, ARCHIVE }, [`+${WANTED}`]);
  expect([told.reads, (await dump("dials")).length]).toEqual([MONTHS, MONTHS]);
  expect(told.rounds).toBeLessThanOrEqual(ROUNDS);
  const { data } = await call("GET", `/v1/dials?number=%2B${WANTED}`, { token: tokens.compliance });
  expect((data as DialsAnswer).dials).toHaveLength(MONTHS);
});

describe("where a read takes 30 ms, few are waited for one after another", () => {
  async function asked(path: string) {
    const { ARCHIVE, told } = further(env.ARCHIVE);
    const { status, data } = await under({ ...env, ARCHIVE }, "GET", path, { token: tokens.compliance });
    expect(status, JSON.stringify(data)).toBe(200);
    const { dials, calls, recordings, next } = data as Partial<DialsAnswer & CallsAnswer & RecordingsAnswer>;
    return { rows: (dials ?? calls ?? recordings)!.length, next, ...told };
  }
  /** Page after page. */
  async function all(path: string) {
    const sum = { rows: 0, pages: 0, rounds: 0, reads: 0 };
    for (let after = ""; ;) {
      const { rows, next, rounds, reads } = await asked(`${path}${after}`);
      sum.rows += rows;
      sum.pages++;
      sum.reads += reads;
      sum.rounds = Math.max(sum.rounds, rounds);
      if (!next) return sum;
      after = `&after=${encodeURIComponent(next)}`;
    }
  }

  it.each([
    ["dials of a person", "/v1/dials?limit=50&by="],
    ["calls of a person", "/v1/calls?limit=50&person="],
    ["recordings of an agent", "/v1/recordings?limit=50&agent=ann@example.com&"],
  ])("%s, of whom each file has few, page after page", async (_, path) => {
    const { rows, pages, reads, rounds } = await all(path.endsWith("=") ? path + agent : path);
    expect(rows).toBe(3 * MONTHS);
    expect(reads).toBeGreaterThanOrEqual(MONTHS);
    expect(pages).toBeLessThan(16);
    expect(rounds).toBeLessThanOrEqual(ROUNDS);
  });

  it.each([
    ["calls", CALLED],
    ["dials", RECORDED],
    ["recordings", RECORDED],
  ])("%s of one number over all months", async (what, number) => {
    const { rows, reads, rounds } = await asked(`/v1/${what}?number=%2B${number}`);
    expect([rows, reads]).toEqual([MONTHS, MONTHS]);
    expect(rounds).toBeLessThanOrEqual(ROUNDS);
  });

  it("the history of a number over all months", async () => {
    const { ARCHIVE, told } = further(env.ARCHIVE);
    const path = `/v1/numbers/%2B${PERSONS}/history`;
    const { status } = await under({ ...env, ARCHIVE }, "GET", path, { token: tokens.compliance });
    expect([status, told.reads > 0]).toEqual([200, true]);
    expect(told.rounds).toBeLessThanOrEqual(ROUNDS);
  });
});

it("of a day the members of that day alone are read, page after page, each dial once", async () => {
  const day = "2025-03-10";
  const found = new Set<string>();
  let pages = 0;
  for (let after = ""; ;) {
    const { data } = await call("GET", `/v1/dials?from=${day}&to=${day}&limit=50${after}`, {
      token: tokens.compliance,
    });
    const { dials, next } = data as DialsAnswer;
    pages++;
    for (const { id } of dials) found.add(id);
    if (next === null) break;
    after = `&after=${next}`;
  }
  expect(found.size).toBe(123);
  expect(pages).toBeLessThan(6);
});

it("without a filter that an index has, a search reads some of them a page, and comes to an end", async () => {
  let [pages, found] = [0, 0];
  for (let after = ""; ;) {
    const { data } = await call("GET", `/v1/dials?limit=500&number=%2B4420794${after}`, {
      token: tokens.compliance,
    });
    const { dials, next } = data as DialsAnswer;
    pages++;
    found += dials.length;
    if (next === null) break;
    after = `&after=${next}`;
  }
  expect(found).toBe(4 * MONTHS);
  expect(pages).toBeLessThan(10);
});

/** Two years of closed months: a number is found by as many reads as months have it, whatever they have besides. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { DialsAnswer } from "../../../../shared/dials/api.ts";
import { closeDials } from "../../../../worker/dials/closed/close.ts";
import { recall } from "../../../../worker/dials/closed/read.ts";
import { aTeam, call, dump } from "../../helpers.ts";

const tokens = aTeam();
const MONTHS = 24;
const EACH = 3400;
const WANTED = 442079460958;
const NOW = Date.UTC(2026, 10, 20);

beforeAll(async () => {
  await env.DB.prepare(
    `INSERT INTO dial_texts (num, month, text) VALUES (1, '2024-01', '[]'), (2, '2024-01', '{"host":"crm.example.com","purpose":"general"}'),
       (3, '2024-01', '{"policy":1,"lists":[]}')`,
  ).run();
  for (let month = 0; month < MONTHS; month++) {
    const from = Date.UTC(2024, 8 + month, 2);
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
  }
});

it("closes month after month, and gives a number's calls back by one read each", async () => {
  await closeDials(env, NOW);
  expect([(await dump("closed_files")).length, await dump("dials")]).toEqual([MONTHS, []]);
  let reads = 0;
  const ARCHIVE = {
    get: async (key: string, options: R2GetOptions) => {
      reads++;
      await scheduler.wait(30);
      return env.ARCHIVE.get(key, options);
    },
  } as unknown as R2Bucket;
  await recall({ ...env, ARCHIVE }, [`+${WANTED}`]);
  expect([reads, (await dump("dials")).length]).toEqual([MONTHS, MONTHS]);
  const { data } = await call("GET", `/v1/dials?number=%2B${WANTED}`, { token: tokens.compliance });
  expect((data as DialsAnswer).dials).toHaveLength(MONTHS);
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
  expect(found).toBe(MONTHS);
  expect(pages).toBeLessThan(10);
});

/** Shared by the tests of closed dials: six plain dials of August 2026, on a day each, of a number each. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect } from "vitest";
import type { DialsAnswer } from "../../../../shared/dials/api.ts";
import { dump, MINUTE, newTeam, under } from "../../helpers.ts";
import { keyOf } from "../../../../worker/dials/rows.ts";
import type { Env } from "../../../../worker/env.ts";

export const LATER = Date.UTC(2026, 10, 20);
export const FIRST = 442079460950;
const EACH = 6;
export const SLICE = { rows: 2 };
/** Who may search. */
export let compliance: string;
export let admin: string;

export const day = (n: number) => Date.UTC(2026, 7, 3 + n);
export function august(): void {
  beforeAll(async () => {
    ({ compliance, admin } = await newTeam());
    await env.DB.prepare(
      `INSERT INTO dial_texts (num, month, text) VALUES (1, '2026-08', '[]'),
       (2, '2026-08', '{"host":"crm.example.com","purpose":"general"}'), (3, '2026-08', '{"policy":1,"lists":[]}')`,
    ).run();
  });
  beforeEach(async () => {
    for (const key of await objects()) await env.ARCHIVE.delete(key);
    await env.DB.batch(
      [
        "dials",
        "closed_files",
        "closed_blocks",
        "closed_numbers",
        "closed_calls",
        "closed_out",
        "closed_left",
      ].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
    );
    await env.DB.exec("DELETE FROM marks WHERE name LIKE 'dials-%'");
    await env.DB.batch(
      Array.from({ length: EACH }, (_, n) =>
        env.DB.prepare(
          `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons,
           state, salt_high, salt_low, code, written, layer, medium)
         SELECT ?1, p.num, ?2, 0, 0, 0, 0, 0, 1, 2, 1, 1, 3, 7, 8, 9, '', 0, 0 FROM people p WHERE p.role = 'agent'`,
        ).bind(day(n) * 64, FIRST + n),
      ),
    );
  });
}

/** Everything that a search by day finds, page after page. */
export async function byDay(own: Env = env): Promise<number[]> {
  const all: number[] = [];
  for (let after = ""; ;) {
    const { status, data } = await under(own, "GET", `/v1/dials?from=2026-08-01&to=2026-08-31${after}`, {
      token: compliance,
    });
    expect(status, JSON.stringify(data)).toBe(200);
    const page = data as DialsAnswer;
    all.push(...page.dials.map(({ number }) => Number(number!.slice(1)) - FIRST));
    if (page.next === null) return all.sort();
    after = `&after=${page.next}`;
  }
}
export const there = async () => ((await dump("dials")) as { num: number }[]).map(({ num }) => String(num));
export const objects = async () =>
  (await env.ARCHIVE.list({ prefix: "dials/" })).objects.map(({ key }) => key).sort();
export const named = async () =>
  ((await dump("closed_files")) as { key: string }[]).map(({ key }) => key).sort();
export const EVERY = [0, 1, 2, 3, 4, 5];

export const erase = (n: number) =>
  env.DB.prepare("DELETE FROM dials WHERE number = ?")
    .bind(FIRST + n)
    .run();

/** A clock that a reading of it puts on by two minutes. */
export const slow = () => {
  let at = LATER;
  return () => (at += 2 * MINUTE);
};

/** One more dial of the first number, a moment later, that a browser sent under this key. */
export async function keyed(key: string): Promise<void> {
  const columns = `by, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state, salt_high,
    salt_low, code, written, layer, medium`;
  await env.DB.prepare(
    `INSERT INTO dials (num, number, key, ${columns}) SELECT num + 64, number, CAST(?1 AS INTEGER), ${columns} FROM dials WHERE number = ?2`,
  )
    .bind(keyOf(key), FIRST)
    .run();
}

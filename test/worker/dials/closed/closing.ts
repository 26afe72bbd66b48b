/**
 * Closing for the tests of closed dials: each of them also runs where the index is packed as soon as a month is over (`packed`, most of them
 * among the long tests), and says the same.
 */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll } from "vitest";
import { closeDials as close } from "../../../../worker/dials/closed/close.ts";
import { listedIn, NUMBERS } from "../../../../worker/dials/closed/packed/entries.ts";
import { packDials } from "../../../../worker/dials/closed/packed/packing.ts";
import type { Env } from "../../../../worker/env.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import type { ForTests } from "../../../../worker/storage/closed/close.ts";
import { blocksBehind, monthsWith } from "../../../../worker/storage/closed/blocks.ts";
import { dump } from "../../helpers.ts";

export const packs = { isOn: false };
/** For the tests of this file. */
export function packed(): void {
  beforeAll(() => {
    packs.isOn = true;
  });
  afterAll(() => {
    packs.isOn = false;
  });
}

export async function closeDials(own: Env, now: number, forTests?: ForTests): Promise<void> {
  await close(own, now, forTests);
  if (packs.isOn) await packDials(own, now);
}

/** What is packed comes back into the tables, as before a file does. */
export async function unpackAll(now = Date.now()): Promise<void> {
  for (let left = 1; left > 0;) left = (await reopen(env, "system", now, true)).files;
}

/** With all entries in their tables; then they are packed again, where they were. */
export async function inTables(now: number, work: () => Promise<void>): Promise<void> {
  await unpackAll(now);
  await work();
  await env.DB.exec("DELETE FROM marks WHERE name = 'dials-reopened'");
  if (packs.isOn) await packDials(env, now);
}

/** What the index has by number, wherever it lies, but for what counts no more. */
export async function listedNumbers(): Promise<{ number: number; num: number }[]> {
  const all = (await dump("closed_numbers")) as { number: number; num: number }[];
  const files = (await dump("closed_files")) as { first: number; last: number; members: string }[];
  const isIn = (num: number) =>
    files.some(({ last, members }) => num <= last && num >= (JSON.parse(members) as number[][])[0]![0]!);
  const out = new Set(((await dump("closed_out")) as { num: number }[]).map(({ num }) => num));
  for (const month of await monthsWith(env.DB, NUMBERS)) {
    const { entries } = await blocksBehind(env.DB, NUMBERS, month, -1, 1000);
    for (const entry of entries) {
      const { number, num } = listedIn({ month, ...entry });
      if (isIn(num) && !out.has(num)) all.push({ number, num });
    }
  }
  return all.sort((a, b) => a.number - b.number || a.num - b.num);
}

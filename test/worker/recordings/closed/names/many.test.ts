/** Packed names: as many entries of one number as there may be, and numbers by their last digits. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { ENDINGS, endingOf } from "../../../../../worker/recordings/closed/names/numbers.ts";
import { packNames } from "../../../../../worker/recordings/closed/names/pack.ts";
import { pack, unpack } from "../../../../../worker/recordings/closed/names/packed.ts";
import { siftNumbers } from "../../../../../worker/recordings/closed/names/sift.ts";
import { recallKept } from "../../../../../worker/recordings/closed/read.ts";
import { archiveMonths } from "../../../../../worker/trail/archive.ts";
import { aTeam } from "../../../helpers.ts";
import { begin, close, FIRST, ids, LATER } from "../kit.ts";
import { hexToBytes } from "@noble/hashes/utils.js";

const tokens = aTeam();
const endings = async () =>
  (
    await env.DB.prepare("SELECT first, hex(entries) AS entries FROM closed_blocks WHERE kind = ?")
      .bind(ENDINGS)
      .all<{ first: number; entries: string }>()
  ).results.flatMap(({ first, entries }) => unpack(first, hexToBytes(entries)).map(({ key }) => key));

beforeAll(async () => {
  await begin(tokens.admin, 6);
  await archiveMonths(env, LATER);
  await close(LATER, { rows: 3 });
});

it("70,000 recordings of one number in a month come out as they went in", () => {
  const entries = Array.from({ length: 70_000 }, (_, n) => ({ key: 442079460950, place: n % 1760 }));
  const all = [{ key: 442079460000, place: 3 }, ...entries, { key: 442079461000, place: 5 }];
  const out = pack(all).flatMap(({ first, bytes }) => unpack(first, bytes));
  expect(out).toHaveLength(all.length);
  expect(new Set(out.map(({ key }) => key))).toEqual(new Set(all.map(({ key }) => key)));
});

it("a number that came back between the packing of last digits and of numbers is in no block", async () => {
  const marks = async () =>
    (
      await env.DB.prepare("SELECT name FROM marks WHERE name LIKE 'packing %'").all<{ name: string }>()
    ).results.map(({ name }) => name);
  let isOver = false;
  // Until last digits are packed and numbers are not.
  for (let most = 1; !isOver && most < 60; most++) {
    let reads = 0;
    await packNames(env, LATER, { clock: () => (++reads > most ? Infinity : 0) });
    isOver = (await endings()).length === 6 && (await marks()).includes("packing numbers");
  }
  expect(isOver).toBe(true);
  expect(await marks()).toContain("packing numbers");
  await recallKept(env, { ids: [ids[2]!] });
  await packNames(env, LATER);
  await siftNumbers(env);
  expect(await endings()).toHaveLength(5);
  expect((await endings()).includes(endingOf(FIRST + 2))).toBe(false);
});

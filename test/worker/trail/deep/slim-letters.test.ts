/**
 * Whatever is written on the trail comes back letter by letter, and hashes: texts that are nearly those which lie as bytes and numbers, by a
 * search that is the same each time.
 */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { type LinkedRow, rowHash } from "../../../../shared/trail/chain.ts";
import { auditKey } from "../../../../worker/core/audit-key.ts";
import { newest, run, walk } from "../kit.ts";

const ROWS = 4000;
let state = 1;
/** From 0 to 1, the same each time (mulberry32). */
function next(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const oneOf = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!;
const hex = (digits: number): string =>
  Array.from({ length: digits }, () => oneOf([..."0123456789abcdef"])).join("");
const uuid = (): string => [8, 4, 4, 4, 12].map(hex).join("-");
const letters = [..."/@-0129afAFgzZT:.+eE xX_%*[]\u0000é💾\uD7FF\t\n\uFEFF"];
/** With up to two letters more, less or other ones, in half of the cases. */
function bent(text: string): string {
  const all = [...text];
  for (let n = Math.floor(next() * 6) - 3; n > 0; n--)
    all.splice(Math.floor(next() * (all.length + 1)), oneOf([0, 1]), ...oneOf([[], [oneOf(letters)]]));
  return all.join("");
}
const numbers = [
  ...["", "0", "-0", "1", "-1", "01", "+1", " 1", "1 ", "1e5", "1.0", ".5", "5.", "0x10", "1_000", "NaN"],
  ...["9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e999"],
];
const kinds = [
  "",
  "recordings/",
  "audio/",
  "calls/",
  "request_items/",
  "parties/",
  "x/",
  "/",
  "//",
  "0/",
  "-1/",
];
const codes = ["audit.bound", "dial.passed", "duty.mailed", "opened.x", "$", "#-1", "[0]", ...numbers];

const subjectOf = () =>
  oneOf([
    () => oneOf(numbers),
    () => oneOf(kinds) + oneOf(numbers),
    () => oneOf(kinds) + uuid().toUpperCase(),
    () => oneOf(kinds) + uuid().replaceAll("-", ""),
    () => oneOf(kinds) + uuid() + oneOf(["", "@", "/", "@@1", `/${uuid()}`, `/recording/${uuid()}@1`]),
    () => `${oneOf(kinds)}${uuid()}@${oneOf(numbers)}`,
  ])();
/** Of any year, day and hour, also such as there are none; or of a moment. */
const timeOf = () =>
  oneOf([
    () => new Date(Math.floor(next() * 2 ** 43)).toISOString(),
    () => new Date(-Math.floor(next() * 2 ** 43)).toISOString(),
    () => oneOf(numbers),
    () =>
      `${oneOf(["2026", "0000", "1969", "9999", "10000", "-4713"])}-${oneOf(["01", "02", "13"])}-${oneOf(["00", "28", "29", "30", "32"])}` +
      `${oneOf(["T", " ", "t"])}${oneOf(["00", "23", "24", "25"])}:${oneOf(["00", "60"])}:${oneOf(["00", "59", "60"])}` +
      `${oneOf(["", ".0", ".000", ".004", ".123", ".999", ".9999", ".0005"])}${oneOf(["Z", "", "z", "+00:00", "+01:00"])}`,
  ])();
const digestOf = () =>
  oneOf([(text: string) => text, (text: string) => text.toUpperCase()])(
    hex(oneOf([0, 1, 2, 32, 63, 64, 65])),
  );

it("what is nearly a UUID, a number, a time or a hash", async () => {
  const key = (await auditKey(env.AUDIT_KEY))!;
  const { seq: first, hash } = await newest();
  let prev = hash;
  const rows: LinkedRow[] = Array.from({ length: ROWS }, (_, n) => {
    const row = { seq: first + 1 + n, at: bent(timeOf()), actor: bent(oneOf(["system", "", uuid()])) };
    const what = { code: bent(oneOf(codes)), subject: bent(subjectOf()), commitment: bent(digestOf()), prev };
    prev = rowHash({ ...row, ...what });
    return { ...row, ...what, hash: prev, mac: key.mac(prev) };
  });
  for (let n = 0; n < ROWS; n += 500)
    // As the Ledger writes them.
    await run(
      `INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash, mac)
       SELECT value ->> 'seq', value ->> 'at', value ->> 'actor', value ->> 'code', value ->> 'subject',
         value ->> 'commitment', value ->> 'prev', value ->> 'hash', value ->> 'mac' FROM json_each(?)`,
      JSON.stringify(rows.slice(n, n + 500)),
    );
  const { results } = await env.DB.prepare(
    "SELECT seq, at, actor, code, subject, commitment, prev, hash, mac FROM audit WHERE seq > ? ORDER BY seq",
  )
    .bind(first)
    .all<LinkedRow>();
  expect(results).toEqual(rows);
  const lies = await env.DB.prepare(
    `SELECT SUM(typeof(moment) = 'integer') AS at, SUM(typeof(word) = 'integer') AS code, SUM(typeof(kind) = 'integer') AS kind,
       SUM(typeof(more) = 'integer') AS more, SUM(typeof(promise) = 'blob') AS commitment FROM audit_rows WHERE seq > ?`,
  )
    .bind(first)
    .first<Record<string, number>>();
  // Of each both: what is shorter, and what stays text.
  for (const [name, n] of Object.entries(lies!)) {
    expect(n, name).toBeGreaterThan(ROWS / 100);
    expect(n, name).toBeLessThan(ROWS);
  }
  expect(await walk()).toMatchObject({ ok: true, length: first + ROWS });
});

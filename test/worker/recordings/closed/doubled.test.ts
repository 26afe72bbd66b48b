/** What the database has of a file besides keeps no other of its recordings from coming back. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { returnDue } from "../../../../worker/recordings/closed/due.ts";
import { recallKept } from "../../../../worker/recordings/closed/read.ts";
import { aTeam, call, DAY, dump } from "../../helpers.ts";
import { gone } from "../certificates/kit.ts";
import { laid } from "../kit.ts";
import { begin, close, dialler, here, ids, LATER, named, reports } from "./kit.ts";

const tokens = aTeam();
const keyAt = async (place: number) => ((await dump("closed_kept_files")) as { key: string }[])[place]!.key;
const rowsOf = async (id: string) =>
  ((await dump("recordings")) as { id: string; state: string }[]).filter((row) => row.id === id);
const told = async () => {
  const { results } = await env.DB.prepare(
    `SELECT p.payload ->> '$.besides' AS besides FROM audit a JOIN audit_payload p USING (seq)
     WHERE a.code = 'audit.recordings-recalled' AND p.payload ->> '$.besides' IS NOT NULL`,
  ).all<{ besides: string }>();
  return results.flatMap(({ besides }) => JSON.parse(besides) as string[]).sort();
};
const some = (first: number, last: number) => ids.slice(first, last + 1);
let due: number;

beforeAll(async () => {
  await begin(tokens.admin, 9);
  await close(LATER, { rows: 3 });
  expect(await here()).toEqual([]);
  const day = await env.DB.prepare("SELECT MIN(day) AS day FROM closed_kept_days").first<string>("day");
  due = Date.parse(day!);
  // Of the first file two came back, and one of them is erased: nothing says so any more.
  await recallKept(env, { ids: some(1, 2) });
  const erase = { token: tokens.compliance, body: { why: "She rang us" } };
  expect((await call("POST", `/v1/recordings/${ids[2]}/erase`, erase)).status).toBe(202);
  await gone(ids[2]!);
  await env.DB.exec("DELETE FROM closed_kept_out");
  // One each of the others arrives a second time, as no index has them: with the same audio, and with another's.
  await env.DB.exec("DELETE FROM closed_kept");
  const other = { ...reports[6]!, storage: { kind: "r2" as const, key: "dialler/other.mp3" } };
  await laid(env, other);
  for (const body of [reports[3], other])
    expect((await call("POST", "/v1/recordings", { token: dialler, body })).status).toBe(201);
});

it("all others come back, and the trail names what did not", async () => {
  const last = await keyAt(2);
  const refused: string[] = [];
  for (const days of [0, 3])
    await returnDue(env, due + days * DAY).catch((error: unknown) => refused.push(String(error)));
  expect(refused.at(-1)).toContain(last);
  for (const id of ids) expect(await rowsOf(id), id).toHaveLength(id === ids[3] || id === ids[6] ? 0 : 1);
  expect(await rowsOf(ids[2]!)).toMatchObject([{ state: "erased" }]);
  expect(await told()).toEqual([...some(1, 3)].sort());
  // Its audio is nowhere else: its file says where that is.
  expect(await named()).toEqual([last]);
  expect(await dump("closed_kept_days")).toMatchObject([{ n: 1 }]);
  expect((await dump("closed_kept_out")).length).toBe(2);
});

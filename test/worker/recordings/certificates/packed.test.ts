/** Certificates whose names are packed: nothing that was erased may come in again, and all that leads to one leads there. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { RecordingRequest } from "../../../../shared/recordings/api.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { closeCertificates } from "../../../../worker/recordings/certificates/close.ts";
import { nameOfRef } from "../../../../worker/recordings/certificates/lines.ts";
import { closedRefs } from "../../../../worker/recordings/certificates/read.ts";
import { moveCertificates } from "../../../../worker/recordings/certificates/written.ts";
import { byName, hitsOf, packedErased } from "../../../../worker/recordings/closed/names/hits.ts";
import { packNames } from "../../../../worker/recordings/closed/names/pack.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { aTeam, call, dump } from "../../helpers.ts";
import { deepOf } from "../../trail/kit.ts";
import { diallerOf } from "../kit.ts";
import { erased, here, kept, LATER, long, named } from "./kit.ts";

const tokens = aTeam();
const N = 5;
const ids: string[] = [];
const reports: RecordingRequest[] = [];
let dialler: string;
let rows: string[];
let before: Awaited<ReturnType<typeof told>>;
const deep = async () => (await deepOf(["recordings", "certificates", "audio"], LATER)).found;
const inIndex = async () => (await dump("closed_recordings")).length;
const inBlocks = async () =>
  ((await dump("closed_blocks")) as { n: number }[]).reduce((sum, { n }) => sum + n, 0);
const refs = async () =>
  ((await dump("recordings")) as { id: string; ref: string }[]).map(({ ref }) => ref).sort();
let all: string[];

/** Whatever is asked of them. */
async function told() {
  const answers: unknown[] = [];
  for (const id of ids)
    for (const path of [`/v1/recordings/${id}`, `/v1/recordings/certificates?recording=${id}`])
      answers.push(await call("GET", path, { token: tokens.compliance }));
  answers.push(await call("GET", "/v1/recordings/certificates", { token: tokens.compliance }));
  answers.push(await call("GET", "/v1/audit?code=recording.erased", { token: tokens.compliance }));
  for (const body of reports) answers.push(await call("POST", "/v1/recordings", { token: dialler, body }));
  return answers.map((answer) => {
    const { status, data } = answer as { status: number; data: unknown };
    return { status, data };
  });
}

beforeAll(async () => {
  for (let n = 0; n < N; n++) {
    reports.push(long());
    ids.push(await erased(tokens.admin, reports[n]!));
  }
  dialler = await diallerOf(tokens.admin);
  await moveCertificates(env);
  rows = await kept();
  all = await refs();
  await archiveMonths(env, LATER);
  await closeCertificates(env, LATER, { rows: 2 });
  expect([await here(), (await named()).length, await inIndex()]).toEqual([[], 3, 2 * N]);
  before = await told();
});

it("in slices and to the end, all is told as before", async () => {
  let reads = 0;
  await packNames(env, LATER, { rows: 3, clock: () => (++reads > 8 ? Infinity : 0) });
  expect((await inIndex()) + (await inBlocks())).toBe(2 * N);
  expect(await told()).toEqual(before);
  await packNames(env, LATER, { rows: 3 });
  expect([await inIndex(), await inBlocks()]).toEqual([0, 2 * N]);
  expect(await told()).toEqual(before);
  expect(await here()).toEqual([]);
  expect(await deep()).toEqual([]);
});

it("one with the same beginning of a reference is another", async () => {
  const [ref] = all as [string];
  expect(await closedRefs(env, [...all, "f".repeat(64)])).toEqual(all);
  const other = ref.slice(0, 12) + (ref[12] === "0" ? "1" : "0").repeat(52);
  expect(await hitsOf(env.DB, packedErased, [byName(nameOfRef(other))])).toHaveLength(1);
  expect(await closedRefs(env, [other])).toEqual([]);
});

it("of a lost file each is known still, and none else", async () => {
  const keys = await named();
  const objects = new Map<string, ArrayBuffer>();
  for (const key of keys) {
    objects.set(key, await (await env.ARCHIVE.get(key))!.arrayBuffer());
    await env.ARCHIVE.delete(key);
  }
  expect(await closedRefs(env, [...all, "f".repeat(64)])).toEqual(all);
  expect((await call("GET", `/v1/recordings/${ids[0]}`, { token: tokens.compliance })).data).toMatchObject({
    code: "archive-broken",
  });
  for (const [key, bytes] of objects) await env.ARCHIVE.put(key, bytes);
});

it("a block that is gone is named", async () => {
  const [block] = (
    await env.DB.prepare(
      "SELECT rowid AS id, hex(entries) AS entries FROM closed_blocks WHERE kind = 22",
    ).all<{
      id: number;
      entries: string;
    }>()
  ).results;
  const put = (entries: string) =>
    env.DB.prepare("UPDATE closed_blocks SET entries = unhex(?) WHERE rowid = ?")
      .bind(entries, block!.id)
      .run();
  await put("0000000000");
  expect((await deep()).filter((one) => one.endsWith("altered closed_recordings"))).toHaveLength(N);
  await put(block!.entries);
  expect(await deep()).toEqual([]);
});

it("all come back letter by letter before an older Worker, and nothing is left of the blocks", async () => {
  for (let files = 1; files > 0;) ({ files } = await reopen(env, "system", LATER));
  expect(await kept()).toEqual(rows);
  await packNames(env, LATER);
  expect([await inIndex(), await inBlocks(), await dump("closed_places")]).toEqual([0, 0, []]);
  expect(await deep()).toEqual([]);
});

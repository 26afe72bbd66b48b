/** An officer hears the first fifteen seconds of a random few recordings that are said to be announced, and says what they heard. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import type { DrawsAnswer } from "../../../shared/overview/api-announced.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { aTeam, asOwner, call, DAY, dump, setPolicy, today, under } from "../helpers.ts";
import { arrive, diallerOf, sample } from "../recordings/kit.ts";
import { deepOf, namesColumn, run } from "../trail/kit.ts";
import { period, reported } from "./reports/kit.ts";

const tokens = aTeam();
beforeEach(async () => {
  await env.DB.exec("DELETE FROM announced_draws");
  await asOwner(["recordings"], () => env.DB.exec("DELETE FROM recordings"));
});
const days = { from: new Date(Date.now() - 2 * DAY).toISOString().slice(0, 10), to: today() };
const draw = async (count: number, token = tokens.compliance) =>
  call("POST", "/v1/announced/draws", { token, body: { ...days, count } });
const drawn = async (count: number) => ((await draw(count)).data as DrawsAnswer).drawn;
const hear = (id: string, heard: string, token = tokens.compliance) =>
  call("POST", `/v1/announced/${id}/heard`, { token, body: { heard } });
const listen = (id: string, token = tokens.compliance, purpose = "quality") =>
  under(env, "GET", `/v1/announced/${id}/audio?purpose=${purpose}`, { token });

async function stored(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<string> {
  const id = await arrive(env, tokens.admin, sample());
  const { status } = await under(env, "PUT", `/v1/recordings/${id}/audio`, {
    ...{ token: await diallerOf(tokens.admin), raw: bytes },
    headers: { "content-type": type, "content-length": String(bytes.length) },
  });
  expect(status).toBe(200);
  return id;
}
/** 8,000 samples of a byte a second, each of the second that it is in. */
function wav(seconds: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + seconds * 8000);
  const view = new DataView(bytes.buffer);
  const say = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  for (const [at, text] of [
    [0, "RIFF"],
    [8, "WAVE"],
    [12, "fmt "],
    [36, "data"],
  ] as const)
    say(at, text);
  view.setUint32(4, bytes.length - 8, true);
  view.setUint32(16, 16, true);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 1],
    [34, 8],
  ] as const)
    view.setUint16(at, value, true);
  for (const [at, value] of [
    [24, 8000],
    [28, 8000],
    [40, seconds * 8000],
  ] as const)
    view.setUint32(at, value, true);
  for (let n = 0; n < seconds * 8000; n++) bytes[44 + n] = 1 + Math.floor(n / 8000);
  return bytes;
}
/** Frames of 108 bytes and 36 ms: MPEG 2, 16 kHz, 24 kbit/s, mono. */
const mp3 = (frames: number) =>
  new Uint8Array(
    Array.from({ length: frames }, () => [
      0xff,
      0xf3,
      0x38,
      0xc4,
      ...Array.from({ length: 104 }, () => 0),
    ]).flat(),
  );

it("draws only what counts as announced and is kept, each once, and says among how many", async () => {
  const ids = [];
  for (let n = 0; n < 3; n++) ids.push(await arrive(env, tokens.admin, sample()));
  await arrive(env, tokens.admin, sample({ announced: false }));
  // Found in a region that policy does not allow; and one whose time is over.
  const abroad = await arrive(env, tokens.admin, sample());
  const over = await arrive(env, tokens.admin, sample());
  await asOwner(["recordings"], async () => {
    await run("UPDATE recordings SET region = 'US' WHERE id = ?", abroad);
    await run("UPDATE recordings SET erase_after = ? WHERE id = ?", today(), over);
  });
  await arrive(env, tokens.admin, sample({ startedAt: new Date(Date.now() - 5 * DAY).toISOString() }));
  const first = await drawn(2);
  expect(first.map(({ among, heard }) => [among, heard])).toEqual([
    [3, null],
    [3, null],
  ]);
  const second = await drawn(2);
  expect(second.map(({ among }) => among)).toEqual([1]);
  expect([...first, ...second].map(({ recording }) => recording).sort()).toEqual(ids.toSorted());
  expect(await drawn(2)).toEqual([]);
  const { data } = await call("GET", "/v1/announced", { token: tokens.admin });
  expect((data as DrawsAnswer).drawn.map(({ id }) => id).sort()).toEqual(
    [...first, ...second].map(({ id }) => id).sort(),
  );
  for (const token of [tokens.agent, tokens.manager]) expect((await draw(1, token)).status).toBe(403);
});

it("of a WAV and an MP3 the first fifteen seconds leave the Worker, and no byte more; each opening is on the trail", async () => {
  const long = await stored(wav(20), "audio/wav");
  const frames = await stored(mp3(500), "audio/mpeg");
  const short = await stored(wav(4), "audio/wav");
  const other = await stored(new Uint8Array(70_000).fill(9), "audio/ogg");
  const of = new Map((await drawn(4)).map(({ id, recording }) => [recording, id]));
  const heard = await listen(of.get(long)!);
  expect([heard.status, heard.headers.get("content-type")]).toEqual([200, "audio/wav"]);
  const whole = wav(15);
  expect(heard.bytes).toHaveLength(whole.length);
  // Its head says so as well: a player finds no end that is missing.
  expect(heard.bytes.every((byte, at) => byte === whole[at])).toBe(true);
  // 417 frames are the first that reach 15 seconds.
  expect((await listen(of.get(frames)!)).bytes).toEqual(mp3(417));
  expect((await listen(of.get(short)!)).bytes).toEqual(wav(4));
  expect((await listen(of.get(other)!)).data).toMatchObject({ status: 409, code: "audio-uncut" });
  const row = await env.DB.prepare(
    "SELECT p.payload FROM audit a JOIN audit_payload p USING (seq) WHERE a.code = 'opened.recording-audio' AND a.subject = ?",
  )
    .bind(long)
    .first<{ payload: string }>();
  expect(JSON.parse(row!.payload)).toEqual({ purpose: "quality", country: null, seconds: 15 });
  expect((await listen(of.get(long)!, tokens.manager)).status).toBe(403);
  expect((await listen("none")).status).toBe(404);
  // Who may listen, and for what, is the policy's.
  expect((await listen(of.get(long)!, tokens.compliance, "training")).status).toBe(200);
  let was: object = {};
  await setPolicy(({ recording }) => {
    was = recording;
    return { recording: { ...recording, openedBy: ["admin"], purposes: ["quality"] } };
  });
  expect((await listen(of.get(long)!)).data).toMatchObject({ code: "role-not-allowed" });
  expect((await listen(of.get(long)!, tokens.admin, "training")).data).toMatchObject({
    code: "purpose-not-allowed",
  });
  expect((await listen(of.get(long)!, tokens.admin)).status).toBe(200);
  await setPolicy(() => ({ recording: was }));
});

it("of G.711, as telephone systems record, fifteen seconds are heard; of a file that cannot be followed so far, none", async () => {
  const coded = (tag: number, bytes: Uint8Array<ArrayBuffer>) => bytes.with(20, tag);
  const alaw = await stored(coded(6, wav(20)), "audio/wav");
  const mulaw = await stored(coded(7, wav(20)), "audio/wav");
  const noise = Uint8Array.from({ length: 1000 }, () => 9);
  // The first bytes of another format may look like a frame.
  const broken = await stored(Uint8Array.from([...mp3(1), ...noise]), "audio/mpeg");
  const tagged = Uint8Array.from([...mp3(3), ...new TextEncoder().encode("TAG"), ...noise.subarray(0, 125)]);
  const short = await stored(tagged, "audio/mpeg");
  const empty = await stored(wav(0), "audio/wav");
  const of = new Map((await drawn(5)).map(({ id, recording }) => [recording, id]));
  expect((await listen(of.get(alaw)!)).bytes).toEqual(coded(6, wav(15)));
  expect((await listen(of.get(mulaw)!)).bytes).toEqual(coded(7, wav(15)));
  expect((await listen(of.get(short)!)).bytes).toEqual(mp3(3));
  for (const id of [broken, empty])
    expect((await listen(of.get(id)!)).data).toMatchObject({ status: 409, code: "audio-uncut" });
  // What nobody can hear is said as well.
  expect((await hear(of.get(broken)!, "unclear")).status).toBe(200);
});

it("a report that is longer than its table is no CSV", async () => {
  await stored(wav(1), "audio/wav");
  const [one] = await drawn(1);
  await run(
    `INSERT INTO announced_draws (id, draw, recording, began, from_day, to_day, among, by, at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
     SELECT 'x' || i, draw, 'x' || i, began, from_day, to_day, among, by, at FROM announced_draws, n WHERE id = ?`,
    one!.id,
  );
  const path = `/v1/reports/announced?from=${days.from}&to=${days.to}`;
  expect((await call("GET", `${path}&as=csv`, { token: tokens.manager })).data).toMatchObject({
    ...{ status: 422, code: "report-long" },
  });
  expect((await call("GET", path, { token: tokens.manager })).data).toMatchObject({ cut: true });
});

it("what was heard is said once, bound, and told by the report; what went before it was heard is told as well", async () => {
  for (let n = 0; n < 3; n++) await stored(wav(1), "audio/wav");
  const [one, two, three] = await drawn(3);
  expect((await hear(one!.id, "perhaps")).status).toBe(422);
  // Nobody says what they did not open, nor by another's opening.
  expect((await hear(one!.id, "no")).data).toMatchObject({ status: 409, code: "audio-unheard" });
  expect((await listen(one!.id)).status).toBe(200);
  const byAdmin = call("POST", `/v1/announced/${one!.id}/heard`, {
    token: tokens.admin,
    body: { heard: "no" },
  });
  expect((await byAdmin).data).toMatchObject({ code: "audio-unheard" });
  expect((await hear(one!.id, "no")).status).toBe(200);
  expect((await hear(one!.id, "yes")).data).toMatchObject({ status: 409 });
  expect((await hear("none", "yes")).status).toBe(404);
  await asOwner(["recordings"], () => run("DELETE FROM recordings WHERE id = ?", two!.recording));
  const report = await reported("announced", period(days.from, days.to), tokens.manager);
  const byId = new Map(report.rows.map(({ recording, heard, heardBy }) => [recording, [heard, heardBy]]));
  expect(byId.get(one!.recording)).toEqual(["no", "The compliance"]);
  expect(byId.get(two!.recording)).toEqual(["erased before it was heard", null]);
  expect(byId.get(three!.recording)).toEqual(["not heard yet", null]);
  expect(report.made.from.map(({ count }) => count)).toEqual([3, 1]);

  const tables = ["announced_draws", "announced_heard"];
  const findings = async () =>
    (await deepOf(tables)).found.filter((found) => [one, two, three].some((d) => found.includes(d!.id)));
  expect(await findings()).toEqual([]);
  await run("UPDATE announced_heard SET heard = 'yes'");
  expect(await findings()).toEqual([namesColumn(`announced_heard ${one!.id}`, "heard")]);
  await run("UPDATE announced_heard SET heard = 'no'");
  await run("UPDATE announced_draws SET among = 1 WHERE id = ?", three!.id);
  expect(await findings()).toEqual([namesColumn(`announced_draws ${three!.id}`, "among")]);
  await sweep(env, Date.now() + 800 * DAY);
  expect([await dump("announced_draws"), await dump("announced_heard")]).toEqual([[], []]);
});

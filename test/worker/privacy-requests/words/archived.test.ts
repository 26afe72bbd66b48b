/** What officers wrote of an erased recording goes from the trail whether it names anybody or not, and wherever its row of the trail is. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import type { Env } from "../../../../worker/env.ts";
import { eraseWords, SLICE } from "../../../../worker/privacy-requests/words/erase.ts";
import { record } from "../../../../worker/core/commit.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { verify } from "../../../../worker/trail/verify.ts";
import { asOwner, DAY, dump, MONTH, setPolicy, under } from "../../helpers.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { run } from "../../trail/kit.ts";
import { tokens, withTeam } from "../kit.ts";
import { aNumber, comply, dueOf, newest, request, saidOf, without } from "./kit.ts";

withTeam();
beforeAll(async () => {
  await adopt(env);
  await setPolicy((policy) => ({ recording: { ...policy.recording, regions: ["GB"] } }));
});
afterEach(() => vi.useRealTimers());

const archived = () => archiveMonths(env, Date.now() + 3 * MONTH);
/** A Worker whose store erases nothing. */
const locked = (): Env => ({
  ...env,
  RECORDINGS: new Proxy(env.RECORDINGS!, {
    get: (bucket, name) =>
      name === "delete"
        ? () => Promise.reject(new Error("locked"))
        : (Reflect.get(bucket, name) as () => unknown).bind(bucket),
  }),
});
let keys = 0;
const recorded = async (number: string) => {
  const key = `calls/${++keys}.mp3`;
  return { id: await arrive(env, tokens.admin, sample({ number, storage: { kind: "r2", key } })), key };
};
/** All that officers can write of a recording; none of it says whose it is. */
async function writeOf({ id, key }: { id: string; key: string }, about: string): Promise<string[]> {
  const said: string[] = [];
  const text = (of: string) => {
    said.push(`${about} ${of}.`);
    return said.at(-1)!;
  };
  const send = async (method: "POST" | "PUT", path: string, body: object = {}, own: Env = env) => {
    const token = path === "look/approve" ? tokens.admin : tokens.compliance;
    const { status, text: answer } = await under(own, method, `/v1/recordings/${id}/${path}`, {
      token,
      body,
    });
    expect(status, `${path}: ${answer}`).toBeLessThan(300);
  };
  await env.RECORDINGS!.put(key, `another ${key}`);
  await send("POST", "look", { why: text("looked") });
  await send("POST", "look/approve");
  await send("POST", "hold", { reason: text("held"), reviewOn: "2099-01-01" });
  await send("PUT", "hold", { reason: text("held on"), reviewOn: "2099-02-01" });
  await send("POST", "release", { reason: text("released") });
  await send("POST", "erase", { why: text("erase asked") }, locked());
  return said;
}
/** The same as releases wrote it that did not say there which recording it is of. */
async function wroteOf({ id }: { id: string }, about: string): Promise<string[]> {
  const hold = crypto.randomUUID();
  const looked = { before: "a", now: "b", bytes: 1 };
  const payloads = {
    "recording.looked": { ...looked, why: `${about} looked.` },
    "recording.look-approved": { ...looked, why: `${about} approved.`, by: "somebody" },
    "recording.held": { hold, reason: `${about} held.`, reviewOn: "2099-01-01" },
    "recording.held-on": { hold, reason: `${about} held on.`, reviewOn: "2099-01-01", before: hold },
    "recording.released": { hold, reason: `${about} released.` },
    "recording.erase-asked": { why: `${about} erase asked.` },
  };
  for (const [code, payload] of Object.entries(payloads))
    await record(env, { actor: "system", statements: [], event: { code, subject: id, payload } });
  return Object.values(payloads).map((one) => ("why" in one ? one.why : one.reason));
}
/** How many payloads have each text. */
const timesOf = async (texts: readonly string[]) => {
  const payloads = ((await dump("audit_payload")) as { payload: string }[]).map(({ payload }) => payload);
  return texts.map((text) => payloads.filter((payload) => payload.includes(`"${text}"`)).length);
};
const all = (texts: readonly string[], n: number) => texts.map(() => n);
const eraseAll = async (id: string, slice = SLICE) => {
  for (let n = 0; n < 200 && (await dueOf(id)); n++) await eraseWords(env, slice);
};

it.each([
  ["in the database", "Ada", SLICE, () => Promise.resolve()],
  ["in an archive", "Bob", SLICE, archived],
  ["in an archive, in slices", "Cy", 7, archived],
])("of each kind, as it is written now and as it was before, its row %s", async (_, whose, slice, leaves) => {
  const number = aNumber();
  const [hers, others] = [await recorded(number), await recorded(aNumber())];
  const said = await writeOf(hers, `${whose}'s now`);
  const before = await wroteOf(hers, `${whose}'s before`);
  const stays = [
    ...(await writeOf(others, `Not ${whose}'s now`)),
    ...(await wroteOf(others, `Not ${whose}'s before`)),
  ];
  // What was looked at is on the trail once more where it was approved.
  expect(await timesOf(said)).toEqual([2, 1, 1, 1, 1]);
  expect(await timesOf(before)).toEqual(all(before, 1));
  const staying = await timesOf(stays);
  const id = await request("Qu Quarrel", number);
  await leaves();
  await comply(id);
  await eraseAll(id, slice);
  expect(await timesOf([...said, ...before])).toEqual(all([...said, ...before], 0));
  expect(await timesOf(stays)).toEqual(staying);
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("what somebody else put there of it, or made of it, goes by no word of theirs: officers are told", async () => {
  const number = aNumber();
  const hers = await recorded(number);
  const said = await writeOf(hers, "Bent words");
  const id = await request("Bea Bent", number);
  await archived();
  const altered = said.at(-1)!;
  await asOwner(["audit_payload"], () =>
    run("UPDATE audit_payload SET payload = replace(payload, ?, 'Another word.')", altered),
  );
  await comply(id);
  await eraseAll(id);
  expect(await timesOf(said)).toEqual(all(said, 0));
  expect(await timesOf(["Another word."])).toEqual([1]);
  const told = await saidOf("request.words-erased", id);
  expect(told).toEqual([expect.objectContaining({ unlike: [expect.any(Number)] })]);
});

// Last, as what goes two days later is nothing that may be gone now, by which the others verify.
it("in an archive that cannot be read it waits, and what says that it is of another recording keeps nobody waiting", async () => {
  const [number, other] = [aNumber(), aNumber()];
  await archived();
  const said = await writeOf(await recorded(other), "Their dispute");
  await archived();
  const lost = await newest();
  await recorded(number);
  const [id, theirs] = [await request("Nora Next", number), await request("Wim Waits", other)];
  await comply(id);
  await eraseWords(without(lost));
  expect([await dueOf(id), await saidOf("request.words-erased", id)]).toEqual([
    undefined,
    [expect.not.objectContaining({ waits: true })],
  ]);
  await comply(theirs);
  await eraseWords(without(lost));
  expect((await dueOf(theirs))!.waits).toBe(1);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * DAY });
  await eraseAll(theirs);
  expect(await timesOf(said)).toEqual(all(said, 0));
});

/**
 * What an erasure takes out is what the trail has: who owns the database has the Worker take out no payload by what they wrote into it
 * or beside it, nor by a number that they gave the requester.
 */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { type LinkedRow, rowHash } from "../../../../shared/trail/chain.ts";
import { asOwner, call, dump, MONTH } from "../../helpers.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { append, deepOf, run } from "../../trail/kit.ts";
import { done, tokens, withTeam } from "../kit.ts";
import { aNumber, comply, consent, dueOf, isSaid, request, runs, says, saidOf, tryToComply } from "./kit.ts";

withTeam();
beforeAll(() => adopt(env));
// A mail about such rows goes once an hour.
beforeEach(() => run("DELETE FROM outbox"));

const seqOf = async (text: string): Promise<number> =>
  (await env.DB.prepare("SELECT seq FROM audit_payload WHERE instr(payload, ?) > 0")
    .bind(text)
    .first<number>("seq"))!;
const told = async (): Promise<string> =>
  JSON.stringify(
    ((await dump("outbox")) as { template: string }[]).filter(({ template }) => template === "rows-unlike"),
  );
/** The last event of a request's job. */
const erasedIn = async (id: string) => (await saidOf("request.words-erased", id)).at(-1);

it("a payload that somebody writes a name into stays, and officers are told; what the trail has goes", async () => {
  await says({ text: "Otto minds no calls" });
  await says({ text: "Ada Altered rang" });
  const id = await request("Ada Altered");
  const seq = await seqOf("Otto minds no calls");
  await run(
    `UPDATE audit_payload SET payload = '{"text":"Ada Altered and Otto minds no calls"}' WHERE seq = ?`,
    seq,
  );
  await comply(id);
  await runs();
  expect([await isSaid("Otto minds no calls"), await isSaid("Ada Altered rang")]).toEqual([true, false]);
  expect(await told()).toContain(`audit_payload/${seq}`);
  expect(await erasedIn(id)).toMatchObject({ unlike: [seq] });
  expect(await dueOf(id)).toBeUndefined();
});

/** An erasure of all but one recording, which an event is about. */
async function refusedOne(name: string, later: () => Promise<unknown> = () => Promise.resolve()) {
  const number = aNumber();
  const kept = await arrive(env, tokens.admin, sample({ number }));
  await arrive(env, tokens.admin, sample({ number, startedAt: "2026-10-02T10:00:00.000Z" }));
  await says({ text: `${name} claims damages` }, kept);
  const id = await request(name, number);
  await later();
  const deny = [{ id: `recording.${kept}`, ground: "protection", reasons: "A claim." }];
  await done(tokens.compliance, id, "decide", { decision: "partial", deny });
  return { id, seq: await seqOf(`${name} claims damages`) };
}
const rowAt = (seq: number) =>
  env.DB.prepare("SELECT * FROM audit WHERE seq = ?").bind(seq).first<LinkedRow>();

it("nor does one go whose row of the trail somebody has altered, so that it is about no refused item", async () => {
  const { seq } = await refusedOne("Rolf Refused");
  const before = (await rowAt(seq))!;
  const put = ({ subject, hash }: Pick<LinkedRow, "subject" | "hash">) =>
    asOwner(["audit"], () => run("UPDATE audit SET subject = ?, hash = ? WHERE seq = ?", subject, hash, seq));
  await put({ subject: "x", hash: rowHash({ ...before, subject: "x" }) });
  await runs();
  await put(before);
  expect(await isSaid("Rolf Refused claims damages")).toBe(true);
  expect(await told()).toContain(`audit_payload/${seq}`);
});

const archived = () => archiveMonths(env, Date.now() + 3 * MONTH);

it("what an archived row has about a refused item stays, also beside a row that somebody puts there", async () => {
  let before = null as LinkedRow | null;
  const { seq } = await refusedOne("Anna Archived", async () => {
    before = await rowAt(await seqOf("Anna Archived claims damages"));
    await says({ text: "Anna Archived rang" });
    await archived();
  });
  expect(await rowAt(seq)).toBeNull();
  const other = { ...before!, subject: "x" };
  await asOwner(["audit"], () => append({ ...other, hash: rowHash(other) }));
  await runs();
  await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq = ?", seq));
  expect([await isSaid("Anna Archived claims damages"), await isSaid("Anna Archived rang")]).toEqual([
    true,
    false,
  ]);
});

it("a payload that somebody puts where the trail has none stays, in the database's months and in archived ones", async () => {
  const id = await request("Pia Planted");
  await archived();
  const [early] = (await dump("audit_archives")) as { first_seq: number }[];
  await says({ text: "Pia Planted rang" });
  await consent(aNumber(), { givenBy: "Otto Other", words: "Do ring" });
  const late = (await env.DB.prepare(
    "SELECT MIN(seq) AS seq FROM audit WHERE code = 'audit.bound'",
  ).first<number>("seq"))!;
  const free = (await env.DB.prepare(
    "WITH RECURSIVE n(seq) AS (SELECT ?1 UNION ALL SELECT seq + 1 FROM n) SELECT seq FROM n WHERE seq NOT IN (SELECT seq FROM audit_payload) LIMIT 1",
  )
    .bind(early!.first_seq)
    .first<number>("seq"))!;
  expect(free).toBeLessThan(late);
  for (const seq of [free, late])
    await run(
      "INSERT INTO audit_payload (seq, at, salt, payload) VALUES (?, '2026', 's', ?)",
      seq,
      `{"text":"Pia Planted ${seq}"}`,
    );
  await comply(id);
  await runs();
  expect(await isSaid("Pia Planted rang")).toBe(false);
  expect(await erasedIn(id)).toMatchObject({ unlike: [free, late] });
  await run("DELETE FROM audit_payload WHERE payload LIKE '%Pia Planted%'");
});

it("an altered number has nothing decided, first or again, until the trail has it", async () => {
  const [number, second, victim] = [aNumber(), aNumber(), aNumber()];
  const item = await consent(second, { givenBy: "Nora Number", words: "Ring me on the second line" });
  await says({ text: `the other one has ${victim}` });
  await says({ text: `the second line is ${second}` });
  const id = await request("Nora Number", number, [second]);
  const set = (of: string) =>
    asOwner(["consents"], () =>
      run("UPDATE consents SET number = ? WHERE id = ?", Number(of.slice(1)), item),
    );
  for (const other of [victim, number]) {
    await set(other);
    expect(await tryToComply(id)).toMatchObject({ status: 409, code: "request-unlike" });
  }
  expect(JSON.stringify(await dump("kept_back"))).toContain(`consents/${item}`);
  await set(second);
  const own = (of: string) =>
    asOwner(["requests"], () => run("UPDATE requests SET number = ? WHERE id = ?", Number(of.slice(1)), id));
  await own(victim);
  expect(await tryToComply(id)).toMatchObject({ status: 409, code: "request-unlike" });
  await own(number);
  expect(await dueOf(id)).toBeUndefined();
  await comply(id);
  await own(victim);
  expect(await tryToComply(id)).toMatchObject({ status: 409, code: "request-unlike" });
  await runs();
  await own(number);
  await runs();
  expect([await isSaid(victim), await isSaid(`the second line is ${second}`)]).toEqual([true, false]);
});

it("with the altered item refused the rest is erased, and its number is none of theirs", async () => {
  const [number, second, victim] = [aNumber(), aNumber(), aNumber()];
  const item = await consent(second, { givenBy: "Rosa Refuses", words: "Ring me" });
  await consent(number, { givenBy: "Rosa Refuses", words: "Ring me here" });
  await says({ text: `yet another one has ${victim}` });
  await says({ text: "Rosa Refuses rang" });
  const id = await request("Rosa Refuses", number, [second]);
  await asOwner(["consents"], () =>
    run("UPDATE consents SET number = ? WHERE id = ?", Number(victim.slice(1)), item),
  );
  const deny = [{ id: `consent.${item}`, ground: "protection", reasons: "Somebody changed it." }];
  await done(tokens.compliance, id, "decide", { decision: "partial", deny });
  await runs();
  expect([await isSaid(victim), await isSaid("Rosa Refuses rang")]).toEqual([true, false]);
  const barred = ((await dump("suppressions")) as { number: number }[]).map((entry) => entry.number);
  expect(barred).not.toContain(Number(victim.slice(1)));
});

it("nor does a search count that somebody altered, until an officer searches for the number again", async () => {
  const [number, second, victim] = [aNumber(), aNumber(), aNumber()];
  await consent(second, { givenBy: "Sia Searched", words: "Ring me" });
  await says({ text: `hers is ${second}` });
  const id = await request("Sia Searched", number, [second]);
  await run(
    "UPDATE request_events SET detail = replace(detail, ?, ?) WHERE request = ? AND action = 'search'",
    ...[second, victim, id],
  );
  expect(await tryToComply(id)).toMatchObject({ status: 409, code: "request-unlike" });
  await done(tokens.compliance, id, "match", { everything: true, numbers: [second] });
  await comply(id);
  await runs();
  expect(await isSaid(`hers is ${second}`)).toBe(false);
});

it("a number that an item of somebody's making brings is none of the requester's", async () => {
  const [number, victim] = [aNumber(), aNumber()];
  const mine = await arrive(env, tokens.admin, sample({ number }));
  await says({ text: `the other one is at ${victim}` });
  const id = await request("Ines Item", number);
  await asOwner(["recordings"], () =>
    run("UPDATE recordings SET number = ? WHERE id = ?", Number(victim.slice(1)), mine),
  );
  expect(await tryToComply(id)).toMatchObject({ status: 409, code: "request-unlike" });
  expect(await dueOf(id)).toBeUndefined();
});

it("a second decision while the job goes on has the numbers of the first, whose items are gone by then", async () => {
  const [number, second] = [aNumber(), aNumber()];
  await consent(second, { givenBy: "Sina Second", words: "Ring me" });
  await says({ text: `somebody rang ${second}` });
  const id = await request("Sina Second", number, [second]);
  await comply(id);
  await comply(id);
  await runs();
  expect([await isSaid(`somebody rang ${second}`), await dueOf(id)]).toEqual([false, undefined]);
});

/** A Worker whose store of recordings erases nothing right now: what is decided goes on. */
const unerasing = {
  ...env,
  RECORDINGS: new Proxy(env.RECORDINGS!, {
    get: (bucket, name) =>
      name === "delete"
        ? () => Promise.reject(new Error("down"))
        : (Reflect.get(bucket, name) as () => unknown).bind(bucket),
  }),
};

it.each([
  ["all is", { decision: "deny", ground: "protection", reasons: "A claim." }],
  ["it is, beside another,", null],
])(
  "while the job goes on %s refused: what quotes the item stays, and the job is as the trail has it",
  async (_, all) => {
    const number = aNumber();
    const name = all ? "Dina Denied" : "Dino Denied";
    const kept = await arrive(env, tokens.admin, sample({ number }));
    const other = await arrive(env, tokens.admin, sample({ number, startedAt: "2026-10-02T10:00:00.000Z" }));
    const item = await consent(number, { givenBy: name, words: "Ring me" });
    await says({ text: `${name} claims damages` }, kept);
    await says({ text: `${name} says so too` }, other);
    await says({ text: `${name} agreed` }, item);
    const id = await request(name, number);
    await done(tokens.compliance, id, "decide", { decision: "comply" }, unerasing);
    const due = (await dueOf(id))!;
    const deny = [{ id: `recording.${kept}`, ground: "protection", reasons: "A claim." }];
    await done(tokens.compliance, id, "decide", all ?? { decision: "partial", deny }, unerasing);
    expect((await dueOf(id))!.job).toBe(due.job);
    expect((await deepOf(["words_due"])).found).toEqual([]);
    await runs();
    const texts = ["claims damages", "says so too", "agreed"];
    expect(await Promise.all(texts.map((text) => isSaid(`${name} ${text}`)))).toEqual([
      true,
      all !== null,
      false,
    ]);
    expect(await dueOf(id)).toBeUndefined();
  },
);

it("what quotes an item that is found to be somebody else's while the job goes on stays", async () => {
  const [number, second] = [aNumber(), aNumber()];
  const theirs = await arrive(env, tokens.admin, sample({ number: second }));
  await says({ text: "Jana Judge asked for him" }, theirs);
  await says({ text: "Jana Judge rang" });
  const id = await request("Jana Judge", number);
  await comply(id);
  await done(tokens.compliance, id, "match", { everything: true, numbers: [second] });
  const items = [{ id: `recording.${theirs}`, verdict: "rejected" }];
  await done(tokens.compliance, id, "items", { items, reason: "her neighbour's" });
  await runs();
  expect([await isSaid("Jana Judge asked for him"), await isSaid("Jana Judge rang")]).toEqual([true, false]);
  const { status } = await call("GET", `/v1/requests/${id}`, { token: tokens.compliance });
  expect([status, await dueOf(id)]).toEqual([200, undefined]);
});

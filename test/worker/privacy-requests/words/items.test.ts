/** What an erasure takes out is by items that are as the trail has them, and officers hear of each payload that is not. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { eraseWords } from "../../../../worker/privacy-requests/words/erase.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { tellUnlike } from "../../../../worker/trail/kept-back.ts";
import { letGo } from "../../../../worker/jobs/sweep-said.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { asOwner, call, dump } from "../../helpers.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { run } from "../../trail/kit.ts";
import { done, tokens, withTeam } from "../kit.ts";
import { aNumber, comply, consent, dueOf, isSaid, request, runs, says, tryToComply } from "./kit.ts";

withTeam();
beforeAll(() => adopt(env));
beforeEach(() => run("DELETE FROM outbox"));

const told = async (): Promise<string> =>
  JSON.stringify(
    ((await dump("outbox")) as { template: string }[]).filter(({ template }) => template === "rows-unlike"),
  );
const setItem = (id: string, ref: string, set: string) =>
  asOwner(["request_items"], () =>
    run(`UPDATE request_items SET ${set} WHERE request = ? AND ref = ?`, id, ref),
  );
/** A request with a recording that is her husband's, as an officer says; a look at it says so without any name. */
async function withHusbands(name: string) {
  const number = aNumber();
  const his = await arrive(env, tokens.admin, sample({ number }));
  await arrive(env, tokens.admin, sample({ number, startedAt: "2026-10-02T10:00:00.000Z" }));
  const why = `whose voice (${name.split(" ")[1]!})`;
  for (const [what, body] of [
    ["hold", { reason: why, reviewOn: "2099-01-01" }],
    ["release", { reason: "It was heard" }],
  ] as const) {
    const asked = await call("POST", `/v1/recordings/${his}/${what}`, {
      token: tokens.compliance,
      body,
      headers: { "idempotency-key": crypto.randomUUID() },
    });
    expect(asked.status, JSON.stringify(asked.data)).toBeLessThan(300);
  }
  const id = await request(name, number);
  const judge = (verdict: string) =>
    done(tokens.compliance, id, "items", {
      items: [{ id: `recording.${his}`, verdict }],
      reason: "her husband's",
    });
  await judge("rejected");
  return { id, his, why, judge };
}

it("an item that somebody turns into one of hers has nothing decided, until an officer judges it again", async () => {
  const { id, his, why, judge } = await withHusbands("Hanna Flips");
  await setItem(id, his, "verdict = 'confirmed'");
  const answer = await tryToComply(id);
  expect(answer).toMatchObject({ status: 409, code: "request-unlike" });
  expect(JSON.stringify(await dump("kept_back"))).toContain(`request_items/${id}/recording/${his}`);
  expect(await dueOf(id)).toBeUndefined();
  await judge("rejected");
  await comply(id);
  await runs();
  expect([await isSaid(why), await dueOf(id)]).toEqual([true, undefined]);
});

it.each([
  [
    "turns into one that is done",
    "verdict = 'confirmed', decision = 'comply', done_at = '2026-10-01T00:00:00.000Z'",
  ],
  ["takes away", null],
])("what quotes an item that somebody %s stays", async (_, set) => {
  const name = set ? "Dana Dones" : "Tara Takes";
  const { id, his, why } = await withHusbands(name);
  await says({ text: `${name} rang on his line` }, his);
  if (set) await setItem(id, his, set);
  else
    await asOwner(["request_items"], () =>
      run("DELETE FROM request_items WHERE request = ? AND ref = ?", id, his),
    );
  await comply(id);
  await runs();
  expect([await isSaid(why), await isSaid(`${name} rang on his line`)]).toEqual([true, true]);
});

it("so does what quotes a dial of before, which the trail has by its older id", async () => {
  const number = aNumber();
  const body = { number, e164: number, action: "held", verdict: "unknown", reasons: [], seen: null };
  const { status } = await call("POST", "/v1/dials", {
    token: tokens.agent,
    body: { ...body, host: "crm.example.com", at: new Date().toISOString() },
  });
  expect(status).toBeLessThan(300);
  const [{ num }] = (await dump("dials")).slice(-1) as [{ num: number }];
  await asOwner(["dials"], () => run("UPDATE dials SET id = 'of-before-1' WHERE num = ?", num));
  await says({ text: "Lena Lost rang" }, "of-before-1");
  const id = await request("Lena Lost", number);
  const items = [{ id: `dial.${num}`, verdict: "rejected" }];
  await done(tokens.compliance, id, "items", { items, reason: "her son's" });
  await asOwner(["request_items"], () => run("DELETE FROM request_items WHERE request = ?", id));
  await comply(id);
  await runs();
  expect(await isSaid("Lena Lost rang")).toBe(true);
});

it("an item of hers that somebody turns into another's has nothing decided; refused, it may be", async () => {
  const number = aNumber();
  const hers = await consent(number, { givenBy: "Rhea Reverse", words: "Ring me" });
  await says({ text: "Rhea Reverse rang" });
  const id = await request("Rhea Reverse", number);
  await setItem(id, hers, "verdict = 'rejected'");
  expect(await tryToComply(id)).toMatchObject({ status: 409, code: "request-unlike" });
  await done(tokens.compliance, id, "items", { items: [{ id: `consent.${hers}`, verdict: "confirmed" }] });
  await comply(id);
  await runs();
  expect(await isSaid("Rhea Reverse rang")).toBe(false);
});

it.each(["reason = 'x'", "number = number + 1"])(
  "a done entry in which somebody sets %s keeps nothing from being decided again",
  async (set) => {
    const number = aNumber();
    const entry = { number, kind: "house", reason: "Dora moves" };
    const made = await call("POST", "/v1/suppressions", { token: tokens.manager, body: entry });
    expect(made.status).toBe(201);
    const id = await request("Vera Variant", number);
    await comply(id);
    await runs();
    const [item] = (
      (await dump("request_items")) as { request: string; ref: string; done_at: unknown }[]
    ).filter((one) => one.request === id && one.done_at !== null);
    await asOwner(["suppressions"], () => run(`UPDATE suppressions SET ${set} WHERE id = ?`, item!.ref));
    expect(await tryToComply(id)).toMatchObject({ status: 200 });
  },
);

const altered = async (text: string) => {
  await says({ text });
  const seq = await env.DB.prepare("SELECT seq FROM audit_payload WHERE instr(payload, ?) > 0")
    .bind(text)
    .first<number>("seq");
  return seq!;
};

it("officers get a mail of each altered payload, in whichever slice it is and whatever they were told just before", async () => {
  const one = await altered("Otto (1)");
  for (let n = 0; n < 12; n++) await says({ n });
  const two = await altered("Otto (2)");
  const id = await request("Sally Slices");
  for (const seq of [one, two])
    await run(`UPDATE audit_payload SET payload = '{"text":"Sally Slices (1)"}' WHERE seq = ?`, seq);
  await tellUnlike(env, ["recordings/other"], Date.now());
  await comply(id);
  for (let n = 0; n < 100 && (await dueOf(id)); n++) await eraseWords(env, 10);
  for (const seq of [one, two]) {
    expect(await told()).toContain(`audit_payload/${seq}`);
    expect(JSON.stringify(await dump("kept_back"))).toContain(`audit_payload/${seq}`);
  }
  // Told once: what is still there is not let go.
  const due = await letGo(env, Date.now());
  expect(JSON.stringify(due.map(({ statements }) => statements))).not.toContain(`audit_payload/${one}`);
});

it("a job that somebody has waiting is told of", async () => {
  const id = await request("Hilda Hides");
  await says({ text: "Hilda Hides rang" });
  await comply(id);
  const { job } = (await dueOf(id))!;
  await run("UPDATE words_due SET after = 0, waits = 1, changed_at = '9999' WHERE job = ?", job);
  await runs(1);
  expect(await told()).toContain(`words_due/${job}`);
});

const consents = async () => ((await dump("consents")) as { id: string }[]).map(({ id }) => id);
const noted = async () => JSON.stringify(await dump("kept_back"));
/** A request with a consent that is her husband's, as an officer says. */
async function withHisConsent(name: string) {
  const number = aNumber();
  const his = await consent(number, { givenBy: "Her Husband" });
  const id = await request(name, number);
  const items = [{ id: `consent.${his}`, verdict: "rejected" }];
  await done(tokens.compliance, id, "items", { items, reason: "her husband's" });
  return { id, his };
}

it("an item that is another's stays where somebody has it complied with, and officers hear of it whatever they were told just before", async () => {
  const { id, his } = await withHisConsent("Cora Complied");
  await setItem(id, his, "decision = 'comply'");
  await tellUnlike(env, ["recordings/other"], Date.now());
  await comply(id);
  expect(await consents()).toContain(his);
  expect(await told()).toContain(`request_items/${id}/consent/${his}`);
  expect(await noted()).toContain(`request_items/${id}/consent/${his}`);
});

const putThere = (id: string, kind: string, ref: string, done: string | null) =>
  asOwner(["request_items"], () =>
    run(
      `INSERT INTO request_items (request, kind, ref, at, found_at, verdict, mute, decision, done_at, rev, past, salt_high, salt_low, code)
       VALUES (?, ?, ?, '2026', '2026', 'rejected', '[]', ?, ?, 1, '[]', 1, 1, 1)`,
      ...[id, kind, ref, done ? "deny" : "comply", done],
    ),
  );

it("nor does anybody's consent go by an item that somebody puts there", async () => {
  const theirs = await consent(aNumber(), { givenBy: "Otto Other" });
  const id = await request("Pina Puts");
  await putThere(id, "consent", theirs, null);
  await comply(id);
  expect(await consents()).toContain(theirs);
  expect(await told()).toContain(`request_items/${id}/consent/${theirs}`);
});

it("a word is no item, and keeps nothing, where somebody puts it there as one that was refused", async () => {
  const id = await request("Perry Plant");
  await says({ text: "Perry Plant rang about the invoice" });
  await putThere(id, "call", "rang", "2026-10-01T00:00:00.000Z");
  await tellUnlike(env, ["recordings/other"], Date.now());
  await comply(id);
  await runs();
  expect(await isSaid("Perry Plant rang about")).toBe(false);
  expect(await told()).toContain(`request_items/${id}/call/rang`);
});

it("a recording of another's stays, which somebody has complied with and an officer rejects once more", async () => {
  const { id, his, judge } = await withHusbands("Rena Rejects");
  await comply(id);
  await setItem(id, his, "decision = 'comply'");
  await judge("rejected");
  await asOwner(["recordings"], () =>
    run("UPDATE recordings SET erase_after = '2026-01-01', rule = 'hand', due = NULL WHERE id = ?", his),
  );
  await eraseDue(env, Date.now(), { only: his });
  expect(await dump("recordings")).toContainEqual(expect.objectContaining({ id: his, state: "kept" }));
  expect(await noted()).toContain(`recordings/${his}`);
});

it("an entry of somebody else's keeps its end, and loses nothing", async () => {
  const [number, stranger] = [aNumber(), aNumber()];
  const entry = { number: stranger, kind: "house", reason: "ring in spring", until: "2099-03-01" };
  const made = await call("POST", "/v1/suppressions", { token: tokens.manager, body: entry });
  expect(made.status).toBe(201);
  const id = await request("Hanna Honest", number, [stranger]);
  const [item] = ((await dump("request_items")) as { request: string; ref: string }[]).filter(
    (one) => one.request === id,
  );
  const items = [{ id: `suppression.${item!.ref}`, verdict: "rejected" }];
  await done(tokens.compliance, id, "items", { items, reason: "a stranger's" });
  await comply(id);
  expect(await dump("suppressions")).toContainEqual(
    expect.objectContaining({ id: item!.ref, until: "2099-03-01", reason: "ring in spring" }),
  );
});

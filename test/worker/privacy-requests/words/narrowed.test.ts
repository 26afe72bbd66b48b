/**
 * How much an erasure is of is the requester's to say. Who owns the database can say otherwise in the request's state: no step binds
 * that, and nothing is decided by it, until an officer searches again.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { statesBound, statesSaid } from "../../../../worker/privacy-requests/bound.ts";
import { meetMailed } from "../../../../worker/privacy-requests/letters/mailed.ts";
import { statesOf } from "../../../../worker/core/states.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { asOwner, dump } from "../../helpers.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { dated, lostArchives, noLostArchives, run } from "../../trail/kit.ts";
import {
  act,
  done,
  draft,
  enter,
  fileOn,
  linksTo,
  read,
  sendForm,
  tokens,
  upload,
  withTeam,
} from "../kit.ts";
import { aNumber, comply, dueOf, isSaid, request, runs, says, tryToComply } from "./kit.ts";

withTeam();
beforeAll(() => adopt(env));
beforeEach(() => run("DELETE FROM outbox"));
afterEach(noLostArchives);

const unlike = { status: 409, code: "request-unlike" };
const PLANTED = "2026-01-01T10:00:00.000Z";
const set = (id: string, to: string) =>
  asOwner(["requests"], () => run(`UPDATE requests SET ${to} WHERE id = ?`, id));
const narrow = async (id: string) =>
  done(tokens.compliance, id, "match", {
    ...{ everything: true, narrowed: "that one call", narrowedIn: await fileOn(id, "scan") },
  });
/** A request to erase one recording and no more; events quote that, and name her elsewhere. */
async function narrowed(name: string) {
  const number = aNumber();
  const hers = await arrive(env, tokens.admin, sample({ number }));
  await says({ text: `${name} rang on it` }, hers);
  await says({ text: `${name} rang otherwise` });
  const id = await request(name, number);
  await upload(id, "scan");
  await narrow(id);
  return { id, hers };
}
const left = (name: string) =>
  Promise.all(["on it", "otherwise"].map((how) => isSaid(`${name} rang ${how}`)));

it.each([
  ["her words are taken away", "narrowed = NULL"],
  [
    "only an archive that nobody can read says so",
    `narrowed = NULL, rev = rev + 1, past = '["x"]', changed_at = '${PLANTED}'`,
  ],
])("where %s, no step is taken, until it is searched again for what she named", async (_, to) => {
  const name = to.includes("rev") ? "Nora Unread" : "Nora Null";
  const { id } = await narrowed(name);
  await lostArchives([900_000_000], PLANTED);
  await set(id, to);
  for (let n = 0; n < 2; n++) {
    expect(await tryToComply(id)).toMatchObject(unlike);
    expect(await act(tokens.compliance, id, "assign", { to: null })).toMatchObject(unlike);
  }
  expect(JSON.stringify(await dump("kept_back"))).toContain(`request_states/${id}`);
  expect(await dueOf(id)).toBeUndefined();
  await narrow(id);
  await comply(id);
  await runs();
  expect(await left(name)).toEqual([false, true]);
});

it("words that somebody says of her keep nothing: a search of all of it says that it is of all", async () => {
  const name = "Wilma Whole";
  const id = await request(name);
  await says({ text: `${name} rang otherwise` });
  await set(id, "narrowed = 'that one call'");
  expect(await tryToComply(id)).toMatchObject(unlike);
  // A search for less says nothing of it.
  await upload(id, "scan");
  expect(await act(tokens.compliance, id, "match", { windowMinutes: 60, everything: false })).toMatchObject(
    unlike,
  );
  await done(tokens.compliance, id, "match", { everything: true });
  expect((await read(tokens.compliance, id)).request.narrowed).toBeNull();
  await comply(id);
  await runs();
  expect(await isSaid(`${name} rang otherwise`)).toBe(false);
});

it("nor does the mail of a letter bind it, whose duty waits", async () => {
  const { id } = await narrowed("Mia Mailed");
  await comply(id);
  const text = await draft(tokens.compliance, id, "decision");
  await done(tokens.compliance, id, "letters", { kind: "decision", text, how: "mail" });
  await set(id, "narrowed = NULL");
  await run(
    "UPDATE outbox SET state = 'sent', sent_at = ? WHERE key LIKE 'letter:%'",
    new Date().toISOString(),
  );
  await meetMailed(env, Date.now(), id);
  expect(await tryToComply(id)).toMatchObject(unlike);
  await set(id, "narrowed = 'that one call'");
  await comply(id);
});

it("nor does any step bind what else of its state somebody altered", async () => {
  const { id } = await narrowed("Stella State");
  const { decide_by } = ((await dump("requests")) as { id: string; decide_by: string }[]).find(
    (one) => one.id === id,
  )!;
  await set(id, "decide_by = '2099-01-01'");
  const items = (await read(tokens.compliance, id)).items.map((item) => ({
    id: item.id,
    verdict: "confirmed",
  }));
  const steps = { decide: { decision: "comply" }, assign: { to: null }, items: { items }, match: {} };
  for (const [step, body] of Object.entries(steps))
    expect(await act(tokens.compliance, id, step, body), step).toMatchObject(unlike);
  await set(id, `decide_by = '${decide_by}'`);
  await comply(id);
});

/** As the form of a release before had it: there is no letter that says so. */
async function byForm(name: string, email: string) {
  const number = aNumber();
  const hers = await arrive(env, tokens.admin, sample({ number }));
  await says({ text: `${name} rang on it` }, hers);
  await says({ text: `${name} rang otherwise` });
  const id = await enter(tokens.compliance, { kind: "erasure", name, email, number });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await dated(statesBound, `id = '${id}'`, { narrowed: "form" });
  return id;
}
const noted = async () => JSON.stringify(await dump("kept_back"));
const ofDay = { everything: false, date: "2026-11-01" };

it("where she said it in the form, her letter is filed, and it is searched by that", async () => {
  const name = "Fay Form";
  const id = await byForm(name, "fay@example.com");
  await set(id, "decide_by = '2099-01-01'");
  for (const body of [{}, ofDay])
    expect(await act(tokens.compliance, id, "match", body)).toMatchObject(unlike);
  const before = await statesOf(env.DB, statesBound, "id = ?", id);
  await upload(id, "scan");
  expect(await statesOf(env.DB, statesBound, "id = ?", id)).toEqual(before);
  expect(await act(tokens.compliance, id, "match", ofDay)).toMatchObject(unlike);
  await narrow(id);
  const items = (await read(tokens.compliance, id)).items.map((item) => ({
    id: item.id,
    verdict: "confirmed",
  }));
  await done(tokens.compliance, id, "items", { items });
  await comply(id);
  await runs();
  expect(await left(name)).toEqual([false, true]);
});

it("nor is it searched for all of it before an officer says so, whom it is told then too", async () => {
  const [asked, said] = [
    await byForm("Ann Asked", "ann@example.com"),
    await byForm("Sue Said", "sue@example.com"),
  ];
  for (const id of [asked, said]) await set(id, "narrowed = NULL");
  expect(await act(tokens.compliance, asked, "match")).toMatchObject(unlike);
  expect(await noted()).toContain(`request_states/${asked}`);
  expect(await noted()).not.toContain(`request_states/${said}`);
  await run("DELETE FROM outbox");
  await done(tokens.compliance, said, "match", { everything: true });
  expect(await noted()).toContain(`request_states/${said}`);
  expect(JSON.stringify(await dump("outbox"))).toContain(`request_states/${said}`);
});

it("nor does a wave bind it", async () => {
  const { id } = await narrowed("Wanda Wave");
  const states = () => statesOf(env.DB, statesBound, "id = ?", id);
  expect(await statesSaid(env, await states())).toHaveLength(1);
  await set(id, "narrowed = NULL");
  expect(await statesSaid(env, await states())).toEqual([]);
});

it("its letters keep nobody else's from being met", async () => {
  const mailed = async (name: string, sentAt: string) => {
    const { id } = await narrowed(name);
    await comply(id);
    const text = await draft(tokens.compliance, id, "decision");
    await done(tokens.compliance, id, "letters", { kind: "decision", text, how: "mail" });
    await run(
      "UPDATE outbox SET state = 'sent', sent_at = ?1 WHERE key IN (SELECT 'letter:' || id FROM request_letters WHERE request = ?2)",
      ...[sentAt, id],
    );
    return id;
  };
  const now = Date.now();
  const bent = await mailed("Bella Bent", new Date(now - 60_000).toISOString());
  const other = await mailed("Olga Other", new Date(now).toISOString());
  await set(bent, "narrowed = NULL");
  const isTold = async (id: string) =>
    ((await dump("requests")) as { id: string; told_at: string | null }[]).find((one) => one.id === id)!
      .told_at !== null;
  for (let n = 0; n < 60 && !(await isTold(other)); n++) await meetMailed(env, now, null, 1);
  expect([await isTold(bent), await isTold(other)]).toEqual([false, true]);
});

it("who takes it back on its page hears how else to say so", async () => {
  const id = await byForm("Petra Page", "petra@example.com");
  const { path } = (await linksTo("petra@example.com")).at(-1)!;
  await set(id, "narrowed = NULL");
  const { html } = await sendForm(path, { action: "withdraw" });
  expect(html).toContain("That cannot be done here at the moment. Write to us with the reference");
});

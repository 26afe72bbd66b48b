/**
 * Items that only an archive knows that cannot be read: who owns the database can have any archive be one. So nothing is decided by
 * such an item until an officer judges it again; and of no honest one is that so, as the database keeps its last event.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Env } from "../../../../worker/env.ts";
import { eraseWords, SLICE } from "../../../../worker/privacy-requests/words/erase.ts";
import { consentsBound } from "../../../../worker/do-not-call/bound.ts";
import { agreedOf } from "../../../../worker/trail/agreed.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { asOwner, dump, MONTH } from "../../helpers.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { lostArchives, noLostArchives, run, withoutArchive } from "../../trail/kit.ts";
import { act, done, fileOn, read, tokens, upload, withTeam } from "../kit.ts";
import { aNumber, comply, consent, dueOf, isSaid, request, says, tryToComply } from "./kit.ts";

withTeam();
beforeAll(() => adopt(env));
beforeEach(() => run("DELETE FROM outbox"));
afterEach(noLostArchives);

const PLANTED = "2026-01-01T10:00:00.000Z";
/** Somebody says of a row that it changed on a day of which they say that its archive is lost. */
const unread = async (table: string, set: string, where: string, ...params: string[]) => {
  await lostArchives([900_000_000], PLANTED);
  await asOwner([table], () =>
    run(
      `UPDATE ${table} SET ${set}, rev = rev + 1, past = '["x"]', changed_at = '${PLANTED}' WHERE ${where}`,
      ...params,
    ),
  );
};
const told = async () => JSON.stringify(await dump("kept_back"));
const there = async (table: string, id: string) =>
  ((await dump(table)) as { id: string }[]).some((row) => row.id === id);
const unlike = { status: 409, code: "request-unlike" };

it.each([
  ["hers", "rejected", "confirmed"],
  ["another's", "confirmed", "rejected"],
])("one that somebody turns into %s has nothing decided until it is judged again", async (_, verdict, to) => {
  const number = aNumber();
  const one = await consent(number, { givenBy: "Her Husband" });
  const id = await request("Una Unread", number);
  const judge = (as: string) =>
    done(tokens.compliance, id, "items", {
      ...{ items: [{ id: `consent.${one}`, verdict: as }], reason: "her husband's" },
    });
  await judge(verdict);
  await unread("request_items", `verdict = '${to}'`, "request = ? AND ref = ?", id, one);
  expect(await tryToComply(id)).toMatchObject(unlike);
  expect(await told()).toContain(`request_items/${id}/consent/${one}`);
  expect([await there("consents", one), await dueOf(id)]).toEqual([true, undefined]);
  const doubts = async () => (await read(tokens.compliance, id)).items.map(({ doubt }) => doubt);
  expect(await doubts()).toEqual(["item"]);
  await judge("rejected");
  expect(await doubts()).toEqual([undefined]);
  await comply(id);
  expect(await there("consents", one)).toBe(true);
});

it("nor has a consent of hers that somebody gave another number so, until it is refused", async () => {
  const [number, victim] = [aNumber(), aNumber()];
  const hers = await consent(number, { givenBy: "Rita Record" });
  await consent(number, { givenBy: "Rita Record" });
  const id = await request("Rita Record", number);
  await unread("consents", `number = ${Number(victim.slice(1))}`, "id = ?", hers);
  const answer = await tryToComply(id);
  expect(answer).toMatchObject(unlike);
  expect(await told()).toContain(`consents/${hers}`);
  const deny = [{ id: `consent.${hers}`, ground: "protection", reasons: "Somebody changed it." }];
  await done(tokens.compliance, id, "decide", { decision: "partial", deny });
  expect(await there("consents", hers)).toBe(true);
});

it("a consent of hers that only an archive knows which nobody can read goes once an officer who was told confirms it again", async () => {
  const [number, another] = [aNumber(), aNumber()];
  const hers = await consent(number, { givenBy: "Hilda Honest" });
  const id = await request("Hilda Honest", number);
  const his = await consent(another, { givenBy: "Hugo Honest" });
  const other = await request("Hugo Honest", another);
  await unread("consents", "words = words", "id IN (?, ?)", hers, his);
  // That they were told of another request in this hour is in no way.
  expect(await tryToComply(other)).toMatchObject(unlike);
  const items = [{ id: `consent.${hers}`, verdict: "confirmed" }];
  const doubts = async () => (await read(tokens.compliance, id)).items.map(({ doubt }) => doubt);
  // Nobody was told yet: whoever confirms it looked at nothing.
  await done(tokens.compliance, id, "items", { items });
  expect(await doubts()).toEqual([undefined]);
  expect(await tryToComply(id)).toMatchObject(unlike);
  expect(await told()).toContain(`consents/${hers}`);
  expect(await doubts()).toEqual(["record"]);
  await done(tokens.compliance, id, "items", { items });
  expect(await doubts()).toEqual([undefined]);
  await comply(id);
  expect(await there("consents", hers)).toBe(false);
});

it("and so do some of which more archives may tell than are read at once", async () => {
  const number = aNumber();
  const hers = [];
  for (const words of ["Ring me", "And my husband"])
    hers.push(await consent(number, { givenBy: "Lara Later", words }));
  const id = await request("Lara Later", number);
  for (const [n, one] of hers.entries()) {
    const at = `2026-01-0${n + 1}T10:00:00.000Z`;
    const lost = Array.from({ length: 21 }, (_, k) => 900_000_000 + 100 * n + 2 * k);
    await lostArchives(lost, at);
    await asOwner(["consents"], () =>
      run(`UPDATE consents SET rev = rev + 1, past = '["x"]', changed_at = ? WHERE id = ?`, at, one),
    );
  }
  const { later } = await agreedOf(env, consentsBound, hers);
  expect(later).toHaveLength(1);
  expect(await tryToComply(id)).toMatchObject(unlike);
  for (const one of hers) expect(await told()).toContain(`consents/${one}`);
  const items = hers.map((one) => ({ id: `consent.${one}`, verdict: "confirmed" }));
  await done(tokens.compliance, id, "items", { items });
  await comply(id);
  expect([await there("consents", hers[0]!), await there("consents", hers[1]!)]).toEqual([false, false]);
});

const narrow = async (id: string, own: Env = env) => {
  const body = { everything: true, narrowed: "that one call", narrowedIn: await fileOn(id, "scan") };
  await done(tokens.compliance, id, "match", body, own);
};
/** A request to erase one recording and no more, which an event quotes, and all of that is archived. */
async function narrowed(name: string) {
  const number = aNumber();
  const hers = await arrive(env, tokens.admin, sample({ number }));
  await says({ text: `${name} rang on it` }, hers);
  await says({ text: `${name} rang otherwise` });
  const id = await request(name, number);
  await upload(id, "scan");
  await narrow(id);
  await archiveMonths(env, Date.now() + 3 * MONTH);
  return { id, hers };
}
const left = (name: string) =>
  Promise.all(["on it", "otherwise"].map((how) => isSaid(`${name} rang ${how}`)));

it.each([SLICE, 7])(
  "what quotes an item goes, also where its archive cannot be read (%d a slice)",
  async (slice) => {
    const name = `Alma Archived${slice}`;
    const { id } = await narrowed(name);
    await done(tokens.compliance, id, "decide", { decision: "comply" }, withoutArchive(env));
    for (let n = 0; n < 100 && (await dueOf(id)); n++) await eraseWords(env, slice);
    expect([await left(name), await dueOf(id)]).toEqual([[false, true], undefined]);
  },
);

it("one whose month a release before archived, and nobody can read, waits for an officer to search and judge again", async () => {
  const { id, hers } = await narrowed("Bess Before");
  // That release kept none of them in the step that archived them.
  await run("DELETE FROM last_bound WHERE row LIKE 'request%'");
  const own = withoutArchive(env);
  const decide = () => act(tokens.compliance, id, "decide", { decision: "comply" }, own);
  expect(await decide()).toMatchObject(unlike);
  await narrow(id, own);
  expect(await decide()).toMatchObject(unlike);
  const items = [{ id: `recording.${hers}`, verdict: "confirmed" }];
  await done(tokens.compliance, id, "items", { items }, own);
  expect(await decide()).toMatchObject({ status: 200 });
  for (let n = 0; n < 3; n++) await eraseWords(env);
  expect(await left("Bess Before")).toEqual([false, true]);
});

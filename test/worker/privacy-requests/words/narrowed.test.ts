/**
 * How much an erasure is of is the requester's to say. Who owns the database can say otherwise in the request's state: no step binds
 * that, and nothing is decided by it, until an officer searches again.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { meetMailed } from "../../../../worker/privacy-requests/letters/mailed.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { asOwner, dump } from "../../helpers.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { lostArchives, noLostArchives, run } from "../../trail/kit.ts";
import { act, done, draft, fileOn, read, tokens, upload, withTeam } from "../kit.ts";
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
  await upload(id, "scan").catch(() => undefined);
  expect(await act(tokens.compliance, id, "match", { windowMinutes: 60, everything: false })).toMatchObject({
    status: expect.toSatisfy((status: number) => status >= 400) as number,
  });
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
  expect(await tryToComply(id)).toMatchObject(unlike);
  await set(id, `decide_by = '${decide_by}'`);
  await comply(id);
});

/** An erasure goes on where a recording of the number is in a lost file, if an officer says so, and its letter says how many nobody finds. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { aTeam } from "../../helpers.ts";
import { act, confirmAll, done, draft, enter, read } from "../../privacy-requests/kit.ts";
import { begin, close, here, ids, LATER, listed, named, numberOf, registered } from "./kit.ts";

const tokens = aTeam();
const officer = () => tokens.compliance;
const NUMBER = numberOf(0);
let bytes: ArrayBuffer;
let key: string;
/** One of the number in a file, which is lost, and one in the database. */
beforeAll(async () => {
  await begin(tokens.admin, 2);
  await close(LATER);
  expect(await here()).toEqual([]);
  [key] = (await named()) as [string];
  bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
  await registered(1, { number: NUMBER });
});
const entered = async () => {
  const id = await enter(officer(), { kind: "erasure", number: NUMBER, email: "x@example.com" });
  await done(officer(), id, "identity", { step: "clear", how: "known to us" });
  return id;
};
const UNFOUND = "We could not erase 1 recording of a call";

it("goes on with the rest, and the letter must say so", async () => {
  await env.ARCHIVE.delete(key);
  const id = await entered();
  expect(await act(officer(), id, "match", { everything: true })).toMatchObject({ code: "archive-broken" });
  expect(await act(officer(), id, "match", { everything: true, unread: true })).toMatchObject({
    status: 200,
  });
  const { items, events } = await read(officer(), id);
  // The call of the other one is found by its log.
  expect(items.map(({ kind }) => kind).toSorted()).toEqual(["call", "recording"]);
  expect(items.map(({ id: item }) => item)).toContain(`recording.${ids[2]}`);
  expect(events.find(({ action }) => action === "search")!.detail).toMatchObject({ unread: 1 });
  await confirmAll(officer(), id);
  await done(officer(), id, "decide", { decision: "comply" });
  const text = await draft(officer(), id, "decision");
  expect(text).toContain(UNFOUND);
  // Of records whose way is erased it says nothing: there are none.
  expect(text).not.toContain("what leads to");
  const send = (text: string) => act(officer(), id, "letters", { kind: "decision", text, how: "post" });
  expect(await send(text.replace(UNFOUND, "We erased"))).toMatchObject({ code: "letter-lacks" });
  // Decided again, it is one still.
  await done(officer(), id, "decide", { decision: "comply" });
  expect(await draft(officer(), id, "decision")).toContain(UNFOUND);
  expect((await send(text)).status).toBe(200);
});

it("a refusal says nothing of it", async () => {
  const id = await entered();
  await done(officer(), id, "match", { everything: true, unread: true });
  const reasons = "It is not their number.";
  await done(officer(), id, "decide", { decision: "deny", ground: "unfounded", reasons });
  expect(await draft(officer(), id, "decision")).not.toContain(UNFOUND);
});

it("once the file is restored, the same number's recording is found", async () => {
  await env.ARCHIVE.put(key, bytes);
  const id = await entered();
  await done(officer(), id, "match", { everything: true });
  expect((await read(officer(), id)).items.map(({ id: item }) => item)).toContain(`recording.${ids[0]}`);
  await confirmAll(officer(), id);
  await done(officer(), id, "decide", { decision: "comply" });
  expect(await draft(officer(), id, "decision")).not.toContain(UNFOUND);
  expect(await listed(officer(), "limit=50")).toHaveLength(1);
});

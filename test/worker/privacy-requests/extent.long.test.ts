/** What an answer covers: all that is held, unless the requester narrowed it; and what is left out of it says so. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { act, called, confirmAll, done, draft, enter, fileOn, officer, read, today, tokens } from "./kit.ts";
import { upload, verified, wav, withTeam } from "./kit.ts";

withTeam();

/** A number with recordings of so many calls, and its request, searched. */
async function shared(calls: number, own: Record<string, unknown> = {}) {
  const { number } = await called(tokens.admin);
  for (let n = 1; n < calls; n++)
    await called(tokens.admin, { number, audio: wav(1), startedAt: `2026-11-0${n}T10:00:00.000Z` });
  const id = await verified(officer, number, own);
  const ids = (await read(officer, id)).items.map((item) => item.id);
  expect(ids).toHaveLength(calls);
  return { id, ids };
}
const rejected = (ids: string[], reason?: string) => ({
  items: ids.map((id) => ({ id, verdict: "rejected" })),
  ...(reason === undefined ? {} : { reason }),
});
const last = async (id: string) => (await read(officer, id)).events.at(-1)!;
const send = (id: string, text: string) =>
  act(officer, id, "letters", { kind: "decision", text, how: "post" });

it("what an officer takes out as not theirs has one reason for all of it, and the letter says how much it is", async () => {
  const { id, ids } = await shared(3);
  expect(await act(officer, id, "items", rejected(ids.slice(1)))).toMatchObject({ status: 422 });
  expect((await read(officer, id)).items.every(({ verdict }) => verdict === "proposed")).toBe(true);
  await done(officer, id, "items", rejected(ids.slice(1), "The line is shared: her mother's calls"));
  expect((await last(id)).detail).toEqual({
    ...{ items: 2, rejected: 2, reason: "The line is shared: her mother's calls" },
  });
  // Said once.
  await done(officer, id, "items", rejected(ids.slice(1)));
  await confirmTheFirst();
  await done(officer, id, "decide", { decision: "comply" });
  await done(officer, id, "export");
  const drafted = await draft(officer, id, "decision");
  expect(drafted).toContain("2 items under the number that are about someone else");
  expect(drafted).not.toContain("mother");
  expect(await send(id, "Here is your copy.")).toMatchObject({ code: "letter-lacks" });
  expect(await send(id, drafted.replace("2 items", "1 items"))).toMatchObject({ code: "letter-lacks" });
  expect((await send(id, drafted)).status).toBe(200);

  async function confirmTheFirst() {
    await done(officer, id, "items", { items: [{ id: ids[0], verdict: "confirmed" }] });
  }
});

it("nothing is taken out after the letter, which would not say so", async () => {
  const { id, ids } = await shared(2);
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  await done(officer, id, "export");
  const drafted = await draft(officer, id, "decision");
  expect(drafted).not.toContain("someone else");
  expect((await send(id, drafted)).status).toBe(200);
  const out = rejected(ids.slice(1), "her mother's");
  expect(await act(officer, id, "items", out)).toMatchObject({ code: "request-not-now" });
  // A further decision owes a further letter.
  await done(officer, id, "decide", { decision: "comply" });
  await done(officer, id, "items", out);
  await done(officer, id, "export");
  expect(await send(id, drafted)).toMatchObject({ code: "letter-lacks" });
});

it("an erasure's letter says what was left as it is about someone else", async () => {
  const { id, ids } = await shared(2, { kind: "erasure" });
  await done(officer, id, "items", rejected(ids.slice(1), "her mother's"));
  await confirmAllOf(ids[0]!);
  await done(officer, id, "decide", { decision: "comply" });
  const drafted = await draft(officer, id, "decision");
  expect(drafted).toContain("1 item under the number that is about someone else, and have not erased it");
  expect(await send(id, "Erased.")).toMatchObject({ code: "letter-lacks" });

  async function confirmAllOf(item: string) {
    await done(officer, id, "items", { items: [{ id: item, verdict: "confirmed" }] });
  }
});

it("a later search of everything ends the narrowing, on the page and in the letter", async () => {
  const { id } = await shared(2);
  await upload(id, "scan");
  const said = "only that call";
  await done(officer, id, "match", { date: today(), narrowed: said, narrowedIn: await fileOn(id, "scan") });
  expect((await read(officer, id)).request.narrowed).toBe(said);
  await done(officer, id, "match", { everything: true });
  expect((await read(officer, id)).request.narrowed).toBeNull();
  expect((await last(id)).detail).toMatchObject({ from: "", widened: said });
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  await done(officer, id, "export");
  const drafted = await draft(officer, id, "decision");
  expect(drafted).not.toContain("not of all that we hold");
  expect((await send(id, drafted)).status).toBe(200);
});

it("one letter of the requester's words is not the sentence that the answer owes", async () => {
  const { id } = await shared(1);
  await upload(id, "scan");
  await done(officer, id, "match", { date: today(), narrowed: "a", narrowedIn: await fileOn(id, "scan") });
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  await done(officer, id, "export");
  expect(await send(id, "Here is a copy.")).toMatchObject({ code: "letter-lacks" });
  expect((await send(id, await draft(officer, id, "decision"))).status).toBe(200);
});

it("access is not narrowed by saying that not everything is searched", async () => {
  const { number } = await called(tokens.admin);
  const id = await enter(officer, { number, callDate: "2026-01-01" });
  expect(await act(officer, id, "match", { everything: false })).toMatchObject({ status: 422 });
});

/** A number with recordings of two calls, and its request of erasure, as it comes in. */
async function erasure() {
  const { number } = await called(tokens.admin);
  await called(tokens.admin, { number, startedAt: "2026-11-01T10:00:00.000Z" });
  const id = await enter(officer, { number, kind: "erasure" });
  await done(officer, id, "identity", { step: "clear", how: "wrote from the address on file" });
  return id;
}

it("an erasure is not narrowed by an officer alone, by whatever way", async () => {
  const id = await erasure();
  for (const own of [{ date: today() }, { windowMinutes: 60 }, { everything: false }])
    expect(await act(officer, id, "match", own), JSON.stringify(own)).toMatchObject({ status: 422 });
  const unproved = { date: today(), narrowed: "only that call", narrowedIn: "none" };
  expect(await act(officer, id, "match", unproved)).toMatchObject({ code: "narrowing-unproved" });
  await done(officer, id, "match");
  expect((await read(officer, id)).items).toHaveLength(2);
});

it("an erasure that its requester narrowed says so in the letter, in their words, until all is searched", async () => {
  const id = await erasure();
  await upload(id, "scan");
  const said = "please erase that one call";
  await done(officer, id, "match", { date: today(), narrowed: said, narrowedIn: await fileOn(id, "scan") });
  expect((await read(officer, id)).items).toHaveLength(1);
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  const drafted = await draft(officer, id, "decision");
  expect(drafted).toContain(`as you asked for less, in these words: “${said}”`);
  expect(drafted).not.toContain("We have erased your data.");
  expect(drafted).not.toContain("copy");
  expect(await send(id, "We have erased your data.")).toMatchObject({ code: "letter-lacks" });
  await done(officer, id, "match");
  expect((await read(officer, id)).request.narrowed).toBeNull();
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  const again = await draft(officer, id, "decision");
  expect(again).toContain("We have erased your data.");
  expect(again).not.toContain("you asked for less");
  expect((await send(id, again)).status).toBe(200);
});

it("an erasure that an officer narrowed before the upgrade waits for a search of everything, and for no more", async () => {
  const id = await erasure();
  await done(officer, id, "match");
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  const set = env.DB.prepare(
    `UPDATE request_events SET detail = '{"from":"2026-11-20","to":"2026-11-21","numbers":1}'
     WHERE request = ? AND action = 'search'`,
  );
  await set.bind(id).run();
  expect(await act(officer, id, "decide", { decision: "comply" })).toMatchObject({ code: "request-wants" });
  expect(await send(id, await draft(officer, id, "decision"))).toMatchObject({ code: "request-wants" });
  await done(officer, id, "match");
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  expect((await send(id, await draft(officer, id, "decision"))).status).toBe(200);
});

/** Names of other people in a requester's copy: what an officer may take out, and what is shown of it before (UK GDPR art 15(4)). */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { NamesAnswer } from "../../../../shared/privacy-requests/api-names.ts";
import { call, setPolicy } from "../../helpers.ts";
import { act, called, done, enter, officer, read, tokens, verified, withTeam } from "../kit.ts";
import { copied } from "./zip.ts";

withTeam();

/** Entries of these words on a number, all of them the requester's. */
async function confirmed(number: string, ...reasons: string[]): Promise<string> {
  for (const [i, reason] of reasons.entries()) {
    // A number has one live entry of each kind.
    const body = { number, reason, source: "call", ...(i > 0 && { kind: "house" }) };
    expect((await call("POST", "/v1/suppressions", { token: tokens.agent, body })).status).toBe(201);
  }
  const id = await verified(officer, number);
  const { items } = await read(officer, id);
  expect(items.length).toBeGreaterThan(0);
  await done(officer, id, "items", { items: items.map((one) => ({ id: one.id, verdict: "confirmed" })) });
  return id;
}
const names = async (id: string, ...others: string[]) => {
  const { status, data } = await call("POST", `/v1/requests/${id}/names`, {
    token: officer,
    body: { others },
  });
  expect(status, JSON.stringify(data)).toBe(200);
  return (data as NamesAnswer).names;
};
const note = (id: string, ...others: string[]) => act(officer, id, "note", { text: "as they told", others });

describe("names of other people", () => {
  it("are counted before they are taken out, also before the decision", async () => {
    const id = await confirmed("+442079463101", "Max Roe's wife; Max Roe owes her. Monday is better");
    const [max, monday] = await names(id, "Max Roe", "Monday");
    expect(max).toMatchObject({ name: "Max Roe", refused: null });
    expect(max!.places).toBeGreaterThanOrEqual(2);
    expect(monday!.places).toBeGreaterThanOrEqual(1);
    expect((await note(id, "Max Roe")).status).toBe(200);
    // The list of the note is no place.
    expect(await names(id, "Max Roe")).toEqual([max]);
    await done(officer, id, "decide", { decision: "comply" });
    const { text } = await copied(id);
    expect(text).not.toContain("Max Roe");
    expect(text).toContain("Monday is better");
  });

  it("are refused where nothing would be left, where they are nowhere, or are the requester's or the company's own", async () => {
    await setPolicy(({ identity }) => ({
      identity: { ...identity, company: "Acme Sales", tradingNames: ["Acme"] },
    }));
    const id = await confirmed("+442079463102", "Yes", "Acme Sales rang. Yes, Dora knows");
    const found = await names(id, "Yes", "Acme", "Acme Sales", "Dora", "Data Dora", "Nobody Here");
    expect(found.map(({ name, refused }) => [name, refused])).toEqual([
      ["Yes", "empties"],
      ["Acme", "company"],
      ["Acme Sales", "company"],
      ["Dora", "own"],
      ["Data Dora", "own"],
      ["Nobody Here", "absent"],
    ]);
    expect(found[0]!.places).toBeGreaterThanOrEqual(2);
    for (const { name } of found) expect((await note(id, name)).status, name).toBe(422);
    const { events } = await read(officer, id);
    expect(events.filter(({ action }) => action === "note")).toEqual([]);
  });

  it("are phrases of four words at most, and only officers look for them, on the trail", async () => {
    const id = await confirmed("+442079463103", "Anna Maria Lopez Garcia Perez rang");
    for (const wrong of ["Anna Maria Lopez Garcia Perez", "anna", "A"])
      expect((await note(id, wrong)).status, wrong).toBe(422);
    expect((await note(id, "Lopez Garcia Perez")).status).toBe(200);
    const asked = { token: tokens.manager, body: { others: ["Lopez"] } };
    expect((await call("POST", `/v1/requests/${id}/names`, asked)).status).toBe(403);
    const opened = "SELECT COUNT(*) AS n FROM audit WHERE code = 'opened.request' AND subject = ?";
    const before = await env.DB.prepare(opened).bind(id).first<number>("n");
    await names(id, "Lopez");
    expect(await env.DB.prepare(opened).bind(id).first<number>("n")).toBe(before! + 1);
  });

  it("of a request that is found to be theirs, too, stay", async () => {
    const number = "+442079463104";
    const id = await confirmed(number, "Dora Marr is what she is called now");
    expect((await note(id, "Dora Marr")).status).toBe(200);
    const other = await enter(officer, { number, kind: "complaint", name: "Dora Marr", proved: false });
    const { request } = await read(officer, other);
    // Also while it is said.
    const said = { text: "she married", same: [request.reference] };
    expect((await act(officer, id, "note", { ...said, others: ["Dora Marr"] })).status).toBe(422);
    await done(officer, id, "note", { ...said, others: [] });
    expect(await names(id, "Dora Marr", "Marr")).toMatchObject([{ refused: "own" }, { refused: "own" }]);
    await done(officer, id, "decide", { decision: "comply" });
    expect((await copied(id)).text).toContain("Dora Marr is what she is called now");
  });

  it("stay out whatever the requester calls themselves in another request", async () => {
    const number = "+442079463106";
    const id = await confirmed(number, "Jane Roe told us of him");
    expect((await note(id, "Jane Roe")).status).toBe(200);
    const second = await enter(officer, { number, name: "Jane Roe", proved: false });
    const proved = "UPDATE requests SET proved_at = at, rev = rev + 1 WHERE id IN (?, ?)";
    await env.DB.prepare(proved).bind(id, second).run();
    expect(await names(id, "Jane Roe")).toMatchObject([{ refused: null }]);
    await done(officer, id, "decide", { decision: "comply" });
    expect((await copied(id)).text).not.toContain("Jane Roe told us");
  });

  it("are taken out though the requester has the same, where an officer says so twice", async () => {
    const id = await confirmed("+442079463107", "the other Dora rang");
    expect((await note(id, "Dora")).status).toBe(422);
    const body = { text: "her daughter's", others: ["Dora"], anyway: true };
    await done(officer, id, "note", body);
    const { events } = await read(officer, id);
    expect(events.findLast(({ action }) => action === "note")!.detail).toMatchObject(body);
    await done(officer, id, "decide", { decision: "comply" });
    expect((await copied(id)).text).not.toContain("the other Dora");
  });

  it("which says nothing of a name that is nowhere, or all of a text", async () => {
    const id = await confirmed("+442079463109", "Dora", "the other Dora rang");
    const said = { text: "her daughter's", anyway: true };
    for (const [name, why] of [
      ["Data", "It is nowhere in the copy"],
      ["Dora", "a text is this word alone"],
    ] as const) {
      const refused = await act(officer, id, "note", { ...said, others: [name] });
      expect(refused.status, name).toBe(422);
      expect(refused.why, name).toContain(why);
    }
  });

  it("are taken out of what staff wrote of a recording, as are other numbers", async () => {
    const { number, recording } = await called(tokens.admin);
    await env.DB.prepare(
      "UPDATE recordings SET why = 'Max Roe on +442079460999 wants it gone, ask max@example.com' WHERE id = ?",
    )
      .bind(recording)
      .run();
    const id = await verified(officer, number);
    const { items } = await read(officer, id);
    await done(officer, id, "items", { items: items.map((one) => ({ id: one.id, verdict: "confirmed" })) });
    await done(officer, id, "decide", { decision: "comply" });
    await done(officer, id, "note", { text: "her neighbour", others: ["Max Roe"] });
    const { data } = await copied(id);
    expect(data["recordings"]).toMatchObject([
      { why: "[another person] on [another number] wants it gone, ask [an e-mail address]" },
    ]);
  });

  it("may be all of a text where they are of two words, or two in one text", async () => {
    const id = await confirmed("+442079463108", "Max Roe", "Anna, Otto");
    expect((await names(id, "Max Roe", "Anna", "Otto")).map(({ refused }) => refused)).toEqual([
      null,
      null,
      null,
    ]);
    expect((await note(id, "Max Roe", "Anna", "Otto")).status).toBe(200);
    await done(officer, id, "decide", { decision: "comply" });
    const { text } = await copied(id);
    for (const name of ["Max Roe", "Anna", "Otto"]) expect(text, name).not.toContain(name);
  });
});

it("what this search found to be theirs is in the copy, whatever an earlier request's officer said", async () => {
  const number = "+442079463105";
  const earlier = await confirmed(number, "he wants no calls");
  const { items } = await read(officer, earlier);
  await done(officer, earlier, "items", {
    items: items.map(({ id }) => ({ id, verdict: "rejected" })),
    reason: "a slip",
  });
  const id = await verified(officer, number);
  const found = (await read(officer, id)).items;
  await done(officer, id, "items", { items: found.map((one) => ({ id: one.id, verdict: "confirmed" })) });
  await done(officer, id, "decide", { decision: "comply" });
  const { data } = await copied(id);
  expect(data["suppressions"]).toMatchObject([{ reason: "he wants no calls" }]);
  const trail = JSON.stringify(data["trail"]);
  expect(trail).toContain("he wants no calls");
});

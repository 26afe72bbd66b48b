/** What a complied erasure leaves of the requester in other people's records: its letter says how much, by what it was looked for, and why it stays. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { lookElsewhere, namerOf } from "../../../../worker/privacy-requests/letters/named.ts";
import { asOwner, call, dump } from "../../helpers.ts";
import { deepOf, run } from "../../trail/kit.ts";
import { confirmAll, done, draft, enter, tokens, withTeam } from "../kit.ts";

withTeam();
const OTHER = "+442079460001";
const NUMBER = "+442079460958";
/** On other people's numbers. */
const entry = async (reason: string, number = OTHER, kind = "house") => {
  const { status, data } = await call("POST", "/v1/suppressions", {
    ...{ token: tokens.manager, headers: { "idempotency-key": crypto.randomUUID() } },
    body: { number, kind, reason },
  });
  expect(status, JSON.stringify(data)).toBeLessThan(300);
};
const erased = async (who: object, decision: object = { decision: "comply" }) => {
  const id = await enter(tokens.compliance, { kind: "erasure", number: NUMBER, ...who });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, id, "match", { everything: true });
  await confirmAll(tokens.compliance, id);
  await done(tokens.compliance, id, "decide", decision);
  return id;
};
const letter = (id: string) => draft(tokens.compliance, id, "decision");
const lookThrough = async () => {
  for (let n = 0; n < 20; n++) await lookElsewhere(env, { page: 2, pages: 2 });
};

it("finds whole words in any case, in whatever space, and no name within another", () => {
  const names = namerOf({ name: "Ann Lee", email: "ann@example.com", ends: ["079460958"] });
  for (const text of ["ann  LEE rang", "(Ann Lee)", "Ann\nLee", "by ann@example.com", "020 7946-0958 too"])
    expect(names(text), text).toBe(true);
  for (const text of ["Joann Leeson", "Maryann Leehurst", "Ann, not Lee", "Annlee", "joann@example.com", ""])
    expect(names(text), text).toBe(false);
  expect(namerOf({ name: "Łukasz Żak", email: null, ends: [] })("łukasz żak".normalize("NFD"))).toBe(true);
});

it("the letter gives how many of other people's records name them, by what and when; before that, that some may", async () => {
  for (const reason of [
    "Zelda Quimby, her daughter, asked",
    "ZELDA  QUIMBY asked again",
    "Zelda Quimbys of all towns",
  ])
    await entry(reason, `+44207946000${reason.length % 9}`);
  // On their own number it goes with the erasure.
  await entry("Zelda Quimby wants none", NUMBER);
  const party = { number: OTHER, party: "company", detail: "says z.quimby@example.com" };
  expect((await call("POST", "/v1/parties", { token: tokens.compliance, body: party })).status).toBe(201);
  const [person] = (await dump("people")) as { id: string }[];
  const agent = { agent: "Zelda Quimby", person: person!.id };
  expect((await call("PUT", "/v1/calls/agents", { token: tokens.manager, body: agent })).status).toBe(200);
  const before = await dump("suppressions");

  const id = await erased({ name: "Zelda Quimby", email: "z.quimby@example.com" });
  expect(await letter(id)).toContain("Our records of other people may name you");
  await lookThrough();
  const text = await letter(id);
  expect(text).toContain("your name, “Zelda Quimby”, your e-mail address or the end of your number");
  expect(text).toContain("4 of these records have it.");
  expect(text).not.toContain("may name you, too");
  // Nothing of them was changed, and nothing of what was looked for is kept twice.
  const theirs = (rows: unknown[]) =>
    (rows as { number: number }[]).filter((row) => row.number !== 442079460958);
  expect(theirs(await dump("suppressions"))).toEqual(theirs(before));
  expect(JSON.stringify(await dump("request_named"))).not.toContain("Zelda");
  expect((await deepOf(["request_named"])).found).toEqual([]);
});

it("a name of one word is not looked for, and the letter says so; one that is not found is said to be", async () => {
  const single = await erased({ name: "Quimby", email: "q@example.com" });
  const other = await erased({ name: "Nora Nowhere", email: "nora@example.com" });
  await lookThrough();
  expect(await letter(single)).toContain("We did not look for your name, as a single word may be anybody's.");
  const text = await letter(other);
  expect(text).toContain("Nothing there has it.");
  expect(text).toContain("We did not look in what was noted of single calls with other people");
});

it("a number that somebody has altered in the database is in no letter, and is named", async () => {
  await entry("Tess Tampered asked", "+442079460003");
  const id = await erased({ name: "Tess Tampered", email: "tess@example.com" });
  await lookThrough();
  expect(await letter(id)).toContain("1 of these records has it.");
  await asOwner(["request_named"], () => run("UPDATE request_named SET found = '{}' WHERE request = ?", id));
  expect(await letter(id)).toContain("Our records of other people may name you");
  expect((await deepOf(["request_named"])).found.join()).toContain(`request_named ${id}: altered`);
});

it("a letter that refuses all says nothing of it", async () => {
  const id = await erased(
    { name: "Rita Refused" },
    { decision: "deny", ground: "unfounded", reasons: "We do not know them." },
  );
  expect(await letter(id)).not.toContain("records of other people");
});

/** What a complied erasure leaves of the requester in other people's records: its letter says how much, by what it was looked for, and why it stays. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { eraseWords } from "../../../../worker/privacy-requests/words/erase.ts";
import { lookElsewhere } from "../../../../worker/privacy-requests/letters/named.ts";
import { namerOf } from "../../../../worker/privacy-requests/words/namer.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { asOwner, call, dump, racing } from "../../helpers.ts";
import { arrive, sample } from "../../recordings/kit.ts";
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
  await eraseWords(env);
  for (let n = 0; n < 20; n++) await lookElsewhere(env, { page: 2, pages: 2 });
};

it("finds whole words in any case, in whatever space, and no name within another", () => {
  const names = namerOf({ name: "Ann Lee", email: "ann@example.com", ends: ["079460958"] });
  for (const text of [
    "ann  LEE rang",
    "(Ann Lee)",
    "Ann\nLee",
    "by ann@example.com",
    "020 7946-0958 too",
    "Ann Lee's",
  ])
    expect(names(text), text).toBe(true);
  const others = ["Joann Leeson", "Maryann Leehurst", "Ann, not Lee", "Annlee", "joann@example.com", ""];
  for (const text of [
    ...others,
    ...["jo.ann@example.com", "x-ann@example.com", "ann@example.com.au", "Mary-Ann Lee", "Ann Lee-Jones"],
  ])
    expect(names(text), text).toBe(false);
  expect(namerOf({ name: "Mary O'Neill", email: null, ends: [] })("by Mary O’Neill")).toBe(true);
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
  expect(text).toContain("Nothing there has it in this spelling.");
  expect(text).toContain("We looked nowhere else: not in what was noted of single calls with other people");
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

/** What of these tables is no free text: ids, codes of lists that the database checks, moments, and what binds the row. */
const codes: Record<string, string> = {
  suppressions: "id kind until by at ended_at ended_by scope origin heard_at erased",
  consents:
    "id basis given_at until by at withdrawn_at kind calls medium day state reviewed_by reviewed_at done_at keep_until giver",
  parties: "id party source by at ended_at ended_by",
  recording_holds: "id recording review_on by at released_at released_by",
  call_agents: "id person by at",
};

it("looks in each text of the records that the letter names", async () => {
  await entry("of another", "+442079460021");
  const consent = {
    ...{ number: OTHER, basis: "consent", givenBy: "Otto Other", givenAt: new Date().toISOString() },
    evidence: "said so",
  };
  expect((await call("POST", "/v1/consents", { token: tokens.agent, body: consent })).status).toBe(201);
  const recording = await arrive(env, tokens.admin, sample({ number: OTHER }));
  await run(
    "INSERT INTO recording_holds (id, recording, reason, review_on, by, at) VALUES ('h1', ?, 'x', '2099-01-01', 'p', '2026-01-01')",
    recording,
  );
  const names: Record<string, string> = {};
  const numbers = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];
  for (const [table, few] of Object.entries(codes)) {
    const { results } = await env.DB.prepare(
      "SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT' AND name NOT IN ('changed_at', 'past')",
    )
      .bind(table)
      .all<{ name: string }>();
    const texts = results.map(({ name }) => name).filter((name) => !few.split(" ").includes(name));
    for (const [n, column] of texts.entries()) {
      names[`${table}.${column}`] = `Vera ${table} ${numbers[n]!}`;
      await asOwner([table], () =>
        run(
          `UPDATE ${table} SET ${column} = ? WHERE rowid = (SELECT MAX(rowid) FROM ${table})`,
          `as Vera ${table} ${numbers[n]!} said`,
        ),
      );
    }
  }
  const missed: string[] = [];
  for (const [place, name] of Object.entries(names)) {
    const id = await erased({ name, email: "vera@example.com", number: "+442079460999" });
    await lookThrough();
    if (!(await letter(id)).includes("1 of these records has it.")) missed.push(place);
  }
  expect([Object.keys(names).length, missed]).toEqual([15, []]);
});

it("of several that wait all are looked for, past rows that somebody altered or moved far away; officers are told", async () => {
  await entry("Rosa Rowid asked", "+442079460031");
  await asOwner(["suppressions"], () =>
    run("UPDATE suppressions SET rowid = 4000000000000 WHERE reason = 'Rosa Rowid asked'"),
  );
  const all = [await erased({ name: "Alfa Altered" })];
  for (const name of ["Rosa Rowid", "Lars Later", "Mona Later"]) all.push(await erased({ name }));
  await eraseWords(env);
  await run("UPDATE request_named SET found = '{\"a\":1}' WHERE request = ?", all[0]!);
  await lookElsewhere(env);
  const done = ((await dump("request_named")) as { request: string; done_at: string | null }[]).filter(
    ({ request, done_at }) => all.includes(request) && done_at !== null,
  );
  expect(done).toHaveLength(3);
  expect(await letter(all[1]!)).toContain("1 of these records has it.");
  expect(JSON.stringify(await dump("kept_back"))).toContain(`request_named/${all[0]!}`);
});

it("is looked for once the request's own words are out, and once more where it is decided again meanwhile", async () => {
  await adopt(env);
  const id = await erased({ name: "Karl Konflikt" });
  await lookElsewhere(env);
  expect(await letter(id)).toContain("Our records of other people may name you");
  await eraseWords(env);
  const race = racing(() => done(tokens.compliance, id, "decide", { decision: "comply" }));
  await lookElsewhere(race.env);
  expect(race.isOver()).toBe(true);
  await lookThrough();
  expect(await letter(id)).toContain("Nothing there has it in this spelling.");
});

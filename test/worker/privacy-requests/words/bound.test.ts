/**
 * Which words an erasure takes out of what quotes them is an officer's decision. Who owns the database can have the Worker take out no
 * other words, and none of a request that nobody decided; and what they keep it from taking out is named.
 */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { record } from "../../../../worker/core/commit.ts";
import { changeBound, statesOf } from "../../../../worker/core/states.ts";
import { wordsBound } from "../../../../worker/privacy-requests/bound.ts";
import { eraseWords } from "../../../../worker/privacy-requests/words/erase.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { asOwner, dump, MONTH, racing } from "../../helpers.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { deepOf, namesColumn, run } from "../../trail/kit.ts";
import { act, confirmAll, done, enter, tokens, withTeam } from "../kit.ts";

withTeam();
beforeAll(() => adopt(env));
// A mail about such rows goes once an hour.
beforeEach(() => run("DELETE FROM outbox"));

/** Something that an event says, as evidence of whatever. */
const says = (text: string) =>
  record(env, {
    ...{ actor: "system", statements: [] },
    event: { code: "test.said", subject: "", payload: { text } },
  });
const isSaid = async (text: string) => JSON.stringify(await dump("audit_payload")).includes(text);
let n = 0;
const request = async (name: string, number = `+4420794605${String(++n).padStart(2, "0")}`) => {
  const email = `${name.split(" ")[0]!.toLowerCase()}@example.com`;
  const id = await enter(tokens.compliance, { kind: "erasure", name, email, number });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, id, "match", { everything: true });
  await confirmAll(tokens.compliance, id);
  return id;
};
const decide = (id: string) => done(tokens.compliance, id, "decide", { decision: "comply" });
interface Due {
  job: string;
  request: string;
}
const dueOf = async (id: string) =>
  ((await dump("words_due")) as Due[]).find(({ request: of }) => of === id)!;
const job = async () => {
  for (let run = 0; run < 3; run++) await eraseWords(env);
};
const named = async (key: string) => [
  ...new Set((await deepOf(["words_due"])).found.filter((one) => one.includes(key))),
];
const told = async () =>
  JSON.stringify(
    ((await dump("outbox")) as { template: string; vals: string }[]).flatMap(({ template, vals }) =>
      template === "rows-unlike" ? [vals] : [],
    ),
  );
const ends = async (id: string) =>
  env.DB.prepare("SELECT COUNT(*) AS n FROM audit WHERE code = 'request.words-erased' AND subject = ?")
    .bind(id)
    .first<number>("n");

it("a row that somebody puts there takes no words, of no request and of one that is not decided; others go on", async () => {
  await says("Otto wants no more calls");
  const open = await request("Olga Open");
  for (const of of ["nosuch", open])
    await run(
      `INSERT INTO words_due (request, whole, words, gone, after, until)
       SELECT ?, 1, '["wants no more calls"]', '[]', 0, MAX(seq) FROM audit`,
      of,
    );
  const real = await request("Rita Real");
  await says("Rita Real rang");
  await decide(real);
  await job();
  expect([await isSaid("Rita Real rang"), await isSaid("Otto wants no more calls")]).toEqual([false, true]);
  expect([await ends("nosuch"), await ends(open), await ends(real)]).toEqual([0, 0, 1]);
  for (const { job: id } of (await dump("words_due")) as Due[]) {
    expect(await named(id)).toEqual([`words_due ${id}: extra`]);
    expect(await told()).toContain(`words_due/${id}`);
  }
  expect(await dump("words_due")).toHaveLength(2);
  // Nor where it says that it was bound, as another's.
  await decide(await request("Rolf Real"));
  const [seeds] = (await dump("words_due")).slice(-1) as Record<string, string>[];
  await run(
    `UPDATE words_due SET (rev, past, salt_high, salt_low, code) =
       (SELECT rev, past, salt_high, salt_low, code FROM words_due WHERE job = ?) WHERE request = 'nosuch'`,
    seeds!["job"]!,
  );
  await job();
  expect(await isSaid("Otto wants no more calls")).toBe(true);
  await run("DELETE FROM words_due");
});

it.each([
  ["words", `'["claims us"]'`],
  ["after", "until"],
  ["gone", `'["claims"]'`],
])("with %s altered it takes none and is named, until an officer decides once more", async (column, to) => {
  const text = `Ada Altered (${column}) claims us`;
  const id = await request("Ada Altered");
  await says(text);
  await says(`somebody else claims us (${column})`);
  await decide(id);
  const due = await dueOf(id);
  await run(`UPDATE words_due SET ${column} = ${to} WHERE job = ?`, due.job);
  await job();
  expect([await isSaid(text), await ends(id), (await dueOf(id)).job]).toEqual([true, 0, due.job]);
  expect(await named(due.job)).toEqual([namesColumn(`words_due ${due.job}`, column)]);
  expect(await told()).toContain(`words_due/${due.job}`);
  await decide(id);
  await job();
  expect([await isSaid(text), await isSaid(`somebody else claims us (${column})`)]).toEqual([false, true]);
  expect(await dueOf(id)).toBeUndefined();
});

it("one that somebody takes away before its end is named, and so is one that they put back after it", async () => {
  const id = await request("Gus Gone");
  await decide(id);
  const due = await dueOf(id);
  await run("CREATE TABLE words_aside AS SELECT * FROM words_due WHERE job = ?", due.job);
  await run("DELETE FROM words_due WHERE job = ?", due.job);
  expect(await named(due.job)).toEqual([`words_due ${due.job}: missing`]);
  await run("INSERT INTO words_due SELECT * FROM words_aside");
  expect(await named(due.job)).toEqual([]);
  await job();
  expect([await dueOf(id), await named(due.job), await ends(id)]).toEqual([undefined, [], 1]);

  await run("INSERT INTO words_due SELECT * FROM words_aside");
  await run("DROP TABLE words_aside");
  await says("Gus Gone is a witness");
  await job();
  expect([await isSaid("Gus Gone is a witness"), await ends(id)]).toEqual([true, 1]);
  expect(await named(due.job)).not.toEqual([]);
  expect(await told()).toContain(`words_due/${due.job}`);
  await run("DELETE FROM words_due");
});

it("a second decision while it goes on starts it again, for both, and it ends once", async () => {
  const id = await request("Tina Twice");
  await decide(id);
  for (const text of ["Tina Twice rang", "and rang", "and rang again"]) await says(text);
  const due = await dueOf(id);
  await eraseWords(env, 1);
  const again = await act(tokens.compliance, id, "decide", { decision: "comply" });
  expect(again.status, JSON.stringify(again)).toBe(200);
  expect((await dueOf(id)).job).toBe(due.job);
  await job();
  expect([await dueOf(id), await isSaid("Tina Twice rang"), await named(due.job)]).toEqual([
    undefined,
    false,
    [],
  ]);
});

it("one whose job ends while it is decided again is decided all the same, and what is quoted since goes", async () => {
  const id = await request("Eva Ends");
  await decide(id);
  const first = await dueOf(id);
  const race = racing(async () => {
    await job();
    await says("Eva Ends rang");
  });
  await done(tokens.compliance, id, "decide", { decision: "comply" }, race.env);
  expect([race.isOver(), (await dueOf(id)).job === first.job]).toEqual([true, false]);
  await job();
  expect([await dueOf(id), await isSaid("Eva Ends rang")]).toEqual([undefined, false]);
  expect((await deepOf(["words_due"])).found).toEqual([]);
});

/** An erasure of one of two recordings, as the other one is refused; an event is about that one. */
const refusedOne = async (name: string, number: string) => {
  const kept = await arrive(env, tokens.admin, sample({ number }));
  await arrive(env, tokens.admin, sample({ number, startedAt: "2026-10-02T10:00:00.000Z" }));
  const id = await request(name, number);
  await says(`${name} claims damages on ${kept}`);
  const deny = [{ id: `recording.${kept}`, ground: "protection", reasons: "A claim." }];
  await done(tokens.compliance, id, "decide", { decision: "partial", deny });
  return { id, kept };
};

it("what quotes a refused item stays, also where somebody alters that item until the job is over", async () => {
  const { id, kept } = await refusedOne("Ida Item", "+442079460777");
  const decided = (decision: string) =>
    asOwner(["request_items"], () =>
      run("UPDATE request_items SET decision = ? WHERE request = ? AND ref = ?", decision, id, kept),
    );
  await decided("comply");
  await job();
  await decided("deny");
  expect([await isSaid("Ida Item claims damages"), await dueOf(id)]).toEqual([true, undefined]);
});

it("an item that somebody puts there, until the job is over, keeps no words", async () => {
  const id = await request("Kay Keeps");
  await says("Kay Keeps rang T22c");
  await decide(id);
  await asOwner(["request_items"], () =>
    run("INSERT INTO request_items (request, kind, ref, verdict) VALUES (?, 'dial', 'T22c', 'rejected')", id),
  );
  await job();
  await asOwner(["request_items"], () => run("DELETE FROM request_items WHERE ref = 'T22c'"));
  expect([await isSaid("Kay Keeps rang T22c"), await dueOf(id)]).toEqual([false, undefined]);
});

it("goes by the very row that was compared, whatever somebody makes of it after that", async () => {
  await says("Otto minds no calls");
  const id = await request("Paul Plain");
  await says("Paul Plain rang");
  await decide(id);
  const due = await dueOf(id);
  await run(
    `INSERT INTO words_due (request, whole, words, gone, after, until, at)
     VALUES ('nosuch', 1, '["x"]', '[]', 0, 1, '2020-01-01T00:00:00.000Z')`,
  );
  await run(
    `CREATE TRIGGER evil AFTER INSERT ON kept_back BEGIN
       UPDATE words_due SET words = '["minds no calls"]' WHERE job = '${due.job}'; END`,
  );
  await job();
  await run("DROP TRIGGER evil");
  await run("DELETE FROM words_due WHERE request = 'nosuch'");
  expect([await isSaid("Otto minds no calls"), await isSaid("Paul Plain rang")]).toEqual([true, false]);
});

it("one that is put back takes nothing, but an officer who decides once more has their words go", async () => {
  const id = await request("Bea Back");
  await decide(id);
  const due = await dueOf(id);
  await run("CREATE TABLE words_aside AS SELECT * FROM words_due WHERE job = ?", due.job);
  await job();
  await run("INSERT INTO words_due SELECT * FROM words_aside");
  await run("DROP TABLE words_aside");
  await says("Bea Back rang");
  await job();
  expect(await isSaid("Bea Back rang")).toBe(true);
  await decide(id);
  await job();
  expect([await isSaid("Bea Back rang"), await dueOf(id), await named(due.job)]).toEqual([
    false,
    undefined,
    [],
  ]);
});

it("what is written after the decision stays, however long the job waits", async () => {
  const id = await request("Greta Gap");
  await says("Greta Gap rang");
  await decide(id);
  await says("Greta Gap rang since and objects");
  await job();
  expect([await isSaid('Greta Gap rang\\"'), await isSaid("Greta Gap rang since"), await dueOf(id)]).toEqual([
    false,
    true,
    undefined,
  ]);
});

it("one whose end is refused again and again lets others go on, and the job is said to have failed", async () => {
  const [stuck, other] = [await request("Sid Stuck"), await request("Nell Next")];
  await says("Sid Stuck and Nell Next rang");
  await decide(stuck);
  await decide(other);
  await run(
    `CREATE TRIGGER evil BEFORE DELETE ON words_due WHEN OLD.request = '${stuck}' BEGIN
       SELECT RAISE(ABORT, 'NOT NULL constraint failed: words_due.rev'); END`,
  );
  await expect(eraseWords(env)).rejects.toThrow();
  await run("DROP TRIGGER evil");
  expect([(await dueOf(stuck)) === undefined, await dueOf(other)]).toEqual([false, undefined]);
  await job();
  expect(await dueOf(stuck)).toBeUndefined();
});

it("one that is put back once its month is archived takes nothing, also where its end is in no table", async () => {
  const id = await request("Olda Archived");
  await decide(id);
  const due = await dueOf(id);
  await run("CREATE TABLE words_aside AS SELECT * FROM words_due WHERE job = ?", due.job);
  await job();
  await archiveMonths(env, Date.now() + 3 * MONTH);
  await adopt(env);
  await says("Olda Archived objects to all calls");
  await run("INSERT INTO words_due SELECT * FROM words_aside");
  await run("DROP TABLE words_aside");
  await asOwner(["erased"], () => run("DELETE FROM erased WHERE row = ?", `words_due/${due.job}`));
  await job();
  expect([await isSaid("Olda Archived objects"), (await dueOf(id)).job]).toEqual([true, due.job]);
  expect(await told()).toContain(`words_due/${due.job}`);
  await run("DELETE FROM words_due");
});

it("one that a Worker of before bound, by single words too, goes on, and by no single word", async () => {
  const id = await request("House");
  await says("House rules (of all)");
  await says(`+44 20 7946 05${String(n).padStart(2, "0")} rang (theirs)`);
  await decide(id);
  const { few: _, ...before } = wordsBound;
  const [due] = await statesOf(env.DB, wordsBound, "request = ?", id);
  const words = JSON.stringify([...(JSON.parse(String(due!["words"])) as string[]), "house"]);
  await record(env, {
    ...{ actor: "system", event: { code: "test.before", subject: "", payload: null } },
    statements: [changeBound(before, due!, { words }, new Date().toISOString())],
  });
  expect(await named((await dueOf(id)).job)).toEqual([]);
  await job();
  expect([await isSaid("House rules (of all)"), await isSaid("rang (theirs)"), await dueOf(id)]).toEqual([
    true,
    false,
    undefined,
  ]);
});

/**
 * Which words an erasure takes out of what quotes them is an officer's decision. Who owns the database can have the Worker take out no
 * other words, and none of a request that nobody decided; and what they keep it from taking out is named.
 */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { record } from "../../../worker/core/commit.ts";
import { eraseWords } from "../../../worker/privacy-requests/erase-words.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { dump, racing } from "../helpers.ts";
import { deepOf, namesColumn, run } from "../trail/kit.ts";
import { act, confirmAll, done, enter, tokens, withTeam } from "./kit.ts";

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
const request = async (name: string) => {
  const id = await enter(tokens.compliance, {
    ...{
      kind: "erasure",
      name,
      email: `a${++n}@example.com`,
      number: `+4420794605${String(n).padStart(2, "0")}`,
    },
  });
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
])(
  "with %s altered it takes none, until an officer decides once more; the row stays named",
  async (column, to) => {
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
  },
);

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

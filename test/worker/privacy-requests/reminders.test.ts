/** Mails about duties: before their day, and one a day for all that is overdue. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { daysLater } from "../../../shared/core/calendar.ts";
import { remind } from "../../../worker/jobs/reminders.ts";
import { makeDuties } from "../../../worker/privacy-requests/duties.ts";
import { call, dump } from "../helpers.ts";
import { ask, daysAgo, done, enter, officer, pause, read, today, withTeam } from "./kit.ts";

withTeam();
const at = (day: string) => Date.parse(`${day}T12:00:00Z`);
const letter = { text: "Dear Dora", how: "post" };
const both = ["ada", "compliance"];

interface Mail {
  template: string;
  recipient: string;
  vals: string;
  key: string;
}
/** Who got a mail of a template, with its values, since the outbox was emptied. */
const mails = async (template: string) =>
  ((await dump("outbox")) as unknown as Mail[])
    .filter((mail) => mail.template === template)
    .map(({ recipient, vals, key }) => ({
      who: recipient.split("@")[0],
      key,
      ...(JSON.parse(vals) as { duty?: string; days?: number; document?: string; count?: string }),
    }));
/** What a day's run says about duties, to whom. */
async function run(day: string) {
  await env.DB.exec("DELETE FROM outbox WHERE template NOT IN ('request-due', 'duties-due')");
  const before = new Set(((await dump("outbox")) as unknown as Mail[]).map(({ key }) => key));
  await remind(env, at(day));
  const fresh = async (template: string) => (await mails(template)).filter(({ key }) => !before.has(key));
  return { soon: await fresh("request-due"), over: await fresh("duties-due") };
}

beforeEach(() => env.DB.exec("DELETE FROM outbox; DELETE FROM requests"));

it("at 15, 7 and 2 days, to compliance and administrators, and daily once it is over", async () => {
  const id = await enter(officer);
  const { decideBy } = (await read(officer, id)).request.clocks!;
  const seen: unknown[] = [];
  for (const before of [16, 15, 14, 7, 7, 2, 0, -1, -1, -2]) {
    const { soon, over } = await run(daysLater(decideBy, -before));
    seen.push([before, soon.map(({ who }) => who).sort(), over.map(({ who }) => who).sort()]);
  }
  expect(seen).toEqual([
    [16, [], []],
    [15, both, []],
    [14, [], []],
    [7, both, []],
    [7, [], []],
    [2, both, []],
    [0, [], []],
    [-1, [], both],
    [-1, [], []],
    [-2, [], both],
  ]);
});

it("while its clock is paused, of what it waits for alone", async () => {
  const id = await enter(officer);
  await pause(id);
  await done(officer, id, "identity", { step: "ask", letter });
  const days = async (...ahead: number[]) => {
    const said: unknown[] = [];
    for (const day of ahead) {
      const { soon, over } = await run(daysLater(today(), day));
      said.push([soon.map(({ duty }) => duty)[0] ?? null, over[0]?.document?.split(": ")[1] ?? null]);
    }
    return said;
  };
  const proof = "chase the proof of identity, or decide without it";
  expect(await days(14, 15, 23, 28, 31)).toEqual([
    [null, null],
    [proof, null],
    [proof, null],
    [proof, null],
    [null, expect.stringContaining(proof)],
  ]);
  await done(officer, id, "identity", { step: "received" });
  expect((await run(daysLater(today(), 60))).over[0]?.document).not.toContain("proof");
});

it("one mail for all that is overdue, by reference and what is owed, without a name or a number", async () => {
  const late = await enter(officer, { receivedOn: daysAgo(40) });
  const { id: complaint } = await ask({ kind: "complaint", name: "Cora Complaint", email: "c@example.com" });
  const refs = await Promise.all(
    [late, complaint].map(async (id) => (await read(officer, id)).request.reference),
  );
  const { over } = await run(daysLater(today(), 100));
  expect(over.map(({ who }) => who).sort()).toEqual(both);
  const { document, count } = over[0]!;
  expect(count).toBe("4 duties");
  for (const ref of refs) expect(document).toContain(ref);
  for (const owed of ["decide", "acknowledge the complaint", "tell the complaint's outcome"])
    expect(document).toContain(owed);
  expect(document).not.toMatch(/Cora|Dora|4420|example/);
});

it("of what is decided and not told, until the letter goes out", async () => {
  const id = await enter(officer, { receivedOn: daysAgo(40) });
  await done(officer, id, "decide", { decision: "deny", ground: "unfounded", reasons: "spam" });
  const overdue = async () =>
    ((await call("GET", "/v1/requests?show=overdue", { token: officer })).data as { overdue: number })
      .overdue;
  expect(await overdue()).toBe(1);
  expect((await run(today())).over[0]?.document).toContain("tell the requester the decision");
  expect((await read(officer, id)).request.clocks!.daysLeft).toBeLessThan(0);
  const text = "It is spam. https://ico.org.uk, or go to court.";
  await done(officer, id, "letters", { kind: "decision", text, how: "post" });
  expect(await overdue()).toBe(0);
  expect((await read(officer, id)).request.clocks).toBeNull();
  // The authority has not heard of the refusal: 390 days without a word are 383 of them with a mail.
  await env.DB.exec("DELETE FROM outbox");
  const { soon, over } = await run(today());
  expect([soon.map(({ duty }) => duty), over]).toEqual([
    ["tell the supervisory authority of the refusal", "tell the supervisory authority of the refusal"],
    [],
  ]);
  expect((await run(daysLater(today(), 390))).over[0]?.document).toContain("supervisory authority");
});

it("also behind hundreds of objections that nobody has checked", async () => {
  const insert = env.DB.prepare(
    `INSERT INTO requests (id, ref, kind, channel, state, name, number, received_on, days, decide_by, by, at)
     VALUES (?1, ?1, 'objection', 'page', 'held', 'A', 442079460999, ?2, 30, ?3, 'public', 'x')`,
  );
  await env.DB.batch(
    Array.from({ length: 200 }, (_, n) => insert.bind(`o${n}`, daysAgo(50), daysAgo(n % 2 === 0 ? 20 : -10))),
  );
  await makeDuties(env, Date.now());
  await makeDuties(env, Date.now());
  const soon = await enter(officer, { receivedOn: daysAgo(20) });
  const late = await enter(officer, { receivedOn: daysAgo(40) });
  const { reference } = (await read(officer, late)).request;
  const said = await run(today());
  expect(said.soon.filter(({ key }) => key.startsWith(`request-due:${soon}:`))).toHaveLength(2);
  expect(said.over).toHaveLength(2);
  expect(said.over[0]!.document!.split("\n")[0]).toContain(reference);
  expect(said.over[0]!.document!.split("\n").at(-1)).toBe("and 51 more");
});

it("of more duties than one run reminds of, each is reminded of", async () => {
  const id = await enter(officer);
  const { decideBy } = (await read(officer, id)).request.clocks!;
  const columns = Object.keys((await dump("requests"))[0]!);
  const copied = columns.map((name) => ({ id: "'r' || n", ref: "'R' || n" })[name] ?? name).join(", ");
  await env.DB.exec(
    `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 220) INSERT INTO requests (${columns.join(", ")}) SELECT ${copied} FROM c, requests WHERE requests.id = '${id}'`,
  );
  await env.DB.exec(
    "INSERT INTO duties (id, request, kind, round, due, made_at) SELECT r.id || '.decide.1', r.id, 'decide', 1, date(d.due, '-1 days'), d.made_at FROM requests r, duties d WHERE r.id GLOB 'r*'",
  );
  const reminded = async (after: number) =>
    (await run(daysLater(decideBy, -15 + after))).soon.some(({ key }) =>
      key.startsWith(`request-due:${id}:`),
    );
  expect([await reminded(0), await reminded(1)]).toEqual([false, true]);
});

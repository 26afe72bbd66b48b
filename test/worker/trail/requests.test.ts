/** What an answer to a requester rests on, bent by the database's owner: verify --deep finds and names it, whatever follows. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, aTeam, MONTH } from "../helpers.ts";
import { act, confirmAll, daysAgo, done, enter, today } from "../privacy-requests/kit.ts";
import { namesColumn, deepOf, run } from "./kit.ts";

const tokens = aTeam();
const TABLES = [
  ...["requests", "request_states", "duties", "request_items", "request_letters", "request_recipients"],
  "request_events",
];
const found = async (now?: number) => (await deepOf(TABLES, now)).found;

beforeAll(async () => {
  // As an older Worker left them: one that is over, and one that is not.
  for (const [id, state, closed] of [
    ["old", "open", null],
    ["over", "closed", "2026-02-01T00:00:00.000Z"],
  ] as const) {
    await run(
      `INSERT INTO requests (id, ref, kind, channel, state, name, number, received_on, days, decide_by, closed_at, by, at, rev)
       VALUES (?1, ?1, 'access', 'post', ?2, 'Dora', 442079460390, '2026-01-05', 30, '2026-02-05', ?3, 'x', '2026-01-05T00:00:00.000Z', 4)`,
      ...[id, state, closed],
    );
    await asOwner(["duties"], () =>
      run(
        `INSERT INTO duties (id, request, kind, round, due, made_at, met_on, met_at, by)
         VALUES (?1 || '.decide.1', ?1, 'decide', 1, '2026-02-05', '2026-01-05', ?2, ?2, IIF(?2 IS NULL, NULL, 'x'))`,
        ...[id, closed],
      ),
    );
    await run(
      "INSERT INTO request_events (request, action, state, by, at) VALUES (?, 'created', 'open', 'x', '2026-01-05T00:00:00.000Z')",
      id,
    );
    await run(
      "INSERT INTO request_items (request, kind, ref, at) VALUES (?, 'dial', '7', '2026-01-02T00:00:00.000Z')",
      id,
    );
    await run(
      `INSERT INTO request_letters (id, request, kind, text, how, sent_on, by, at)
       VALUES (?1, ?1, 'decision', 'No.', 'post', '2026-01-20', 'x', '2026-01-20T00:00:00.000Z')`,
      id,
    );
    await run(
      "INSERT INTO request_recipients (id, request, name, by, at) VALUES (?1, ?1, 'A dialler', 'x', '2026-01-20T00:00:00.000Z')",
      id,
    );
  }
  await adopt(env);
});

it("requests of before are bound once, those that are over as well; none is added later", async () => {
  const { bound } = await deepOf(TABLES);
  expect(bound).toEqual({ every: 2 * TABLES.length, none: 0 });
  expect(await found()).toEqual([]);
  await run(
    `INSERT INTO requests (id, ref, kind, channel, state, name, number, received_on, days, decide_by, by, at)
     SELECT 'forged', 'forged', kind, channel, state, name, number, received_on, days, decide_by, by, at FROM requests WHERE id = 'old'`,
  );
  expect(await found()).toEqual(["requests forged: extra", "request_states forged: extra"]);
  await run("DELETE FROM requests WHERE id = 'forged'");
  // Going on with one of before binds each step.
  await done(tokens.compliance, "old", "identity", { step: "clear", how: "known to us" });
  expect(await found()).toEqual([]);
});

it("each step of a request is bound", async () => {
  const id = await enter(tokens.agent, { kind: "erasure" });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, id, "match", { everything: true });
  await confirmAll(tokens.compliance, id);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  await done(tokens.compliance, id, "recipients", { name: "Our dialler", toldOn: today(), how: "portal" });
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  expect(await found()).toEqual([]);
  const { results: duties } = await env.DB.prepare(
    "SELECT kind FROM duties WHERE request = ? AND kind = 'erase' AND met_at IS NOT NULL",
  )
    .bind(id)
    .all();
  expect(duties).not.toEqual([]);
});

it("a decision, a day and an item's verdict that were turned are found, also after the next step", async () => {
  const id = await enter(tokens.agent, { receivedOn: daysAgo(3) });
  await asOwner(["requests"], () => run("UPDATE requests SET decide_by = '2027-12-31' WHERE id = ?", id));
  expect(await found()).toEqual([namesColumn(`request_states ${id}`, "decide_by")]);
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  expect((await found()).map((one) => one.split(":")[0])).toEqual([`request_states ${id}`]);
  await asOwner(["duties"], () => run("UPDATE duties SET due = '2027-12-31' WHERE request = ?", id));
  expect((await found()).filter((one) => one.startsWith("duties"))).toEqual([
    namesColumn(`duties ${id}/${id}.decide.1`, "due"),
  ]);
  await asOwner(["requests"], () => run("UPDATE requests SET received_on = '2026-01-01' WHERE id = ?", id));
  expect((await found()).filter((one) => one.startsWith("requests"))).toEqual([
    namesColumn(`requests ${id}`, "received_on"),
  ]);
  // A request that somebody took away is missed, and nothing that hung on it.
  await run("DELETE FROM requests WHERE id = ?", id);
  const left = new Set((await found()).map((one) => one.split(" ")[0]));
  expect(left).toEqual(new Set(["requests"]));
  expect(await act(tokens.compliance, id, "match", {})).toMatchObject({ status: 404 });
});

it("what the sweep takes is not missed", async () => {
  const far = Date.now() + 60 * MONTH;
  const before = new Set(await found());
  await sweep(env, far);
  expect(await env.DB.prepare("SELECT 1 FROM requests WHERE id = 'over'").first()).toBeNull();
  expect(new Set(await found(far))).toEqual(before);
});

/** What goes by single rows of the trail goes by them as well once they have left for the archive, however long ago. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Suppression } from "../../../../shared/do-not-call/api.ts";
import type { Consent } from "../../../../shared/do-not-call/api-consents.ts";
import type { ReturnedAnswer } from "../../../../shared/trail/api.ts";
import { consentsBound, suppressionsBound } from "../../../../worker/do-not-call/bound.ts";
import { eventsBound, requestsBound } from "../../../../worker/privacy-requests/bound.ts";
import { borneOut } from "../../../../worker/recordings/erasing/borne-out.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { agreedOf } from "../../../../worker/trail/agreed.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { keepLast } from "../../../../worker/trail/events.ts";
import { aTeam, call, dump, MONTH, asOwner } from "../../helpers.ts";
import { confirmAll, done, enter } from "../../privacy-requests/kit.ts";
import { made } from "../../proof/kit.ts";
import { arrive, broughtForward, sample } from "../kit.ts";
import { run, walk, withoutArchive, writeAs } from "../../trail/kit.ts";

const tokens = aTeam();
const pause = () => new Promise((after) => setTimeout(after, 3));
const leave = () => archiveMonths(env, Date.now() + 3 * MONTH);
const verdictOn = async (id: string, own = env) => {
  // The first reads what legal holds the archives have.
  await borneOut(own, [id]);
  const found = await borneOut(own, [id]);
  return (["good", "not", "waits", "later"] as const).filter((is) => found[is].includes(id));
};
const stored = (number = "+442079460701") => arrive(env, tokens.admin, sample({ number }));

let time: { from: string; to: string };
let range: [first: number, last: number];
let rows: { consents: string; suppressions: string; requests: string; request_events: string };
let byHand: string;
let forged: number;
let byRequest: string;
beforeAll(async () => {
  await adopt(env);
  await pause();
  const from = new Date().toISOString();
  range = [await writeAs("test", true), await writeAs("test", true)];
  time = { from, to: new Date().toISOString() };
  await pause();

  const number = "+442079460702";
  const consent = await made<Consent>("POST", "/v1/consents", tokens.manager, {
    ...{ number, kind: "notification", giver: "subscriber", givenBy: "Dora Data" },
    ...{ givenAt: new Date().toISOString(), words: "Do ring me", how: "web", proof: "form 12" },
  });
  const entry = await made<Suppression>("POST", "/v1/suppressions", tokens.agent, {
    ...{ number: "+442079460703", reason: "asked us to stop" },
  });
  [byHand, byRequest] = [await stored(), await stored("+442079460958")];
  await broughtForward(byHand, "2026-01-01");
  const request = await enter(tokens.compliance, { kind: "erasure" });
  await done(tokens.compliance, request, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, request, "match", { everything: true });
  await confirmAll(tokens.compliance, request);
  const { RECORDINGS: _, ...unstored } = env;
  await done(tokens.compliance, request, "decide", { decision: "comply" }, unstored);
  // The database's owner says the same behind them, without a code.
  forged = await writeAs("recording.erase-asked", false, byHand);
  await writeAs("request.comply", false, request);
  const event = (await env.DB.prepare(
    "SELECT request || '/' || ref AS key FROM request_events WHERE request = ? LIMIT 1",
  )
    .bind(request)
    .first<string>("key"))!;
  rows = { consents: consent.id, suppressions: entry.id, requests: request, request_events: event };
  // Behind the first, as many objects as one of them was looked for in.
  for (let n = 0; n < 22; n++) await leave();
  expect((await dump("audit")).length).toBeLessThan(4);
});

it.each([consentsBound, suppressionsBound, requestsBound, eventsBound])(
  "a row is compared with no archive, from the moment at which its event leaves: $name",
  async (table) => {
    const key = rows[table.name as keyof typeof rows];
    const { agreed, not } = await agreedOf(withoutArchive(env), table, [key]);
    expect([[...agreed.keys()], not]).toEqual([[key], []]);
  },
);

it("the time of an older Worker is found where its rows have codes, and have left", async () => {
  const said = (own = {}) =>
    call("POST", "/v1/audit/returned", {
      token: tokens.compliance,
      body: { ...time, why: "rolled back", rows: [], dryRun: true, ...own },
    });
  const { status, data } = await said();
  expect([status, data]).toMatchObject([200, { first: range[0], last: range[1] }]);
  // One that begins there and ends in the database.
  await writeAs("test", true);
  const to = new Date().toISOString();
  await pause();
  const last = await writeAs("test", true);
  expect((await said({ to })).data as ReturnedAnswer).toMatchObject({ first: range[0], last: last - 1 });
});

it("what an officer asked to erase, or a request's decision, goes however long a store puts it off, and whoever says it again", async () => {
  for (let n = 0; n < 3; n++) await keepLast(env);
  expect(await verdictOn(byHand)).toEqual(["good"]);
  expect(await verdictOn(byRequest)).toEqual(["good"]);
  // Who did is a finding, from the first on.
  expect(await walk()).toMatchObject({
    ok: false,
    why: expect.stringContaining("did not write") as string,
    brokenAt: forged,
  });
});

it("where an earlier release archived that, it waits until the archives are read, and is never taken for altered", async () => {
  const unasked = await stored();
  await asOwner(["recordings"], () =>
    run("UPDATE recordings SET erase_after = '2026-01-01', rule = 'hand' WHERE id = ?", unasked),
  );
  expect(await verdictOn(unasked)).toEqual(["not"]);
  // Of each subject it kept the newest, here the forged one.
  await run("DELETE FROM last_bound WHERE row LIKE 'asked/%' AND seq NOT IN (?, ?)", forged, forged + 1);
  await run("UPDATE last_bound SET row = 'asked/' || subject WHERE row LIKE 'asked/%'");
  await run("DELETE FROM marks WHERE name LIKE 'last-bound-asking%'");
  await run("INSERT INTO marks (name, value) VALUES ('last-bound-asked', '7')");
  // The last came behind all of them.
  const all = async (own = env) => [
    await verdictOn(byHand, own),
    await verdictOn(byRequest, own),
    await verdictOn(unasked, own),
  ];
  expect(await all()).toEqual([["later"], ["later"], ["not"]]);
  for (let n = 0; n < 3; n++) await keepLast(withoutArchive(env));
  expect(await all()).toEqual([["waits"], ["waits"], ["not"]]);
  for (let n = 0; n < 3; n++) await keepLast(env);
  expect(await all()).toEqual([["good"], ["good"], ["not"]]);
  // After a roll-back that Worker reads on from where it was.
  const mark = env.DB.prepare("SELECT value FROM marks WHERE name = 'last-bound-asked'");
  expect(await mark.first("value")).toBe("7");
});

/** On the page of a request whose requester is known: whether we may call them, why, since when, and when we called; nothing of others. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { CallsImported } from "../../../../shared/call-logs/api.ts";
import { around } from "../../../../shared/core/calendar.ts";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import { zoneOfPolicy } from "../../../../shared/policy/zone.ts";
import type { Env } from "../../../../worker/env.ts";
import { suppressionsBound } from "../../../../worker/do-not-call/bound.ts";
import { statesBound } from "../../../../worker/privacy-requests/bound.ts";
import { dated } from "../../trail/kit.ts";
import { call, daysAgo, dump, integrationOfBefore, push } from "../../helpers.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import {
  act,
  ask,
  called,
  done,
  enter,
  letter,
  linksTo,
  officer,
  open,
  read,
  sendForm,
  tokens,
  withTeam,
} from "../kit.ts";

withTeam();
let n = 0;
const aNumber = () => `+442079464${String(++n).padStart(3, "0")}`;
const LISTED = aNumber();
/** Days ago at a time of the policy's zone, as the page shows it, in summer too. */
const ago = (days: number, time = "10:15") => around(daysAgo(days), time, 0, zoneOfPolicy(defaultPolicy))[0];

beforeAll(async () => {
  const others = Array.from({ length: 20 }, (_, i) => `+44163296${String(i).padStart(4, "0")}`);
  for (const [list, listed, asOf] of [
    ["tps", others, daysAgo(9)],
    ["ctps", others, daysAgo(9)],
    ["tps", [...others, LISTED], daysAgo(2)],
  ] as const)
    expect((await push(tokens.admin, list, [...listed], { asOf })).status).toBe(200);
});

/** Calls as the telephone system's log has them. */
async function logged(number: string, ...more: object[]): Promise<void> {
  const rows = more.map((one) => ({
    provider: "softphone",
    number,
    agent: "ann@example.com",
    seconds: 60,
    ...one,
  }));
  const { data } = await call("POST", "/v1/calls/import", {
    token: tokens.manager,
    body: { rows, dryRun: false },
  });
  expect((data as CallsImported).results).toHaveLength(rows.length);
}
const dial = (number: string, own: object) =>
  call("POST", "/v1/dials", {
    token: tokens.agent,
    body: {
      ...{ number, e164: number, action: "passed", verdict: "clear", seen: null, host: "crm.example" },
      ...{ at: new Date().toISOString(), ...own },
    },
  });
const objects = (number: string, reason = "said so") =>
  call("POST", "/v1/suppressions", { token: tokens.agent, body: { number, reason, source: "call" } });

/** The newest page that was mailed to an address; without what differs between any two requests. */
const mailed = async (email: string) => (await linksTo(email)).at(-1)!.path;
const pageOf = async (email: string, headers: Record<string, string> = {}) => {
  const path = await mailed(email);
  const { text, status } = await call("GET", path, { headers });
  expect(status).toBe(200);
  return text
    .replaceAll(path, "PATH")
    .replaceAll(/[A-Z2-9]{4}-[A-Z2-9]{4}/g, "REFERENCE")
    .replaceAll(/\+44\d{10}/g, "NUMBER");
};
let people = 0;
const someone = () => `dora-${++people}@example.com`;

/** A request whose requester is known; an officer confirms what was found, but for what `others` says. */
async function known(
  email: string,
  number: string,
  others: (kind: string, at: string) => boolean = () => false,
  own = {},
) {
  const id = await enter(officer, { email, number, ...own });
  await done(officer, id, "identity", { step: "clear", how: "wrote from the address on file" });
  await done(officer, id, "match");
  const { items } = await read(officer, id);
  const of = (verdict: string) =>
    items.flatMap(({ id: item, kind, at }) =>
      others(kind, at ?? "") === (verdict === "rejected") ? [{ id: item, verdict }] : [],
    );
  for (const verdict of ["confirmed", "rejected"])
    if (of(verdict).length > 0)
      await done(officer, id, "items", {
        items: of(verdict),
        ...(verdict === "rejected" ? { reason: "Max's" } : {}),
      });
  return id;
}
const TITLE = "May we call you?";
/** The trail's events that a request's page told of calls. */
const tellings = async (id: string) =>
  ((await dump("audit")) as { code: string; subject: string }[]).filter(
    (row) => row.code === "opened.request-standing" && row.subject === id,
  ).length;

it("a stranger who asks about a number learns nothing of it: not by the form's link, nor by mail before we know who they are", async () => {
  await objects(LISTED);
  await logged(LISTED, { startedAt: ago(3) });
  const email = someone();
  const stranger = await ask({ kind: "access", name: "A stranger", email, number: LISTED });
  await sendForm(await mailed(email), { action: "confirm-address" });
  await done(officer, stranger.id, "match");
  for (const path of [stranger.path, await mailed(email)])
    expect((await open(path)).html).not.toMatch(/May we call you|When we called|TPS|told us not to|:15/);
});

it("says no until the search was judged, then why, since when, and each call with day and time", async () => {
  const [email, number] = [someone(), LISTED];
  await dial(number, { action: "held", verdict: "blocked" });
  await logged(number, { startedAt: ago(4, "16:42"), direction: "inbound" });
  const id = await enter(officer, { email, number });
  await done(officer, id, "identity", { step: "clear", how: "wrote from the address on file" });
  const before = await pageOf(email);
  expect(before).toContain("Once we have looked through");
  expect(before).not.toMatch(/told us not to|TPS|10:15/);
  await done(officer, id, "match");
  expect(await pageOf(email)).toContain("Once we have looked through");
  const { items } = await read(officer, id);
  await done(officer, id, "items", { items: items.map((item) => ({ id: item.id, verdict: "confirmed" })) });
  // Nothing was told yet, so the trail says of nothing that it was.
  expect(await tellings(id)).toBe(0);
  const html = await pageOf(email);
  expect(await tellings(id)).toBe(1);
  expect(html).toContain(TITLE);
  expect(html).toMatch(/<strong>No\.<\/strong>/);
  expect(html).toMatch(/You told us not to call: \d+ \w+ 2\d{3}\./);
  // Since the version that brought it, and not the one of today alone.
  const day = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
  expect(html).toContain(`On the register TPS since ${day.format(Date.parse(daysAgo(2)))}`);
  expect(html).toMatch(/When we called you<\/h3><ul><li>[^<]*10:15<\/li><\/ul>/);
  // What came in, and what was held, was no call of ours.
  expect(html).not.toContain("16:42");
});

it("a line of two: what is another's changes nothing on the page, be it an objection, a consent or a call", async () => {
  const [alone, shared] = [aNumber(), aNumber()];
  const [first, second] = [someone(), someone()];
  for (const number of [alone, shared]) await logged(number, { startedAt: ago(6) });
  await logged(shared, { startedAt: ago(5, "09:31") });
  await dial(shared, {});
  await objects(shared, "Max wants none");
  const consent = {
    ...{
      number: shared,
      kind: "prior",
      calls: ["general"],
      giver: "subscriber",
      givenBy: "Max",
      givenAt: ago(30),
    },
    ...{ words: "yes", how: "web", proof: "form 7" },
  };
  const given = await call("POST", "/v1/consents", { token: tokens.manager, body: consent });
  expect(given.status, given.text).toBe(201);
  await known(first, alone);
  await known(second, shared, (kind, at) => kind !== "call" || at.includes("09:31"));
  const [of, other] = [await pageOf(first), await pageOf(second)];
  expect(of).toMatch(/<strong>Yes\.<\/strong>.*Not on the TPS/s);
  expect(of).toContain("10:15");
  expect(other).toBe(of);
});

it("one call that a log, a recording and two layers of the page saw is one call, whatever came first", async () => {
  const start = Date.now() - 600_000;
  const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
  // A recorder that brings no calls: what it heard is a recording alone.
  const recorder = await integrationOfBefore(tokens.admin, ["recordings:write"]);
  const heard = async (number: string, seconds: number) => {
    const body = sample({ number, startedAt: at(seconds) });
    const { status, text } = await call("POST", "/v1/recordings", { token: recorder, body });
    expect(status, text).toBe(201);
  };
  const dialled = async (number: string, seconds = 0) => {
    const more = { at: at(seconds) };
    expect((await dial(number, more)).status).toBe(201);
    expect((await dial(number, { ...more, at: at(seconds + 2), layer: "protocol" })).status).toBe(201);
  };
  const inLog = (number: string, seconds = 2) => logged(number, { startedAt: at(seconds) });
  const withCall = (number: string) =>
    arrive(env, tokens.admin, sample({ number, startedAt: at(20), agent: "ann@example.com" }));
  const seen: [string, number, ((number: string) => Promise<unknown>)[]][] = [
    ["log, then recording", 1, [dialled, inLog, withCall]],
    ["recording, then log", 1, [dialled, withCall, inLog]],
    ["a recording that begins as they answer, after a minute", 1, [inLog, (its) => heard(its, 75)]],
    ["a recording in two pieces", 1, [inLog, (its) => heard(its, 10), (its) => heard(its, 50)]],
    ["a dial and a recording", 1, [dialled, (its) => heard(its, 20)]],
    [
      "a dial, and five minutes later one that was recorded",
      2,
      [dialled, (its) => dialled(its, 300), (its) => heard(its, 320)],
    ],
    ["a logged call, and another that was recorded alone", 2, [inLog, withCall, (its) => heard(its, 300)]],
    ["somebody else's dial beside a recording", 1, [() => dialled(aNumber()), (its) => heard(its, 20)]],
  ];
  for (const [what, lines, steps] of seen) {
    const [email, number] = [someone(), aNumber()];
    for (const step of steps) await step(number);
    await known(email, number);
    expect((await pageOf(email)).match(/<li>[^<]*:\d\d<\/li>/g), what).toHaveLength(lines);
  }
});

it("the status page shows it by the code that went to the confirmed address, and the trail says that it was read", async () => {
  const sent: { text: string; subject: string }[] = [];
  const EMAIL = { send: (m: (typeof sent)[number]) => Promise.resolve(sent.push(m)) };
  const own = { ...env, MAIL_FROM: "ClearDial <dial@example.com>", EMAIL } as unknown as Env;
  const [email, number] = [someone(), aNumber()];
  await logged(number, { startedAt: ago(7, "11:11") });
  const id = await known(email, number);
  const reference = (await read(officer, id)).request.reference;
  const path = "/privacy-request/status";
  await sendForm(path, { reference, email }, { own });
  const coded = () => sent.find((m) => m.subject.startsWith("Your code"));
  await expect.poll(coded).toBeDefined();
  const code = /code is (\w{4}-\w{4})/.exec(coded()!.text)![1]!;
  const { location } = await sendForm(path, { step: "code", reference, email, code }, { own });
  const { html } = await open(location!, own);
  expect(html).toContain(TITLE);
  expect(html).toContain("11:11");
  expect(html).not.toContain("What we have written to you");
  expect(await tellings(id)).toBe(1);
});

it("their own objection by the form counts at once, by the same confirmed address and no other", async () => {
  const [email, number] = [someone(), aNumber()];
  await known(email, number);
  expect(await pageOf(email)).toContain("<strong>Yes.</strong>");
  const page = await mailed(email);
  await ask({ kind: "objection", name: "Dora", number, email: someone() });
  expect((await open(page)).html).toContain("<strong>Yes.</strong>");
  await ask({ kind: "objection", name: "Dora Data", number, email });
  await sendForm(await mailed(email), { action: "confirm-address" });
  expect((await open(page)).html).toMatch(/<strong>No\.<\/strong>.*You told us not to call/s);
});

it("a colleague's objection by the mailbox that both confirmed bars the number, and is told as nobody's and of no day", async () => {
  const [email, number] = [someone(), aNumber()];
  await known(email, number);
  const page = await mailed(email);
  await ask({ kind: "objection", name: "Ben Jones", number, email });
  await sendForm(await mailed(email), { action: "confirm-address" });
  const { html } = await open(page);
  expect(html).toMatch(/<strong>No\.<\/strong>/);
  expect(html).not.toMatch(/told us not to call|list since/);
  expect(html).toContain("The number is on our own do-not-call list.");
});

it("an erased number stays barred, and says since when; what was refused is not told again", async () => {
  const [email, number] = [someone(), aNumber()];
  await logged(number, { startedAt: ago(8, "12:12") });
  const id = await known(email, number, undefined, { kind: "erasure" });
  expect(await pageOf(email)).toContain("12:12");
  await done(officer, id, "decide", { decision: "comply" });
  const html = await pageOf(email);
  expect(html).toMatch(/<strong>No\.<\/strong>.*We keep your number on our own do-not-call list/s);
  expect(html).not.toContain("12:12");
  expect(html).toContain("We hold no call to you.");

  const [other, its] = [someone(), aNumber()];
  // A call is found as its recording, and is refused with it.
  await called(tokens.admin, { number: its, startedAt: ago(8, "13:13") });
  await logged(its, { startedAt: ago(7, "13:31") });
  const denied = await known(other, its);
  expect(await pageOf(other)).toContain("13:13");
  const because = { ground: "protection", reasons: "We defend a claim that is before the court." };
  const { items } = await read(officer, denied);
  const { id: recording } = items.find(({ kind }) => kind === "recording")!;
  await done(officer, denied, "decide", { decision: "partial", deny: [{ id: recording, ...because }] });
  const part = await pageOf(other);
  expect(part).not.toContain("13:13");
  expect(part).toContain("13:31");
  await done(officer, denied, "decide", { decision: "deny", ...because });
  await act(officer, denied, "letters", { kind: "decision", ...letter });
  expect(await pageOf(other)).not.toMatch(/13:13|13:31|We hold no call|no call to you|not listed here/);
});

it("a stranger who was taken for the subscriber, and is refused, reads nothing more of the number", async () => {
  const [email, number] = [someone(), LISTED];
  await objects(number);
  const id = await known(email, number);
  expect(await pageOf(email)).toMatch(/You told us not to call.*TPS/s);
  const told = await tellings(id);
  const reasons = "The passport that was sent to us was another person's.";
  await done(officer, id, "decide", {
    decision: "deny",
    ground: "other",
    other: "not the subscriber",
    reasons,
  });
  await act(officer, id, "letters", { kind: "decision", ...letter });
  expect(await pageOf(email)).not.toMatch(/May we call you|told us not to|TPS|When we called|looked through/);
  expect(await tellings(id)).toBe(told);
});

it("of a decision that refuses an entry it gives no answer that would rest on it", async () => {
  const [email, number] = [someone(), aNumber()];
  await objects(number);
  await logged(number, { startedAt: ago(8) });
  const id = await known(email, number);
  expect(await pageOf(email)).toContain("You told us not to call");
  const { items } = await read(officer, id);
  const entry = items.find(({ kind }) => kind === "suppression")!;
  const because = { ground: "protection", reasons: "We defend a claim that is before the court." };
  await done(officer, id, "decide", { decision: "partial", deny: [{ id: entry.id, ...because }] });
  const html = await pageOf(email);
  expect(html).not.toMatch(/told us not to call|<strong>/);
  expect(html).toContain("10:15");
});

it("says each day as it is where we are: in summer half past midnight there is the day before in UTC", async () => {
  const [email, number] = [someone(), aNumber()];
  await objects(number);
  const id = await known(email, number);
  await dated(suppressionsBound, `number = ${number.slice(1)}`, { at: "2026-07-01T23:30:00.000Z" });
  await dated(statesBound, `id = '${id}'`, { searched_at: "2026-07-08T23:30:00.000Z" });
  const html = await pageOf(email);
  expect(html).toContain("You told us not to call: 2 Jul 2026.");
  expect(html).toContain("We last looked through what we hold of you on 9 Jul 2026");
});

it("promises nothing once we have refused without a search; of one call that they named it says no more than of that", async () => {
  const [email, number] = [someone(), aNumber()];
  await logged(number, { startedAt: ago(8) });
  const id = await enter(officer, { email, number });
  await done(officer, id, "identity", { step: "clear", how: "wrote from the address on file" });
  expect(await pageOf(email)).toContain(TITLE);
  const because = { ground: "unfounded", reasons: "The same request came every day of this month." };
  await done(officer, id, "decide", { decision: "deny", ...because });
  const html = await pageOf(email);
  expect(html).toContain("We have decided");
  expect(html).not.toMatch(/May we call you|Once we have looked through/);
  expect(await tellings(id)).toBe(0);

  const [other, its] = [someone(), aNumber()];
  await logged(its, { startedAt: ago(8) });
  const named = {
    kind: "access",
    name: "Dora",
    email: other,
    number: its,
    callDate: daysAgo(3),
    narrowed: true,
  };
  const narrowed = await ask(named);
  await sendForm(await mailed(other), { action: "confirm-address" });
  await done(officer, narrowed.id, "identity", { step: "clear", how: "wrote from the address on file" });
  await done(officer, narrowed.id, "match");
  const one = await pageOf(other);
  expect(one).toContain("<strong>Yes.</strong>");
  expect(one).toContain("In what you asked for there is no call to you.");
  expect(one).not.toMatch(/We hold no call|10:15/);
});

it("in Polish; and whoever reads of themselves asks nobody's hour of numbers", async () => {
  const [email, number] = [someone(), aNumber()];
  await logged(number, { startedAt: ago(9, "14:14") });
  const id = await known(email, number);
  const polish = await pageOf(email, { "accept-language": "pl" });
  expect(polish).toContain("Czy wolno nam do Ciebie dzwonić?");
  expect(polish).toContain("<strong>Tak.</strong>");
  expect(polish).toContain("14:14");
  const asked = (await dump("asked")) as { person: string }[];
  expect(asked.filter(({ person }) => person.includes(id))).toEqual([]);
});

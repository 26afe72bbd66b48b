/** Who wrote by e-mail and never clicked can still be answered: the link is mailed again, a few times a day to one address. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { call, DAY } from "../helpers.ts";
import { act, ask, daysAgo, done, enter, linksTo, officer, read, sendForm, tokens, withTeam } from "./kit.ts";

withTeam();
beforeEach(() => env.DB.exec("DELETE FROM outbox; DELETE FROM request_links"));
const can = async (id: string) =>
  (await read(officer, id)).request.actions.some(
    ({ action, wants }) => action === "ask-address" && wants === null,
  );
const yesterday = () => env.DB.prepare("UPDATE request_links SET at = ?").bind(daysAgo(2)).run();

it("an officer sends the link again; the click confirms the address, which can then be answered by mail", async () => {
  const id = await enter(officer, { kind: "complaint", receivedOn: daysAgo(20), proved: false });
  const { request } = await read(officer, id);
  expect([request.state, request.advice]).toEqual(["lodged", expect.stringContaining("Send it again")]);
  expect(await act(tokens.manager, id, "address")).toMatchObject({ status: 403 });
  await done(officer, id, "address");
  const [first, second] = await linksTo("dora@example.com");
  expect(second).toMatchObject({ template: "request-received" });
  expect(second!.path).not.toBe(first!.path);
  await sendForm(second!.path, { action: "confirm-address" });
  expect((await read(officer, id)).request).toMatchObject({ state: "acknowledged", emailProved: true });
  await done(officer, id, "letters", { kind: "progress", text: "Still looking.", how: "mail" });
  expect(await can(id)).toBe(false);
  expect(await act(officer, id, "address")).toMatchObject({ status: 409, why: "unproved" });
});

it("staff ask one address three times a day at most, for all its requests together; by post it is answered all the same", async () => {
  const id = await enter(officer, { kind: "complaint", proved: false });
  const byForm = await ask({ kind: "access", name: "D", email: "DORA@example.com", number: "+442079460958" });
  await done(officer, id, "address");
  await done(officer, byForm.id, "address");
  const refused = { status: 409, code: "address-asked" };
  expect(await act(officer, id, "address")).toMatchObject(refused);
  expect(await act(officer, byForm.id, "address")).toMatchObject(refused);
  expect(await linksTo("dora@example.com")).toHaveLength(2);
  expect(await linksTo("DORA@example.com")).toHaveLength(2);
  const other = await enter(officer, { kind: "complaint", email: "other@example.com", proved: false });
  await done(officer, other, "address");
  await yesterday();
  await done(officer, id, "address");
  const letter = { kind: "acknowledgement", text: "We have it." };
  expect((await act(officer, id, "letters", { ...letter, how: "mail" })).status).toBe(422);
  await done(officer, id, "letters", { ...letter, how: "post" });
});

it("a stranger's forms use up the form's mails to an address, and none of the officer's; nor the other way round", async () => {
  const email = "victim@example.com";
  const number = "+442079460958";
  const id = await enter(officer, { kind: "complaint", email, proved: false });
  await done(officer, id, "address");
  for (let n = 0; n < 4; n++) await ask({ kind: "access", name: "A. Rival", email, number });
  // The entry's, the officer's, and three of the four by the form.
  expect(await linksTo(email)).toHaveLength(5);
  await done(officer, id, "address");
  expect(await linksTo(email)).toHaveLength(6);
  expect(await act(officer, id, "address")).toMatchObject({ code: "address-asked" });
  // What staff enter counts as staff's, and is still an entry.
  await enter(officer, { kind: "complaint", email, proved: false });
  expect(await linksTo(email)).toHaveLength(6);
});

it("an entry whose mail was not sent, as three had gone there, says so and from when on it may be, until it is", async () => {
  const email = "often@example.com";
  const entered = () => enter(officer, { kind: "access", email, proved: false });
  const of = async (id: string) => (await read(officer, id)).request;
  const before = Date.now();
  const three = [await entered(), await entered(), await entered()];
  const fourth = await entered();
  expect(await linksTo(email)).toHaveLength(3);
  for (const id of three) expect(await of(id)).toMatchObject({ unasked: null });
  const { unasked, advice, duties } = await of(fourth);
  expect(Date.parse(unasked!)).toBeGreaterThan(before + DAY - 1);
  expect(Date.parse(unasked!)).toBeLessThanOrEqual(Date.now() + DAY);
  expect(advice).toContain("No mail has asked for the confirmation of this address");
  expect(advice).toContain(unasked!.slice(11, 16));
  expect(duties.length).toBeGreaterThan(0);
  expect(await act(officer, fourth, "address")).toMatchObject({ code: "address-asked" });
  await yesterday();
  // It does not go by itself: an officer sends it, and it says so until then.
  expect(Date.parse((await of(fourth)).unasked!)).toBeLessThanOrEqual(Date.now());
  await done(officer, fourth, "address");
  expect(await of(fourth)).toMatchObject({ unasked: null });
  expect(await linksTo(email)).toHaveLength(4);
});

it("and says so for as long as nobody has, also when the mails and links of then are gone", async () => {
  const email = "long@example.com";
  const entered = () => enter(officer, { kind: "access", email, proved: false });
  const three = [await entered(), await entered(), await entered()];
  const fourth = await entered();
  await env.DB.batch([
    env.DB.prepare(
      "UPDATE requests SET at = strftime('%Y-%m-%dT%H:%M:%fZ', at, '-100 days'), rev = rev + 1 WHERE email = ?",
    ).bind(email),
    env.DB.prepare("DELETE FROM outbox"),
    env.DB.prepare("DELETE FROM request_links"),
  ]);
  const of = async (id: string) => (await read(officer, id)).request;
  for (const id of three) expect(await of(id)).toMatchObject({ unasked: null });
  const { unasked, advice } = await of(fourth);
  expect(Date.parse(unasked!)).toBeLessThan(Date.now() - 90 * DAY);
  expect(advice).toContain("No mail has asked for the confirmation of this address");
  await done(officer, fourth, "address");
  expect(await of(fourth)).toMatchObject({ unasked: null });
});

it("without an e-mail address, or once it is over, nobody is asked", async () => {
  const id = await enter(officer, { kind: "access", email: undefined, address: "1 Road" });
  expect(await can(id)).toBe(false);
  const objection = await enter(officer, { kind: "objection" });
  const body = { requests: [objection], action: "take-back", reason: "a slip" };
  await call("POST", "/v1/requests/objections", { token: officer, body });
  expect(await act(officer, objection, "address")).toMatchObject({ code: "request-not-now" });
});

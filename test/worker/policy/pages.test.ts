/** What a stranger finds at the Worker's address: a first page, the policy with its past versions, and what is not there. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { aTeam, setPolicy, under } from "../helpers.ts";

aTeam();
const open = async (path: string, accept = "text/html,application/xhtml+xml,*/*;q=0.8") => {
  const { status, headers, bytes } = await under(env, "GET", path, { headers: { accept } });
  return { status, headers, text: new TextDecoder().decode(bytes) };
};

it("the root says whose it is, and leads those who were called to what is for them", async () => {
  await setPolicy((p) => ({ ...p, identity: { ...p.identity, company: "North & Sons" } }));
  const { status, headers, text } = await open("/");
  expect(status).toBe(200);
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(text).toContain("<h1>ClearDial of North &amp; Sons</h1>");
  for (const path of ["/policy", "/privacy-request"]) {
    expect(text).toContain(`href="${path}"`);
    expect((await open(path)).status).toBe(200);
  }
});

it("what is not there is a page for a browser, and a problem for a program", async () => {
  const { status, headers, text } = await open("/nowhere");
  expect(status).toBe(404);
  expect(headers.get("content-type")).toContain("text/html");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(text).toContain("There is no such page");
  for (const [path, accept] of [
    ["/v1/nowhere", "text/html"],
    ["/nowhere", "application/json"],
    ["/nowhere", "*/*"],
  ] as const) {
    const answer = await open(path, accept);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect(JSON.parse(answer.text)).toMatchObject({ code: "not-found" });
  }
});

it("the policy has its past versions, each with until when it was in force", async () => {
  const closed = { mon: null, tue: null, wed: null, thu: null, fri: null, sat: null, sun: null };
  const gone = [
    "1 Old Street",
    "Leah Leaver",
    "Bob Sole Trader",
    "client Mr Grey",
    "07700 900123",
    "0800 496 0001",
  ];
  const recipient = (name: string) => ({
    ...{ name, kind: "mail", host: "", role: "processor", country: "GB", contract: "", fields: ["numbers"] },
  });
  const first = await setPolicy((p) => ({
    ...p,
    hours: { GB: { ...closed, sat: ["11:00", "11:15"] } },
    identity: { ...p.identity, address: "1 Old Street", freephone: "0800 496 0001" },
    recording: { ...p.recording, announcement: "Calls are recorded. Ask her on 07700 900123." },
    review: { ...p.review, lastReviewed: "2026-01-05", by: "Leah Leaver" },
    grounds: { other: "a contract with our client Mr Grey" },
    recipients: [recipient("Bob Sole Trader"), recipient("Postal Ltd")] as typeof p.recipients,
  }));
  expect((await open("/policy")).text).toContain("Leah Leaver");
  const now = await setPolicy((p) => ({
    ...p,
    identity: { ...p.identity, address: "2 New Street", freephone: "" },
    recording: { ...p.recording, announcement: "Calls are recorded." },
    review: { ...p.review, by: "Nora New" },
    grounds: {},
    recipients: [recipient("Postal Ltd")] as typeof p.recipients,
  }));
  const current = await open("/policy");
  expect(current.text).toContain("2 New Street");
  expect(current.text).toContain(`href="/policy/${first}"`);
  expect(current.text).not.toContain(`href="/policy/${now}"`);
  // Their list is the page's end, so its head leads there.
  expect(current.text).toMatch(/in force since [^<]+ \(<a href="#past">earlier versions<\/a>\)/);
  const past = await open(`/policy/${first}`);
  // What the policy no longer names of people and places is not public again.
  for (const name of [...gone, "2 New Street", "Nora New"]) expect(past.text).not.toContain(name);
  for (const kept of ["11:15", "Postal Ltd", "5 Jan 2026"]) expect(past.text).toContain(kept);
  expect(past.text).toContain("This is an earlier version. It was in force until");
  // Neither why it was saved nor by whom.
  expect(past.text).not.toMatch(/manager|admin/i);
  expect((await open(`/policy/${now}`)).headers.get("location")).toBe("/policy");
  expect((await open("/policy/999999")).status).toBe(404);
  expect((await open("/policy/none")).status).toBe(404);
});

/** How far a request is, by its reference and a code that is mailed to the address which confirmed it. */
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import type { Env } from "../../../../worker/env.ts";
import { dump } from "../../helpers.ts";
import { enter, officer, open, sendForm, WHO, withTeam } from "../kit.ts";

withTeam();
const PATH = "/privacy-request/status";
/** What is made behind an answer. */
const SOON = { timeout: 20_000 };

/** A deployment with a mail binding that keeps what is sent. */
function posted() {
  const sent: { to: string; text: string }[] = [];
  const EMAIL = {
    // Others that wait in the outbox go out as well.
    send: (m: (typeof sent)[number] & { subject: string }) =>
      Promise.resolve(m.subject.startsWith("Your code") && sent.push(m)),
  };
  return { sent, own: { ...env, MAIL_FROM: "ClearDial <dial@example.com>", EMAIL } as unknown as Env };
}
const codeIn = (text: string) => /code is (\w{4}-\w{4})/.exec(text)![1]!;
const refOf = async (id: string) =>
  (await env.DB.prepare("SELECT ref FROM requests WHERE id = ?").bind(id).first<string>("ref"))!;
const ask = (reference: string, email: string, own: Env, more: object = {}) =>
  sendForm(PATH, { reference, email }, { own, ...more });
const give = (reference: string, email: string, code: string, own: Env, once = "the page") =>
  sendForm(PATH, { step: "code", reference, email, code, once }, { own });
interface Row {
  template: string;
  recipient: string;
}
const codes = async () =>
  ((await dump("outbox")) as Row[]).filter(({ template }) => template === "request-code");

it("a code goes to the confirmed address, and opens how far it is: no letter, no step, no copy", async () => {
  const { sent, own } = posted();
  const email = "code@example.com";
  const id = await enter(officer, { email });
  const reference = await refOf(id);
  // As people write them.
  const { status, html } = await ask(` ${reference.toLowerCase()} `, "Code@Example.com", own);
  expect(status).toBe(200);
  expect(html).toContain("a code is on its way there");
  await expect.poll(() => sent.length).toBe(1);
  expect(sent[0]!.to).toBe(email);
  const given = await give(reference, email, codeIn(sent[0]!.text).toLowerCase(), own);
  expect(given.status).toBe(303);
  // For a day, and not for the ninety of a link that is mailed: the next code opens it again.
  const links = await env.DB.prepare("SELECT until FROM request_links WHERE request = ? ORDER BY at DESC")
    .bind(id)
    .first<{ until: string }>();
  expect(Date.parse(links!.until) - Date.now()).toBeLessThanOrEqual(86_400_000);
  const page = await open(given.location!, own);
  expect(page.html).toContain(`Request ${reference}`);
  expect(page.html).toContain("We look into it.");
  for (const kept of ["Take my request back", WHO.name]) expect(page.html).not.toContain(kept);
  const said = ((await dump("audit")) as { code: string }[]).map(({ code }) => code);
  expect(said).toContain("request.code-asked");
  expect(said).toContain("request.code-given");
});

it("takes a reference and a code however they are written: without the hyphen, with spaces, with a phone's dash", async () => {
  const { sent, own } = posted();
  const email = "written@example.com";
  const reference = await refOf(await enter(officer, { email }));
  const ways: ((text: string) => string)[] = [
    (text) => text.replace("-", ""),
    (text) => text.toLowerCase().replace("-", " "),
    (text) => text.replace("-", "\u2013"),
    (text) => [...text].join(" "),
  ];
  await ask(ways[0]!(reference), email, own);
  await expect.poll(() => sent.length).toBe(1);
  for (const way of ways)
    expect((await give(way(reference), email, way(codeIn(sent[0]!.text)), own)).status).toBe(303);
});

it("a code counts once: for the page that it was written into, also by a double click, and for no other", async () => {
  const { sent, own } = posted();
  const email = "once@example.com";
  const id = await enter(officer, { email });
  const reference = await refOf(id);
  const { html } = await ask(reference, email, own);
  const onceIn = (page: string) => /name="once" value="([^"]+)"/.exec(page)![1]!;
  await expect.poll(() => sent.length).toBe(1);
  const code = codeIn(sent[0]!.text);
  // A wrong one uses nothing up, and its page is the same one.
  const wrong = await give(reference, email, "2222-2222", own, onceIn(html));
  expect(onceIn(wrong.html)).toBe(onceIn(html));
  const [first, twice] = await Promise.all([1, 2].map(() => give(reference, email, code, own, onceIn(html))));
  for (const { status, location } of [first!, twice!]) {
    expect(status).toBe(303);
    expect((await open(location!, own)).html).toContain(`Request ${reference}`);
  }
  // Who is told to wait has the same page still.
  const DOOR = { limit: () => Promise.resolve({ success: false }) } as unknown as RateLimit;
  const wait = await give(reference, email, code, { ...own, DOOR }, onceIn(html));
  expect([wait.status, onceIn(wait.html)]).toEqual([429, onceIn(html)]);
  // Who read the mail, or saw it typed, has another page, or none.
  const links = async () => (await dump("request_links")).length;
  const before = await links();
  for (const other of [onceIn((await ask(reference, email, own)).html), ""]) {
    const late = await give(reference, email, code, own, other);
    expect([late.status, late.html.includes("used already")]).toEqual([422, true]);
  }
  expect(await links()).toBe(before);
  // Of two pages at once one is first.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 600_000 });
  try {
    await ask(reference, email, own);
    await vi.waitFor(() => expect(sent).toHaveLength(2), SOON);
    const next = codeIn(sent[1]!.text);
    const both = await Promise.all(["one", "other"].map((page) => give(reference, email, next, own, page)));
    expect(both.map(({ status }) => status).sort()).toEqual([303, 422]);
    expect((await give(reference, email, next, own, "")).status).toBe(422);
  } finally {
    vi.useRealTimers();
  }
});

it("tells nobody by a failure or by waiting that there is a request: its mail is made behind the answer", async () => {
  const { own } = posted();
  const reference = await refOf(await enter(officer, { email: "behind@example.com" }));
  const asked: string[] = [];
  // The database fails wherever the mail is made, and answers what is asked of everybody.
  const DB = new Proxy(env.DB, {
    get(db, name) {
      if (name === "prepare")
        return (query: string) => {
          asked.push(query);
          if (query.includes("outbox")) throw new Error("The database is away.");
          return db.prepare(query);
        };
      const of = Reflect.get(db, name) as unknown;
      return typeof of === "function" ? (of.bind(db) as unknown) : of;
    },
  });
  const errors = vi.spyOn(console, "error").mockReturnValue();
  const there = await ask(reference, "behind@example.com", { ...own, DB });
  await vi.waitFor(() => expect(errors).toHaveBeenCalled(), SOON);
  expect(asked.some((query) => query.includes("outbox"))).toBe(true);
  const none = await ask("ZZZZ-ZZZZ", "behind@example.com", { ...own, DB });
  expect([there.status, none.status]).toEqual([200, 200]);
  // Nor at the code: what a wrong one asks of the database is the same for both.
  const of = async (ref: string) => {
    asked.length = 0;
    expect((await give(ref, "behind@example.com", "2222-2222", { ...own, DB })).status).toBe(422);
    return [...asked];
  };
  expect(await of(reference)).toEqual(await of("ZZZZ-ZZZZ"));
  errors.mockRestore();
});

it("answers everybody alike, and mails nobody else: unknown, another's address, one that never confirmed itself", async () => {
  const { sent, own } = posted();
  const id = await enter(officer, { email: "alike@example.com" });
  const reference = await refOf(id);
  const unproved = await refOf(await enter(officer, { email: "unproved@example.com", proved: false }));
  const before = (await codes()).length;
  const hide = (html: string) => html.replaceAll(/value="[^"]*"/g, "");
  const right = hide((await ask(reference, "alike@example.com", own)).html);
  await expect.poll(() => sent.length).toBe(1);
  for (const [ref, email] of [
    ["ZZZZ-ZZZZ", "alike@example.com"],
    [reference, "other@example.com"],
    [unproved, "unproved@example.com"],
  ] as const)
    expect(hide((await ask(ref, email, own)).html), email).toBe(right);
  expect(await codes()).toHaveLength(before + 1);
});

it("sends one code in ten minutes, five a day; a code is over after twenty, and is of one request alone", async () => {
  const { sent, own } = posted();
  const email = "often@example.com";
  const reference = await refOf(await enter(officer, { email }));
  const other = await refOf(await enter(officer, { email }));
  const start = Math.floor(Date.now() / 600_000) * 600_000 + 1000;
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  try {
    await ask(reference, email, own);
    await ask(reference, email, own);
    await vi.waitFor(() => expect(sent).toHaveLength(1), SOON);
    const code = codeIn(sent[0]!.text);
    expect((await give(other, email, code, own)).status).toBe(422);
    expect((await give(reference, "other@example.com", code, own)).status).toBe(422);
    const wrong = await give(reference, email, "2222-2222", own);
    expect([wrong.status, wrong.html.includes('role="alert"')]).toEqual([422, true]);
    vi.setSystemTime(start + 19 * 60_000);
    expect((await give(reference, email, code, own)).status).toBe(303);
    vi.setSystemTime(start + 20 * 60_000);
    expect((await give(reference, email, code, own)).status).toBe(422);
    for (let n = 2; n <= 7; n++) {
      vi.setSystemTime(start + n * 600_000);
      await ask(reference, email, own);
      await vi.waitFor(() => expect(sent).toHaveLength(Math.min(n, 5)), SOON);
    }
    expect((await codes()).filter(({ recipient }) => recipient === email)).toHaveLength(5);
  } finally {
    vi.useRealTimers();
  }
});

it("is refused to another site and to too many tries; without a mail service it says how to ask", async () => {
  const { sent, own } = posted();
  const DOOR = { limit: () => Promise.resolve({ success: false }) } as unknown as RateLimit;
  expect((await ask("ABCD-EFGH", "a@example.com", { ...own, DOOR })).status).toBe(429);
  expect(
    (await ask("ABCD-EFGH", "a@example.com", own, { headers: { origin: "https://evil.example" } })).status,
  ).toBe(400);
  expect((await ask("", "a@example.com", own)).status).toBe(422);
  const { html } = await open(PATH);
  expect(html).toContain("We cannot send mails just now.");
  expect(html).not.toContain("We send a code");
  expect(html).not.toContain("<form");
  expect(sent).toEqual([]);
});

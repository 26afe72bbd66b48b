/** What the background answers to pages and to our own pages, handler by handler, and who may ask what. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { citiesIn } from "../../../shared/country/cities.ts";
import { openPageHandlers, type PageHandlersDeps } from "../../../extension/background/page-handlers.ts";
import { listen, mayAsk, type Handlers, type Sender } from "../../../extension/background/router.ts";
import { NoAnswer, orTrouble, Refused } from "../../../extension/background/worker-errors.ts";
import { openUiHandlers, type UiHandlersDeps } from "../../../extension/background/ui-handlers.ts";
import type { Rulings, Tokens } from "../../../extension/carried.ts";
import type { Ask } from "../../../extension/messages.ts";
import type { PolicyContext } from "../../../extension/policy-context.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { settle, stampOf } from "../clock.ts";

const OURS = "chrome-extension://abc";
const ourPage: Sender = { id: "abc", origin: OURS };
const crmPage: Sender = { id: "abc", origin: "https://crm.example", tab: { id: 7 } as chrome.tabs.Tab };
const context: PolicyContext = { policy: defaultPolicy, stamp: stampOf(7), clockOffset: 0 };
const rulings: Rulings = { notNumbers: [], countries: {}, siteCountry: null };
const tokens: Tokens = { own: "this life's", before: ["the last one's"] };
const offline = () => Promise.reject<never>(new NoAnswer("offline", 4000));

type Listener = (message: unknown, sender: Sender, answer: (value: unknown) => void) => boolean;
let listeners: Listener[];

beforeEach(() => {
  vi.stubGlobal("location", { origin: OURS });
  listeners = [];
  const addListener = (listener: Listener) => void listeners.push(listener);
  vi.stubGlobal("chrome", { runtime: { id: "abc", onMessage: { addListener } } });
});
afterEach(() => vi.unstubAllGlobals());

describe("the switch", () => {
  it("lets scripts in pages ask for page.* only, and nobody who is not of this extension", () => {
    expect(mayAsk("page.facts", crmPage)).toBe(true);
    expect(mayAsk("ui.api", crmPage)).toBe(false);
    expect(mayAsk("ui.api", ourPage)).toBe(true);
    expect(mayAsk("page.facts", { ...crmPage, id: "another" })).toBe(false);
    expect(mayAsk("ui.api", { ...ourPage, id: "another" })).toBe(false);
  });

  const listening = (handlers: Partial<Handlers>, ready: Promise<unknown> = Promise.resolve()) => {
    listen(handlers as Handlers, ready);
    return listeners[0]!;
  };

  it("answers once what is kept has been read", async () => {
    let read = () => {};
    const ready = new Promise<void>((done) => (read = done));
    const answer = vi.fn();
    const listener = listening({ "ui.dialsRead": () => null }, ready);
    expect(listener({ kind: "ui.dialsRead" }, ourPage, answer)).toBe(true);
    await settle();
    expect(answer).not.toHaveBeenCalled();
    read();
    await settle();
    expect(answer).toHaveBeenCalledExactlyOnceWith(null);
  });

  it("leaves to others what it has no handler for, and what the sender may not ask", () => {
    const listener = listening({ "ui.dialsRead": () => null });
    for (const [kind, sender] of [
      ["ui.dialsRead", crmPage],
      ["ui.nothing", ourPage],
      ["toString", ourPage],
    ] as const)
      expect(listener({ kind }, sender, vi.fn()), kind).toBe(false);
  });

  it("answers with undefined what failed, and logs it", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const answer = vi.fn();
    const failing = listening({ "ui.dialsRead": () => Promise.reject<null>(new Error("broken")) });
    failing({ kind: "ui.dialsRead" }, ourPage, answer);
    await settle();
    expect(answer).toHaveBeenCalledExactlyOnceWith(undefined);
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
  });
});

it("only a Worker that cannot be asked is answered for; a bug is thrown on", async () => {
  expect(await orTrouble(offline(), ({ trouble, retryInMs }) => [trouble, retryInMs])).toEqual([
    "offline",
    4000,
  ]);
  await expect(orTrouble(Promise.reject(new TypeError("bug")), () => null)).rejects.toThrow("bug");
});

describe("a page", () => {
  const open = (more: Partial<PageHandlersDeps> = {}) => {
    const calls: string[] = [];
    const call = (name: string) => () => void calls.push(name);
    const sent: unknown[] = [];
    const handlers = openPageHandlers({
      facts: {
        ask: (_, within) => (
          calls.push(`ask${within ?? ""}`),
          Promise.resolve({ context, confirmedAt: 5, facts: {} })
        ),
        kept: () => ({ confirmedAt: 4, facts: {} }),
        poll: () => Promise.reject(new NoAnswer("signed-out", 0)),
        refresh: () => (calls.push("refresh"), Promise.resolve()),
      },
      worker: { retry: call("retry") },
      frames: {
        note: () => true,
        tidy: (_, documents) => documents().then(call("tidy")),
        all: () =>
          ["crm.example", "other.example"].map((host) => ({
            ...{ tabId: 1, frameId: 0, documentId: "d", origin: "", counts: {} as never },
            ...{ host, called: `${host}.as.called` },
          })),
        send: (frames, message) => (sent.push([frames.length, message]), Promise.resolve()),
      },
      rulings: { of: () => rulings, add: (host) => ({ ...rulings, siteCountry: host }) },
      context: () => context,
      trouble: () => Promise.resolve(null),
      freshen: call("freshen"),
      learnWho: () => Promise.resolve(),
      seen: call("seen"),
      documentsOf: () => Promise.resolve(null),
      injectCard: () => (calls.push("card"), Promise.resolve()),
      tokensOf: () => Promise.resolve(tokens),
      protocolsOff: () => ["telnyx"],
      softphone: () => Promise.resolve("callto:"),
      ...more,
    });
    return { handlers, calls, sent };
  };
  const frame = { host: "crm.example", childOrigins: [] };

  it("that says hello is told what is known, and brings it up to date where nothing is", async () => {
    const known = open();
    const hello = { kind: "page.hello", frame } as const;
    expect(await known.handlers["page.hello"](hello, crmPage)).toEqual({
      rulings,
      context,
      trouble: null,
      tokens,
      protocolsOff: ["telnyx"],
      softphone: "callto:",
    });
    expect(known.calls).toEqual(["tidy"]);
    const empty = open({ context: () => null });
    await empty.handlers["page.hello"](hello, crmPage);
    expect(empty.calls).toContain("freshen");
  });

  it("whose dial waits has the Worker asked first, whatever the back-off says", async () => {
    const { handlers, calls } = open();
    await handlers["page.facts"]({ kind: "page.facts", numbers: [] }, crmPage);
    expect(calls).toEqual(["ask"]);
    const answer = await handlers["page.facts"]({ kind: "page.facts", numbers: [], now: true }, crmPage);
    expect(calls).toEqual(["ask", "retry", "refresh", "ask"]);
    expect(answer).toMatchObject({ ok: true, confirmedAt: 5 });
    await handlers["page.facts"]({ kind: "page.facts", numbers: [], within: 120_000 }, crmPage);
    expect(calls.slice(4)).toEqual(["ask120000"]);
  });

  it("is told of a trouble also where the cache has an answer", async () => {
    const { handlers } = open({
      facts: {
        ask: () => Promise.resolve({ context, confirmedAt: 5, facts: {} }),
        kept: () => null,
        poll: () => Promise.resolve({ changes: {} as never, context, confirmedAt: 5 }),
        refresh: () => Promise.resolve(),
      },
      trouble: () => Promise.resolve("signed-out"),
    });
    const answers = [
      await handlers["page.facts"]({ kind: "page.facts", numbers: [] }, crmPage),
      await handlers["page.poll"]({ kind: "page.poll", seq: 1 }, crmPage),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ ok: true, trouble: "signed-out" });
  });

  it("is told why there is no answer, with what is known", async () => {
    const kept = { confirmedAt: 4, facts: {} };
    const facts = { ask: offline, kept: () => kept, poll: offline, refresh: offline };
    const { handlers } = open({ facts });
    expect(await handlers["page.facts"]({ kind: "page.facts", numbers: [], now: true }, crmPage)).toEqual({
      ...{ ok: false, trouble: "offline", retryInMs: 4000, context, kept },
    });
    expect(await handlers["page.poll"]({ kind: "page.poll", seq: 1 }, crmPage)).toEqual({
      ...{ ok: false, trouble: "offline" },
    });
  });

  it("gets the table of cities when it asks", async () => {
    const { handlers } = open();
    const table = await handlers["page.cities"]({ kind: "page.cities" }, crmPage);
    expect(citiesIn(table)("leeds")).toEqual(["GB"]);
  });

  it("rules for its own site only; our own page names the site; all frames of that site hear it", async () => {
    const { handlers, sent } = open();
    const rule: Ask<"page.rule"> = {
      kind: "page.rule",
      host: "other.example",
      written: "1",
      ruling: { notNumber: true },
    };
    expect(await handlers["page.rule"](rule, crmPage)).toMatchObject({
      rulings: { siteCountry: "crm.example" },
    });
    expect(await handlers["page.rule"](rule, ourPage)).toMatchObject({
      rulings: { siteCountry: "other.example" },
    });
    expect(sent).toMatchObject([
      [1, { kind: "rulings.changed", host: "crm.example.as.called" }],
      [1, { kind: "rulings.changed", host: "other.example.as.called" }],
    ]);
  });
});

describe("one of our own pages", () => {
  const gate = { on: false, softphone: null, managed: false, granted: false, full: false, found: null };
  const open = (more: Partial<UiHandlersDeps> = {}) => {
    const calls: string[] = [];
    const call = (name: string) => () => void calls.push(name);
    const handlers = openUiHandlers({
      account: { current: () => Promise.resolve(null) },
      worker: {
        call: ((method: string) => (
          calls.push(method),
          Promise.resolve({ data: 1, from: 0, to: 0 })
        )) as never,
        open: offline,
        fail: () => new NoAnswer("offline", 0),
        retry: call("retry"),
        trouble: () => "offline",
      },
      facts: { ask: offline, refresh: () => (calls.push("refresh"), offline()), purposeSaid: call("said") },
      dials: {
        flush: call("flush"),
        read: call("read"),
        state: () => ({ waiting: 1, lost: 0, warnings: [] }),
      },
      objections: {
        flush: call("flush objections"),
        heard: () =>
          Promise.resolve([{ number: "+442079460001", at: "2026-11-25T10:00:00Z", by: "Ada", mine: false }]),
      },
      managed: {
        address: () => Promise.resolve("https://cd.example"),
        locked: () => [],
        protocolsOff: () => [],
      },
      rulings: { all: () => ({}) },
      sites: { list: () => [] },
      switches: { offered: () => [] },
      takeAsked: () => Promise.resolve("020"),
      keepPurpose: (purpose) => void calls.push(`keep ${purpose}`),
      siteState: () => Promise.resolve({} as never),
      context: () => context,
      trouble: () => Promise.resolve("not-joined"),
      gate: () => Promise.resolve(gate),
      freshen: call("freshen"),
      ...more,
    });
    return { handlers, calls };
  };

  it("where nobody is signed in, the popup says so and the options offer the administrator's server", async () => {
    const { handlers, calls } = open();
    expect(await handlers["ui.state"]({ kind: "ui.state", tabId: 1 }, ourPage)).toMatchObject({
      ...{ joined: false, workerUrl: null, person: null, trouble: "not-joined", context },
      ...{ dials: { waiting: 1 }, heard: [{ by: "Ada", mine: false }] },
    });
    expect(await handlers["ui.options"]({ kind: "ui.options" }, ourPage)).toMatchObject({
      ...{ workerUrl: "https://cd.example", managed: false, trouble: null },
    });
    expect(calls).toEqual(["freshen", "freshen"]);
  });

  it("a change is read back at once, so that open pages show it; a read and an upload's part are not", async () => {
    const { handlers, calls } = open();
    const api = (method: "GET" | "POST", path: string) =>
      handlers["ui.api"]({ kind: "ui.api", method, path }, ourPage);
    await api("GET", "/v1/me");
    await api("POST", "/v1/registers/tps/parts/1");
    expect(calls).toEqual(["retry", "GET", "retry", "POST"]);
    // The change is made, also where the question that follows it fails.
    expect(await api("POST", "/v1/suppressions")).toEqual({ ok: true, data: 1 });
    expect(calls.slice(4)).toEqual(["retry", "POST", "refresh"]);
  });

  it("is told what the Worker said no to, and why it did not answer", async () => {
    const problem = { type: "about:blank", title: "", status: 409, code: "exists" } as never;
    const { handlers, calls } = open({
      worker: {
        ...{ open: offline, fail: () => new NoAnswer("offline", 0), retry: () => {}, trouble: () => null },
        call: () => Promise.reject(new Refused(problem)),
      },
    });
    expect(
      await handlers["ui.api"]({ kind: "ui.api", method: "POST", path: "/v1/x" }, ourPage),
    ).toMatchObject({ ok: false, trouble: "refused", problem: { code: "exists" } });
    expect(await handlers["ui.file"]({ kind: "ui.file", path: "/v1/x" }, ourPage)).toMatchObject({
      ok: false,
      trouble: "offline",
    });
    expect(await handlers["ui.check"]({ kind: "ui.check", text: "020" }, ourPage)).toEqual({
      ok: false,
      trouble: "offline",
    });
    expect(calls).toEqual([]);
  });

  it("keeps what calls are for, unless the administrator locked it", async () => {
    const { handlers, calls } = open();
    await handlers["ui.purpose"]({ kind: "ui.purpose", purpose: "pensions" }, ourPage);
    await handlers["ui.purpose"]({ kind: "ui.purpose", purpose: null }, ourPage);
    expect(calls).toEqual(["keep pensions", "said", "keep null", "said"]);
    const locked = open({
      managed: { address: () => Promise.resolve(null), locked: () => ["purpose"], protocolsOff: () => [] },
    });
    await locked.handlers["ui.purpose"]({ kind: "ui.purpose", purpose: "pensions" }, ourPage);
    expect(locked.calls).toEqual([]);
  });

  it("tries again at once when a person asks, and says what the trouble is then", async () => {
    const { handlers, calls } = open();
    expect(await handlers["ui.retry"]({ kind: "ui.retry" }, ourPage)).toEqual({ trouble: "not-joined" });
    expect(calls).toEqual(["retry", "flush", "flush objections", "refresh"]);
    expect(await handlers["ui.asked"]({ kind: "ui.asked" }, ourPage)).toEqual({ text: "020" });
  });
});

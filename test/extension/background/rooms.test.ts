import { describe, expect, it } from "vitest";
import { readAddress, testAddress } from "../../../extension/background/sign-in/address.ts";
import { openChangeLog } from "../../../extension/background/check/changelog.ts";
import { openFactStore } from "../../../extension/background/check/fact-store.ts";
import { openFrames, originOf } from "../../../extension/background/sites/frames.ts";
import { rule } from "../../../extension/background/rulings.ts";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import { pause, retryAfterMs } from "../../../extension/background/worker-errors.ts";
import { coveringOf } from "../../../extension/origins.ts";
import { inviteFrom } from "../../../extension/ui/invite.ts";
import type { Facts } from "../../../shared/check/api.ts";
import { MemoryArea } from "../double.ts";

const facts = (e164: string): Facts => ({ e164, region: "GB", lists: [], suppressions: [], consents: [] });

describe("a storage", () => {
  it("keeps over an eviction what was written, and forgets what was removed", async () => {
    const area = new MemoryArea();
    const first = openCachedStorage(area);
    first.set("a", 1);
    first.set("b", 2);
    first.remove("b");
    await first.settled();
    const second = openCachedStorage(area);
    await second.ready;
    expect([second.get("a"), second.get("b")]).toEqual([1, undefined]);
  });

  it("does not let what was stored undo what was written while it was read", async () => {
    const area = new MemoryArea();
    area.items = { a: "old", b: "old" };
    const storage = openCachedStorage(area);
    storage.set("a", "new");
    storage.remove("b");
    await storage.ready;
    expect([storage.get("a"), storage.get("b")]).toEqual(["new", undefined]);
  });

  it("drops before it writes", async () => {
    const area = new MemoryArea();
    area.items = { "facts:1": "x" };
    const storage = openCachedStorage(area);
    await storage.ready;
    storage.set("held", { seq: 2 });
    storage.remove("facts:1");
    await storage.settled();
    expect(area.log).toEqual(["remove facts:1", "set held"]);
  });

  it("makes room when the area is full", async () => {
    const area = new MemoryArea();
    const storage = openCachedStorage(area, () => {
      area.full = false;
      storage.remove("big");
    });
    storage.set("big", "x");
    area.full = true;
    storage.set("held", 1);
    await storage.settled();
    expect(area.items).toEqual({ held: 1 });
  });
});

describe("the cache", () => {
  it("holds no more than it may, the newest last", async () => {
    const storage = openCachedStorage(new MemoryArea());
    const cache = openFactStore(storage, 2000);
    await cache.ready;
    for (let i = 0; i < 5000; i += 250)
      cache.put(Array.from({ length: 250 }, (_, k) => [`+44${i + k}`, facts(`+44${i + k}`)]));
    expect(cache.size).toBeLessThanOrEqual(2000);
    expect(cache.size).toBeGreaterThan(1400);
    expect(cache.has("+440")).toBe(false);
    expect(cache.get("+444999")).toEqual(facts("+444999"));
  });

  it("is the same after an eviction, in few storage entries", async () => {
    const area = new MemoryArea();
    const storage = openCachedStorage(area);
    const cache = openFactStore(storage);
    await cache.ready;
    cache.put(Array.from({ length: 1800 }, (_, i) => [`+44${i}`, i % 100 === 0 ? null : facts(`+44${i}`)]));
    cache.drop(["+441", "+442"]);
    await storage.settled();
    expect(Object.keys(area.items)).toHaveLength(4);

    const again = openFactStore(openCachedStorage(area));
    await again.ready;
    expect(again.size).toBe(1798);
    expect([again.has("+441"), again.has("+440"), again.get("+440")]).toEqual([false, true, null]);
    again.put([["+443", { ...facts("+443"), region: null }]]);
    expect([again.size, again.get("+443")?.region]).toEqual([1798, null]);
  });
});

describe("frames", () => {
  const counts = (blocked: number) => ({ clear: 1, caution: 0, blocked, unknown: 0 });
  const sender = (tab: number, frameId: number, documentId: string) => ({
    tab: { id: tab } as chrome.tabs.Tab,
    frameId,
    documentId,
    origin: "https://crm.example",
  });
  const report = { host: "crm.example", childOrigins: [] };

  it("adds up a tab's frames, without those that are gone", () => {
    const frames = openFrames(openCachedStorage(new MemoryArea()));
    frames.note(sender(1, 0, "top"), report, counts(2));
    frames.note(sender(1, 7, "child"), report, counts(1));
    frames.note(sender(2, 0, "elsewhere"), report, counts(9));
    expect(frames.counts(1, null)).toEqual({ clear: 2, caution: 0, blocked: 3, unknown: 0 });
    expect(frames.counts(1, new Set(["top"])).blocked).toBe(2);
    frames.note(sender(1, 0, "top"), report, counts(5));
    expect(frames.counts(1, null).blocked).toBe(6);
  });

  it("keeps a frame that reported before its own top frame did", () => {
    const frames = openFrames(openCachedStorage(new MemoryArea()));
    frames.note(sender(1, 7, "child"), report, counts(1));
    expect(frames.note(sender(1, 0, "top"), report, counts(2))).toBe(true);
    expect(frames.note(sender(1, 0, "top"), report, counts(3))).toBe(false);
    expect(frames.counts(1, null).blocked).toBe(4);
  });

  it("forgets the frames of the last page, and all when the tab closes", async () => {
    const frames = openFrames(openCachedStorage(new MemoryArea()));
    frames.note(sender(1, 0, "top"), report, counts(2));
    frames.note(sender(1, 7, "child"), report, counts(1));
    frames.note(sender(1, 8, "old"), report, counts(1));
    expect(frames.note(sender(1, 0, "next"), report)).toBe(true);
    await frames.tidy(1, () => {
      frames.note(sender(1, 8, "new"), report, counts(1));
      return Promise.resolve(new Set(["next"]));
    });
    expect(frames.all().map((f) => f.documentId)).toEqual(["next", "new"]);
    await frames.tidy(1, () => Promise.resolve(null));
    expect(frames.all()).toHaveLength(2);
    frames.closed(1);
    expect(frames.all()).toEqual([]);
  });

  it("knows a frame by the origin that Chrome names, or by its address", () => {
    expect(originOf({ origin: "https://a.example", url: "about:blank" })).toBe("https://a.example");
    expect(originOf({ origin: "null", url: "https://b.example/x" })).toBe("https://b.example");
    expect(originOf({ url: "about:srcdoc" })).toBe("null");
    expect(originOf({})).toBe("null");
  });
});

describe("the pause after a failure", () => {
  it("doubles up to a minute, and is spread", () => {
    expect([1, 2, 3, 7, 50].map((n) => pause("offline", n, 1))).toEqual([1000, 2000, 4000, 60_000, 60_000]);
    expect([1, 7].map((n) => pause("offline", n, 0))).toEqual([500, 30_000]);
    expect(pause("signed-out", 1, 0)).toBe(300_000);
  });

  it("reads Retry-After in both forms, and no longer than we would wait ourselves", () => {
    const now = Date.parse("2026-11-25T10:00:00Z");
    expect(retryAfterMs("12", now)).toBe(12_000);
    expect(retryAfterMs("Wed, 25 Nov 2026 10:01:00 GMT", now)).toBe(60_000);
    expect([null, "soon", "-5"].map((h) => retryAfterMs(h, now))).toEqual([0, 0, 0]);
    expect(retryAfterMs("86400", now)).toBe(300_000);
  });
});

describe("the Worker's address", () => {
  it.each([
    ["https://cd.example.com", "https://cd.example.com"],
    ["  cd.example.com/ ", "https://cd.example.com"],
    ["https://cd.example.com/v1/health?x=1", "https://cd.example.com"],
    ["https://cd.example.com:8443", "https://cd.example.com:8443"],
    ["localhost:8787", "http://localhost:8787"],
    ["http://127.0.0.1:8787/", "http://127.0.0.1:8787"],
    ["http://[::1]:8787", "http://[::1]:8787"],
    ["http://cd.localhost:1", "http://cd.localhost:1"],
  ])("reads %s", (written, url) => expect(readAddress(written)).toEqual({ ok: true, url }));

  it.each([
    ["", "bad-address"],
    ["nonsense", "bad-address"],
    ["two words.example", "bad-address"],
    ["ftp://cd.example.com", "bad-address"],
    ["https://me:secret@cd.example.com", "bad-address"],
    ["http://cd.example.com", "not-https"],
    ["http://127.0.0.1.example.com", "not-https"],
    ["http://10.0.0.7:8787", "not-https"],
  ])("refuses %s", (written, code) => expect(readAddress(written)).toEqual({ ok: false, code }));

  const health = { ok: true, api: 1, version: "1.2.3", at: "2026-11-25T10:00:00Z", setup: false };
  const answering =
    (answer: () => Response | Promise<Response>): typeof fetch =>
    () =>
      Promise.resolve().then(answer);
  const down = () => Promise.reject<Response>(new TypeError("Failed to fetch"));

  it.each<[string, () => Response | Promise<Response>, object]>([
    ["a Worker", () => Response.json(health), { ok: true, version: "1.2.3", setup: false }],
    [
      "a Worker that is not set up",
      () => Response.json({ ...health, setup: true }),
      { ok: true, setup: true },
    ],
    [
      "a newer one",
      () => Response.json({ ...health, api: 2 }),
      { ok: false, code: "too-old", detail: "1.2.3" },
    ],
    ["an older one", () => Response.json({ ...health, api: 0 }), { ok: false, code: "worker-too-old" }],
    ["nothing", down, { ok: false, code: "no-answer" }],
    ["a web page", () => new Response("<h1>Hi</h1>"), { ok: false, code: "not-cleardial" }],
    ["another API", () => Response.json({ status: "up" }), { ok: false, code: "not-cleardial" }],
    ["no such page", () => new Response("no", { status: 404 }), { ok: false, code: "not-cleardial" }],
    ["a broken gateway", () => new Response("no", { status: 502 }), { ok: false, code: "no-answer" }],
  ])("tells %s by its answer", async (_, answer, expected) =>
    expect(await testAddress("https://cd.example.com", answering(answer))).toMatchObject(expected),
  );

  it("tells a server that does not let us read its answers from none", async () => {
    const closed: typeof fetch = (_, init) =>
      init?.mode === "no-cors" ? Promise.resolve(new Response("")) : down();
    expect(await testAddress("https://cd.example.com", closed)).toMatchObject({
      ok: false,
      code: "not-cleardial",
    });
  });
});

describe("rulings", () => {
  const none = { notNumbers: [], countries: {}, siteCountry: null };

  it("compares by digits", () => {
    const once = rule(none, "020 7946-0012", { notNumber: true });
    expect(rule(once, "02079460012", { notNumber: true }).notNumbers).toEqual(["02079460012"]);
    expect(rule(none, "+44 20 7946", { notNumber: true }).notNumbers).toEqual(["+44207946"]);
  });

  it("whatever their script: a ruling on one number is none on all that are written so", () => {
    const once = rule(none, "٠٢٠ ٧٩٤٦ ٠٠١٢", { notNumber: true });
    expect(once.notNumbers).toEqual(["02079460012"]);
    expect(rule(none, "＋４４ ２０ ７９４６", { notNumber: true }).notNumbers).toEqual(["+44207946"]);
    expect(rule(none, "०२० ७९४६ ००१२", { country: "IN", wholeSite: false }).countries).toEqual({
      "02079460012": "IN",
    });
  });

  it("lets the later word on a number stand", () => {
    const us = rule(none, "(415) 555-0134", { country: "US", wholeSite: false });
    expect(us.countries).toEqual({ "4155550134": "US" });
    const no = rule(us, "415 555 0134", { notNumber: true });
    expect(no).toEqual({ ...none, notNumbers: ["4155550134"] });
    expect(rule(no, "4155550134", { country: "CA", wholeSite: false })).toEqual({
      ...none,
      countries: { "4155550134": "CA" },
    });
  });

  it("takes back one number's, or the whole site's", () => {
    const site = rule(rule(none, "1", { notNumber: true }), "", { country: "US", wholeSite: true });
    expect(rule(site, "", { forget: true })).toEqual({ ...none, notNumbers: ["1"] });
    expect(rule(site, "1", { forget: true })).toEqual({ ...none, siteCountry: "US" });
  });
});

it.each([
  ["https://crm.example", "https://crm.example"],
  ["https://crm.example:8443", "https://crm.example"],
  ["http://crm.example", null],
  ["http://localhost:8788", "http://localhost:8788"],
  ["http://localhost:8789", null],
  ["null", null],
  ["https://a.lightning.force.com", "https://*.lightning.force.com"],
  ["https://own.lightning.force.com", "https://own.lightning.force.com"],
])("%s is covered by %s", (origin, by) =>
  expect(
    coveringOf(
      [
        "https://crm.example",
        "http://localhost:8788",
        "https://*.lightning.force.com",
        "https://own.lightning.force.com",
      ],
      origin,
    ),
  ).toBe(by),
);

it.each([
  ["#url=https%3A%2F%2Fcd.example.com&code=cdi_1", { url: "https://cd.example.com", code: "cdi_1" }],
  ["https://cd.example.com/join#code=cdi_1", { url: "https://cd.example.com", code: "cdi_1" }],
  [
    "chrome-extension://abc/options.html#url=https://cd.example.com&code=x",
    { url: "https://cd.example.com", code: "x" },
  ],
  ["#url=http://localhost:8787", { url: "http://localhost:8787", code: "" }],
  ["https://cd.example.com", null],
  ["cdi_1", null],
  ["", null],
])("the invite in %s", (text, invite) => expect(inviteFrom(text)).toEqual(invite));

describe("what a page missed", () => {
  it("is nothing where it stands at the head, and everything where it speaks of a database that was restored", () => {
    const log = openChangeLog(openCachedStorage(new MemoryArea()));
    log.add({ from: 50, to: 60, numbers: ["+442079460001"], lists: [], all: false });
    expect(log.since(60, 60)).toEqual({ reset: false, numbers: [], lists: [] });
    expect(log.since(50, 60)).toEqual({ reset: false, numbers: ["+442079460001"], lists: [] });
    expect(log.since(100, 60)).toEqual({ reset: true, numbers: [], lists: [] });
  });
});

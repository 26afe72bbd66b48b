/** Doubles for the background's surroundings: a storage area that outlives its storage, a clock, and a Worker in memory. */
import type { ChangesAnswer, CheckAnswer, Facts, Stamp } from "../../shared/check/api.ts";
import type { RegisterHead } from "../../shared/registers/api.ts";
import { type Campaign, defaultPolicy, type Policy } from "../../shared/policy/policy.ts";
import { openFactCache } from "../../extension/background/check/fact-cache.ts";
import type { Account } from "../../extension/background/sign-in/account.ts";
import { openWorkerClient } from "../../extension/background/worker-client.ts";
import { type Area, openCachedStorage } from "../../extension/background/storage.ts";
import type { Trouble } from "../../extension/carried.ts";
import type { ToPage } from "../../extension/messages.ts";

export class MemoryArea implements Area {
  items: Record<string, unknown> = {};
  readonly log: string[] = [];
  /** Refuses writes while set, as a full area does. */
  full = false;

  get() {
    return Promise.resolve(structuredClone(this.items));
  }
  set(items: Record<string, unknown>) {
    if (this.full) return Promise.reject(new Error("QUOTA_BYTES quota exceeded"));
    for (const [key, value] of Object.entries(items)) {
      this.log.push(`set ${key}`);
      this.items[key] = structuredClone(value);
    }
    return Promise.resolve();
  }
  remove(keys: string[]) {
    for (const key of keys) {
      this.log.push(`remove ${key}`);
      delete this.items[key];
    }
    return Promise.resolve();
  }
}

const head = (id: string, name: string): RegisterHead => ({
  id,
  name,
  regions: ["GB"],
  maxAgeDays: 28,
  version: 1,
  asOf: "2026-11-20",
  numbers: 1,
});

/** The Worker as the background sees it, with a list of all requests. */
export class MemoryWorker {
  seq = 1;
  api = 1;
  policyVersion = 1;
  policy: Policy = defaultPolicy;
  lists: RegisterHead[] = [head("tps", "TPS"), head("ctps", "CTPS")];
  objections = new Set<string>();
  /** On TPS. */
  registered = new Set<string>();
  changes: { seq: number; kind: "number" | "list" | "policy"; ref: string }[] = [];
  /** "down": no connection; a number: that HTTP status, without a problem document. */
  mood: "up" | "down" | number = "up";
  retryAfter: string | null = null;
  /** Answers come from a state this many changes older, as a lagging replica's do. */
  lag = 0;
  /** When answers by lookup are worth asking for again. */
  again: string | null = null;
  /** Of regions whose law counts calls. */
  attempts: string[] | null = null;
  /** What else it knows of each number. */
  more: Partial<Facts> = {};
  readonly requests: { method: string; path: string; body: unknown }[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  changed(kind: "number" | "list" | "policy", ref: string) {
    this.changes.push({ seq: ++this.seq, kind, ref });
  }
  object(number: string) {
    this.objections.add(number);
    this.changed("number", number);
  }

  /** A number comes onto TPS, by a new version of it. */
  register(number: string) {
    this.registered.add(number);
    this.lists = this.lists.map((l) => (l.id === "tps" ? { ...l, version: l.version + 1 } : l));
    this.changed("list", "tps");
  }

  count(path: string): number {
    return this.requests.filter((r) => r.path.startsWith(path)).length;
  }

  fetch: typeof fetch = (input, init) => {
    const { pathname, searchParams } = new URL(input as string);
    const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
    this.requests.push({ method: init?.method ?? "GET", path: pathname, body });
    if (this.mood === "down") return Promise.reject(new TypeError("Failed to fetch"));
    if (this.mood !== "up") {
      const headers = this.retryAfter ? { "retry-after": this.retryAfter } : {};
      return Promise.resolve(new Response("<h1>no</h1>", { status: this.mood, headers }));
    }
    return Promise.resolve(Response.json(this.#answer(pathname, Number(searchParams.get("since")), body)));
  };

  #answer(path: string, since: number, body: unknown): unknown {
    const at = new Date(this.#now()).toISOString();
    const seq = this.seq - this.lag;
    const stamp: Stamp = { seq, policy: this.policyVersion, lists: this.lists };
    if (path === "/v1/health") return { ok: true, api: this.api, version: "9", at, setup: false };
    if (path === "/v1/policy") return { version: this.policyVersion, at, by: null, policy: this.policy };
    if (path === "/v1/changes") {
      const refs = (kind: string) =>
        this.changes.filter((c) => c.seq > since && c.kind === kind).map((c) => c.ref);
      const reset = since > this.seq;
      return { at, seq, stamp, reset, numbers: refs("number"), lists: refs("list") } satisfies ChangesAnswer;
    }
    if (path !== "/v1/check") throw new Error(`No route ${path}`);
    const { numbers } = body as { numbers: string[] };
    return { at, stamp, results: numbers.map((n) => this.#result(n)) } satisfies CheckAnswer;
  }

  #result(e164: string): CheckAnswer["results"][number] {
    const none = e164.startsWith("+999");
    const at = "2026-11-01T00:00:00.000Z";
    const facts: Facts = {
      e164,
      region: "GB",
      lists: this.registered.has(e164) ? [{ id: "tps", asOf: "2026-11-20" }] : [],
      suppressions: this.objections.has(e164)
        ? [{ kind: "objection", reason: "asked", at, until: null }]
        : [],
      consents: [],
      ...(this.again === null ? {} : { again: this.again }),
      ...(this.attempts && { contacts: { attempts: this.attempts, refusedAt: null } }),
      ...this.more,
    };
    return {
      input: e164,
      e164: none ? null : e164,
      verdict: none ? "unknown" : "clear",
      reasons: [{ code: none ? "not-a-number" : "not-listed", text: "" }],
      facts: none ? null : facts,
    };
  }
}

/** The rooms of one life of the service worker, over storage and a Worker that outlive it. */
export class World {
  time = Date.parse("2026-11-25T10:00:00Z");
  purpose: Campaign | undefined;
  readonly area = new MemoryArea();
  readonly worker = new MemoryWorker(() => this.time + 3000);
  readonly stale: ToPage["facts.stale"][] = [];
  readonly troubles: (Trouble | null)[] = [];
  /** What bars numbers before the Worker knows. */
  barring: () => ReadonlyMap<string, Facts["suppressions"][number]> = () => new Map();
  /** Calls that the Worker does not have yet, by number. */
  called: ReadonlyMap<string, readonly string[]> = new Map();
  account: Account | null = {
    url: "https://cd.example",
    token: "cdt_1",
    company: "Northfold",
    person: {
      id: "p1",
      kind: "person",
      name: "Ada",
      email: "ada@example.com",
      role: "agent",
      scopes: null,
      active: true,
      createdAt: "2026-11-01T00:00:00.000Z",
      lastSeenAt: null,
    },
  };

  wake() {
    const storage = openCachedStorage(this.area);
    const now = () => this.time;
    const worker = openWorkerClient({
      account: () => Promise.resolve(this.account),
      fetch: this.worker.fetch,
      now,
      random: () => 1,
      storage,
      changed: (trouble) => this.troubles.push(trouble),
    });
    const facts = openFactCache({
      worker,
      storage,
      now,
      purpose: () => this.purpose,
      tick: () => new Promise((done) => setTimeout(done)),
      stale: (message) => this.stale.push(message),
      barring: () => this.barring(),
      called: () => this.called,
    });
    return { storage, worker, facts };
  }
}

/** Accounts and what an administrator's policy says of them, with storage, a clock and a Worker of the test's own. */
import { openAccount } from "../../../extension/background/sign-in/account.ts";
import type { Account } from "../../../extension/background/sign-in/account.ts";
import { openWorkerClient } from "../../../extension/background/worker-client.ts";
import { openManaged } from "../../../extension/background/managed.ts";
import { openRefresh } from "../../../extension/background/sign-in/refresh.ts";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import type { Person } from "../../../shared/people/api.ts";
import { MemoryArea } from "../double.ts";

export const person: Person = {
  id: "p1",
  kind: "person",
  name: "Ada",
  email: "ada@example.com",
  role: "agent",
  scopes: null,
  active: true,
  createdAt: "2026-11-01T00:00:00.000Z",
  lastSeenAt: null,
};

/** As much of the Worker as knows tokens: one device, whose new token ends the old one at its first use. */
export class Tokens {
  live = "cdt_1";
  next: string | null = null;
  old = false;
  made = 1;
  /** Loses the answer to the next rotation. */
  losing = false;
  /** The Worker refuses to end the last administrator's token. */
  last = false;
  readonly seen: string[] = [];
  readonly fetch: typeof fetch = (input, init) => {
    const { pathname } = new URL(input as string);
    const token = new Headers(init?.headers).get("authorization")?.slice("Bearer ".length) ?? "";
    this.seen.push(`${init?.method ?? "GET"} ${pathname} ${token}`);
    if (this.next !== null && token === this.next) {
      this.live = this.next;
      this.next = null;
      this.old = false;
    }
    if (token !== this.live)
      return Promise.resolve(Response.json({ code: "not-signed-in" }, { status: 401 }));
    if (pathname === "/v1/me")
      return Promise.resolve(Response.json({ person, company: "Northfold", rotate: this.old }));
    if (pathname === "/v1/tokens/current") {
      const refusal = { code: "last-admin", title: "The last one.", detail: "Sign in elsewhere first." };
      return Promise.resolve(
        this.last ? Response.json(refusal, { status: 409 }) : Response.json({ revoked: true }),
      );
    }
    if (pathname !== "/v1/tokens/rotate") throw new Error(`No route ${pathname}`);
    this.next = `cdt_${++this.made}`;
    if (!this.losing) return Promise.resolve(Response.json({ token: this.next }, { status: 201 }));
    this.losing = false;
    return Promise.reject(new TypeError("connection reset"));
  };
}

export class World {
  time = Date.parse("2026-11-25T10:00:00Z");
  readonly local = new MemoryArea();
  session = new MemoryArea();
  readonly tokens = new Tokens();
  changes = 0;
  /** How often the administrator's rules changed. */
  ruled = 0;
  policy: Record<string, unknown> = {};

  constructor(account: Account | null = { url: "https://cd.example", token: "cdt_1", person, company: "" }) {
    if (account) this.local.items = { account };
  }
  stored = () => this.local.items["account"] as Account | undefined;

  /** The service worker's rooms after Chrome started it. */
  wake() {
    const { fetch } = this.tokens;
    const now = () => this.time;
    const storage = openCachedStorage(this.session);
    const local = openCachedStorage(this.local);
    const account = openAccount({
      local,
      fetch,
      device: "Chrome",
      changed: () => this.changes++,
    });
    const changed = () => {};
    const worker = openWorkerClient({
      account: account.current,
      fetch,
      now,
      random: () => 1,
      storage,
      changed,
    });
    const me = openRefresh({ worker, account, storage, now });
    const managed = openManaged({
      ...{ account, fetch, local },
      read: () => Promise.resolve(this.policy),
      changed: () => this.ruled++,
    });
    return { account, worker, me, managed };
  }
  later(minutes = 11) {
    this.time += minutes * 60_000;
  }
}

/** A token that is replaced under a running extension, and the sign-in that an administrator's policy gives. */
import { describe, expect, it } from "vitest";
import { openAccount } from "../../extension/background/account.ts";
import { type Account, openLink } from "../../extension/background/link.ts";
import { openManaged } from "../../extension/background/managed.ts";
import { openMe } from "../../extension/background/me.ts";
import { openShelf } from "../../extension/background/shelf.ts";
import type { Person } from "../../shared/api.ts";
import { MemoryArea } from "./double.ts";

const person: Person = {
  id: "p1",
  kind: "person",
  name: "Ada",
  email: "ada@example.com",
  role: "agent",
  active: true,
  createdAt: "2026-11-01T00:00:00.000Z",
  lastSeenAt: null,
};

/** As much of the Worker as knows tokens: one device, whose new token ends the old one at its first use. */
class Tokens {
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

class World {
  time = Date.parse("2026-11-25T10:00:00Z");
  readonly local = new MemoryArea();
  session = new MemoryArea();
  readonly tokens = new Tokens();
  changes = 0;
  policy: Record<string, unknown> = {};

  constructor(account: Account | null = { url: "https://cd.example", token: "cdt_1", person, company: "" }) {
    if (account) this.local.items = { account };
  }
  stored = () => this.local.items["account"] as Account | undefined;

  /** The service worker's rooms after Chrome started it. */
  wake() {
    const { fetch } = this.tokens;
    const now = () => this.time;
    const shelf = openShelf(this.session);
    const account = openAccount({
      local: openShelf(this.local),
      fetch,
      device: "Chrome",
      changed: () => this.changes++,
    });
    const changed = () => {};
    const link = openLink({ account: account.current, fetch, now, random: () => 1, shelf, changed });
    const me = openMe({ link, account, shelf, now });
    const managed = openManaged({ account, fetch, read: () => Promise.resolve(this.policy) });
    return { account, link, me, managed };
  }
  later(minutes = 11) {
    this.time += minutes * 60_000;
  }
}

describe("an old token", () => {
  it("is replaced, and nothing that was learnt is dropped", async () => {
    const world = new World();
    world.tokens.old = true;
    const { me, link, account } = world.wake();
    await me.learn();
    expect(world.stored()).toMatchObject({ token: "cdt_2", company: "Northfold" });
    expect((await account.current())?.token).toBe("cdt_2");
    await link.call("GET", "/v1/me");
    expect(world.tokens.live).toBe("cdt_2");
    expect(world.changes).toBe(0);
  });

  it("is asked about every ten minutes, and by one question where several ask at once", async () => {
    const world = new World();
    world.tokens.old = true;
    const { me } = world.wake();
    await Promise.all([me.learn(), me.learn(), me.learn()]);
    await me.learn();
    expect(world.tokens.made).toBe(2);
    world.later();
    await me.learn();
    expect(world.tokens.seen.filter((s) => s.startsWith("GET /v1/me"))).toHaveLength(2);
  });

  it("is used until the new one is on the disk", async () => {
    const world = new World();
    const { account } = world.wake();
    await account.current();
    let written = () => {};
    const set = world.local.set.bind(world.local);
    world.local.set = (items) =>
      new Promise((done) => {
        written = () => void set(items).then(done);
      });
    const renewed = account.renew("cdt_1", "cdt_2");
    await expect.poll(() => String(written)).toContain("set(items)");
    expect((await account.current())?.token).toBe("cdt_1");
    written();
    await renewed;
    expect((await account.current())?.token).toBe("cdt_2");
    expect(world.stored()?.token).toBe("cdt_2");
  });

  it("goes on where the answer is lost, or Chrome stops us before the new one is written", async () => {
    const world = new World();
    world.tokens.old = true;
    world.tokens.losing = true;
    await expect(world.wake().me.learn()).rejects.toThrow();
    expect(world.stored()?.token).toBe("cdt_1");
    world.later();
    // A new life of the service worker.
    await world.wake().me.learn();
    expect(world.stored()?.token).toBe("cdt_3");
    expect((await world.wake().link.call("GET", "/v1/me")).data).toMatchObject({ person: { id: "p1" } });
  });

  it("under way while it is replaced is no lost sign-in: the question is asked again", async () => {
    const world = new World();
    const { account, link } = world.wake();
    await account.current();
    const slow = link.call("GET", "/v1/me");
    // Before the Worker reads it, the new token has taken its place.
    world.tokens.live = "cdt_2";
    await account.renew("cdt_1", "cdt_2");
    expect((await slow).data).toMatchObject({ person: { id: "p1" } });
    expect(link.trouble()).toBeNull();
    world.tokens.live = "cdt_9";
    await expect(link.call("GET", "/v1/me")).rejects.toMatchObject({ trouble: "signed-out" });
  });

  it("does not come back after the person has left meanwhile", async () => {
    const world = new World();
    const { account } = world.wake();
    const renewed = account.renew("cdt_1", "cdt_2");
    await account.leave();
    await renewed;
    expect(await account.current()).toBeNull();
    expect(world.stored()).toBeUndefined();
    await account.renew("cdt_1", "cdt_3");
    expect(await account.current()).toBeNull();
  });
});

it("whom the Worker does not let go, as nobody else is an administrator, stays signed in", async () => {
  const world = new World();
  const { account } = world.wake();
  world.tokens.last = true;
  expect(await account.leave()).toEqual({ revoked: false, refused: "Sign in elsewhere first." });
  expect(world.stored()?.token).toBe("cdt_1");
  world.tokens.last = false;
  expect(await account.leave()).toEqual({ revoked: true });
  expect(world.stored()).toBeUndefined();
});

describe("an administrator's policy", () => {
  const policy = { workerUrl: "cd.example", token: "cdt_1" };

  it("with a token signs the browser in, and out when it is taken back, and never ends the token", async () => {
    const world = new World(null);
    const { managed, account } = world.wake();
    await managed.follow();
    expect(await account.current()).toBeNull();
    world.policy = policy;
    await managed.follow();
    await managed.follow();
    expect(world.stored()).toEqual({
      url: "https://cd.example",
      token: "cdt_1",
      person,
      company: "Northfold",
      managed: true,
    });
    expect(world.tokens.seen).toHaveLength(1);
    world.policy = {};
    await managed.follow();
    expect(await account.current()).toBeNull();
    expect(world.tokens.seen.filter((s) => s.startsWith("DELETE"))).toEqual([]);
  });

  it("with a new token signs it in anew; one that does not work changes nothing", async () => {
    const world = new World(null);
    const { managed } = world.wake();
    world.policy = policy;
    await managed.follow();
    world.policy = { ...policy, token: "cdt_2" };
    await managed.follow();
    expect(world.stored()?.token).toBe("cdt_1");
    world.tokens.live = "cdt_2";
    await managed.follow();
    expect(world.stored()?.token).toBe("cdt_2");
  });

  it("leaves whoever signed in by hand signed in", async () => {
    const world = new World({ url: "https://cd.example", token: "cdt_mine", person, company: "" });
    world.policy = policy;
    await world.wake().managed.follow();
    world.policy = {};
    await world.wake().managed.follow();
    expect(world.stored()?.token).toBe("cdt_mine");
    expect(world.tokens.seen).toEqual([]);
  });

  it("with an address alone names it, if it is one", async () => {
    const world = new World(null);
    const { managed } = world.wake();
    expect(await managed.address()).toBeNull();
    world.policy = { workerUrl: " cleardial.example.com " };
    expect(await managed.address()).toBe("https://cleardial.example.com");
    for (const workerUrl of ["http://cleardial.example.com", "", 7, null]) {
      world.policy = { workerUrl, token: "cdt_1" };
      await managed.follow();
      expect(await managed.address()).toBeNull();
    }
    expect(world.stored()).toBeUndefined();
    const none = openManaged({
      account: world.wake().account,
      fetch: world.tokens.fetch,
      read: () => Promise.reject(new Error("Managed storage is not set")),
    });
    expect(await none.address()).toBeNull();
  });
});

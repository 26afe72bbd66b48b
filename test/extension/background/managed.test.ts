/** What an administrator's enterprise policy does: signing in, sites, and what it locks. */
import { describe, expect, it } from "vitest";
import { openSignInHandlers } from "../../../extension/background/sign-in/handlers.ts";
import { openManaged } from "../../../extension/background/managed.ts";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import { person, World } from "./account-kit.ts";
import { MemoryArea } from "../double.ts";

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
      ...{
        account: world.wake().account,
        fetch: world.tokens.fetch,
        local: openCachedStorage(new MemoryArea()),
      },
      changed: () => {},
      read: () => Promise.reject(new Error("Managed storage is not set")),
    });
    expect(await none.address()).toBeNull();
  });

  it("names sites and locks, and says once that they changed; what is none is left out", async () => {
    const world = new World(null);
    const { managed } = world.wake();
    await managed.follow();
    expect([managed.sites(), managed.locked(), world.ruled]).toEqual([[], [], 0]);
    world.policy = {
      workerUrl: "https://cd.example",
      sites: ["https://*.lightning.force.com/", "https://*", 7, "https://*.lightning.force.com"],
      locked: ["purpose", "server", "everything"],
    };
    await managed.follow();
    await managed.follow();
    expect([managed.sites(), managed.locked(), world.ruled]).toEqual([
      ["https://*.lightning.force.com"],
      ["server", "purpose"],
      1,
    ]);
    // Known at once after Chrome has stopped us, before the policy is read again.
    const again = world.wake();
    await again.account.current();
    expect(again.managed.locked()).toEqual(["server", "purpose"]);
    world.policy = { sites: "https://crm.example", locked: null };
    await managed.follow();
    expect([managed.sites(), managed.locked(), world.ruled]).toEqual([[], [], 2]);
  });

  it("switches protocols of softphones off and on, and the pages are told", async () => {
    const world = new World(null);
    // Of an older version, which knew of no protocols.
    const { managed } = world.wake();
    expect(managed.protocolsOff()).toEqual([]);
    world.policy = { protocolsOff: ["telnyx", 7, "sip"] };
    await managed.follow();
    expect([managed.protocolsOff(), world.ruled]).toEqual([["telnyx", "sip"], 1]);
    world.policy = {};
    await managed.follow();
    expect([managed.protocolsOff(), world.ruled]).toEqual([[], 2]);
  });

  it("locked to its server lets nobody join another, nor leave", async () => {
    const world = new World({ url: "https://cd.example", token: "cdt_1", person, company: "" });
    world.policy = { workerUrl: "https://cd.example", locked: ["server"] };
    const { managed, account } = world.wake();
    await managed.follow();
    const asked: string[] = [];
    const answer = { ok: false, code: "asked", detail: "" } as const;
    const entry = openSignInHandlers({
      account: { join: (url) => (asked.push(url), Promise.resolve(answer)), leave: () => account.leave() },
      signIn: {
        signIn: (url) => (asked.push(url), Promise.resolve(answer)),
        provider: () => Promise.resolve({ name: null }),
      },
      managed,
      fetch: world.tokens.fetch,
      entered: () => {},
    });
    const join = (workerUrl: string) => entry["ui.join"]({ kind: "ui.join", workerUrl, code: "x" });
    const signIn = (workerUrl: string) => entry["ui.signIn"]({ kind: "ui.signIn", workerUrl });
    for (const other of ["https://other.example", "nonsense", ""])
      expect(await Promise.all([join(other), signIn(other)])).toMatchObject([
        { code: "locked" },
        { code: "locked" },
      ]);
    expect(asked).toEqual([]);
    await join("cd.example/");
    await signIn("https://cd.example");
    expect(asked).toEqual(["cd.example/", "https://cd.example"]);
    expect(await entry["ui.leave"]()).toEqual({ revoked: false });
    expect(await account.current()).not.toBeNull();
    world.policy = {};
    await managed.follow();
    expect(await entry["ui.leave"]()).toEqual({ revoked: true });
  });
});

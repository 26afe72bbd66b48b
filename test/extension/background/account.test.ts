/** A token that is replaced under a running extension. */
import { describe, expect, it } from "vitest";
import { person, World } from "./account-kit.ts";

describe("an old token", () => {
  it("is replaced, and nothing that was learnt is dropped", async () => {
    const world = new World();
    world.tokens.old = true;
    const { me, worker, account } = world.wake();
    await me.learn();
    expect(world.stored()).toMatchObject({ token: "cdt_2", company: "Northfold" });
    expect((await account.current())?.token).toBe("cdt_2");
    await worker.call("GET", "/v1/me");
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
    expect((await world.wake().worker.call("GET", "/v1/me")).data).toMatchObject({ person: { id: "p1" } });
  });

  it("under way while it is replaced is no lost sign-in: the question is asked again", async () => {
    const world = new World();
    const { account, worker } = world.wake();
    await account.current();
    const slow = worker.call("GET", "/v1/me");
    // Before the Worker reads it, the new token has taken its place.
    world.tokens.live = "cdt_2";
    await account.renew("cdt_1", "cdt_2");
    expect((await slow).data).toMatchObject({ person: { id: "p1" } });
    expect(worker.trouble()).toBeNull();
    world.tokens.live = "cdt_9";
    await expect(worker.call("GET", "/v1/me")).rejects.toMatchObject({ trouble: "signed-out" });
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

it("what the Worker said of one person is not kept of another who signed in meanwhile", async () => {
  const world = new World();
  const { fetch } = world.tokens;
  let go = () => {};
  const held = new Promise<void>((done) => (go = done));
  const slow: typeof fetch = async (...asked) => {
    const answer = await fetch(...asked);
    await held;
    return answer;
  };
  Object.assign(world.tokens, { fetch: slow });
  const { account, me } = world.wake();
  const learning = me.learn();
  await expect.poll(() => world.tokens.seen).toContain("GET /v1/me cdt_1");
  const other = { ...person, id: "p2", name: "Ben" };
  const entered = account.enter({ url: "https://cd.example", token: "cdt_9", person: other, company: "" });
  await expect.poll(() => world.stored()?.token).toBe("cdt_9");
  go();
  await Promise.all([learning, entered]);
  expect(world.stored()).toMatchObject({ token: "cdt_9", person: { id: "p2" } });
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

/** An administrator who can sign in always remains, or the deployment's owner can make one again. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Device, TokenAnswer } from "../../../shared/people/api.ts";
import { app } from "../../../worker/index.ts";
import { call, dump, join, SETUP_CODE } from "../helpers.ts";

let admin: string;
let id: string;
beforeAll(async () => {
  const body = { code: SETUP_CODE, name: "Ada", email: "ada@example.com" };
  const { token, person } = (await call("POST", "/v1/setup", { body })).data as TokenAnswer;
  [admin, id] = [token, person.id];
});

const leave = (token: string) => call("DELETE", "/v1/tokens/current", { token });
const status = async (token: string) => (await call("GET", "/v1/me", { token })).status;
const days = (n: number) => new Date(Date.now() - n * 86_400_000).toISOString();
/** Ages the last use of these people's tokens. */
const unused = (email: string, n: number) =>
  env.DB.prepare(
    `UPDATE tokens SET created_at = ?1, last_used_at = ?1 WHERE person IN (SELECT id FROM people WHERE email LIKE ?2)`,
  )
    .bind(days(n), email)
    .run();
const lastAdmin = { status: 409, code: "last-admin" };

describe("the last administrator who can get in", () => {
  it("does not leave, nor end that token by its id; another one of theirs, or another admin's, lets them", async () => {
    const refused = await leave(admin);
    expect(refused.data).toMatchObject({
      ...lastAdmin,
      detail: expect.stringMatching(/sign in somewhere else/) as string,
    });
    const { tokens } = (await call("GET", "/v1/tokens", { token: admin })).data as { tokens: Device[] };
    expect((await call("DELETE", `/v1/tokens/${tokens[0]!.id}`, { token: admin })).data).toMatchObject(
      lastAdmin,
    );
    expect(await status(admin)).toBe(200);
    const second = await join(admin, "admin", "ada@example.com");
    expect((await leave(second)).status).toBe(200);
    const agent = await join(admin, "agent");
    expect((await leave(agent)).status).toBe(200);
  });

  it("of two who leave at once one stays", async () => {
    const second = await join(admin, "admin", "second@example.com");
    const both = await Promise.all([leave(admin), leave(second)]);
    expect(both.map((b) => b.status).sort()).toEqual([200, 409]);
    const left = (await status(admin)) === 200 ? admin : second;
    const back = await join(left, "admin", left === admin ? "second@example.com" : "ada@example.com");
    [admin] = left === admin ? [left] : [back];
    await env.DB.prepare("UPDATE people SET active = 0 WHERE email LIKE 'second%'").run();
  });

  it("does not step down where the others' tokens have died, by an admin's change nor by an invite", async () => {
    await join(admin, "admin", "away@example.com");
    await unused("away%", 91);
    expect((await leave(admin)).data).toMatchObject(lastAdmin);
    const patch = (body: object) => call("PATCH", `/v1/people/${id}`, { token: admin, body });
    expect((await patch({ role: "agent" })).data).toMatchObject(lastAdmin);
    expect((await patch({ active: false })).data).toMatchObject(lastAdmin);
    const body = { name: "Ada", email: "ada@example.com", role: "agent" };
    const { code } = (await call("POST", "/v1/invites", { token: admin, body })).data as { code: string };
    expect((await call("POST", "/v1/join", { body: { code } })).data).toMatchObject(lastAdmin);
    expect((await call("GET", "/v1/me", { token: admin })).data).toMatchObject({ person: { role: "admin" } });
    await unused("away%", 1);
    expect((await patch({ name: "Ada Admin" })).status).toBe(200);
  });
});

describe("where every administrator's token has died", () => {
  async function setUp(code: string, email: string, SETUP_CODE?: string) {
    const context = createExecutionContext();
    const answer = await app.fetch(
      new Request("https://cleardial.test/v1/setup", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ code, name: "Ada Again", email }),
      }),
      { ...env, ...(SETUP_CODE !== undefined && { SETUP_CODE }) },
      context,
    );
    await waitOnExecutionContext(context);
    return answer.json<TokenAnswer & { code?: string }>();
  }

  it("a new set-up code makes one again, once; not while one is alive, and not the code of before", async () => {
    expect(await setUp("new-code", "ada@example.com", "new-code")).toMatchObject({ code: "setup-done" });
    await unused("%", 91);
    expect(await status(admin)).toBe(401);
    expect(await setUp(SETUP_CODE, "ada@example.com")).toMatchObject({ code: "setup-done" });
    expect(await setUp("guess", "eve@example.com", "new-code")).toMatchObject({ code: "wrong-setup-code" });
    const both = await Promise.all([
      setUp("new-code", "Ada@example.com", "new-code"),
      setUp("new-code", "eve@example.com", "new-code"),
    ]);
    expect(both.map((b) => b.code ?? "in").sort()).toEqual(["in", "setup-done"]);
    const { token, person } = both.find((b) => b.token)!;
    expect((await call("GET", "/v1/people", { token })).status).toBe(200);
    // The person with that address is the same as before.
    if (person.email === "Ada@example.com") expect(person.id).toBe(id);
    const trail = (await dump("audit")) as { code: string; subject: string }[];
    expect(trail.filter((row) => row.code === "setup.again").map((row) => row.subject)).toEqual([person.id]);
    // Expired tokens do not come back when policy allows longer without use.
    await unused("%", 1);
    expect(await status(admin)).toBe(401);
    expect(await setUp("new-code", "ada@example.com", "new-code")).toMatchObject({ code: "setup-done" });
  });

  it("or was never used, as where the answer that bore it was lost: a further code makes another, and ends it", async () => {
    await unused("%", 91);
    const lost = await setUp("code-2", "ada@example.com", "code-2");
    const { token } = await setUp("code-3", "ada@example.com", "code-3");
    expect([await status(lost.token), await status(token)]).toEqual([401, 200]);
    // The last use is written behind the answer.
    await vi.waitFor(async () =>
      expect(await dump("tokens")).toContainEqual(
        expect.objectContaining({ person: id, revoked_at: null, last_used_at: expect.any(String) as string }),
      ),
    );
    expect(await setUp("code-4", "ada@example.com", "code-4")).toMatchObject({ code: "setup-done" });
  });

  it("whoever it makes is tied to all administrators of before, who hear of it with the compliance officers", async () => {
    await env.DB.prepare("UPDATE people SET active = 1, role = 'compliance' WHERE email LIKE 'agent%'").run();
    // Once an administrator, and none any more.
    await env.DB.prepare("UPDATE people SET role = 'agent' WHERE email LIKE 'away%'").run();
    const before = async () =>
      (
        await env.DB.prepare(
          "SELECT id FROM people WHERE role = 'admin' OR email LIKE 'away%' OR email LIKE 'second%' ORDER BY id",
        ).all<{ id: string }>()
      ).results.map((one) => one.id);
    const tiesOf = async (person: string, how: string) =>
      (
        await env.DB.prepare("SELECT DISTINCT by FROM people_held WHERE person = ? AND how = ? ORDER BY by")
          .bind(person, how)
          .all<{ by: string }>()
      ).results.map(({ by }) => by);
    // Somebody new: their address, too, is that of whoever had the code.
    let admins = await before();
    await unused("%", 91);
    const fresh = await setUp("code-5", "fresh@example.net", "code-5");
    expect(await tiesOf(fresh.person.id, "code")).toEqual(admins);
    expect(await tiesOf(fresh.person.id, "address")).toEqual(admins);
    expect(await dump("tokens_held")).toContainEqual(
      expect.objectContaining({ by: expect.toBeOneOf(admins) as string }),
    );
    const told = ((await dump("outbox")) as { template: string; recipient: string; vals: string }[]).filter(
      (one) => one.template === "set-up-again" && one.vals.includes("fresh@example.net"),
    );
    expect(told.map(({ recipient }) => recipient)).toEqual(
      expect.arrayContaining(["ada@example.com", expect.stringMatching(/^agent/) as string]),
    );
    // An administrator's own address, which may be another's hand.
    await unused("%", 91);
    admins = await before();
    const again = await setUp("code-6", "ada@example.com", "code-6");
    expect(again.person.id).toBe(id);
    expect(await tiesOf(id, "code")).toEqual(admins.filter((one) => one !== id));
    expect(await tiesOf(id, "address")).toEqual([]);
  });
});

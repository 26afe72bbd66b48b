/** Devices, rotation, immediate revocation, and tokens of integrations. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Device, PersonAnswer } from "../../../shared/people/api.ts";
import { aTeam, call, DAY, dump, join } from "../helpers.ts";

const tokens = aTeam();

const dayFrom = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
const status = async (token: string) => (await call("GET", "/v1/me", { token })).status;
const me = async (token: string) =>
  (await call("GET", "/v1/me", { token })).data as { person: { id: string }; rotate: boolean };
const devices = async (token: string) =>
  ((await call("GET", "/v1/tokens", { token })).data as { tokens: Device[] }).tokens;
const rotate = async (token: string) => {
  const answer = await call("POST", "/v1/tokens/rotate", { token });
  expect(answer.status).toBe(201);
  return (answer.data as { token: string }).token;
};
/** Moves a time column of a person's tokens back by some days. */
const age = (email: string, column: string, days: number) =>
  env.DB.prepare(
    `UPDATE tokens SET ${column} = ? WHERE person = (SELECT id FROM people WHERE email = ?) AND ${column} IS NOT NULL`,
  )
    .bind(new Date(Date.now() - days * DAY).toISOString(), email)
    .run();

describe("rotation", () => {
  it("is asked for when the token is older than policy likes, and not again afterwards", async () => {
    const token = await join(tokens.admin, "agent", "old@example.com");
    expect((await me(token)).rotate).toBe(false);
    await age("old@example.com", "created_at", 29);
    expect((await me(token)).rotate).toBe(false);
    await age("old@example.com", "created_at", 31);
    expect((await me(token)).rotate).toBe(true);
    expect((await me(await rotate(token))).rotate).toBe(false);
  });

  it("ends the old token at the new one's first use, and not before", async () => {
    const old = await join(tokens.admin, "agent", "turn@example.com");
    const [device] = await devices(old);
    const next = await rotate(old);
    expect(await status(old)).toBe(200);
    expect(await status(next)).toBe(200);
    expect(await status(old)).toBe(401);
    // The same device, under the same id.
    expect(await devices(next)).toMatchObject([{ id: device!.id, current: true }]);
  });

  it("locks nobody out whose answer was lost: the old token asks again, and what was lost never counts", async () => {
    const old = await join(tokens.admin, "agent", "lost@example.com");
    const lost = await rotate(old);
    const next = await rotate(old);
    expect(await status(lost)).toBe(401);
    expect(await status(old)).toBe(200);
    expect(await status(next)).toBe(200);
    expect(await status(old)).toBe(401);
  });

  it("gives the old token a week at the most: a lost answer and a weekend sign nobody out", async () => {
    const old = await join(tokens.admin, "agent", "slow@example.com");
    const next = await rotate(old);
    await age("slow@example.com", "created_at", 40);
    await age("slow@example.com", "next_at", 6.9);
    expect((await me(old)).rotate).toBe(true);
    await age("slow@example.com", "next_at", 7.01);
    expect(await status(old)).toBe(401);
    expect(await status(next)).toBe(200);
    expect(await status(old)).toBe(401);
  });

  it("lets first uses at the same moment all pass", async () => {
    const next = await rotate(await join(tokens.admin, "agent", "burst@example.com"));
    expect(await Promise.all(Array.from({ length: 8 }, () => status(next)))).toEqual(Array(8).fill(200));
  });

  it("revoking the device ends a token that is still to be used, too", async () => {
    const old = await join(tokens.admin, "agent", "both@example.com");
    const [device] = await devices(old);
    const next = await rotate(old);
    expect((await call("DELETE", `/v1/tokens/${device!.id}`, { token: tokens.admin })).status).toBe(200);
    expect([await status(old), await status(next)]).toEqual([401, 401]);
  });

  it("stores the new token as a hash only, and puts it on the trail without it", async () => {
    const next = await rotate(await join(tokens.admin, "agent", "quiet@example.com"));
    const everything = JSON.stringify(await Promise.all(["tokens", "audit", "audit_payload"].map(dump)));
    expect(everything).toContain("token.rotated");
    expect(everything).not.toContain(next.slice(4));
  });
});

describe("revocation", () => {
  it("counts on the very next request of that device, and on no other's", async () => {
    const [first, second] = [
      await join(tokens.admin, "agent", "pair@example.com"),
      await join(tokens.admin, "agent", "pair@example.com"),
    ];
    const own = await devices(first);
    expect(own.map((d) => d.current)).toEqual([true, false]);
    expect((await call("DELETE", `/v1/tokens/${own[1]!.id}`, { token: first })).status).toBe(200);
    expect([await status(first), await status(second)]).toEqual([200, 401]);
    expect(await devices(first)).toHaveLength(1);
  });

  it("a person's page shows the devices, how the role was got, and an invite that is out", async () => {
    const token = await join(tokens.admin, "agent", "page@example.com");
    const { person } = await me(token);
    const page = async (asker: string) => call("GET", `/v1/people/${person.id}`, { token: asker });
    expect((await page(token)).status).toBe(403);
    const shown = (await page(tokens.manager)).data as PersonAnswer;
    expect(shown).toMatchObject({
      person: { kind: "person", email: "page@example.com" },
      devices: [{ current: false }],
      roleBy: "admin",
      signsIn: false,
      invite: null,
    });
    const { createdAt, lastUsedAt, expiresAt } = shown.devices[0]!;
    expect(Date.parse(expiresAt) - Date.parse(lastUsedAt ?? createdAt)).toBe(90 * DAY);
    await call("POST", "/v1/invites", {
      token: tokens.admin,
      body: { name: "Page", email: "PAGE@example.com", role: "agent" },
    });
    expect((await page(tokens.compliance)).data).toMatchObject({
      invite: { expiresAt: expect.any(String) as string },
    });
    await call("PATCH", `/v1/people/${person.id}`, { token: tokens.admin, body: { active: false } });
    expect((await page(tokens.admin)).data).toMatchObject({
      person: { active: false },
      devices: [],
      invite: null,
    });
    expect((await call("GET", "/v1/people/nobody", { token: tokens.admin })).status).toBe(404);
    expect(JSON.stringify(await dump("audit"))).toContain("opened.person");
  });
});

describe("integrations", () => {
  const make = async (until = dayFrom(30), own: object = {}) =>
    call("POST", "/v1/tokens", {
      token: tokens.admin,
      body: { name: "The dialler", scopes: ["check", "screen", "check"], until, ...own },
    });
  const made = async (until?: string) =>
    (await make(until)).data as { token: string; person: { id: string } };
  const devicesOf = async ({ id }: { id: string }) =>
    ((await call("GET", `/v1/people/${id}`, { token: tokens.admin })).data as PersonAnswer).devices;

  it("have a token of their own, scopes and a last day, and no e-mail", async () => {
    const { token, person } = await made();
    expect((await call("GET", "/v1/me", { token })).data).toMatchObject({
      person: {
        ...{ id: person.id, kind: "integration", name: "The dialler", email: null },
        scopes: ["check", "screen"],
      },
    });
    const [device] = await devicesOf(person);
    expect(device!.expiresAt).toBe(`${dayFrom(31)}T00:00:00.000Z`);
    const { people } = (await call("GET", "/v1/people", { token: tokens.manager })).data as {
      people: { id: string; kind: string; email: string | null }[];
    };
    expect(people.find((p) => p.id === person.id)).toMatchObject({ kind: "integration", email: null });
    expect(people.find((p) => p.email === "agent@example.com")).toMatchObject({ kind: "person" });
  });

  it("have no role, whoever gives it", async () => {
    for (const role of ["agent", "admin"])
      expect((await make(undefined, { role })).data).toMatchObject({ status: 422, code: "invalid" });
    for (const scopes of [[], ["admin"], undefined])
      expect((await make(undefined, { scopes })).data).toMatchObject({ status: 422, code: "invalid" });
    const { person } = await made();
    const patch = (body: object) => call("PATCH", `/v1/people/${person.id}`, { token: tokens.admin, body });
    for (const role of ["agent", "compliance", "admin"])
      expect((await patch({ role })).data).toMatchObject({ status: 409, code: "integration-admin" });
    await expect(
      env.DB.prepare("UPDATE people SET role = 'admin' WHERE id = ?").bind(person.id).run(),
    ).rejects.toThrow("CHECK");
  });

  it("get fewer scopes at once, and never more", async () => {
    const { token, person } = await made();
    const patch = (scopes: string[], id = person.id) =>
      call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body: { scopes } });
    const screenings = async () => (await call("GET", "/v1/screenings", { token })).status;
    expect(await screenings()).toBe(200);
    expect((await patch(["screen", "gate"])).data).toMatchObject({ code: "integration-admin" });
    expect((await patch(["check"])).data).toMatchObject({ scopes: ["check"] });
    expect(await screenings()).toBe(403);
    expect((await patch(["check", "screen"])).data).toMatchObject({ code: "integration-admin" });
    const { id } = (await me(tokens.agent)).person;
    expect((await patch(["check"], id)).data).toMatchObject({ code: "integration-admin" });
  });

  it("do not end themselves, and so not the browsers that share them", async () => {
    const { token } = await made();
    expect((await call("DELETE", "/v1/tokens/current", { token })).data).toMatchObject({
      code: "scope-missing",
    });
    expect(await status(token)).toBe(200);
  });

  it("last a year at most", async () => {
    expect((await make(dayFrom(366))).status).toBe(201);
    expect((await make(dayFrom(368))).data).toMatchObject({ code: "invalid", errors: [{ path: "until" }] });
  });

  it("count to the end of their last day", async () => {
    const { token } = await made(dayFrom(0));
    expect(await status(token)).toBe(200);
    await env.DB.prepare("UPDATE tokens SET until = ? WHERE until = ?").bind(dayFrom(-1), dayFrom(0)).run();
    expect(await status(token)).toBe(401);
    expect((await make(dayFrom(-1))).data).toMatchObject({
      code: "invalid",
      errors: [{ path: "until" }],
    });
  });

  it("keep their token, which many browsers may share", async () => {
    const { token } = await made();
    await env.DB.prepare("UPDATE tokens SET created_at = ? WHERE until IS NOT NULL").bind(dayFrom(-60)).run();
    expect((await me(token)).rotate).toBe(false);
    expect((await call("POST", "/v1/tokens/rotate", { token })).data).toMatchObject({
      status: 403,
      code: "scope-missing",
    });
  });

  it("end by their token or with their access, at once", async () => {
    const [one, two] = [await made(), await made()];
    const [device] = await devicesOf(one.person);
    await call("DELETE", `/v1/tokens/${device!.id}`, { token: tokens.admin });
    await call("PATCH", `/v1/people/${two.person.id}`, { token: tokens.admin, body: { active: false } });
    expect([await status(one.token), await status(two.token)]).toEqual([401, 401]);
  });

  it("cannot be joined as by an invite", async () => {
    const { person } = await made();
    const invite = await call("POST", "/v1/invites", {
      token: tokens.admin,
      body: { name: "Eve", email: `${person.id}@integration.invalid`, role: "admin" },
    });
    const { code } = invite.data as { code: string };
    expect((await call("POST", "/v1/join", { body: { code } })).data).toMatchObject({
      status: 409,
      code: "conflict",
    });
  });
});

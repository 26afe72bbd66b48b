import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { InvitesAnswer } from "../../shared/api-people.ts";
import { aTeam, call, dump, join } from "./helpers.ts";

const tokens = aTeam();

const invite = async (name: string, email: string) =>
  (
    (await call("POST", "/v1/invites", { token: tokens.admin, body: { name, email, role: "agent" } }))
      .data as { code: string }
  ).code;
const listed = async (token = tokens.manager) => {
  const { data } = await call("GET", "/v1/invites", { token });
  return (data as InvitesAnswer).invites;
};
const runOut = (email: string) =>
  env.DB.prepare("UPDATE invites SET expires_at = '2020-01-01T00:00:00.000Z' WHERE email = ?")
    .bind(email)
    .run();

it("lists who was invited and has not joined, by their newest invite, and no code", async () => {
  expect(await listed()).toEqual([]);
  await invite("Nell", "nell@example.com");
  await invite("Nell Anew", "Nell@example.com");
  const code = await invite("Jo", "jo@example.com");
  const before = await listed();
  expect(before.map((i) => i.name).sort()).toEqual(["Jo", "Nell Anew"]);
  expect(before[0]).toMatchObject({ role: "agent", byName: "Ada Admin" });
  expect(JSON.stringify(before)).not.toContain("cdi");

  expect((await call("POST", "/v1/join", { body: { code } })).status).toBe(201);
  expect((await listed()).map((i) => i.name)).toEqual(["Nell Anew"]);
});

it("keeps one that has run out, unless the person is known already", async () => {
  await runOut("nell@example.com");
  await runOut("Nell@example.com");
  expect((await listed()).map((i) => i.email.toLowerCase())).toEqual(["nell@example.com"]);
  await join(tokens.admin, "agent", "known@example.com");
  await invite("Known", "known@example.com");
  expect((await listed()).map((i) => i.name)).toContain("Known");
  await runOut("known@example.com");
  expect((await listed()).map((i) => i.name)).not.toContain("Known");
});

it("puts each opening on the trail", async () => {
  const openings = async () =>
    (await dump("audit")).filter((row) => (row as { code: string }).code === "opened.invites").length;
  const before = await openings();
  await listed(tokens.compliance);
  expect(await openings()).toBe(before + 1);
});

import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { InvitesAnswer } from "../../../shared/people/api.ts";
import { aTeam, call, dump, join, under } from "../helpers.ts";

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

it("lets nobody back in whose access was taken away since the invite was looked at", async () => {
  const email = "leaver@example.com";
  await join(tokens.admin, "agent", email);
  const code = await invite("Leaver", email);
  const { id } = ((await dump("people")) as { id: string; email: string }[]).find((p) => p.email === email)!;
  const ledger = env.LEDGER.get(env.LEDGER.idFromName("ledger"));
  const late = {
    idFromName: () => null,
    get: () => ({
      written: () => ledger.written(),
      async commit(change: Parameters<typeof ledger.commit>[0]) {
        const left = { token: tokens.admin, body: { active: false } };
        expect((await call("PATCH", `/v1/people/${id}`, left)).status).toBe(200);
        return ledger.commit(change);
      },
    }),
  };
  const own = { ...env, LEDGER: late as unknown as typeof env.LEDGER };
  expect((await under(own, "POST", "/v1/join", { body: { code } })).data).toMatchObject({
    status: 410,
    code: "invite-expired",
  });
  expect(await dump("people")).toContainEqual(expect.objectContaining({ id, active: 0 }));
});

it("puts each opening on the trail", async () => {
  const openings = async () =>
    (await dump("audit")).filter((row) => (row as { code: string }).code === "opened.invites").length;
  const before = await openings();
  await listed(tokens.compliance);
  expect(await openings()).toBe(before + 1);
});

it("the page of an invite's link leads to where the extension is, where the deployment says so", async () => {
  const pageWith = async (link?: string) => {
    const own = { ...env, ...(link !== undefined && { EXTENSION_LINK: link }) };
    return new TextDecoder().decode((await under(own, "GET", "/join")).bytes);
  };
  const store = "https://chromewebstore.google.com/detail/cleardial/gjfncemgbmfcpbjhhncdmgalholdbemp";
  expect(await pageWith(store)).toContain(`<a href="${store}"`);
  expect(await pageWith(store)).not.toContain("from where your administrator said");
  // Without one, and where it is no address of the web.
  for (const none of [undefined, "", "nowhere", "javascript:alert(1)", "http://store.example"]) {
    expect(await pageWith(none)).not.toContain("<a href");
    expect(await pageWith(none)).toContain("from where your administrator said");
  }
});

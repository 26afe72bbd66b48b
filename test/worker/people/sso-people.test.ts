/** Single sign-on: whom policy admits, and with which role. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Role } from "../../../shared/people/api.ts";
import { roleBy } from "../../../shared/policy/sign-in.ts";
import { areOne } from "../../../worker/people/one.ts";
import { call, dump, join } from "../helpers.ts";
import {
  begin,
  mail,
  page,
  personOf,
  provider,
  refusedAs,
  rule,
  rules,
  signIn,
  tokenOf,
  tokens,
} from "./sso-kit.ts";

begin();

describe("who comes in", () => {
  it("nobody without a rule, however good the account", async () => {
    await rules();
    await refusedAs("sso-no-account", 403, () => signIn(mail("new@example.org")));
  });

  it("whom a domain's rule admits, with the rule's role, on a token that works", async () => {
    await rules(rule("domain", "Example.ORG", "agent"));
    const answer = await signIn(
      { ...mail("Pat@Example.org"), name: "Pat Example" },
      { device: "Chrome on Linux" },
    );
    const { id } = personOf(answer);
    expect(personOf(answer)).toMatchObject({ name: "Pat Example", email: "pat@example.org", role: "agent" });
    expect((await call("GET", "/v1/me", { token: tokenOf(answer) })).data).toMatchObject({ person: { id } });
    expect(await page(id)).toMatchObject({
      roleBy: "rule",
      signsIn: true,
      devices: [{ device: "Chrome on Linux" }],
    });
    for (const email of ["x@sub.example.org", "x@example.org.evil.example", "x@notexample.org"])
      await refusedAs("sso-no-account", 403, () => signIn(mail(email)));
  });

  it("only by an address that the provider verified, or that the deployment trusts", async () => {
    await rules(rule("domain", "example.org", "agent"), rule("group", "sales", "agent"));
    const loose = { email: "loose@example.org", sub: "loose" };
    await refusedAs("sso-no-account", 403, () => signIn(loose));
    await refusedAs("sso-no-account", 403, () =>
      signIn({ ...loose, email_verified: false }, {}, { OIDC_TRUST_EMAIL: "true" }),
    );
    await refusedAs("sso-no-account", 403, () => signIn({ ...loose, groups: ["sales"] }));
    await refusedAs("sso-no-account", 403, () => signIn({ email: "ada@example.com", sub: "loose" }));
    expect((await signIn({ ...loose, email_verified: "true" })).status).toBe(201);
    expect(
      (await signIn({ ...loose, email: "bare@example.org", sub: "b" }, {}, { OIDC_TRUST_EMAIL: "true" }))
        .status,
    ).toBe(201);
  });

  it("at Google, by a domain only who belongs to the organisation: a former employee keeps a private account", async () => {
    provider.issuer = "https://accounts.google.com";
    const google = { OIDC_ISSUER: provider.issuer };
    await rules(rule("domain", "example.org", "agent"), rule("email", "named@gmail.com", "manager"));
    const former = mail("former@example.org");
    for (const claims of [
      former,
      { ...former, hd: "example.net" },
      { ...former, hd: "example.org", email_verified: false },
      { ...mail("someone@gmail.com"), hd: undefined },
    ])
      await refusedAs("sso-no-account", 403, () => signIn(claims, {}, google));
    expect(personOf(await signIn({ ...mail("staff@example.org"), hd: "Example.org" }, {}, google)).role).toBe(
      "agent",
    );
    expect(personOf(await signIn(mail("named@gmail.com"), {}, google)).role).toBe("manager");
  });

  it("an invited person, bound by the verified address, keeps the role that an admin gave", async () => {
    await rules(rule("domain", "example.com", "agent"));
    await join(tokens.admin, "manager", "mo@example.com");
    const answer = await signIn(mail("MO@example.com"));
    expect(personOf(answer)).toMatchObject({ email: "mo@example.com", role: "manager" });
    expect(await page(personOf(answer).id)).toMatchObject({ roleBy: "admin", signsIn: true });
  });

  it("not another account that comes to bear a bound person's address", async () => {
    await join(tokens.admin, "manager", "bound@example.com");
    const first = await signIn(mail("bound@example.com"));
    expect(first.status).toBe(201);
    await refusedAs("sso-no-account", 403, () => signIn({ ...mail("bound@example.com"), sub: "a stranger" }));
    // With a new address, the person stays the same.
    const moved = await signIn({ email: "elsewhere@example.net", sub: "sub of bound@example.com" });
    expect(personOf(moved)).toMatchObject({ id: personOf(first).id, email: "bound@example.com" });
    // An administrator's new invite proves who has the address now.
    await join(tokens.admin, "manager", "bound@example.com");
    expect(personOf(await signIn({ ...mail("bound@example.com"), sub: "the new account" }))).toMatchObject({
      id: personOf(first).id,
    });
  });

  it("nobody who was deactivated, nor an integration", async () => {
    await rules(rule("domain", "example.com", "agent"), rule("domain", "integration.invalid", "admin"));
    const { id } = personOf(await signIn(mail("gone@example.com")));
    expect(
      (await call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body: { active: false } })).status,
    ).toBe(200);
    await refusedAs("sso-no-account", 403, () => signIn(mail("gone@example.com")));
    const until = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
    const made = await call("POST", "/v1/tokens", {
      token: tokens.admin,
      body: { name: "Dialler", scopes: ["check"], until },
    });
    const answer = await signIn(mail(`${personOf(made).id}@integration.invalid`));
    expect(answer.data).toMatchObject({ status: 409, code: "conflict" });
  });

  it("with the role that the groups give, also over an admin's; it goes when the group goes", async () => {
    await rules(rule("group", "leads", "manager"), rule("group", "Sales.Agents", "agent"));
    await join(tokens.admin, "agent", "lee@example.net");
    const who = mail("lee@example.net");
    const first = await signIn({ ...who, groups: ["leads", "other"], roles: ["Sales.Agents"] });
    expect(personOf(first).role).toBe("manager");
    expect(await page(personOf(first).id)).toMatchObject({ roleBy: "rule" });
    expect(personOf(await signIn({ ...who, roles: ["Sales.Agents"] })).role).toBe("agent");
    // Without a matching group there is no role, and earlier devices end too.
    expect((await signIn({ ...who, groups: "leads" })).data).toMatchObject({
      status: 403,
      code: "sso-no-account",
    });
    expect((await call("GET", "/v1/me", { token: tokenOf(first) })).status).toBe(401);
    // A rule for the address admits the same person again.
    await rules(rule("email", "LEE@example.net", "compliance"));
    expect(personOf(await signIn(who))).toMatchObject({ id: personOf(first).id, role: "compliance" });
    const trail = (await dump("audit_payload")) as { payload: string }[];
    expect(trail.some((t) => t.payload.includes('"role":{"from":"manager","to":"agent"}'))).toBe(true);
  });

  it("alone from then on: a browser that came by a code which somebody else was shown ends", async () => {
    const setUp = (by: string) =>
      env.DB.prepare(`UPDATE marks SET value = strftime('%Y-%m-%dT%H:%M:%fZ', value, ?) WHERE name = 'setup'`)
        .bind(by)
        .run();
    await setUp("-2 days");
    await rules(rule("email", "max@example.net", "agent"));
    const by = await join(tokens.admin, "agent", "max@example.net");
    const { id } = personOf(await signIn(mail("max@example.net")));
    expect((await call("GET", "/v1/me", { token: by })).status).toBe(401);
    const { person: ada } = (await call("GET", "/v1/me", { token: tokens.admin })).data as {
      person: { id: string };
    };
    const now = () => areOne(env, ada.id, id, new Date().toISOString());
    expect(await now()).toBe(false);
    // An account at the same provider that no rule admits, but an administrator alone, may be anybody's.
    await rules(rule("domain", "example.com", "agent"));
    await join(tokens.admin, "agent", "own@example.org");
    const other = personOf(await signIn(mail("own@example.org")));
    expect(await areOne(env, ada.id, other.id, new Date().toISOString())).toBe(true);
    await setUp("+2 days");
  });

  it.each([
    ["a rule takes the role down", ["staff"], 201],
    ["no rule admits them any more", [], 403],
  ])("where %s, old invites to and by the person end", async (_, groups, status) => {
    const email = `${status}@example.net`;
    const invite = async (token: string, to: string) => {
      const body = { name: "Kim", email: to, role: "admin" };
      return ((await call("POST", "/v1/invites", { token, body })).data as { code: string }).code;
    };
    await rules(rule("group", "heads", "admin"), rule("group", "staff", "agent"));
    const first = await signIn({ ...mail(email), groups: ["heads"] });
    expect(personOf(first).role).toBe("admin");
    const codes = [
      await invite(tokens.admin, email.toUpperCase()),
      await invite(tokenOf(first), `friend-of-${email}`),
    ];
    const another = await invite(tokens.admin, `another-${email}`);
    expect((await signIn({ ...mail(email), groups })).status).toBe(status);
    for (const code of codes)
      expect((await call("POST", "/v1/join", { body: { code } })).data).toMatchObject({
        status: 410,
        code: "invite-expired",
      });
    expect((await call("POST", "/v1/join", { body: { code: another } })).status).toBe(201);
    await env.DB.prepare("UPDATE people SET active = 0 WHERE email LIKE ?").bind(`%${email}`).run();
  });

  it("the last admin always, and as an admin, whatever the rules say", async () => {
    const who = { ...mail("ada@example.com"), groups: ["sales"] };
    await rules(rule("group", "sales", "agent"));
    expect(personOf(await signIn(who)).role).toBe("admin");
    const second = await join(tokens.admin, "admin", "second@example.com");
    expect(personOf(await signIn(who)).role).toBe("agent");
    // Now the other one is the last, made one by an admin; by a rule the outcome is the same.
    await env.DB.prepare("UPDATE people SET role_by = 'rule' WHERE email = 'second@example.com'").run();
    const stays = await signIn(mail("second@example.com"));
    expect(personOf(stays).role).toBe("admin");
    expect((await call("GET", "/v1/me", { token: second })).status).toBe(200);
    await env.DB.prepare(
      "UPDATE people SET role = 'admin', role_by = 'admin' WHERE email = 'ada@example.com'",
    ).run();
  });
});

describe("the role that the rules give", () => {
  const all = [
    rule("group", "a", "agent"),
    rule("group", "c", "compliance"),
    rule("group", "m", "manager"),
    rule("email", "Boss@Example.com", "admin"),
    rule("domain", "@example.com", "agent"),
  ];
  it.each<[string, Role | null, string[], Role | null, string | null]>([
    ["the highest group", "compliance", ["a", "m", "c"], null, null],
    ["a group before the address", "agent", ["a"], null, "boss@example.com"],
    ["a group before what an admin gave", "agent", ["a"], "admin", null],
    ["what an admin gave before the address", "agent", [], "agent", "boss@example.com"],
    ["the highest for the address", "admin", [], null, "boss@example.com"],
    ["the domain", "agent", [], null, "other@example.com"],
    ["groups by their exact name", null, ["A", "a "], null, null],
    ["nobody", null, [], null, "other@example.org"],
  ])("%s", (_, wanted, groups, given, email) => {
    const domain = email?.split("@")[1] ?? null;
    expect(roleBy(all, { email, domain, groups }, given)).toBe(wanted);
  });
});

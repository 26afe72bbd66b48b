/** What the database's owner can write, who has none of the Worker's secrets: it lets nobody in. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { auditKey } from "../../../worker/core/audit-key.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import type { Env } from "../../../worker/env.ts";
import { settleDue } from "../../../worker/policy/settle.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, aTeam, call, DAY, dump, under } from "../helpers.ts";
import { run } from "../trail/kit.ts";

const tokens = aTeam();
const at = new Date().toISOString();
const me = (token: string, own: Env = env) => under(own, "GET", "/v1/me", { token });
const status = async (token: string, own?: Env) => (await me(token, own)).status;
const idOf = async (token: string) => ((await me(token)).data as { person: { id: string } }).person?.id;
type TokenRow = { id: string; person: string; hash: string; mac: string };
const tokenRow = async (token: string) =>
  ((await dump("tokens")) as TokenRow[]).find(({ hash }) => hash === sha256Hex(token))!;
const asTokensOwner = (text: string, ...params: (string | null)[]) =>
  asOwner(["tokens"], () => run(text, ...params));

let admin: string;
beforeAll(async () => {
  await adopt(env);
  admin = (await env.DB.prepare("SELECT id FROM people WHERE role = 'admin'").first<string>("id"))!;
});

describe("who owns the database", () => {
  it("makes no token for an officer by inserting its digest", async () => {
    await run(
      "INSERT INTO tokens (id, person, hash, device, created_at) VALUES ('mine', ?, ?, '', ?)",
      ...[admin, sha256Hex("cdt_mine"), at],
    );
    expect(await status("cdt_mine")).toBe(401);
    // Nor with the columns of a genuine row, its code included.
    const genuine = await tokenRow(tokens.admin);
    await asTokensOwner(
      `UPDATE tokens SET (salt_high, salt_low, code, rev, past, mac) =
         (SELECT salt_high, salt_low, code, rev, past, mac FROM tokens WHERE id = ?) WHERE id = 'mine'`,
      genuine.id,
    );
    expect(await status("cdt_mine")).toBe(401);
    await run("DELETE FROM tokens WHERE id = 'mine'");
  });

  it("puts no digest of their own into an officer's row, as its own or as its successor", async () => {
    const genuine = await tokenRow(tokens.admin);
    await asTokensOwner("UPDATE tokens SET hash = ? WHERE id = ?", sha256Hex("cdt_mine"), genuine.id);
    expect(await status("cdt_mine")).toBe(401);
    await asTokensOwner("UPDATE tokens SET hash = ? WHERE id = ?", genuine.hash, genuine.id);
    await asTokensOwner(
      "UPDATE tokens SET next_hash = ?, next_at = ?, next_mac = mac WHERE id = ?",
      ...[sha256Hex("cdt_mine"), at, genuine.id],
    );
    expect(await status("cdt_mine")).toBe(401);
    await asTokensOwner(
      "UPDATE tokens SET next_hash = NULL, next_at = NULL, next_mac = NULL WHERE id = ?",
      genuine.id,
    );
    expect(await status(tokens.admin)).toBe(200);
  });

  it("moves no token of their own to an officer", async () => {
    const own = await tokenRow(tokens.agent);
    await asTokensOwner("UPDATE tokens SET person = ? WHERE id = ?", admin, own.id);
    expect(await status(tokens.agent)).toBe(401);
    await asTokensOwner("UPDATE tokens SET person = ? WHERE id = ?", own.person, own.id);
    expect(await idOf(tokens.agent)).toBe(own.person);
  });

  it("takes no code away to pass for a row of before", async () => {
    const genuine = await tokenRow(tokens.manager);
    await run("UPDATE tokens SET mac = NULL WHERE id = ?", genuine.id);
    expect(await status(tokens.manager)).toBe(401);
    await run("UPDATE tokens SET mac = ? WHERE id = ?", genuine.mac, genuine.id);
    // Also where they take away what says when codes began: the record is with the heads, or in the trail.
    await run("UPDATE tokens SET mac = NULL WHERE id = ?", genuine.id);
    const { results } = await env.DB.prepare(
      "SELECT name, value FROM marks WHERE name LIKE 'evidence-%'",
    ).all();
    await run("DELETE FROM marks WHERE name LIKE 'evidence-%'");
    expect(await status(tokens.manager)).toBe(401);
    for (const { name, value } of results)
      await run("INSERT INTO marks VALUES (?, ?)", String(name), String(value));
    await run("UPDATE tokens SET mac = ? WHERE id = ?", genuine.mac, genuine.id);
    expect(await status(tokens.manager)).toBe(200);
  });
});

const invited = async (email: string, role = "agent") => {
  const { status: is, data } = await call("POST", "/v1/invites", {
    token: tokens.admin,
    body: { name: "Jo", email, role },
  });
  expect(is).toBe(201);
  return (data as { code: string }).code;
};
const joinBy = async (code: string) => call("POST", "/v1/join", { body: { code } });

describe("an invite", () => {
  it("that somebody else wrote lets nobody in, nor one that was made to say something else", async () => {
    const insert = `INSERT INTO invites (id, code_hash, name, email, role, by, created_at, expires_at)
      VALUES ('mine', ?, 'Ada', 'ada@example.com', 'admin', ?, ?, '2999')`;
    await run(insert, sha256Hex("cdi_mine"), admin, at);
    expect((await joinBy("cdi_mine")).status).not.toBe(201);
    const code = await invited("jo@example.com");
    const bent = ["role = 'admin'", "email = 'ada@example.com'", `code_hash = '${sha256Hex("cdi_other")}'`];
    for (const set of bent) {
      await run(
        "CREATE TABLE aside AS SELECT role, email, code_hash FROM invites WHERE email = 'jo@example.com'",
      );
      await run(`UPDATE invites SET ${set} WHERE code_hash = ?`, sha256Hex(code));
      for (const one of [code, "cdi_other"]) expect((await joinBy(one)).status, set).not.toBe(201);
      await run(
        "UPDATE invites SET role = a.role, email = a.email, code_hash = a.code_hash FROM aside a WHERE name = 'Jo'",
      );
      await run("DROP TABLE aside");
    }
    expect((await joinBy(code)).status).toBe(201);
  });

  it("and no old one is given a new time", async () => {
    const code = await invited("late@example.com");
    const made = await env.DB.prepare(
      "SELECT id FROM invites WHERE email = 'late@example.com'",
    ).first<string>("id");
    // A day and more later, as the chain has it.
    await asOwner(["audit"], () =>
      run(
        "UPDATE audit SET at = ? WHERE subject LIKE ?",
        new Date(Date.now() - 2 * DAY).toISOString(),
        `%${made}%`,
      ),
    );
    expect((await joinBy(code)).status).not.toBe(201);
  });
});

describe("a proposal", () => {
  const proposed = async () => {
    const agent = (await env.DB.prepare("SELECT id FROM people WHERE role = 'agent'").first<string>("id"))!;
    const change = JSON.stringify([{ path: `person.${agent}`, from: "agent", to: "admin" }]);
    return { agent, change };
  };
  const insert = `INSERT INTO proposals (id, kind, base, changes, effect, why, by, roles, at, expires_at, counts_at)
    VALUES (?, 'role', 0, ?, '[]', '', ?, '["admin"]', ?, '2999', ?)`;

  it("that nobody made gives no role, by the clock or by whoever approves it", async () => {
    const { agent, change } = await proposed();
    const day = new Date(Date.now() - 3 * DAY).toISOString();
    const by = (await env.DB.prepare("SELECT id FROM people WHERE role = 'compliance'").first<string>("id"))!;
    await run(insert, "forged", change, by, day, day);
    await run(
      "INSERT INTO proposals_told (proposal, person, how, at) VALUES ('forged', ?, 'seen', ?)",
      agent,
      day,
    );
    await settleDue(env, Date.now());
    const approved = await call("POST", "/v1/proposals/forged/approve", { token: tokens.admin });
    expect(approved).toMatchObject({ status: 409, data: { code: "proposal-moved" } });
    expect(await env.DB.prepare("SELECT role FROM people WHERE id = ?").bind(agent).first("role")).toBe(
      "agent",
    );
    await asOwner(["proposals", "proposals_told"], async () => {
      await run("DELETE FROM proposals_told");
      await run("DELETE FROM proposals WHERE id = 'forged'");
    });
  });
});

describe("another key", () => {
  it("that replaces the first locks nobody out, and a lost one everybody, until a new set-up code", async () => {
    const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign"])) as CryptoKeyPair;
    const bytes = (await crypto.subtle.exportKey("pkcs8", pair.privateKey)) as ArrayBuffer;
    const secret = btoa(String.fromCharCode(...new Uint8Array(bytes)));
    const rotated = { ...env, AUDIT_KEY_2: secret } as Env;
    expect((await auditKey(secret))!.thumbprint).not.toBe((await auditKey(env.AUDIT_KEY))!.thumbprint);
    expect(await status(tokens.compliance, rotated)).toBe(200);
    // It has the new key's code by now.
    const lost = { ...env, AUDIT_KEY: secret } as Env;
    expect(await status(tokens.compliance, lost)).toBe(200);
    expect(await status(tokens.manager, lost)).toBe(401);
    expect(await status(tokens.compliance)).toBe(401);
    expect(await status(tokens.compliance, { ...env, AUDIT_KEY: "" })).toBe(200);
  });
});

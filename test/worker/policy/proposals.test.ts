/** What loosens waits for a second person: what a save becomes, how a proposal ends, and what the database refuses. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { PolicySaved, PolicyVersions } from "../../../shared/policy/api.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import { settleDue } from "../../../worker/policy/settle.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { asOwner, call, DAY, dump, join, setPolicy } from "../helpers.ts";
import { codeOf, end, now, open, propose, put, second, tokens, withSecond } from "./kit.ts";

withSecond();

describe("a save", () => {
  it("counts at once in what tightens; the rest is told with its effect in numbers", async () => {
    await setPolicy(() => ({
      ...defaultPolicy,
      retention: { ...defaultPolicy.retention, requestMonths: 24 },
    }));
    const dial = {
      ...{ number: "+442079460007", e164: "+442079460007", action: "held", verdict: "unknown" },
      ...{ seen: null, host: "crm.example", reasons: [{ code: "no-register" }] },
    };
    const at = new Date().toISOString();
    for (let n = 0; n < 3; n++)
      await call("POST", "/v1/dials", { token: tokens.agent, body: { ...dial, at } });
    const next: Policy = { ...defaultPolicy, outOfHours: "hold", overrides: "with-consent" };
    await setPolicy(({ overrides: _, ...p }) => ({ ...p, overrides: "none" }));
    const { data } = await put(next, tokens.manager);
    expect(data).toMatchObject({
      policy: { outOfHours: "hold", overrides: "none" },
      proposed: {
        kind: "policy",
        changes: [{ path: "overrides", text: expect.stringContaining("never →") as string }],
        effect: [{ path: "overrides", n: 3, text: "3 calls were held in the last 30 days" }],
        roles: ["compliance", "admin"],
        byName: "The manager",
        why: "a trial week",
        countsAt: null,
      },
    });
    const { id } = (data as PolicySaved).proposed!;
    expect((await open()).map((p) => p.id)).toContain(id);
    expect((await end(id, "approve", tokens.compliance)).data).toMatchObject({
      state: "approved",
      settledByName: "The compliance",
      version: (await now()).version,
    });
    const { versions } = (await call("GET", "/v1/policy/versions?limit=1", { token: tokens.manager }))
      .data as PolicyVersions;
    expect(versions[0]).toMatchObject({
      byName: "The manager",
      why: "a trial week",
      second: { state: "approved", byName: "The compliance" },
    });
  });

  it("of a shorter retention says how many records it would erase", async () => {
    await setPolicy(() => defaultPolicy);
    const old = new Date(Date.now() - 100 * DAY).toISOString();
    await env.DB.prepare(
      "UPDATE audit_payload SET at = ? WHERE seq IN (SELECT seq FROM audit_payload ORDER BY seq LIMIT 5)",
    )
      .bind(old)
      .run();
    const retention = { ...defaultPolicy.retention, auditPayloadMonths: 3 };
    const { effect, id } = await propose({ ...defaultPolicy, retention });
    expect(effect).toEqual([
      {
        ...{ path: "retention.auditPayloadMonths", n: 5 },
        text: "5 records would be erased, from a week after the approval",
      },
    ]);
    await end(id, "refuse", second);
  });

  it("holds a clause back that fits only what is proposed", async () => {
    const screening = { ...defaultPolicy.screening, maxListAgeDays: 14, warnListAgeDays: 10 };
    await setPolicy(() => ({ ...defaultPolicy, screening }));
    const later = { ...screening, maxListAgeDays: 28, warnListAgeDays: 21 };
    const { changes, id } = await propose({ ...defaultPolicy, screening: later });
    expect(changes.map((c) => c.path)).toEqual(["screening.maxListAgeDays", "screening.warnListAgeDays"]);
    expect((await now()).policy.screening).toEqual(screening);
    expect((await end(id, "approve", second)).status).toBe(200);
    expect((await now()).policy.screening).toEqual(later);
  });

  it("goes below the floor for nobody", async () => {
    await setPolicy(() => defaultPolicy);
    const low: [object, string][] = [
      [{ registers: { tps: "off" } }, "policy.registers.tps"],
      [{ registers: { tps: "warn" } }, "policy.registers.tps"],
      [{ registers: { ndd: "off" } }, "policy.registers.ndd"],
      [
        {
          campaigns: { ...defaultPolicy.campaigns, runs: ["general", "claims-management"] },
          recording: { ...defaultPolicy.recording, retentionMonths: 11 },
        },
        "policy.recording.retentionMonths",
      ],
    ];
    for (const [clauses, path] of low)
      for (const token of [tokens.manager, tokens.admin]) {
        const { data } = await put({ ...defaultPolicy, ...clauses }, token);
        expect(data).toMatchObject({ status: 422, code: "below-floor", errors: [{ path }] });
      }
    for (const clauses of [{ unknown: "warn" }, { screening: { staleList: "warn" } }])
      expect(codeOf(await put({ ...defaultPolicy, ...clauses }, tokens.admin))).toBe("invalid");
    expect((await now()).policy).toEqual(defaultPolicy);
  });
});

describe("a proposal", () => {
  const abroad = { ...defaultPolicy, recording: { ...defaultPolicy.recording, regions: ["GB", "US"] } };
  const fresh = async () => {
    await setPolicy(() => defaultPolicy);
    return propose(abroad);
  };

  it("is settled once", async () => {
    const { id } = await fresh();
    const both = await Promise.all([end(id, "approve", second), end(id, "refuse", tokens.manager)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    for (const how of ["approve", "refuse"] as const)
      expect(codeOf(await end(id, how, second))).toBe("proposal-settled");
    expect(codeOf(await end(id, "withdraw", tokens.admin))).toBe("proposal-settled");
  });

  it("that was refused or taken back changes nothing", async () => {
    for (const [how, token] of [
      ["refuse", tokens.manager],
      ["withdraw", tokens.admin],
    ] as const) {
      const { id } = await fresh();
      expect((await end(id, how, token)).status).toBe(200);
      expect(codeOf(await end(id, "approve", second))).toBe("proposal-settled");
      expect((await now()).policy.recording.regions).toEqual(["GB"]);
    }
  });

  it("keeps what others have changed since, but is refused where they changed the same", async () => {
    const { id } = await fresh();
    expect((await put({ ...defaultPolicy, outOfHours: "hold" }, tokens.manager)).status).toBe(200);
    expect((await end(id, "approve", second)).status).toBe(200);
    expect((await now()).policy).toEqual({ ...abroad, outOfHours: "hold" });

    const stale = await fresh();
    await setPolicy((p) => ({ recording: { ...p.recording, regions: ["IE"] } }));
    const { data } = await end(stale.id, "approve", second);
    expect(data).toMatchObject({ code: "proposal-moved", errors: [{ path: "policy.recording.regions" }] });
    expect((await now()).policy.recording.regions).toEqual(["IE"]);
  });

  it("expires after seven days", async () => {
    const { id, at } = await fresh();
    await settleDue(env, Date.parse(at) + 7 * DAY - 1);
    expect((await open()).map((p) => p.id)).toContain(id);
    await settleDue(env, Date.parse(at) + 7 * DAY);
    expect((await open("settled")).find((p) => p.id === id)).toMatchObject({
      state: "expired",
      settledBy: null,
    });
    expect(codeOf(await end(id, "approve", second))).toBe("proposal-settled");
  });

  it("that cannot be settled for a fault of ours stops no other of the same run, and is told", async () => {
    const { id, at } = await fresh();
    // Older, so that it comes first.
    await env.DB.prepare(
      `INSERT INTO proposals (id, kind, base, changes, effect, why, by, roles, at, expires_at)
       SELECT 'broken', kind, base, 'not JSON', effect, why, by, roles, '2026-01-01', '2026-01-08' FROM proposals WHERE id = ?`,
    )
      .bind(id)
      .run();
    await expect(settleDue(env, Date.parse(at) + 7 * DAY)).rejects.toThrow("broken");
    expect(
      await env.DB.prepare("SELECT id, state FROM proposals WHERE id IN (?, 'broken') ORDER BY at")
        .bind(id)
        .all(),
    ).toMatchObject({
      results: [
        { id: "broken", state: "open" },
        { id, state: "expired" },
      ],
    });
    await asOwner(["proposals"], () => env.DB.exec("DELETE FROM proposals WHERE id = 'broken'"));
  });

  it("that would let agents alone record consents is refused, as nobody could review", async () => {
    const { policy } = await now();
    const agents = { ...policy, consents: { ...policy.consents, recordedBy: ["agent"] } };
    const { status, data } = await put(agents, tokens.admin);
    expect(status).toBe(422);
    expect(data).toMatchObject({
      code: "invalid",
      errors: [{ path: "policy.consents.recordedBy", message: expect.stringContaining("review") as string }],
    });
    // One of before does not stop another change.
    await setPolicy((p) => ({ consents: { ...p.consents, recordedBy: ["agent"] } }));
    expect((await put({ ...(await now()).policy, outOfHours: "hold" }, tokens.manager)).status).toBe(200);
    await setPolicy(() => defaultPolicy);
  });

  it("is refused by an administrator whose access has ended, whatever their token says", async () => {
    const { id } = await fresh();
    const third = await join(tokens.admin, "admin", "third@example.com");
    await env.DB.prepare("UPDATE people SET active = 0 WHERE email = 'third@example.com'").run();
    expect((await end(id, "approve", third)).status).toBe(401);
    await end(id, "withdraw", tokens.admin);
  });

  it("is mailed to those who may approve it, and its end to whoever made it", async () => {
    await env.DB.exec("DELETE FROM outbox");
    const { id } = await fresh();
    const sent = async () =>
      ((await dump("outbox")) as { template: string; recipient: string }[])
        .map(({ template, recipient }) => `${template} ${recipient}`)
        .sort();
    expect(await sent()).toEqual(["proposal second@example.com"]);
    await end(id, "approve", second);
    expect(await sent()).toEqual(["proposal second@example.com", "proposal-settled ada@example.com"]);
  });

  it("is on the trail with what it changes, and the chain verifies", async () => {
    const { id } = await fresh();
    await end(id, "approve", second);
    const { results } = await env.DB.prepare(
      "SELECT code, payload FROM audit JOIN audit_payload USING (seq) WHERE code LIKE 'proposal.%' AND subject = ?",
    )
      .bind(id)
      .all<{ code: string; payload: string }>();
    // It was made by a save that also tightened nothing, so it has its own row.
    expect(results.map(({ code }) => code)).toEqual(["proposal.made", "proposal.approved"]);
    for (const { payload } of results) expect(payload).toContain('"recording.regions"');
    expect(await verify(env)).toMatchObject({ ok: true });
  });
});

describe("the database", () => {
  const attempt = (sql: string, ...params: unknown[]) =>
    env.DB.prepare(sql)
      .bind(...params)
      .run()
      .then(
        () => "done",
        (error: unknown) => /proposal_\w+|CHECK/.exec(String(error))?.[0] ?? String(error),
      );
  it("refuses by itself what no route should do", async () => {
    await setPolicy(() => defaultPolicy);
    const { id, by, expiresAt } = await propose({
      ...defaultPolicy,
      overrides: "with-consent",
      recording: { ...defaultPolicy.recording, regions: ["GB", "US"] },
    });
    const idOf = async (email: string) =>
      (await env.DB.prepare("SELECT id FROM people WHERE email = ?").bind(email).first<{ id: string }>())!.id;
    const settle = "UPDATE proposals SET state = ?, settled_by = ?, settled_at = ? WHERE id = ?";
    const at = new Date().toISOString();
    const other = await idOf("second@example.com");
    const compliance = await idOf("compliance@example.com");
    const [integration] = (
      await env.DB.prepare("SELECT id FROM people WHERE kind = 'integration'").all<{ id: string }>()
    ).results;
    expect(await attempt(settle, "approved", by, at, id)).toBe("proposal_second");
    expect(await attempt(settle, "approved", compliance, at, id)).toBe("proposal_second");
    expect(await attempt(settle, "approved", integration!.id, at, id)).toBe("proposal_second");
    expect(await attempt(settle, "approved", other, expiresAt, id)).toBe("proposal_second");
    expect(await attempt(settle, "counted", null, at, id)).toBe("proposal_alone");
    expect(await attempt(settle, "refused", null, at, id)).toBe("CHECK");
    for (const column of ["changes", "why", "by", "roles", "at", "expires_at", "base", "counts_at"])
      expect(await attempt(`UPDATE proposals SET ${column} = 'x' WHERE id = ?`, id), column).toMatch(
        /proposal_fixed|constraint/i,
      );
    expect(await attempt("DELETE FROM proposals WHERE id = ?", id)).toBe("proposal_fixed");
    const insert = `INSERT INTO proposals (id, kind, base, changes, effect, why, by, roles, at, expires_at, state, settled_at)
      VALUES ('x', 'policy', 0, '[]', '[]', '', ?, '[]', ?2, ?2, ?, ?)`;
    expect(await attempt(insert, integration!.id, at, "open", null)).toBe("proposal_person");
    expect(await attempt(insert, by, at, "counted", at)).toBe("proposal_person");
    expect(await attempt(settle, "approved", other, at, id)).toBe("done");
    expect(await attempt(settle, "refused", other, at, id)).toBe("proposal_fixed");
  });
});

/** What a dialler is given to call: nothing that would not pass, signed, until a moment, and no more than its day allows. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { CallableDocument } from "../../../shared/connectors/api-callable.ts";
import { canonical } from "../../../shared/trail/canonical.ts";
import type { Env } from "../../../worker/env.ts";
import { ask, drive, driven, own } from "./drive.ts";
import { connected, object } from "./flagged.ts";
import { doubleOf } from "./kit.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import { asOwner, DAY, daysAgo, integration, MINUTE, push, setPolicy, under } from "../helpers.ts";

drive();
let token: string;
beforeAll(async () => {
  for (const list of ["tps", "ctps"])
    await push(driven.tokens.admin, list, ["+442079460000", "+442079460009"], { asOf: daysAgo(1) });
  token = await integration(driven.tokens.admin, ["callable"], "The dialler");
});

const answer = (query = "campaign=general", as = token, of: Env = own) =>
  under(of, "GET", `/v1/callable?${query}`, { token: as });
const code = async (...asked: Parameters<typeof answer>) => ((await answer(...asked)).data as Problem).code;
async function listed(query?: string) {
  const { status, data } = await answer(query);
  expect(status, JSON.stringify(data)).toBe(200);
  return data as CallableDocument;
}
const numbers = async (query?: string) => (await listed(query)).list.numbers;

/** A CRM with these contacts, screened and switched on. */
async function screened(...phones: string[]) {
  const crm = await connected(
    doubleOf("hubspot"),
    "hubspot",
    phones.map((phone) => ({ phone })),
  );
  await crm.go();
  await ask("POST", `/${crm.id}/switch`, { active: true });
  return crm;
}

describe("a list of callable numbers", () => {
  it("has those alone in which no bar is found, signed, and the trail has its hash and no number", async () => {
    await screened("020 7946 0000", "020 7946 0555", "020 7946 0556", "+353 85 222 2222", "ask reception");
    const { list, ...signed } = await listed();
    expect(list).toMatchObject({
      ...{ format: "cleardial-callable v1", campaign: "general", judged: 4, next: null },
      numbers: ["+442079460555", "+442079460556"],
    });
    expect(list.lists.map(({ id, asOf }) => [id, asOf])).toEqual([
      ["tps", daysAgo(1)],
      ["ctps", daysAgo(1)],
    ]);
    const key = await crypto.subtle.importKey("jwk", signed.publicKey as JsonWebKey, "Ed25519", false, [
      "verify",
    ]);
    const bytes = Uint8Array.from(atob(signed.signature!), (c) => c.charCodeAt(0));
    const holds = (of: unknown) =>
      crypto.subtle.verify("Ed25519", key, bytes, new TextEncoder().encode(canonical(of)));
    expect(await holds(list)).toBe(true);
    expect(await holds({ ...list, numbers: [...list.numbers, "+442079460000"] })).toBe(false);
    const row = await env.DB.prepare(
      `SELECT p.payload FROM audit a JOIN audit_payload p ON p.seq = a.seq WHERE a.code = 'opened.callable'
       ORDER BY a.seq DESC LIMIT 1`,
    ).first<{ payload: string }>();
    expect(row!.payload).toContain(signed.sha256);
    expect(row!.payload).not.toContain("79460555");
    // And what went out counts, as any export does.
    const what = "SELECT kind, host, items FROM disclosures WHERE what = 'callable'";
    expect((await env.DB.prepare(what).all()).results).toEqual([{ kind: "export", host: "", items: 2 }]);
  });

  it("leaves out at once who objects, and everybody where the kind of call needs consent", async () => {
    await screened("020 7946 0561", "020 7946 0562");
    expect(await numbers()).toEqual(["+442079460561", "+442079460562"]);
    await object("+442079460561");
    expect(await numbers()).toEqual(["+442079460562"]);
    const makes = (...runs: Campaign[]) =>
      setPolicy(({ campaigns }) => ({ campaigns: { ...campaigns, runs } }));
    await makes("general", "claims-management");
    expect(await numbers("campaign=claims-management")).toEqual([]);
    expect(await numbers("campaign=general")).toEqual(["+442079460562"]);
    await makes("general");
  });

  it("has no number of a CRM that is off, that no run has seen for as long as policy says, or that may be another", async () => {
    await setPolicy(({ numbers }) => ({ numbers: { ...numbers, alsoRegions: ["IE"] } }));
    const { id } = await screened("020 7946 0571", "01 496 0000");
    await setPolicy(({ numbers }) => ({ numbers: { ...numbers, alsoRegions: [] } }));
    expect(await numbers()).toEqual(["+442079460571"]);
    const began = (at: number) =>
      asOwner(["connector_runs"], () =>
        env.DB.prepare("UPDATE connector_runs SET at = ?").bind(new Date(at).toISOString()).run(),
      );
    await began(Date.now() - 28 * DAY);
    expect(await numbers()).toEqual([]);
    await began(Date.now());
    expect(await numbers()).toEqual(["+442079460571"]);
    await ask("POST", `/${id}/switch`, { active: false });
    expect(await numbers()).toEqual([]);
  });

  it("comes in pages, by a cursor that tells of no number, and is good for the system that got it", async () => {
    await screened("020 7946 0000", "020 7946 0581", "020 7946 0582");
    const first = (await listed("campaign=general&limit=2")).list;
    expect(first).toMatchObject({ numbers: ["+442079460581"], judged: 2 });
    // Neither its own digits nor its length tell: 020 7946 0000 is barred, and where a page of one ends.
    const barred = await listed("campaign=general&limit=1");
    expect(barred.list).toMatchObject({ numbers: [], judged: 1 });
    const nexts = [first, barred.list, (await listed("campaign=general&limit=1")).list].map(
      ({ next }) => next!,
    );
    expect([new Set(nexts).size, new Set(nexts.map(({ length }) => length)).size]).toEqual([3, 1]);
    for (const next of nexts)
      for (const base of [10, 16, 36])
        expect(next.toLowerCase()).not.toContain((442079460000).toString(base).slice(0, 6));
    const { list } = await listed(`campaign=general&limit=2&after=${first.next}`);
    expect(list).toMatchObject({ numbers: ["+442079460582"], next: null });
    const other = await integration(driven.tokens.admin, ["callable"], "Its neighbour");
    for (const [after, as] of [
      [first.next!, other],
      [(442079460581).toString(36), token],
      [first.next!.replace(/^./, (c) => (c === "A" ? "B" : "A")), token],
    ] as const) {
      const { status, data } = await answer(`campaign=general&after=${after}`, as);
      expect(data).toMatchObject({ code: "invalid", errors: [{ path: "after" }] });
      expect(status).toBe(422);
    }
  });
});

describe("it stands", () => {
  const holds = async (offlineMinutes: number) => {
    await setPolicy(({ screening }) => ({ screening: { ...screening, offlineMinutes } }));
    const { at, until } = (await listed()).list;
    return { ms: Date.parse(until) - Date.parse(at), until };
  };

  it("for as long as policy lets a clear answer stand, and else no longer than an answer of the gate", async () => {
    await screened("020 7946 0591");
    expect((await holds(60)).ms).toBe(60 * MINUTE);
    expect((await holds(0)).ms).toBe(30_000);
  });

  it("for those who pass until its end: who consents for today alone is not on a list of tomorrow", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date().setUTCHours(12, 0, 0, 0) });
    await screened("020 7946 0009", "020 7946 0593");
    const { status } = await under(own, "POST", "/v1/consents", {
      token: driven.tokens.compliance,
      body: {
        ...{ number: "+442079460009", kind: "notification", giver: "subscriber", givenBy: "J. Doe" },
        ...{
          givenAt: `${daysAgo(1)}T00:00:00Z`,
          words: "Do call me",
          how: "web",
          proof: "form 7",
          until: daysAgo(0),
        },
      },
    });
    expect(status).toBe(201);
    await holds(0);
    expect(await numbers()).toEqual(["+442079460009", "+442079460593"]);
    await holds(1440);
    expect(await numbers()).toEqual(["+442079460593"]);
    vi.useRealTimers();
  });

  it("no longer than a register's copy may be relied on", async () => {
    await screened("020 7946 0592");
    await setPolicy(({ screening }) => ({ screening: { ...screening, maxListAgeDays: 1 } }));
    const { until } = await holds(1440);
    // Yesterday's copies may be relied on until the end of today.
    expect(until).toBe(`${daysAgo(-1)}T00:00:00.000Z`);
    expect(await numbers()).toEqual(["+442079460592"]);
  });
});

describe("nobody gets it", () => {
  it("without the scope, whatever their role or other scopes", async () => {
    const others = await integration(driven.tokens.admin, ["check", "screen", "gate"], "Others");
    expect(await code(undefined, others)).toBe("scope-missing");
    expect(await code(undefined, driven.tokens.admin)).toBe("role-not-allowed");
    expect(await code("campaign=anything")).toBe("invalid");
  });

  it("unsigned", async () => {
    expect(await code(undefined, token, { ...own, AUDIT_KEY: "" })).toBe("signing-key");
    expect(await code(undefined, token, { ...own, AUDIT_KEY: "AAAA" })).toBe("signing-key");
  });

  it("beyond its day, which counts barred numbers too", async () => {
    await screened("020 7946 0000", "020 7946 0595", "020 7946 0596");
    await setPolicy(({ access }) => ({ access: { ...access, screenedPerDay: 4 } }));
    const other = await integration(driven.tokens.admin, ["callable"], "Another dialler");
    expect((await answer(undefined, other)).status).toBe(200);
    expect(await code(undefined, other)).toBe("too-many-numbers");
  });
});

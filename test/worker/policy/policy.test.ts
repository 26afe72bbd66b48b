import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { ChangesAnswer } from "../../../shared/check/api.ts";
import type { PolicyAnswer, PolicySaved, PolicyVersions } from "../../../shared/policy/api.ts";
import type { Problem } from "../../../shared/api.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { asOwner, aTeam, call, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const read = () => call("GET", "/v1/policy", { token: tokens.manager });
const save = (policy: unknown, match?: string, token = tokens.manager) =>
  call("PUT", "/v1/policy", {
    token,
    body: { policy, why: "a test" },
    headers: match === undefined ? {} : { "if-match": match },
  });

it("starts with the whole schema's defaults", async () => {
  const { data, headers } = await read();
  expect(data).toEqual({
    version: 0,
    at: null,
    by: null,
    byName: null,
    why: "",
    policy: defaultPolicy,
    raised: [],
    second: { others: ["admin", "compliance"], setUpDay: true },
  });
  expect(headers.get("etag")).toBe('"0"');
});

it("a save is a new version with who, when and why; pages are told", async () => {
  const next = { ...defaultPolicy, outOfHours: "hold" };
  const saved = await save(next, '"0"');
  expect(saved.data).toMatchObject({ version: 1, policy: { outOfHours: "hold" }, proposed: null });
  expect({ ...((await read()).data as object), proposed: null }).toEqual(saved.data);
  const { data } = await call("GET", "/v1/policy/versions", { token: tokens.manager });
  expect(data).toEqual({
    versions: [
      {
        version: 1,
        at: expect.any(String) as string,
        by: expect.any(String) as string,
        byName: "The manager",
        why: "a test",
        changes: [
          { path: "outOfHours", from: "warn", to: "hold", text: "Outside calling hours: warn → hold" },
        ],
        second: null,
      },
    ],
    next: null,
  });
  const changes = (await call("GET", "/v1/changes?since=0", { token: tokens.agent })).data as {
    policy: unknown;
    stamp: { policy: number };
  };
  expect(changes.policy).toEqual(next);
  expect(changes.stamp.policy).toBe(1);
});

it("of two managers saving at once the second is told, and nothing is lost", async () => {
  const both = await Promise.all([
    save({ ...defaultPolicy, outOfHours: "hold", watching: { mail: "none", mailTo: ["admin"] } }, '"1"'),
    save({ ...defaultPolicy, outOfHours: "hold", maskBlocked: true }, '"1"'),
  ]);
  expect(both.map((b) => b.status).sort()).toEqual([200, 412]);
  expect(((await read()).data as { version: number }).version).toBe(2);
  expect((await save(defaultPolicy, '"1"')).data).toMatchObject({ status: 412, code: "policy-moved" });
  expect((await save(defaultPolicy)).data).toMatchObject({ status: 428, code: "version-needed" });
});

it("a locked clause, an unknown one and a bad value are refused", async () => {
  for (const bad of [
    { ...defaultPolicy, inHouse: "warn" },
    { ...defaultPolicy, withheldCallerId: "allow" },
    { ...defaultPolicy, unknown: "warn" },
    { ...defaultPolicy, screening: { ...defaultPolicy.screening, staleList: "warn" } },
    { ...defaultPolicy, typo: true },
    { ...defaultPolicy, registers: { "No register": "off" } },
    { ...defaultPolicy, registers: { ["x".repeat(32)]: "off" } },
    { ...defaultPolicy, screening: { ...defaultPolicy.screening, maxListAgeDays: 29 } },
  ])
    expect((await save(bad, '"2"')).data).toMatchObject({ status: 422, code: "invalid" });
  expect(((await read()).data as { version: number }).version).toBe(2);
});

describe("what a schema cannot say", () => {
  const identity = (over: object) => ({ ...defaultPolicy, identity: { ...defaultPolicy.identity, ...over } });
  const faults = async (policy: unknown) => {
    const { status, data } = await save(policy, '"2"');
    expect(status).toBe(422);
    return (data as Problem).errors!.map((e) => e.path);
  };
  const number = "+442079460000";

  it("who calls needs an address or a freephone number, and 0800 or 0808 is one", async () => {
    expect(await faults(identity({ company: "Northfold" }))).toEqual(["policy.identity.address"]);
    expect(await faults(identity({ line: "This is Ann" }))).toEqual(["policy.identity.company"]);
    for (const freephone of ["020 7946 0000", "0845 678 9012", "0909 879 0123", "free"])
      expect(await faults(identity({ company: "Northfold", freephone })), freephone).toEqual([
        "policy.identity.freephone",
      ]);
  });

  it("the presentation number is one of ours, in use, and no dearer than usual to call back", async () => {
    const path = ["policy.identity.presentationNumber"];
    expect(await faults(identity({ presentationNumber: number }))).toEqual(path);
    for (const dear of ["+449098790123", "+448712345678", "+448431234567", "+447020345678"])
      expect(await faults(identity({ ownNumbers: [dear], presentationNumber: dear })), dear).toEqual(path);
    expect(await faults(identity({ ownNumbers: [number, "+442079"] }))).toEqual([
      "policy.identity.ownNumbers.1",
    ]);
  });

  it("hours end after they begin, sites are origins, a review was, a reminder comes before the end", async () => {
    const day = ["09:00", "17:00"];
    const week = { mon: ["18:00", "09:00"], tue: day, wed: day, thu: day, fri: day, sat: null, sun: null };
    expect(await faults({ ...defaultPolicy, hours: { GB: week } })).toEqual(["policy.hours.GB.mon"]);
    expect(
      await faults({ ...defaultPolicy, sites: ["https://crm.example.com", "crm.example.com/x"] }),
    ).toEqual(["policy.sites.1"]);
    expect(
      await faults({ ...defaultPolicy, sites: ["https://*.lightning.force.com", "https://*.com"] }),
    ).toEqual(["policy.sites.1"]);
    const review = { ...defaultPolicy.review, lastReviewed: "2999-01-01" };
    expect(await faults({ ...defaultPolicy, review })).toEqual(["policy.review.lastReviewed"]);
    const screening = { ...defaultPolicy.screening, maxListAgeDays: 14 };
    expect(await faults({ ...defaultPolicy, screening })).toEqual(["policy.screening.warnListAgeDays"]);
  });

  it("a scheme that dials is none that is known or the browser's, and has one row", async () => {
    const of = (...schemes: string[]) => ({
      ...defaultPolicy,
      dials: { schemes: schemes.map((scheme) => ({ scheme, kind: "call" })) },
    });
    for (const scheme of ["tel", "web+tel", "https", "javascript"])
      expect(await faults(of("acmephone", scheme)), scheme).toEqual(["policy.dials.schemes.1.scheme"]);
    expect(await faults(of("acmephone", "acmephone"))).toEqual(["policy.dials.schemes.1.scheme"]);
    expect(await faults(of("Acme:"))).toEqual(["policy.dials.schemes.0.scheme"]);
  });

  it("rules for signing in are a proposal, and count once another administrator has approved it", async () => {
    const rule = { match: "domain", value: "example.com", role: "admin" };
    const signIn = {
      ...defaultPolicy,
      outOfHours: "hold",
      access: { ...defaultPolicy.access, signIn: [rule] },
    };
    const { data } = await save(signIn, '"2"');
    expect(data).toMatchObject({
      policy: { access: { signIn: [] } },
      proposed: { roles: ["admin"], changes: [{ path: "access.signIn", to: [rule] }] },
    });
    const { proposed } = data as PolicySaved;
    const approved = await call("POST", `/v1/proposals/${proposed!.id}/approve`, { token: tokens.admin });
    expect(approved.status).toBe(200);
    expect(((await read()).data as PolicyAnswer).policy.access.signIn).toEqual([rule]);
  });

  it("who may sign in is not told to agents, nor to their pages", async () => {
    const { access } = defaultPolicy;
    for (const role of ["agent", "manager", "compliance", "admin"] as const) {
      const { data } = await call("GET", "/v1/policy", { token: tokens[role] });
      const changes = await call("GET", "/v1/changes?since=0", { token: tokens[role] });
      const told = [(data as PolicyAnswer).policy, (changes.data as ChangesAnswer).policy!];
      for (const policy of told) {
        if (role === "agent") expect(policy.access).toEqual(access);
        else expect(policy.access.signIn, role).toHaveLength(1);
      }
    }
  });

  it("a policy of an earlier release is read: unknown clauses left out, new ones by default", async () => {
    await asOwner(["policies"], () =>
      env.DB.prepare(
        "UPDATE policies SET doc = json_set(json_remove(doc, '$.maskBlocked', '$.dials'), '$.numbers.gone', 1, '$.registers.TPS', 'off')",
      ).run(),
    );
    const { policy } = (await read()).data as PolicyAnswer;
    expect(policy.maskBlocked).toBe(false);
    expect(policy.dials).toEqual({ schemes: [] });
    expect(policy.numbers).toEqual({ defaultRegion: "GB", alsoRegions: [], lineRegion: null });
    expect(policy.registers).not.toHaveProperty("TPS");
  });
});

it("history goes back page by page, and any version can be read whole", async () => {
  const page = async (query: string) =>
    (await call("GET", `/v1/policy/versions?${query}`, { token: tokens.compliance })).data as PolicyVersions;
  const first = await page("limit=3");
  const rest = await page(`limit=3&before=${first.next}`);
  expect([...first.versions, ...rest.versions].map((v) => v.version)).toEqual([4, 3, 2, 1]);
  expect(rest.next).toBeNull();
  expect(first.versions[0]!.changes.map((c) => c.text)).toContain(
    "Who may sign in with the company account: not set → domain example.com: admin",
  );
  const one = (await call("GET", "/v1/policy/versions/1", { token: tokens.manager })).data as PolicyAnswer;
  expect(one).toMatchObject({ version: 1, why: "a test", policy: { outOfHours: "hold" } });
  expect((await call("GET", "/v1/policy/versions/99", { token: tokens.manager })).status).toBe(404);
});

describe("the public page", () => {
  const day: [string, string] = ["09:00", "18:00"];
  const allDay = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day };
  const text = async () => {
    const { status, headers, data } = await call("GET", "/policy");
    expect(status).toBe(200);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    return String(data).replace(/<style.*?<\/style>/s, "");
  };

  it("says the policy in force, dated, and follows each save", async () => {
    expect(await text()).toContain("checked against TPS and CTPS");
    const own = { name: "Our own list", regions: ["GB"], maxAgeDays: 28, daysUntilEffective: 0 };
    await call("PUT", "/v1/lists/own", { token: tokens.admin, body: own });
    await setPolicy(() => ({
      registers: { own: "warn" },
      grounds: { ctps: "We call companies about orders they have placed with us." },
      holidays: ["GB-ENG", "GB-SCT"],
      identity: {
        ...defaultPolicy.identity,
        company: "Northfold <b>& Sons",
        freephone: "0808 157 0123",
        ownNumbers: ["+442079460000"],
        presentationNumber: "+442079460000",
      },
      review: { everyMonths: 6, lastReviewed: "2026-08-31", by: "Jo Bloggs" },
    }));
    const said = await text();
    expect(said).toContain("checked against TPS.");
    expect(said).toContain("also warned of a number that is registered with Our own list");
    expect(said).toContain(
      "We also check numbers against CTPS. We call one that is registered there only for this reason: We call companies about orders they have placed with us.",
    );
    expect(said).toContain("Northfold &lt;b&gt;&amp; Sons");
    expect(said).toContain("+44 20 7946 0000");
    expect(said).toContain("0808 157 0123");
    expect(said).toContain("31 Aug 2026, by Jo Bloggs");
    expect(said).toContain("by 28 Feb 2027");
    expect(said).not.toMatch(/[{}]|undefined/);
  });

  it("promises no more than what its clauses do, at each of their values", async () => {
    const hours = { ...allDay, sun: null };
    const says = async (outOfHours: "hold" | "warn", extensions: boolean) => {
      await setPolicy(({ requests }) => ({
        ...{ outOfHours, hours: { GB: hours }, holidays: ["GB-ENG", "GB-SCT"] },
        requests: { ...requests, extensions },
      }));
      return text();
    };
    const warned = await says("warn", true);
    expect(warned).toContain("Our agents are warned before they call at another time:");
    expect(warned).toContain(
      "Our agents are warned before they call on public holidays of England and Wales and Scotland.",
    );
    expect(warned).toContain(
      "We decide within 30 days. That time is not paused while we wait for you. The law allows two further months",
    );
    expect(warned).not.toMatch(/only at these times|no sales calls on public holidays/);

    const held = await says("hold", false);
    expect(held).toContain("We make sales calls only at these times");
    expect(held).toContain(
      "We make no sales calls on public holidays of England and Wales and Scotland, unless you have agreed to it.",
    );
    expect(held).toContain("We decide within 30 days.");
    expect(held).not.toMatch(/further months|agents are warned before they call/);

    // A consent that the subscriber gave later counts over an objection.
    for (const said of [warned, held]) {
      expect(said).toContain("it counts until you tell us yourself that we may call.");
      expect(said).not.toContain("above everything else");
    }
  });
});

it("a clause that a save leaves out stays as it is: nobody chose another", async () => {
  const before = (await read()).data as PolicyAnswer;
  const chosen = {
    ...before.policy,
    recording: { ...before.policy.recording, regions: ["IE"], retentionMonths: 60 },
    registers: { tps: "hold" as const },
  };
  await setPolicy(() => chosen);
  const { version, policy } = (await read()).data as PolicyAnswer;
  const { requests: _, registers: __, recording, ...others } = policy;
  const { regions: ___, retentionMonths: ____, ...rest } = recording;
  const saved = await save({ ...others, maskBlocked: !policy.maskBlocked, recording: rest }, `"${version}"`);
  expect(saved.data).toMatchObject({
    policy: { ...policy, maskBlocked: !policy.maskBlocked },
    proposed: null,
  });
  expect((await save({}, `"${version + 1}"`)).data).toMatchObject({ code: "policy-same" });
  const preview = await call("POST", "/v1/policy/preview", { token: tokens.manager, body: { policy: {} } });
  expect(preview.data).toMatchObject({ looked: true });
  await setPolicy(() => before.policy);
});

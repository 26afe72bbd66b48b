/**
 * What holds for every region, line, party, kind of call and consent: nothing is clear without what its law wants, and
 * with it no call is held.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../shared/check/api.ts";
import { handling, mayBeOverridden } from "../../../shared/check/override.ts";
import { callsOf, type Context, decide } from "../../../shared/check/verdict.ts";
import { consentKind, partyKind } from "../../../shared/do-not-call/api.ts";
import { knownRegisters, regions } from "../../../shared/law/regions.ts";
import { sourced } from "../../../shared/law/sources.ts";
import { campaignSchema, defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";

/** A Tuesday on which every region may be called at noon. */
const DAY_OF_CALL = "2026-11-24";
const noonIn: Record<string, string> = {
  US: "T18:00:00Z",
  CA: "T17:00:00Z",
  AU: "T02:00:00Z",
  IN: "T07:00:00Z",
};
const noon = (region: string) => Date.parse(`${DAY_OF_CALL}${noonIn[region] ?? "T10:30:00Z"}`);
const policy: Policy = {
  ...defaultPolicy,
  campaigns: { runs: campaignSchema.options, pensionsAuthorised: true, onRequest: false },
  identity: { ...defaultPolicy.identity, presentationNumber: "+441134960100" },
};
/** The same of a company that makes claims and pensions calls on request. */
const onRequest: Policy = { ...policy, campaigns: { ...policy.campaigns, onRequest: true } };
const heads = (region: string) =>
  Object.values(knownRegisters)
    .filter(({ id }) => regions[region]?.registers.some((its) => its.id === id))
    .map(({ id, maxAgeDays }) => ({
      ...{ id, name: id, regions: [region], maxAgeDays },
      ...{ version: 1, asOf: "2026-11-23", numbers: 9 },
    }));
/** The day on which a number was listed that is. */
const LISTED = "2026-10-01";
const revoking = new Set(["IT", "BE"]);
const codes = Object.keys(regions);
const consent = fc.record(
  {
    basis: fc.constant("consent" as const),
    kind: fc.constantFrom(...consentKind.options),
    calls: fc.subarray(campaignSchema.options, { minLength: 1 }),
    medium: fc.constantFrom("call" as const, "message" as const),
    givenAt: fc.constantFrom("2026-11-01T12:00:00Z", "2026-06-01T12:00:00Z", "2023-01-01T12:00:00Z"),
    until: fc.constantFrom(null, "2026-11-23", "2027-06-30"),
    evidenced: fc.constantFrom(true, true, false),
    provisional: fc.constant(true as const),
    left: fc.constantFrom(0, 3),
    product: fc.constant("solar panels"),
    caller: fc.constant("Northfield Leads Ltd"),
  },
  { requiredKeys: ["basis", "kind", "calls", "givenAt", "until", "evidenced"] },
);
type Given = Facts["consents"][number];
/** By its own words a consent is worth nothing for this call, in any law. All were given weeks before, or earlier. */
const isWorthless = ({ kind, ...given }: Given, { purpose, medium }: Context): boolean =>
  kind === "service" ||
  given.evidenced !== true ||
  given.provisional === true ||
  given.left === 0 ||
  given.caller !== undefined ||
  (given.until !== null && given.until < DAY_OF_CALL) ||
  !given.calls!.includes(purpose!) ||
  (given.medium ?? (kind === "soft-opt-in" ? "message" : "call")) !== medium;
const numbers: fc.Arbitrary<{ facts: Facts; context: Context }> = fc
  .record({
    region: fc.constantFrom(...codes, "GB", "IE", "IE", "CH"),
    line: fc.constantFrom(undefined, "fixed" as const, "mobile" as const),
    party: fc.option(fc.constantFrom(...partyKind.options), { nil: undefined }),
    consents: fc.array(consent, { maxLength: 2 }),
    listed: fc.boolean(),
    registers: fc.boolean(),
    purpose: fc.constantFrom(...campaignSchema.options),
    medium: fc.constantFrom("call" as const, "call" as const, "message" as const),
    by: fc.constantFrom(policy, onRequest),
  })
  .map(({ region, line, party, consents, listed, registers, purpose, medium, by }) => ({
    facts: {
      ...{ e164: "+10000000000", region, zones: [regions[region]?.timeZones[0] ?? "Europe/Zurich"] },
      lists: listed ? heads(region).map(({ id, asOf }) => ({ id, asOf, first: LISTED })) : [],
      ...{ suppressions: [], consents, contacts: { attempts: [], refusedAt: null } },
      ...(line && { line }),
      ...(party && { party: { party, source: "officer" as const, at: "2026-01-01T00:00:00Z" } }),
    },
    context: { policy: by, lists: registers ? heads(region) : [], now: noon(region), purpose, medium },
  }));
const check = (property: (facts: Facts, context: Context) => void, numRuns = 1000) =>
  fc.assert(
    fc.property(numbers, ({ facts, context }) => property(facts, context)),
    { numRuns },
  );

it("clear needs a rule that opens the call, every register that the law names, and no consent", () =>
  check((f, c) => {
    if (decide(f, c).verdict !== "clear") return;
    for (const { setting } of callsOf(f, c)) {
      expect(setting.rules.some(({ open }) => open === "clear")).toBe(true);
      expect(setting.wants).toEqual([]);
      for (const id of setting.registers) {
        expect(c.lists.map((l) => l.id)).toContain(id);
        expect(f.lists.map((l) => l.id)).not.toContain(id);
      }
    }
  }));

it("a decision depends on nothing that was asked before it", () =>
  fc.assert(
    fc.property(numbers, numbers, fc.boolean(), (one, other, anyTime) => {
      // In the evening, when the clock says something.
      const late = one.context.now + 10 * 3_600_000;
      const context = { ...one.context, now: late, anyTime: anyTime || undefined };
      // Nothing is remembered of a policy that was not seen before.
      const alone = decide(one.facts, { ...context, policy: structuredClone(policy) });
      const { zones, line, party, region } = other.facts;
      const { purpose, medium, now } = other.context;
      const others: [Partial<Facts>, Partial<Context>][] = [
        ...[{ zones }, { line }, { party }, { region }].map((its): [Partial<Facts>, object] => [its, {}]),
        ...[{ purpose }, { medium }, { now }, { anyTime: anyTime ? undefined : (true as const) }].map(
          (its): [object, Partial<Context>] => [{}, its],
        ),
      ];
      for (const [its, under] of others) {
        const fresh = { ...context, policy: structuredClone(policy) };
        decide({ ...one.facts, ...its }, { ...fresh, ...under });
        expect(decide(one.facts, fresh)).toEqual(alone);
      }
    }),
    { numRuns: 300 },
  ));

it("only the United Kingdom, and fixed lines of Ireland, are ever clear", () => {
  const clear = new Set<string>();
  check((f, c) => {
    if (decide(f, c).verdict === "clear") clear.add(`${f.region} ${f.region === "IE" ? f.line : ""}`.trim());
  }, 5000);
  expect([...clear].sort()).toEqual(["GB", "IE fixed"]);
});

it("no rule lets a call be clear whose text or regulator nobody saw", () => {
  const open = sourced.filter((rule) => rule.open === "clear");
  expect(open.length).toBeGreaterThan(0);
  for (const { id, source } of open) expect(["text", "regulator"], id).toContain(source.seen);
});

it("a call about claims or pensions is never looser than a general one, whatever both are consented to", () => {
  const rank = ["clear", "caution", "unknown", "blocked"];
  check((f, c) => {
    const calls = [...campaignSchema.options];
    const facts = { ...f, consents: f.consents.map((given) => ({ ...given, calls })) };
    const as = (purpose: Context["purpose"]) =>
      rank.indexOf(decide(facts, { ...c, now: c.now + 10 * 3_600_000, purpose }).verdict);
    for (const purpose of ["claims-management", "pensions"] as const)
      expect(as(purpose), purpose).toBeGreaterThanOrEqual(as("general"));
  });
});

it("each fault alone makes a consent worth nothing, of which without it the call lives", () => {
  const faults: Record<string, (purpose: Given["calls"]) => Partial<Given>> = {
    kind: () => ({ kind: "service" }),
    evidence: () => ({ evidenced: false }),
    end: () => ({ until: "2026-11-23" }),
    day: () => ({ day: "2026-11-23" }),
    calls: (its) => ({ calls: campaignSchema.options.filter((one) => !its!.includes(one)) }),
    medium: () => ({ medium: "message" }),
    attempts: () => ({ left: 0 }),
    caller: () => ({ caller: "Northfield Leads Ltd" }),
    review: () => ({ provisional: true }),
    "not yet given": () => ({ givenAt: "2026-11-25T12:00:00Z" }),
    // A listing ends older consents there (DPR 26/2022 art. 7; the Belgian list's keeper).
    listing: () => ({ givenAt: "2026-06-01T12:00:00Z" }),
  };
  for (const region of Object.keys(regions))
    for (const purpose of campaignSchema.options) {
      const lists = revoking.has(region) || region === "GB" ? heads(region) : [];
      const said = (consents: Given[]) =>
        decide(
          {
            ...{ e164: "+10000000000", region, zones: [regions[region]!.timeZones[0]!], suppressions: [] },
            ...{ consents, contacts: { attempts: [], refusedAt: null } },
            lists: lists.map(({ id, asOf }) => ({ id, asOf, first: LISTED })),
          },
          { policy, lists: heads(region), now: noon(region), purpose },
        );
      const sound: Given = {
        ...{ basis: "consent", kind: "prior", evidenced: true, calls: [purpose] },
        ...{ givenAt: "2026-11-02T12:00:00Z", until: null },
      };
      const without = said([]);
      expect(said([sound]).verdict, region).toBe("caution");
      for (const [fault, of] of Object.entries(faults))
        if (fault !== "listing" || revoking.has(region))
          expect(said([{ ...sound, ...of([purpose]) }]), `${region} ${purpose} ${fault}`).toEqual(without);
    }
});

it("without what the law wants it is held; where the law of the region is not known, too", () => {
  const held = { wants: 0, lacks: 0, listed: 0 };
  check((f, c) => {
    const { verdict } = decide(f, c);
    // A listing ends older consents there (DPR 26/2022 art. 7; the Belgian list's keeper).
    const ended = (at: string) => f.lists.length > 0 && revoking.has(f.region!) && at < LISTED;
    const given = f.consents
      .filter((one) => !isWorthless(one, c) && !(c.medium === "call" && ended(one.givenAt)))
      .map(({ kind }) => kind!);
    const any = (...kinds: Given["kind"][]) => given.some((kind) => kinds.includes(kind));
    // Regs 21A(1) and 21B(1) are about unsolicited calls.
    const asked =
      f.region === "GB" && /claims|pensions/.test(c.purpose!) && c.policy === onRequest && any("solicited");
    // Where no rule names a message, or a call that is not a general one, the strict reading wants consent, too.
    const rules = callsOf(f, c).flatMap(({ setting }) => setting.rules);
    const wants = rules.some((rule) => rule.consent) || c.medium === "message" || c.purpose !== "general";
    const agreed = c.medium === "message" ? any("prior", "solicited", "soft-opt-in") : any("prior") || asked;
    // Reg 22 is about individuals: a message to a company is read first.
    const isFree = c.medium === "message" && f.region === "GB" && f.party?.party === "company";
    const named = c.medium === "call" && rules.some(({ registers }) => registers);
    const lifted = any("prior", "notification", "solicited");
    const [lacks, listed] = [named && c.lists.length === 0, named && f.lists.length > 0];
    if (wants && !agreed && !isFree) held.wants++;
    else if (lacks && !lifted) held.lacks++;
    else if (listed && !lifted) held.listed++;
    else if (regions[f.region!]) return;
    expect(handling({ verdict, reasons: [] }, policy)).toBe("hold");
  }, 2000);
  for (const [why, times] of Object.entries(held)) expect(times, why).toBeGreaterThan(20);
});

it("a pensions call of a firm that has not said that it is authorised is held in the United Kingdom, consent or not", () => {
  const other = { ...policy, campaigns: { ...policy.campaigns, pensionsAuthorised: false } };
  check((f, c) => {
    const call = { ...c, policy: other, purpose: "pensions", medium: "call" } as const;
    const { verdict, reasons } = decide({ ...f, region: "GB", zones: ["Europe/London"] }, call);
    expect([verdict, reasons.map(({ code }) => code)]).toEqual([
      "blocked",
      expect.arrayContaining(["not-authorised"]),
    ]);
  }, 200);
});

it("where something is not known on one of the lines it may be, or of one whose it may be, nobody overrides it", () => {
  const barred = new Set<string>();
  for (const region of [...codes, "CH"])
    for (const purpose of campaignSchema.options)
      for (const screened of [true, false]) {
        const facts = {
          ...{ e164: "+10000000000", region, zones: [regions[region]?.timeZones[0] ?? "Europe/Zurich"] },
          ...{ lists: [], suppressions: [], consents: [], contacts: { attempts: [], refusedAt: null } },
        };
        const context = { policy, lists: screened ? heads(region) : [], now: noon(region), purpose };
        const each = (["fixed", "mobile"] as const).flatMap((line) =>
          partyKind.options.map((party) => {
            const said = { party, source: "officer" as const, at: "2026-01-01T00:00:00Z" };
            return decide({ ...facts, line, party: said }, context).verdict;
          }),
        );
        if (!each.includes("unknown")) continue;
        if (each.includes("blocked")) barred.add(region);
        expect(mayBeOverridden(decide(facts, context)), `${region} ${purpose}`).toBe(false);
      }
  // There the call is barred, too, on some line or of somebody.
  expect([...barred].sort()).toEqual(["ES", "IE"]);
});

it("with evidenced consent of the right kind no call in a known region is held, whatever lists it or is missing", () =>
  check((f, c) => {
    if (!regions[f.region!]) return;
    const given = {
      ...{ basis: "consent" as const, kind: "prior" as const, evidenced: true as const },
      ...{ calls: [c.purpose!], medium: c.medium!, givenAt: "2026-11-02T12:00:00Z", until: "2027-01-01" },
    };
    const decision = decide({ ...f, consents: [...f.consents, given] }, c);
    // Where a listing ends consents, a missing copy leaves open whether one did.
    const open = callsOf(f, c).some(({ setting }) => setting.rules.some((rule) => rule.listingRevokes));
    if (open && c.medium === "call" && c.lists.length === 0) expect(decision.verdict).toBe("unknown");
    else expect(["clear", "caution"]).toContain(decision.verdict);
  }));

describe("a consent lifts no more than its kind does", () => {
  const one = (
    kind: (typeof consentKind.options)[number],
    region: string,
    purpose: Context["purpose"],
    by = policy,
  ) => {
    const given = {
      ...{ basis: "consent" as const, kind, evidenced: true as const },
      ...{ calls: [purpose!], givenAt: "2026-11-02T12:00:00Z", until: null },
    };
    const lists = heads(region).map(({ id, asOf }) => ({ id, asOf, first: "2026-10-01" }));
    const facts: Facts = {
      ...{ e164: "+10000000000", region, line: "fixed", zones: [regions[region]!.timeZones[0]!] },
      ...{ lists, suppressions: [], consents: [given] },
    };
    return decide(facts, { policy: by, lists: heads(region), now: noon(region), purpose }).verdict;
  };
  it.each([
    ["notification", "GB", "general", "caution"],
    ["prior", "GB", "general", "caution"],
    ["solicited", "GB", "general", "caution"],
    ["service", "GB", "general", "blocked"],
    ["soft-opt-in", "GB", "general", "blocked"],
    ["notification", "IE", "general", "caution"],
    ["notification", "GB", "automated", "blocked"],
    ["solicited", "GB", "automated", "blocked"],
    ["prior", "GB", "automated", "caution"],
    ["solicited", "GB", "pensions", "blocked"],
    ["prior", "GB", "pensions", "caution"],
    ["notification", "DE", "general", "blocked"],
    ["solicited", "DE", "general", "blocked"],
    ["prior", "DE", "general", "caution"],
    ["notification", "FR", "general", "blocked"],
    ["prior", "FR", "general", "caution"],
  ] as const)("%s in %s for %s calls: %s", (kind, region, purpose, verdict) => {
    expect(one(kind, region, purpose)).toBe(verdict);
  });
  it.each([
    ["solicited", "GB", "claims-management", "caution"],
    ["solicited", "GB", "pensions", "caution"],
    ["notification", "GB", "claims-management", "blocked"],
    ["solicited", "GB", "automated", "blocked"],
    ["solicited", "DE", "claims-management", "blocked"],
    ["solicited", "IE", "pensions", "blocked"],
  ] as const)("%s in %s for %s calls, where policy has requests do: %s", (kind, region, purpose, verdict) => {
    expect(one(kind, region, purpose, onRequest)).toBe(verdict);
    if (verdict === "caution") expect(one(kind, region, purpose)).toBe("blocked");
  });
});

/** The gate's kernel, from an attacker's side: what a telephone system may say to get a call through. */
import { describe, expect, it } from "vitest";
import type { Reason, Verdict } from "../../../shared/check/api.ts";
import { callerOf, dialledBy, gateSays, holdsUntil } from "../../../shared/dials/gate.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";

const OURS = "+442079460100";
const policy: Policy = {
  ...defaultPolicy,
  identity: { ...defaultPolicy.identity, ownNumbers: [OURS, "+441134960100"] },
};
const decision = (verdict: Verdict, ...codes: string[]) => ({
  verdict,
  reasons: codes.map((code): Reason => ({ code })),
});

describe("an address with a display name", () => {
  it.each([
    ['"<sip:+442079460100@x>" <sip:+441134960777@host>', "+441134960777"],
    ['"Ann \\"<sip:+442079460100@x>\\"" <sip:+441134960777@host>', "+441134960777"],
    ["Ann <sip:+442079460100@x>", "+442079460100"],
    // Nobody knows which is meant.
    ["<sip:+442079460100@x> <sip:+441134960777@host>", ""],
    ['"<sip:+442079460100@x> <sip:+441134960777@host>', ""],
  ])("%s is read by what is not quoted", (said, number) => {
    expect(dialledBy(said, [])).toBe(number);
  });
});

describe("what asks a person elsewhere is denied, as a gate has nobody to ask", () => {
  const amber = (way: "pass" | "dialog"): Policy => ({
    ...policy,
    consents: { ...policy.consents, amber: way },
  });
  it.each([
    // What is found, the policy, what the gate says.
    [decision("clear", "not-listed"), policy, true],
    [decision("clear", "emergency"), policy, true],
    [decision("clear", "internal"), policy, true],
    [decision("caution", "agreed", "not-listed"), amber("pass"), true],
    [decision("caution", "agreed", "not-listed"), amber("dialog"), false],
    [decision("caution", "agreed", "out-of-hours"), amber("pass"), false],
    ...[
      "tps",
      "grace",
      "ground",
      "product",
      "call-back",
      "scope-unsaid",
      "person-objected",
      "out-of-hours",
    ].map((code) => [decision("caution", code), amber("pass"), false] as const),
    ...["unconfirmed", "presentation", "sector", "two-numbers", "consent", "holiday"].map(
      (code) => [decision("caution", code), amber("pass"), false] as const,
    ),
    [decision("unknown", "not-screened"), policy, false],
    [decision("unknown", "not-a-number"), policy, false],
    [decision("unknown", "country-unclear"), policy, false],
    [decision("blocked", "objection"), policy, false],
    [decision("blocked", "tps"), policy, false],
  ] as const)("%j", (found, its, allowed) => {
    const said = gateSays(found, null, its);
    expect(said.allowed).toBe(allowed);
    // The evidence has the verdict as it was found, and why nobody could say yes to a caution.
    expect(said.decision.verdict).toBe(found.verdict);
    const asked = said.decision.reasons.some(({ code }) => code === "nobody-to-ask");
    expect(asked).toBe(found.verdict === "caution" && !allowed);
  });
  it("no fault of the caller's is outweighed by a clear number, nor hides why the number is barred", () => {
    const fault = { code: "withheld-caller-id" };
    expect(gateSays(decision("clear", "not-listed"), fault, policy)).toEqual({
      allowed: false,
      decision: decision("blocked", "withheld-caller-id"),
    });
    expect(gateSays(decision("blocked", "objection"), fault, policy).decision.reasons).toEqual([
      fault,
      { code: "objection" },
    ]);
  });
  it("an emergency call is allowed whoever the caller is", () => {
    const fault = { code: "not-our-number" };
    expect(gateSays(decision("clear", "emergency"), fault, policy).allowed).toBe(true);
  });
});

describe("who calls", () => {
  const fault = (from?: string, privacy?: string, region = "GB") =>
    callerOf({ from, privacy }, policy, region).fault?.code ?? null;
  it.each([
    OURS,
    "020 7946 0100",
    "02 07 94 60 10 0",
    "442079460100",
    "00442079460100",
    "sip:+442079460100@pbx.example;user=phone",
    "<sip:+442079460100@pbx.example>;tag=1",
    '"Private Clinic" <sip:+442079460100@pbx.example>',
    "tel:+44-20-7946-0100",
  ])("one of the company's numbers: %s", (from) => expect(fault(from)).toBeNull());
  it.each([
    "",
    " ",
    "anonymous",
    "Anonymous",
    "sip:anonymous@anonymous.invalid",
    '"Anonymous" <sip:+442079460100@pbx.example>',
    '"+442079460100" <sip:anonymous@anonymous.invalid>',
    "Restricted",
    "unavailable",
    "sip:c8oqz84zk7z@privacy.org",
    // What Twilio puts for an anonymous caller.
    "+266696687",
    "client:ann",
  ])("somebody who hides: %j", (from) => expect(fault(from)).toBe("withheld-caller-id"));
  it.each([
    "+442079460101",
    "101",
    "+44207946010",
    "+4420794601000",
    "+442079460100 & +442079460101",
    "2079460100x9",
  ])("none of the company's numbers: %s", (from) => expect(fault(from)).toBe("not-our-number"));
  it("a national number is of the line's region", () => {
    expect(fault("01134960100", undefined, "GB")).toBeNull();
    expect(fault("01134960100", undefined, "IE")).toBe("not-our-number");
  });
  it("what shows is said in E.164, so that the law of the called place may ask for it", () => {
    expect(callerOf({ from: "020 7946 0100" }, policy, "GB")).toEqual({ shown: OURS, fault: null });
    expect(callerOf({}, policy, "GB")).toEqual({ shown: null, fault: null });
  });
  it("a company that has named no numbers has none", () => {
    const none = { ...policy, identity: { ...policy.identity, ownNumbers: [] } };
    expect(callerOf({ from: OURS }, none, "GB").fault?.code).toBe("not-our-number");
  });
  it.each(["id", "header;session", "user;critical", "none;id", "NONE, id", "history", "critical", "x"])(
    "a Privacy header of %s hides",
    (privacy) => expect(fault(OURS, privacy)).toBe("withheld-caller-id"),
  );
  // A dial plan sends the header's value, which is empty where there is no header.
  it.each(["none", " None ", "", undefined])("a Privacy header of %j hides nothing", (privacy) =>
    expect(fault(OURS, privacy)).toBeNull(),
  );
  it("a hidden caller is no less hidden because nobody said who", () =>
    expect(fault(undefined, "id")).toBe("withheld-caller-id"));
});

describe("what is dialled", () => {
  it.each([
    ["+442079460958", "+442079460958"],
    ["020 7946 0958", "020 7946 0958"],
    ["sip:+442079460958@carrier.example", "+442079460958"],
    ["sips:%2B442079460958:secret@carrier.example;transport=tls", "+442079460958"],
    ["<sip:02079460958@carrier.example;user=phone>", "02079460958"],
    ["02079460958@carrier.example", "02079460958"],
    ["tel:+44-20-7946-0958", "+44-20-7946-0958"],
  ])("%s", (to, written) => expect(dialledBy(to, []).replace(/^sips?:/, "")).toContain(written.slice(-4)));
  it("an account with a name is no number", () => {
    for (const to of ["sip:bob@example.com", "client:ann", "urn:x", "https://example.com/02079460958"])
      expect(dialledBy(to, []).replace(/\D/g, "").length, to).toBe(0);
  });
});

describe("how long it holds", () => {
  const noon = Date.parse("2026-11-20T12:00:00.000Z");
  it("half a minute, where the clock changes nothing", () =>
    expect(holdsUntil(noon, () => true)).toBe(noon + 30_000));
  it("no longer than the minute in which the hours end", () => {
    const now = Date.parse("2026-11-20T19:59:50.500Z");
    const end = Date.parse("2026-11-20T20:00:00.000Z");
    expect(holdsUntil(now, (at) => at < end)).toBe(end);
  });
});

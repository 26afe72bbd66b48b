import { describe, expect, it } from "vitest";
import { consentRequest } from "../../../shared/do-not-call/api-consents.ts";
import {
  basisOf,
  isEvidenced,
  isForUs,
  isProven,
  kindOf,
  lastDayOf,
} from "../../../shared/do-not-call/kind.ts";

const GIVEN = "2026-11-20T23:59:59.000Z";

describe("what a stored consent is worth", () => {
  it("a consent of old is a notification at most; service is nothing that sells", () => {
    expect(kindOf({ basis: "consent" })).toBe("notification");
    expect(kindOf({ basis: "consent", kind: null })).toBe("notification");
    expect(kindOf({ basis: "consent", kind: "prior" })).toBe("prior");
    expect(kindOf({ basis: "service" })).toBe("service");
    expect(kindOf({ basis: "soft-opt-in" })).toBe("soft-opt-in");
  });

  it("a call that was asked for is one of the named day, or of the seven days after it was asked for", () => {
    expect(lastDayOf({ basis: "solicited", givenAt: GIVEN })).toBe("2026-11-27");
    expect(lastDayOf({ basis: "solicited", kind: "solicited", givenAt: GIVEN, day: "2027-02-28" })).toBe(
      "2027-02-28",
    );
    expect(lastDayOf({ basis: "solicited", givenAt: "2028-02-24T00:00:00Z" })).toBe("2028-03-02");
    expect(lastDayOf({ basis: "consent", givenAt: GIVEN })).toBeNull();
  });

  it("each kind is stored under a basis that reads back as no more than it", () => {
    for (const kind of ["notification", "solicited", "service", "soft-opt-in"] as const)
      expect(kindOf({ basis: basisOf(kind) })).toBe(kind);
    expect(kindOf({ basis: basisOf("prior") })).toBe("notification");
  });

  it("evidenced: the words, how they came, and where the proof lies; evidence “x” of old is none", () => {
    const full = {
      ...({
        kind: "notification",
        words: "call me",
        how: "web",
        proof: "form 7",
        product: "",
        evidence: "",
      } as const),
      ...({ state: "good", reviewedAt: null } as const),
    };
    expect(isEvidenced(full)).toBe(true);
    for (const lack of [{ words: "" }, { how: "" }, { proof: "" }, { kind: null }])
      expect(isEvidenced({ ...full, ...lack })).toBe(false);
    // Whoever found it good vouches for the proof; for nothing at all nobody can.
    const reviewed = { ...full, proof: "", reviewedAt: "2026-11-27T00:00:00Z" };
    expect(isEvidenced(reviewed)).toBe(true);
    expect(isEvidenced({ ...reviewed, state: "refused" })).toBe(false);
    expect(isEvidenced({ ...reviewed, words: "" })).toBe(false);
  });

  it("each kind wants its own: a call that was asked for no proof, a soft opt-in the products as well", () => {
    const bare = {
      ...({
        words: "",
        how: "",
        proof: "",
        product: "",
        evidence: "",
        state: "good",
        reviewedAt: null,
      } as const),
    };
    for (const kind of ["notification", "prior", "solicited", "soft-opt-in"] as const)
      expect(isEvidenced({ ...bare, kind }), kind).toBe(false);
    const asked = { ...bare, kind: "solicited", words: "ring me", how: "telephone" } as const;
    expect([isEvidenced(asked), isProven(asked)]).toEqual([true, false]);
    for (const lack of [{ words: "" }, { how: "" }]) expect(isEvidenced({ ...asked, ...lack })).toBe(false);
    const soft = { ...asked, kind: "soft-opt-in", proof: "order 7", product: "boilers" } as const;
    expect(isEvidenced(soft)).toBe(true);
    for (const lack of [{ words: "" }, { how: "" }, { proof: "" }, { product: "" }])
      expect(isEvidenced({ ...soft, ...lack })).toBe(false);
    // As they were recorded before there were kinds; a request of today without a kind waits for its review.
    const ofBefore = { ...bare, kind: "soft-opt-in", evidence: "order 7" } as const;
    expect(isEvidenced(ofBefore)).toBe(true);
    expect(isEvidenced({ ...ofBefore, state: "review" })).toBe(false);
  });

  it("is for us by our name or a trading name, however it is written; without a name it was said to us", () => {
    const us = { company: "Example Ltd", tradingNames: ["Example Boilers"] };
    for (const name of ["Example Ltd", "example  ltd.", " EXAMPLE, LTD", "Example Boilers", "", undefined])
      expect(isForUs(name, us), name).toBe(true);
    for (const name of ["Acme Leads Ltd", "Example", "Example Ltd and others", "."])
      expect(isForUs(name, us), name).toBe(false);
    expect(isForUs("Acme Leads Ltd", { company: "", tradingNames: [] })).toBe(false);
    expect(isForUs(".", { company: "", tradingNames: [""] })).toBe(false);
  });
});

describe("a consent as it is recorded", () => {
  const base = { number: "020 7946 0001", givenBy: "J. Doe", givenAt: GIVEN };
  const faults = (more: object): string[] =>
    consentRequest.safeParse({ ...base, ...more }).error?.issues.map(({ path }) => path.join(".")) ?? [];
  const prior = { kind: "prior", calls: ["pensions"], words: "yes", how: "web", proof: "form 7" };

  it("names a kind, or a basis with its evidence", () => {
    expect(faults({})).toEqual(["kind", "evidence"]);
    expect(faults({ basis: "consent" })).toEqual(["evidence"]);
    expect(faults({ basis: "consent", evidence: "form" })).toEqual([]);
    expect(faults({ kind: "notification" })).toEqual([]);
    expect(faults({ kind: "notification", basis: "solicited" })).toEqual(["basis"]);
    // Half of a kind would look like more than it is.
    expect(faults({ basis: "consent", evidence: "form", calls: ["pensions"] })).toEqual(["calls"]);
  });

  it("prior consent names the calls, the words, how, and the proof", () => {
    expect(faults(prior)).toEqual([]);
    for (const name of ["calls", "words", "how", "proof"])
      expect(faults({ ...prior, [name]: undefined }), name).toEqual([name]);
  });

  it("a soft opt-in names its conditions: the words, how, the proof, and the products", () => {
    const soft = { ...prior, kind: "soft-opt-in", calls: undefined, product: "boilers" };
    expect(faults(soft)).toEqual([]);
    for (const name of ["words", "how", "proof", "product"])
      expect(faults({ ...soft, [name]: undefined }), name).toEqual([name]);
  });

  it("nothing but prior consent is for automated calls, and for claims and pensions a request besides", () => {
    for (const calls of [
      ["automated"],
      ["claims-management"],
      ["general", "pensions"],
      ["pensions", "automated"],
    ])
      for (const kind of ["notification", "solicited", "service"])
        expect(faults({ kind, calls }), `${kind} ${calls.join()}`).toEqual(
          kind === "solicited" && !calls.includes("automated") ? [] : ["calls"],
        );
  });

  it("a day is of a call that was asked for, and not before it was", () => {
    expect(faults({ kind: "notification", day: "2026-12-01" })).toEqual(["day"]);
    expect(faults({ kind: "solicited", day: "2026-12-01" })).toEqual([]);
    expect(faults({ kind: "solicited", day: "2026-11-20" })).toEqual([]);
    expect(faults({ kind: "solicited", day: "2026-11-19" })).toEqual(["day"]);
  });
});

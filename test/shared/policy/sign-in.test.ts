import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Role, roleSchema } from "../../../shared/people/api.ts";
import type { SignInRule } from "../../../shared/policy/policy.ts";
import { givesMore, isMore, roleBy } from "../../../shared/policy/sign-in.ts";

const rule = (match: SignInRule["match"], value: string, role: Role): SignInRule => ({ match, value, role });
const staff = rule("domain", "example.com", "manager");
const capped = rule("group", "contractors", "agent");
const boss = rule("email", "boss@example.com", "admin");

describe("whether other rules could give anybody more", () => {
  it("the end of a group's rule does, where an address or a domain has a higher role", () => {
    for (const before of [
      [staff, capped],
      [capped, staff],
    ])
      expect([givesMore(before, [staff]), givesMore(before, [capped])]).toEqual([true, false]);
    expect(givesMore([boss, capped], [boss])).toBe(true);
    // In two steps, in either order: what it capped goes first, or the step that lifts the cap waits.
    expect([givesMore([staff, capped], [capped]), givesMore([capped], [])]).toEqual([false, false]);
  });

  it("a group's rule that is no lower than all others may go", () => {
    const leads = rule("group", "leads", "manager");
    expect(givesMore([staff, leads], [staff])).toBe(false);
    expect(givesMore([staff, leads, boss], [staff, boss])).toBe(true);
  });

  it("a second group beside a capped one does; the same rules in another order, or twice, do not", () => {
    const leads = rule("group", "leads", "manager");
    expect(givesMore([staff, capped], [staff, capped, leads])).toBe(true);
    expect(givesMore([staff, capped, boss], [boss, capped, staff, capped])).toBe(false);
    expect(
      givesMore([rule("domain", "Example.com", "agent")], [rule("domain", "@example.com", "agent")]),
    ).toBe(false);
  });

  it("property: it says so exactly where somebody gets more, of all who could come", () => {
    const values = {
      group: ["g", "h", "i"],
      email: ["a@b.example", "c@b.example"],
      domain: ["b.example", "d.example"],
    };
    const rules = fc.array(
      fc.constantFrom<SignInRule["match"]>("group", "email", "domain").chain((match) =>
        fc.record({
          match: fc.constant(match),
          value: fc.constantFrom(...values[match]),
          role: fc.constantFrom(...roleSchema.options),
        }),
      ),
      { maxLength: 6 },
    );
    const accounts = [...Array(8).keys()].flatMap((bits) =>
      [null, ...values.email].flatMap((email) =>
        [null, ...values.domain].map((domain) => ({
          email,
          domain,
          groups: values.group.filter((_, i) => (bits >> i) & 1),
        })),
      ),
    );
    fc.assert(
      fc.property(rules, rules, (before, after) => {
        const more = accounts.some((who) => isMore(roleBy(before, who, null), roleBy(after, who, null)));
        expect(givesMore(before, after)).toBe(more);
      }),
      { numRuns: 300 },
    );
  });
});

/** Which role policy's sign-in rules give a person, and whether other rules could give anybody more. */
import type { Role } from "../people/api.ts";
import type { SignInRule } from "./policy.ts";

/** As the company's provider says who a person is: an address and a domain only where it vouches for them. */
interface Account {
  email: string | null;
  domain: string | null;
  groups: readonly string[];
}

/** Highest first. An admin may do everything; compliance is on a level with manager, but sees more personal data. */
const rank: readonly Role[] = ["admin", "compliance", "manager", "agent"];
const highest = (roles: readonly (Role | null)[]): Role | null =>
  rank.find((role) => roles.includes(role)) ?? null;

const valueOf = ({ match, value }: SignInRule): string =>
  match === "group" ? value : value.replace(/^@/, "").toLowerCase();

/**
 * The role that policy gives: the highest of the matching group rules; else the role that an administrator gave
 * (`given`); else the highest of the matching address and domain rules. Null where policy does not admit the person.
 */
export function roleBy(
  rules: readonly SignInRule[],
  { email, domain, groups }: Account,
  given: Role | null,
): Role | null {
  const of = (match: SignInRule["match"], values: readonly (string | null)[]) =>
    highest(rules.filter((r) => r.match === match && values.includes(valueOf(r))).map(({ role }) => role));
  return of("group", groups) ?? given ?? highest([of("email", [email]), of("domain", [domain])]);
}

/** Whether whoever has the role `to` may do something that they could not do with `from`. Null: no access. */
export const isMore = (from: Role | null, to: Role | null): boolean =>
  to !== null && to !== from && from !== "admin" && (from === null || to !== "agent");

/** The roles that rules of one kind give by the old rules and by the new ones: each pair once. */
type Pair = readonly [before: Role | null, after: Role | null];
const NONE: Pair = [null, null];

/**
 * Whether anybody could get more by the rules `after`. A group's rule caps what addresses and domains would give, so
 * that its removal can give a role as well as an addition. A person may be in several groups: one that gives the new
 * role beside one that gave the old, so pairs of groups are enough.
 */
export function givesMore(before: readonly SignInRule[], after: readonly SignInRule[]): boolean {
  const pairs = (match: SignInRule["match"]): Pair[] => {
    const rules = [...before, ...after].filter((rule) => rule.match === match);
    const all = [...new Set(rules.map(valueOf))].map((value): Pair => {
      const known = (of: SignInRule["match"]) => (of === match ? value : null);
      const groups = match === "group" ? [value] : [];
      const account = { email: known("email"), domain: known("domain"), groups };
      return [roleBy(before, account, null), roleBy(after, account, null)];
    });
    return [NONE, ...new Map(all.map((pair) => [pair.join(), pair])).values()];
  };
  const both = (some: readonly Pair[], others: readonly Pair[]): Pair[] =>
    some.flatMap((a) => others.map((b): Pair => [highest([a[0], b[0]]), highest([a[1], b[1]])]));
  const addresses = both(pairs("email"), pairs("domain"));
  const groups = pairs("group");
  return both(groups, groups).some((group) =>
    addresses.some((address) => isMore(group[0] ?? address[0], group[1] ?? address[1])),
  );
}

/** Changes that loosen, clause by clause: what the tests of proposals try. */
import { clauses, withClause } from "../../../shared/policy/clauses.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";

const scheme = (name: string, parameter?: string, kind: "call" | "message" = "call") => ({
  ...{ scheme: name, kind },
  ...(parameter !== undefined && { parameter }),
});
const rule = (value: string, role: string, match = "domain") => ({ match, value, role });
const contractors = (role: string) => rule("contractors", role, "group");
const staff = rule("example.com", "manager");
const recipient = (host: string) => ({
  ...{
    kind: "webhook",
    name: host,
    host,
    role: "processor",
    country: "GB",
    contract: "",
    fields: ["number"],
  },
});
const week = (from: string, to: string) => {
  const day = [from, to];
  return { mon: day, tue: day, wed: day, thu: day, fri: day, sat: null, sun: null };
};
/** A policy with one clause changed. */
export const and = (path: string, value: unknown, policy = defaultPolicy): Policy =>
  withClause(policy, path, value);

/** Each clause with a looser and a stricter value of it: the change to the looser waits, for whoever makes it. */
export const oneWay: [path: string, looser: unknown, stricter: unknown][] = [
  ["registers.own", "warn", "hold"],
  ["registers.own", "off", "warn"],
  ["registers.own", "off", undefined],
  // An id that is also a property of every object.
  ["registers.constructor", "off", undefined],
  ["grounds.tps", "We only call about …", undefined],
  ["screening.maxListAgeDays", 28, 27],
  ["screening.graceDays", 1, 0],
  ["screening.maxShrinkShare", 0.3, 0.2],
  ["screening.rescreenDays", 28, 27],
  ["screening.watch", false, true],
  ["screening.offlineMinutes", 61, 60],
  ["screening.heldRegions", [], ["IE"]],
  ["screening.heldRegions", ["FR"], ["FR", "IE"]],
  ["numbers.alsoRegions", [], ["IE"]],
  ["numbers.alsoRegions", ["FR"], ["FR", "IE"]],
  ["overrides", "service-and-solicited", "none"],
  ["overrides", "with-consent", "service-and-solicited"],
  ["dials.schemes", [], [scheme("acme")]],
  ["dials.schemes", [scheme("acme")], [scheme("acme"), scheme("other", "target")]],
  ["campaigns.runs", ["general", "automated"], ["general"]],
  ["campaigns.pensionsAuthorised", true, false],
  ["campaigns.onRequest", true, false],
  ["consents.recordedBy", ["manager", "agent"], ["manager"]],
  ["consents.monthsAtMost", 13, 12],
  ["consents.monthsAtMost", null, 84],
  ["consents.amber", "pass", "dialog"],
  ["hours.GB", undefined, week("09:00", "18:00")],
  ["hours.GB", week("08:59", "18:00"), week("09:00", "18:00")],
  ["hours.GB", week("09:00", "18:01"), week("09:00", "18:00")],
  ["hours.GB", { ...week("09:00", "18:00"), sat: ["10:00", "11:00"] }, week("09:00", "18:00")],
  ["holidays", [], ["GB-ENG"]],
  ["outOfHours", "warn", "hold"],
  // Consents to that name would count.
  ["identity.tradingNames", ["Acme Leads Ltd"], []],
  // A number that is ours is not judged beside another.
  ["identity.ownNumbers", ["+442079460100"], []],
  ["identity.ownNumbers", ["+442079460100", "+442079460101"], ["+442079460100"]],
  ["sites", [], ["https://crm.example.com"]],
  ["sites", ["https://crm.example.com"], ["https://*.example.com"]],
  ["recording.purposes", ["training", "quality"], ["quality"]],
  ["recording.openedBy", ["manager", "agent"], ["manager"]],
  ["recipients", [recipient("a.example"), recipient("b.example")], [recipient("b.example")]],
  ["recording.openedFrom", ["GB", "IE"], ["GB"]],
  ["recording.openedFrom", [], ["GB", "IE"]],
  ["recording.regions", ["GB", "IE"], ["GB"]],
  ["recording.regions", ["GB", "IE"], ["IE"]],
  ["requests.decideDays", 30, 29],
  ["requests.extensions", true, false],
  ["requests.erasureInWriting", true, false],
  ["requests.proofKeptDays", 8, 7],
  ["requests.pauses", "law", "none"],
  ["requests.progressDays", 31, 30],
  ["requests.outcomeDays", 91, 90],
  ["access.unusedTokenDays", 91, 90],
  ["access.rotateTokenDays", 31, 30],
  ["access.numbersPerHour", 20_001, 20_000],
  ["access.officeNumbersPerHour", 200_001, 200_000],
  ["access.gateNumbersPerHour", 800_001, 800_000],
  ["access.screenedPerDay", 5_000_001, 5_000_000],
  ["access.signIn", [rule("example.com", "agent")], []],
  ["access.signIn", [rule("example.com", "admin")], [rule("example.com", "agent")]],
  ["access.signIn", [staff, contractors("admin")], [staff]],
];
/** Clauses with no safe direction: every change waits. */
export const eitherWay: [path: string, one: unknown, other: unknown][] = [
  ["parties.from", ["officer", "import"], ["officer"]],
  ["grounds.tps", "We only call about orders.", "We only call about invoices."],
  ["recording.retentionMonths", 12, 11],
  ["recording.outsideRegions", "keep", "erase"],
  ["numbers.defaultRegion", "GB", "IE"],
  ["numbers.lineRegion", null, "IE"],
  ["numbers.lineRegion", "IE", "GB"],
  // A message is judged by fewer rules, and another parameter may hold another number.
  ["dials.schemes", [scheme("acme")], [scheme("acme", undefined, "message")]],
  ["dials.schemes", [scheme("acme")], [scheme("acme", "target")]],
  ["dials.schemes", [scheme("acme")], [scheme("other")]],
  ["dials.schemes", [], [scheme("acme", undefined, "message")]],
  // Another kind of call is judged where nobody names one, or one fewer, the strictest of which counts.
  ["campaigns.runs", ["automated"], ["pensions"]],
  ["campaigns.runs", ["pensions", "automated"], ["pensions"]],
  ["identity.company", "Example Ltd", "Acme Leads Ltd"],
  ["hours.GB", week("09:00", "17:00"), week("10:00", "18:00")],
  ["recording.openedBy", ["manager"], ["agent"]],
  ["recipients", [recipient("a.example")], [recipient("b.example")]],
  ["recording.openedFrom", ["GB"], ["IE"]],
  ["access.signIn", [rule("example.com", "agent")], [rule("example.org", "agent")]],
  ["access.signIn", [rule("example.com", "manager")], [rule("example.com", "compliance")]],
  // A group's rule caps what the others give, and admits whom none of them does.
  ["access.signIn", [staff], [staff, contractors("agent")]],
  ...clauses
    .filter(({ group }) => group === "retention")
    .map(({ path }): [string, unknown, unknown] => [path, 24, 12]),
];

/** Proposals in words: a role that is proposed, what a loosening would do, and what the desk says of it. English (UK). */
import type { PolicyChange } from "../../policy/clauses.ts";
import { rolesEn } from "../people/roles.en.ts";
import { counted, english, fill, type Forms, plural } from "../language.ts";
import type { Role } from "../../people/api.ts";

export const proposalsEn = {
  role: "{name}: {from} → {to}",
  browser: "{name}: a code for another browser, as {to}. Anyone who holds it comes in as {name}",
  address: "{change}. Their address: {email}",
  coded: "{change}. {by} has the code until it is used",
  held: "{change}. They came in by a code that {by} had, and may be them",
  /** Of an invite that was erased. */
  someone: "Somebody who was invited",
  register: "Register {list}, {what}: {from} → {to}",
  registers: {
    regions: "countries",
    maxAgeDays: "oldest copy, in days",
    daysUntilEffective: "days before a listing counts",
  },
  moved: "This has another value now.",
  notMade: "It is not as the audit trail has it. Refuse it, and run cleardial verify --deep.",
  noReason: "no reason was given",
  settled: {
    approved: "{name} approved it. It is in force.",
    counted: "Nobody else holds the role that would approve it, so it counts now. It is in force.",
    refused: "{name} refused it. Nothing has changed.",
    expired: "Nobody approved it in time, so it has expired. Nothing has changed.",
  },

  effects: {
    dials: counted(
      "{n} call of the last 30 days was held or warned of for this reason",
      "{n} calls of the last 30 days were held or warned of for this reason",
    ),
    held: counted("{n} call was held in the last 30 days", "{n} calls were held in the last 30 days"),
    erased: counted(
      "{n} record would be erased, from a week after the approval",
      "{n} records would be erased, from a week after the approval",
    ),
    keptOn: counted(
      "{n} record that would be erased within 30 days would be kept longer",
      "{n} records that would be erased within 30 days would be kept longer",
    ),
    recorded: counted("{n} recording is kept now", "{n} recordings are kept now"),
    stored: counted(
      "{n} recording was stored in the last 30 days",
      "{n} recordings were stored in the last 30 days",
    ),
    outside: counted("{n} recording lies outside the regions", "{n} recordings lie outside the regions"),
    withoutCode: counted(
      "{n} call of the last 30 days was dialled without a country code",
      "{n} calls of the last 30 days were dialled without a country code",
    ),
    schemes: counted(
      "{n} call of the last 30 days was dialled by these schemes",
      "{n} calls of the last 30 days were dialled by these schemes",
    ),
    sites: counted(
      "{n} call of the last 30 days was dialled on a site that would no longer be covered",
      "{n} calls of the last 30 days were dialled on sites that would no longer be covered",
    ),
    consents: counted("{n} consent would count for longer", "{n} consents would count for longer"),
    named: counted("{n} consent on record names it", "{n} consents on record name it"),
    parties: counted("{n} word of such a source is on record", "{n} words of such sources are on record"),
    contacts: counted(
      "{n} number of the connected CRMs would be screened less often",
      "{n} numbers of the connected CRMs would be screened less often",
    ),
    watched: counted("{n} number is watched now", "{n} numbers are watched now"),
    requests: counted(
      "{n} such request came in the last 30 days",
      "{n} such requests came in the last 30 days",
    ),
    devicesBack: counted(
      "{n} device that was signed out would be signed in again",
      "{n} devices that were signed out would be signed in again",
    ),
    devices: counted("{n} device is signed in now", "{n} devices are signed in now"),
    agents: counted("{n} agent could check more", "{n} agents could check more"),
    systems: counted(
      "{n} telephone system could ask about more calls",
      "{n} telephone systems could ask about more calls",
    ),
    office: counted(
      "{n} person of the office could ask about more",
      "{n} people of the office could ask about more",
    ),
    screeners: counted("{n} person could screen more", "{n} people could screen more"),
    byRules: counted(
      "{n} person has their role by such rules now",
      "{n} people have their role by such rules now",
    ),
    people: counted("{n} more person may do it", "{n} more people may do it"),
    holders: counted("{n} person has this role now", "{n} people have this role now"),
  } satisfies Record<string, Forms>,
};

/** In everybody's popup: what counts without a second person. */
export const announcedEn = {
  from: "{by} proposes: {what}. It counts from {date}, as nobody else could approve it. If it should not, ask somebody in the office to refuse it.",
  soon: "{by} proposes: {what}. It counts 24 hours from now, as nobody else could approve it. If it should not, ask somebody in the office to refuse it.",
  own: "{by} proposes: {what}. It counts once an administrator approves it. If you did not ask for it, ask somebody in the office to refuse it.",
};

interface Whose {
  name: string;
  /** Whoever approves the role says that nobody else reads its mail. Null: it is not theirs to say any more. */
  email: string | null;
  /** Who was shown the code of an invite that nobody has used, or by whose code a person came in. */
  codeOf: string | null;
}

/** A proposed role as a line: `Jo Bloggs: agent → administrator. Their address: jo@example.com`. */
export function sayRoleChange({ path, from, to }: PolicyChange, whose: Whose | null): string {
  const { name, email, codeOf } = whose ?? { name: proposalsEn.someone, email: null, codeOf: null };
  const change = fill(path.startsWith("browser.") ? proposalsEn.browser : proposalsEn.role, {
    name,
    from: rolesEn[from as Role],
    to: rolesEn[to as Role],
  });
  const named = email === null ? change : fill(proposalsEn.address, { change, email });
  const coded = path.startsWith("person.") ? proposalsEn.held : proposalsEn.coded;
  return codeOf === null ? named : fill(coded, { change: named, by: codeOf });
}

/** A register's proposed change as a line: `Register OURS, countries: GB, IE → GB`. */
export function sayRegisterChange({ path, from, to }: PolicyChange): string {
  const [, list = "", field = ""] = path.split(".");
  const what = proposalsEn.registers[field as keyof typeof proposalsEn.registers];
  const say = (value: unknown) => [value].flat().join(", ");
  return fill(proposalsEn.register, { list: list.toUpperCase(), what, from: say(from), to: say(to) });
}

/** What is counted of a clause; of those that are not here, calls (worker/policy/effect.ts). */
const counts: Readonly<Record<string, keyof typeof proposalsEn.effects>> = {
  overrides: "held",
  sites: "sites",
  numbers: "withoutCode",
  requests: "requests",
  "dials.schemes": "schemes",
  "screening.rescreenDays": "contacts",
  "screening.watch": "watched",
  "consents.recordedBy": "people",
  "consents.monthsAtMost": "consents",
  "parties.from": "parties",
  "identity.company": "named",
  "identity.tradingNames": "named",
  "recording.purposes": "recorded",
  "recording.openedBy": "people",
  "recording.openedFrom": "recorded",
  "recording.regions": "stored",
  "recording.outsideRegions": "outside",
  "access.unusedTokenDays": "devicesBack",
  "access.rotateTokenDays": "devices",
  "access.numbersPerHour": "agents",
  "access.officeNumbersPerHour": "office",
  "access.gateNumbersPerHour": "systems",
  "access.screenedPerDay": "screeners",
  "access.signIn": "byRules",
  person: "holders",
  invite: "holders",
  browser: "holders",
};

/** What a change would do, from its figure. */
export function sayEffect({ path, from, to }: PolicyChange, n: number): string {
  const [group = ""] = path.split(".");
  const retention = group === "retention" || path === "recording.retentionMonths";
  const erased = Number(to) < Number(from) ? "erased" : "keptOn";
  const form = retention ? erased : (counts[path] ?? counts[group] ?? "dials");
  return plural(english, proposalsEn.effects[form], n);
}

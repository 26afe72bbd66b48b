/** Checks of a policy beyond its schema: numbers must be real, and clauses must agree with each other. */
import { parsePhoneNumber } from "libphonenumber-js/max";
import type { Problem as ProblemDocument } from "../../shared/api.ts";
import { mayBeAdded } from "../../shared/dials/address.ts";
import { changesBetween } from "../../shared/policy/clauses.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { recordedByAgentsAlone } from "../../shared/policy/reviewers.ts";
import { readSite } from "../../shared/policy/sites.ts";
import { belowFloor } from "../../shared/policy/floor.ts";
import { sayClause, sayValue } from "../../shared/texts/policy/clauses.en.ts";
import { policyFaults } from "../../shared/texts/policy/faults.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { Problem } from "../core/errors.ts";

type Fault = NonNullable<ProblemDocument["errors"]>[number];

/** Number types that cost no more than usual to call back: no premium, shared-cost or 070 numbers. */
const callable = new Set(["FIXED_LINE", "MOBILE", "FIXED_LINE_OR_MOBILE", "TOLL_FREE", "UAN", "VOIP"]);

/**
 * Faults of the clauses that `after` changes, by path. Unchanged clauses are not checked: an earlier version's rules
 * accepted them, and they must not stop a manager from changing another clause. `now` in milliseconds.
 */
export function faultsOf(before: Policy, after: Policy, now: number): Fault[] {
  const faults: Fault[] = [];
  const say = (path: string, message: string) => faults.push({ path, message });
  const changed = new Set(changesBetween(before, after).map(({ path }) => path));
  const touched = (...paths: string[]) => paths.some((path) => changed.has(path));
  const { identity, screening, hours, review } = after;

  if (touched("screening.warnListAgeDays", "screening.maxListAgeDays")) {
    if (screening.warnListAgeDays > screening.maxListAgeDays)
      say("screening.warnListAgeDays", policyFaults.warnAfterMax);
  }
  for (const [region, days] of Object.entries(hours))
    for (const [day, open] of Object.entries(days))
      if (touched(`hours.${region}`) && open && open[0] >= open[1])
        say(`hours.${region}.${day}`, policyFaults.hours);

  // PECR reg 24: say who is calling and, on request, give an address or a freephone number.
  if (touched("identity.company", "identity.line", "identity.address", "identity.freephone")) {
    if (identity.line && !identity.company) say("identity.company", policyFaults.company);
    if (identity.company && !identity.address && !identity.freephone)
      say("identity.address", policyFaults.contact);
    if (identity.freephone && !isFreephone(identity.freephone))
      say("identity.freephone", policyFaults.freephone);
  }
  if (touched("identity.presentationNumber", "identity.ownNumbers")) {
    const { presentationNumber, ownNumbers } = identity;
    ownNumbers.forEach((number, i) => {
      if (!parsed(number)?.isValid()) say(`identity.ownNumbers.${i}`, policyFaults.notValid);
    });
    if (presentationNumber !== null) {
      const number = parsed(presentationNumber);
      if (!ownNumbers.includes(presentationNumber)) say("identity.presentationNumber", policyFaults.notOurs);
      else if (!number?.isValid() || !callable.has(number.getType() ?? ""))
        say("identity.presentationNumber", policyFaults.notCallable);
    }
  }
  if (touched("consents.recordedBy") && recordedByAgentsAlone(after.consents.recordedBy))
    say("consents.recordedBy", policyFaults.agentsAlone);
  if (touched("dials.schemes"))
    after.dials.schemes.forEach(({ scheme }, i, rows) => {
      if (!mayBeAdded(scheme)) say(`dials.schemes.${i}.scheme`, policyFaults.schemeKnown);
      else if (rows.findIndex((row) => row.scheme === scheme) < i)
        say(`dials.schemes.${i}.scheme`, policyFaults.schemeTwice);
    });
  if (touched("sites"))
    after.sites.forEach((site, i) => {
      if (readSite(site) !== site) say(`sites.${i}`, policyFaults.site);
    });
  if (touched("review.lastReviewed") && review.lastReviewed && Date.parse(review.lastReviewed) > now)
    say("review.lastReviewed", policyFaults.future);
  return faults;
}

/** Throws below-floor or invalid where `after` may not be saved over `before`, by anyone. */
export function refuseFaults(before: Policy, after: Policy, now: number): void {
  const low = belowFloor(after);
  if (low.length > 0)
    throw new Problem(
      "below-floor",
      low.map(({ path, to }) => `${sayClause(path)}: ${sayValue(path, to)}`).join("; "),
      low.map(({ path, to }) => ({
        path: `policy.${path}`,
        message: fill(policyFaults.floor, { value: sayValue(path, to) }),
      })),
    );
  const faults = faultsOf(before, after, now);
  if (faults.length > 0)
    throw new Problem(
      "invalid",
      faults[0]!.message,
      faults.map((fault) => ({ ...fault, path: `policy.${fault.path}` })),
    );
}

function parsed(number: string, region?: "GB") {
  try {
    return parsePhoneNumber(number, region);
  } catch {
    return undefined;
  }
}

/** In the United Kingdom 0800 and 0808; elsewhere any number that the national plan calls free. */
function isFreephone(written: string): boolean {
  const number = parsed(written, "GB");
  if (!number?.isValid() || number.getType() !== "TOLL_FREE") return false;
  return number.countryCallingCode !== "44" || /^80[08]/.test(number.nationalNumber);
}

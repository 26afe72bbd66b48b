/**
 * What Salesforce has of people's privacy besides their contacts: an Individual's opt-outs, consents by kind of contact point, and by a
 * number of theirs. Each belongs to an Individual, which a contact or a lead may name; they are there with Data Protection and Privacy
 * enabled.
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_individual.htm
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contactpointtypeconsent.htm
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contactpointconsent.htm
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contactpointphone.htm
 */
import * as z from "zod";
import type { Contact } from "../connector.ts";

/** The field of a contact or a lead that names its Individual. */
export const INDIVIDUAL = "IndividualId";
/** Kinds of record that have it. */
export const hasIndividual = (object: string): boolean => object === "Contact" || object === "Lead";

/** SOQL: conditions by which records are found whose Individual's opt-outs or consents changed since. */
export const changedSince = (since: string): string[] => [
  `${INDIVIDUAL} IN (SELECT Id FROM Individual WHERE SystemModstamp >= ${since})`,
  `${INDIVIDUAL} IN (SELECT PartyId FROM ContactPointTypeConsent WHERE ContactPointType = 'Phone' AND SystemModstamp >= ${since})`,
];

/** Ids of one query: addresses have an end. */
const MOST = 200;

const id = z.string().regex(/^\w{15,18}$/);
const individual = z.object({ Id: id, HasOptedOutSolicit: z.boolean(), HasOptedOutProcessing: z.boolean() });
const status = z.string().nullish();
const consented = z.object({
  Id: id,
  PartyId: id,
  PrivacyConsentStatus: status,
  CaptureDate: z.string().nullish(),
  CaptureSource: z.string().nullish(),
  EffectiveTo: z.string().nullish(),
  DataUsePurpose: z.object({ Name: z.string().nullish() }).nullish(),
});
const phone = z.object({ Id: id, ParentId: id, TelephoneNumber: z.string().nullish() });
const ofPoint = z.object({ ContactPointId: id, PrivacyConsentStatus: status });
type Consented = z.infer<typeof consented>;

/** All rows of a query. */
type Rows = (q: string) => Promise<unknown[]>;

/** Takes over to contacts what their Individuals say: `ids` has the Individual of each that names one. */
export async function individually(
  rows: Rows,
  contacts: Contact[],
  ids: ReadonlyMap<Contact, string>,
  now: number,
): Promise<void> {
  const all = [...new Set(ids.values())].map((one) => id.parse(one));
  const of = async <T>(
    schema: z.ZodType<T>,
    select: string,
    key: string,
    keys: readonly string[],
    and = "",
  ) => {
    const found: T[] = [];
    for (let n = 0; n < keys.length; n += MOST) {
      const list = keys.slice(n, n + MOST).map((one) => `'${one}'`);
      found.push(
        ...z.array(schema).parse(await rows(`${select} WHERE ${key} IN (${list.join(", ")})${and}`)),
      );
    }
    return found;
  };
  const people = await of(
    individual,
    "SELECT Id, HasOptedOutSolicit, HasOptedOutProcessing FROM Individual",
    ...(["Id", all] as const),
  );
  const consents = await of(
    consented,
    "SELECT Id, PartyId, PrivacyConsentStatus, CaptureDate, CaptureSource, EffectiveTo, DataUsePurpose.Name FROM ContactPointTypeConsent",
    ...(["PartyId", all, " AND ContactPointType = 'Phone'"] as const),
  );
  const phones = await of(
    phone,
    "SELECT Id, ParentId, TelephoneNumber FROM ContactPointPhone",
    ...(["ParentId", all] as const),
  );
  const points = await of(
    ofPoint,
    "SELECT ContactPointId, PrivacyConsentStatus FROM ContactPointConsent",
    ...(["ContactPointId", phones.map((one) => one.Id)] as const),
  );
  const closed = new Set(
    points.flatMap((one) => (one.PrivacyConsentStatus === "OptOut" ? [one.ContactPointId] : [])),
  );
  for (const contact of contacts) {
    const own = ids.get(contact);
    const its = consents.filter(({ PartyId }) => PartyId === own);
    const person = people.find(({ Id }) => Id === own);
    const isOut = person !== undefined && (person.HasOptedOutSolicit || person.HasOptedOutProcessing);
    contact.person = flagOf(isOut, its);
    contact.consent ??= consentIn(its, now);
    contact.optedOut = phones.flatMap(({ Id, ParentId, TelephoneNumber }) =>
      ParentId === own && closed.has(Id) && TelephoneNumber ? [TelephoneNumber.trim()] : [],
    );
  }
}

const whenOf = ({ CaptureDate }: Consented): string => CaptureDate ?? "";
/** Those of a status, the newest first. */
const newest = (consents: readonly Consented[], status: string): Consented[] =>
  consents
    .filter(({ PrivacyConsentStatus }) => PrivacyConsentStatus === status)
    .toSorted((a, b) => whenOf(b).localeCompare(whenOf(a)));

/** What an Individual says against calls: an opt-out without a day holds whatever was said on others. */
function flagOf(isOut: boolean, consents: readonly Consented[]): Contact["flag"] {
  const [out] = newest(consents, "OptOut");
  return isOut || !out
    ? { set: isOut, by: "", at: "" }
    : { set: true, by: out.CaptureSource ?? "", at: whenOf(out) };
}

/** The newest consent that says for what; one that is over by its own term is no other's withdrawal, and has no day that can be read. */
function consentIn(consents: readonly Consented[], now: number): Contact["consent"] {
  const given = newest(consents, "OptIn");
  const lasts = given.filter(({ EffectiveTo }) => !EffectiveTo || Date.parse(EffectiveTo) > now);
  const one = lasts.find(({ DataUsePurpose }) => DataUsePurpose?.Name) ?? lasts[0];
  if (!one) return { at: given.length > 0 ? "ended" : "", purpose: "", proof: "" };
  return {
    at: whenOf(one) || "without a day",
    purpose: one.DataUsePurpose?.Name ?? "",
    proof: one.CaptureSource ? `${one.CaptureSource}: ContactPointTypeConsent ${one.Id}` : "",
  };
}

/**
 * HubSpot: contacts by the CRM API v3. Signs in by a private app's token, or by an app's refresh token, which an administrator
 * of the account gets it.
 * https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts/get-contacts
 * https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts/batch/update-contacts
 * https://developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm
 * https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines: 429 with a policy's name.
 * https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
 * https://developers.hubspot.com/docs/api-reference/latest/authentication/oauth-tokens/revoke-token
 * https://developers.hubspot.com/changelog/v1-oauth-api-deprecation: its first token endpoint ends on 16 February 2027.
 * https://developers.hubspot.com/changelog/additional-details-returned-when-generating-oauth-access-tokens: `hub_id`.
 * The vendor's OpenAPI document: github.com/HubSpot/HubSpot-public-api-spec-collection, CRM/Contacts v3.
 */
import * as z from "zod";
import {
  type ConnectorFields,
  type ConnectorObject,
  kinds,
  namedIn,
} from "../../../shared/connectors/kinds.ts";
import { hubspotHeld } from "./held/hubspot.ts";
import { hubspotMaker } from "./make/hubspot.ts";
import { type Kind, type Mark, type Refusal, SetupError, type Wire } from "../connector.ts";
import { bearer } from "../sign-in/oauth.ts";
import { reasonIn } from "../reason.ts";
import {
  batches,
  byId,
  contactOf,
  fieldsOf,
  overObjects,
  REFUSED,
  valuesOf,
  wantFields,
} from "../records.ts";

const API = "https://api.hubapi.com";
const TOKEN = `${API}/oauth/2026-03/token`;
/** Records of one request, read or written. */
const MOST = 100;

/** The property with the time of change: contacts have one of their own. */
const changedIn = (object: string): string =>
  object === "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate";

const list = z.object({
  results: z.array(z.object({ id: z.string(), properties: z.record(z.string(), z.unknown()) })),
  paging: z.object({ next: z.object({ after: z.string() }).optional() }).optional(),
});
/** True for a property that the form begins with, which is HubSpot's own: where an account has none, nothing is in it. */
const isItsOwn = (object: string, property: string): boolean =>
  kinds.hubspot.objects.some(
    (one) => one.name === object && [...one.numbers, ...namedIn(one)].includes(property),
  );

/** A page of its list. */
async function listed(
  wire: Wire,
  object: string,
  properties: readonly string[],
  after: string | null = null,
): Promise<z.infer<typeof list>> {
  const query = new URLSearchParams({
    limit: String(MOST),
    properties: properties.join(),
    ...(after === null ? {} : { after }),
  });
  return list.parse((await wire(`/crm/v3/objects/${object}?${query.toString()}`)).data);
}

/**
 * Throws where a property that the set-up names is not there, or where nothing shows that a sensitive one can be read: its values need a
 * scope of their own, and HubSpot does not say what it answers without it. Then what came has no value of it, nor has the list's first page.
 */
async function wantAll(
  wire: Wire,
  object: ConnectorObject,
  fields: ConnectorFields,
  came: z.infer<typeof list>["results"],
): Promise<void> {
  const names = fieldsOf(object, fields).filter((name) => !isItsOwn(object.name, name));
  const found = await wantFields("hubspot", hubspotMaker(wire), object.name, names);
  // What ClearDial alone writes is tried by writing.
  const { flagBy: _, flagAt: __, consentOut: ___, ...read } = object;
  const lacking = (rows: typeof came) => (name: string) =>
    found.get(name)?.sensitive !== undefined &&
    rows.every(({ properties }) => (properties[name] ?? "") === "");
  const some = [...read.numbers, ...namedIn(read)].filter(lacking(came));
  if (came.length === 0 || some.length === 0) return;
  const { results } = await listed(wire, object.name, some);
  const name = some.find(lacking(results));
  if (name !== undefined)
    throw new SetupError(
      `hubspot: no value of ${name} is in the first ${MOST} of ${object.name}: as it is sensitive, it needs the scope crm.objects.${object.name}.${found.get(name)!.sensitive}.read, and a value there`,
    );
}

/** `results` has the records that were written; with status 207 `errors` names those that were not. */
const written = z.object({
  results: z.array(z.object({ id: z.string() })),
  errors: z
    .array(z.object({ context: z.object({ ids: z.array(z.string()).default([]) }).optional() }).loose())
    .default([]),
});

export const hubspot: Kind = {
  make: hubspotMaker,
  base: () => API,
  token: () => TOKEN,
  sign: (_, vault, clock) =>
    vault.secret["token"]
      ? () => Promise.resolve({ authorization: `Bearer ${vault.secret["token"]}` })
      : bearer({ kind: "hubspot", url: TOKEN }, vault, clock),
  signIn: {
    authorize: () => "https://app.hubspot.com/oauth/authorize",
    scopes: ({ settings: { sensitive }, objects }) => [
      "oauth",
      ...objects.flatMap(({ name }) => [`crm.objects.${name}.read`, `crm.objects.${name}.write`]),
      ...(sensitive?.split(" ") ?? []),
    ],
    account: ({ hub_id: hub }) => (typeof hub === "number" || typeof hub === "string" ? String(hub) : ""),
    isOurs: (account, { portal = "" }) => portal === "" || account === portal,
    revoke: () => `${TOKEN}/revoke`,
  },
  open: ({ objects, fields }, wire) => ({
    ...hubspotHeld(objects, wire),
    page: overObjects(objects, async (object, cursor) => {
      const { results, paging } = await listed(wire, object.name, fieldsOf(object, fields), cursor);
      if (cursor === null) await wantAll(wire, object, fields, results);
      return {
        contacts: results.map(({ id, properties }) =>
          contactOf(id, object, fields, (field) => properties[field]),
        ),
        next: paging?.next?.after ?? null,
      };
    }),
    // Its list has no filter. The search answers 10,000 records of one query at most, so the cursor is the last id.
    changed: overObjects(objects, async (object, cursor, { since }) => {
      const { data } = await wire(`/crm/v3/objects/${object.name}/search`, {
        method: "POST",
        body: {
          filterGroups: [
            {
              filters: [
                { propertyName: changedIn(object.name), operator: "GTE", value: String(since) },
                ...(cursor === null ? [] : [{ propertyName: "hs_object_id", operator: "GT", value: cursor }]),
              ],
            },
          ],
          sorts: [{ propertyName: "hs_object_id", direction: "ASCENDING" }],
          properties: fieldsOf(object, fields),
          limit: MOST,
        },
      });
      const { results, paging } = list.parse(data);
      if (cursor === null) await wantAll(wire, object, fields, results);
      return {
        contacts: results.map(({ id, properties }) =>
          contactOf(id, object, fields, (field) => properties[field]),
        ),
        next: paging?.next ? (results.at(-1)?.id ?? null) : null,
      };
    }),
    records: byId(objects, async (object, _, { ids = [] }) => {
      const { data } = await wire(`/crm/v3/objects/${object.name}/batch/read`, {
        method: "POST",
        body: { properties: fieldsOf(object, fields), inputs: ids.map((id) => ({ id })) },
      });
      const contacts = list
        .parse(data)
        .results.map(({ id, properties }) => contactOf(id, object, fields, (field) => properties[field]));
      return { contacts, next: null };
    }),
    async write(marks) {
      const send = async (batch: Mark[]): Promise<Refusal[]> => {
        const { id, object } = batch[0]!;
        const { status, data, why } = await wire(`/crm/v3/objects/${object}/batch/update`, {
          method: "POST",
          body: {
            inputs: batch.map((mark) => ({
              id: mark.id,
              properties: valuesOf(mark, fields, "", "true", "false"),
            })),
          },
          takes: REFUSED,
        });
        if (!REFUSED.includes(status)) return refusedIn(batch, data);
        if (batch.length === 1) return [{ id, object, why: `${status} ${why}`.trim() }];
        // One bad record can make HubSpot refuse the whole batch: then send each alone.
        const refused: Refusal[] = [];
        for (const mark of batch) refused.push(...(await send([mark])));
        return refused;
      };
      const refused: Refusal[] = [];
      for (const batch of batches(marks, MOST)) refused.push(...(await send(batch)));
      return refused;
    },
  }),
};

/** Those of a batch that are not among the results. */
function refusedIn(batch: readonly Mark[], data: unknown): Refusal[] {
  const { results, errors } = written.parse(data);
  const done = new Set(results.map(({ id }) => id));
  return batch
    .filter(({ id }) => !done.has(id))
    .map(({ id, object }) => {
      const error =
        errors.find(({ context }) => context?.ids.includes(id)) ??
        errors.find(({ context }) => !context?.ids.length);
      return { id, object, why: (error && reasonIn(error)) || "not among its results" };
    });
}

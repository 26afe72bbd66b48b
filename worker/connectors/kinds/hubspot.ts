/**
 * HubSpot: contacts by the CRM API v3. Signs in by a private app's token, or by an app's refresh token, which an administrator
 * of the account gets it.
 * https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts/get-contacts
 * https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts/batch/update-contacts
 * https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines: 429 with a policy's name.
 * https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
 * https://developers.hubspot.com/docs/api-reference/latest/authentication/oauth-tokens/revoke-token
 * https://developers.hubspot.com/changelog/v1-oauth-api-deprecation: its first token endpoint ends on 16 February 2027.
 * https://developers.hubspot.com/changelog/additional-details-returned-when-generating-oauth-access-tokens: `hub_id`.
 * The vendor's OpenAPI document: github.com/HubSpot/HubSpot-public-api-spec-collection, CRM/Contacts v3.
 */
import * as z from "zod";
import type { Kind, Mark, Refusal } from "../connector.ts";
import { bearer } from "../sign-in/oauth.ts";
import { reasonIn } from "../reason.ts";
import { batches, contactOf, fieldsOf, oneByOne, overObjects, REFUSED, valuesOf } from "../records.ts";

const API = "https://api.hubapi.com";
const TOKEN = `${API}/oauth/2026-03/token`;
/** Records of one request, read or written. */
const MOST = 100;

const list = z.object({
  results: z.array(z.object({ id: z.string(), properties: z.record(z.string(), z.unknown()) })),
  paging: z.object({ next: z.object({ after: z.string() }).optional() }).optional(),
});
/** With status 207 `errors` names the records that were not written. */
const written = z.object({
  errors: z
    .array(z.object({ context: z.object({ ids: z.array(z.string()).default([]) }).optional() }).loose())
    .default([]),
});

export const hubspot: Kind = {
  base: () => API,
  sign: (_, vault, clock) =>
    vault.secret["token"]
      ? () => Promise.resolve({ authorization: `Bearer ${vault.secret["token"]}` })
      : bearer({ kind: "hubspot", url: TOKEN }, vault, clock),
  signIn: {
    authorize: () => "https://app.hubspot.com/oauth/authorize",
    token: () => TOKEN,
    scopes: ({ objects }) => [
      "oauth",
      ...objects.flatMap(({ name }) => [`crm.objects.${name}.read`, `crm.objects.${name}.write`]),
    ],
    account: ({ hub_id: hub }) => (typeof hub === "number" || typeof hub === "string" ? String(hub) : ""),
    isOurs: (account, { portal = "" }) => portal === "" || account === portal,
    revoke: () => `${TOKEN}/revoke`,
  },
  open: ({ objects, fields }, wire) => ({
    page: overObjects(objects, async (object, cursor) => {
      const query = new URLSearchParams({
        limit: String(MOST),
        properties: fieldsOf(object, fields).join(),
        ...(cursor === null ? {} : { after: cursor }),
      });
      const { data } = await wire(`/crm/v3/objects/${object.name}?${query.toString()}`);
      const { results, paging } = list.parse(data);
      return {
        contacts: results.map(({ id, properties }) =>
          contactOf(id, object, fields, (field) => properties[field]),
        ),
        next: paging?.next?.after ?? null,
      };
    }),
    async write(marks) {
      const send = (object: string, inputs: Mark[]) =>
        wire(`/crm/v3/objects/${object}/batch/update`, {
          method: "POST",
          body: {
            inputs: inputs.map((mark) => ({ id: mark.id, properties: valuesOf(mark, fields, "", "true") })),
          },
          takes: REFUSED,
        });
      const refused: Refusal[] = [];
      for (const batch of batches(marks, MOST)) {
        const { object } = batch[0]!;
        const { status, data } = await send(object, batch);
        // One bad record can make HubSpot refuse the whole batch: then send each alone.
        if (REFUSED.includes(status))
          refused.push(...(await oneByOne(batch, (mark) => send(object, [mark]))));
        else
          for (const error of written.parse(data).errors)
            for (const id of error.context?.ids ?? []) refused.push({ id, object, why: reasonIn(error) });
      }
      return refused;
    },
  }),
};

/**
 * Pipedrive: persons by the API v2. Signs in by a person's API token, or by an app's refresh token, which may change.
 * https://developers.pipedrive.com/docs/api/v1/Persons (v2: GET and PATCH /api/v2/persons)
 * https://pipedrive.readme.io/docs/pipedrive-api-v2-migration-guide: `phones`, `custom_fields`, cursors
 * https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting: tokens of the day's budget, and 429 until the next day begins once
 * they are used up; of version 2 half of those of version 1, 5 a write and 10 a page:
 * https://developers.pipedrive.com/changelog/post/deprecation-of-selected-api-v1-endpoints
 * https://pipedrive.readme.io/docs/marketplace-oauth-authorization
 */
import type { ClientAuth } from "oauth4webapi";
import * as z from "zod";
import { addedToPipedrive } from "../../../shared/connectors/kinds.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { pipedriveHeld } from "./held/pipedrive.ts";
import { pipedriveMaker } from "./make/pipedrive.ts";
import { type Kind, SetupError } from "../connector.ts";
import { bearer } from "../sign-in/oauth.ts";
import {
  asAsked,
  contactOf,
  fieldsOf,
  oneByOne,
  REFUSED,
  secondsOf,
  valuesOf,
  wantFields,
} from "../records.ts";

const ROWS = 200;
const taken = z.object({ success: z.literal(true) });

const list = z.object({
  data: z
    .array(z.object({ id: z.int(), custom_fields: z.record(z.string(), z.unknown()).nullish() }).loose())
    .nullable(),
  additional_data: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** A field of several values, such as `phones`, is a list of `{value, label, primary}`. */
const written = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((one: unknown) =>
        typeof one === "object" && one !== null && "value" in one ? one.value : one,
      )
    : value;

/**
 * The Basic header that Pipedrive documents, over id and secret as they are; RFC 6749, 2.3.1, would encode them first. The body
 * has both too.
 */
const inHeaderAndBody =
  (clientSecret: string): ClientAuth =>
  (_, { client_id }, body, headers) => {
    body.set("client_id", client_id);
    body.set("client_secret", clientSecret);
    headers.set("authorization", `Basic ${btoa(`${client_id}:${clientSecret}`)}`);
  };

const TOKEN = "https://oauth.pipedrive.com/oauth/token";

export const pipedrive: Kind = {
  make: pipedriveMaker,
  base: ({ host = "" }) => host,
  token: () => TOKEN,
  // Its headers are about two seconds, and the day's budget begins anew at an hour that it does not name.
  refusedFor: 5 * MINUTE,
  sign: (_, vault, clock) =>
    vault.secret["token"]
      ? () => Promise.resolve({ "x-api-token": vault.secret["token"] ?? "" })
      : bearer({ kind: "pipedrive", url: TOKEN, authenticate: inHeaderAndBody }, vault, clock),
  open: ({ settings: { host = "" }, objects, fields }, wire) => ({
    ...pipedriveHeld(host, objects, wire),
    ...asAsked(objects, async (object, cursor, { since, ids }) => {
      const lacking = [fields.verdict, fields.date, fields.reasons].find(
        (field) => !addedToPipedrive.test(field),
      );
      if (lacking !== undefined) throw new SetupError(`pipedrive: it has no field ${lacking} yet`);
      const keys = fieldsOf(object, fields).filter((field) => addedToPipedrive.test(field));
      const wantAll = () => wantFields("pipedrive", pipedriveMaker(wire), object.name, keys);
      if (cursor === null && ids === undefined && since === undefined) await wantAll();
      const query = new URLSearchParams({
        limit: String(ROWS),
        sort_by: "id",
        custom_fields: keys.join(),
        ...(since === undefined ? {} : { updated_since: secondsOf(since) }),
        ...(ids && { ids: ids.join() }),
        ...(cursor === null ? {} : { cursor }),
      });
      const { data } = await wire(`/api/v2/${object.name}?${query.toString()}`);
      const { data: rows, additional_data } = list.parse(data);
      // Of a minute in which nothing changed nothing is read: it costs a page alone.
      if (cursor === null && since !== undefined && rows?.length) await wantAll();
      return {
        contacts: (rows ?? []).map((row) =>
          contactOf(String(row.id), object, fields, (field) =>
            written(row[field] ?? row.custom_fields?.[field]),
          ),
        ),
        next: additional_data?.next_cursor ?? null,
      };
    }),
    write: (marks) =>
      oneByOne(
        marks,
        (mark) =>
          wire(`/api/v2/${mark.object}/${encodeURIComponent(mark.id)}`, {
            method: "PATCH",
            // No type of field is a boolean: a flag is a text.
            body: { custom_fields: valuesOf(mark, fields, null, "yes", null) },
            takes: REFUSED,
          }),
        ({ data }) => void taken.parse(data),
      ),
  }),
};

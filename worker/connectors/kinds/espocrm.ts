/**
 * EspoCRM: contacts and leads by its REST API. Signs in as an API user, by key or by HMAC.
 * https://docs.espocrm.com/development/api/ (authentication) and https://docs.espocrm.com/development/api/crud/
 * The signature follows the vendor's own client, github.com/espocrm/php-espo-api-client.
 */
import * as z from "zod";
import { hmac } from "../../core/hmac.ts";
import { espocrmHeld } from "./held/espocrm.ts";
import { espocrmMaker } from "./make/espocrm.ts";
import { type Connector, type Kind, SetupError, type Wire } from "../connector.ts";
import { asAsked, contactOf, fieldsOf, oneByOne, REFUSED, secondsOf, valuesOf } from "../records.ts";

/** EspoCRM's default limit for an API user. */
const ROWS = 200;
const API = "/api/v1/";

const list = z.object({ list: z.array(z.object({ id: z.string().min(1) }).loose()) });
/** A record by itself has all of its numbers; a list has the primary one alone, whatever it is asked for. */
const whole = z.object({
  phoneNumberData: z.array(z.object({ phoneNumber: z.string(), optOut: z.unknown() })),
  modifiedAt: z.unknown(),
});

/** Times are in UTC: `2026-11-28 20:33:04`. */
const timeOf = (text: unknown): string =>
  typeof text === "string" && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)
    ? `${text.replace(" ", "T")}Z`
    : "";

/** Conditions, all of which must be met, as parameters of a list. */
const whereOf = (
  conditions: readonly { type: string; attribute: string; value: string | readonly string[] }[],
): Record<string, string> =>
  Object.fromEntries(
    conditions.flatMap(({ type, attribute, value }, i): [string, string][] => [
      [`whereGroup[${i}][type]`, type],
      [`whereGroup[${i}][attribute]`, attribute],
      ...(typeof value === "string"
        ? [[`whereGroup[${i}][value]`, value] as [string, string]]
        : value.map((one, n): [string, string] => [`whereGroup[${i}][value][${n}]`, one])),
    ]),
  );

/** The field of the primary number. */
const PRIMARY = "phoneNumber";

const furtherBy =
  (wire: Wire): NonNullable<Connector["further"]> =>
  async ({ object, id, numbers }) => {
    const { status, data } = await wire(`${API}${object}/${encodeURIComponent(id)}`, { takes: REFUSED });
    if (REFUSED.includes(status)) return null;
    const { phoneNumberData, modifiedAt } = whole.parse(data);
    const others = phoneNumberData
      .map(({ phoneNumber }) => phoneNumber.trim())
      .filter((text) => text !== "" && !numbers[PRIMARY]?.includes(text));
    return {
      optedOut: phoneNumberData.flatMap(({ phoneNumber, optOut }) =>
        optOut === true ? [phoneNumber.trim()] : [],
      ),
      changed: timeOf(modifiedAt),
      numbers: others.length === 0 ? {} : { phoneNumberData: others },
    };
  };

export const espocrm: Kind = {
  make: espocrmMaker,
  base: ({ host = "" }) => host,
  sign:
    (_, { secret: { apiKey = "", secretKey, user, password = "" } }) =>
    async ({ method, path }) => {
      if (user !== undefined) {
        const both = new TextEncoder().encode(`${user}:${password}`);
        return { authorization: `Basic ${btoa(String.fromCharCode(...both))}` };
      }
      if (!secretKey) return { "x-api-key": apiKey };
      // Signs the method and the path below the API's base, without the query.
      const mac = await hmac("SHA-256", secretKey, `${method} /${path.slice(API.length)}`);
      return { "x-hmac-authorization": btoa(`${apiKey}:${String.fromCharCode(...mac)}`) };
    },
  open: ({ settings: { host = "" }, objects, fields }, wire) => ({
    ...espocrmHeld(host, objects, wire),
    // By id, after the last one: with an offset, records would be skipped when others are deleted meanwhile.
    ...asAsked(objects, async (object, cursor, { since, ids }) => {
      const partly = object.numbers.includes(PRIMARY);
      const asked = fieldsOf(object, fields, "id", ...(partly ? ["modifiedAt"] : []));
      const query = new URLSearchParams({
        maxSize: String(ROWS),
        offset: "0",
        orderBy: "id",
        order: "asc",
        attributeSelect: asked.join(),
        ...whereOf([
          ...(cursor === null ? [] : [{ type: "greaterThan", attribute: "id", value: cursor }]),
          ...(ids ? [{ type: "in", attribute: "id", value: ids }] : []),
          // Times are in UTC, as the database has them.
          ...(since === undefined
            ? []
            : [
                {
                  type: "greaterThanOrEquals",
                  attribute: "modifiedAt",
                  value: secondsOf(since).replace("T", " ").replace("Z", ""),
                },
              ]),
        ]),
      });
      const { data } = await wire(`${API}${object.name}?${query.toString()}`, {
        headers: { "x-no-total": "true" },
      });
      const rows = list.parse(data).list;
      // Of a field that does not exist, or that its role may not read, there is no key.
      const lacking = asked.filter((field) => rows.some((row) => !Object.hasOwn(row, field)));
      if (lacking.length > 0)
        throw new SetupError(`espocrm: ${object.name} has no field ${lacking.join(", ")}`);
      return {
        contacts: rows.map((row) => ({
          ...contactOf(row.id, object, fields, (field) => row[field]),
          ...(partly && { changed: timeOf(row["modifiedAt"]) }),
        })),
        next: rows.length < ROWS ? null : rows.at(-1)!.id,
      };
    }),
    further: furtherBy(wire),
    // It answers with the record as it is then.
    write: (marks) =>
      oneByOne(
        marks,
        (mark) =>
          wire(`${API}${mark.object}/${encodeURIComponent(mark.id)}`, {
            method: "PUT",
            body: valuesOf(mark, fields, null),
            takes: REFUSED,
          }),
        ({ data }, { id }) => void z.object({ id: z.literal(id) }).parse(data),
      ),
  }),
};

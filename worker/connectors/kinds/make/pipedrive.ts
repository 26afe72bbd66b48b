/**
 * Pipedrive: custom fields, of which it gives the keys itself. One that has no key yet is known by its name. Reading them needs the scope
 * of a run; making them the scope `admin`, or the token of an administrator.
 * https://developers.pipedrive.com/docs/api/v1/PersonFields (v2: GET and POST /api/v2/personFields), and the like of deals,
 * organisations and products; https://pipedrive.readme.io/docs/core-api-concepts-custom-fields
 */
import * as z from "zod";
import { addedToPipedrive } from "../../../../shared/connectors/kinds.ts";
import { type FieldFound, type Maker, SetupError, type Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import { each, refusalIn } from "./each.ts";

const ROWS = 500;
/** Pages of fields that are read. */
const PAGES = 20;
const IS: Readonly<Record<string, string>> = { varchar: "text", varchar_auto: "text", text: "text" };
const page = z.object({
  data: z.array(z.object({ field_name: z.string(), field_code: z.string(), field_type: z.string() })),
  additional_data: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** `personFields` of `persons`. */
function fieldsOf(object: string): string {
  if (!/^(persons|deals|organizations|products)$/.test(object))
    throw new SetupError(`pipedrive: ${object} has no fields of its own`);
  return `/api/v2/${object.slice(0, -1)}Fields`;
}

export const pipedriveMaker = (wire: Wire): Maker => ({
  async look(object, names) {
    const found = new Map<string, FieldFound>();
    let cursor: string | null = null;
    for (let n = 0; n < PAGES; n++) {
      const query = new URLSearchParams({ limit: String(ROWS), ...(cursor !== null && { cursor }) });
      const { data } = await wire(`${fieldsOf(object)}?${query.toString()}`);
      const { data: rows, additional_data } = page.parse(data);
      for (const { field_name, field_code: key, field_type } of rows)
        if (addedToPipedrive.test(key))
          for (const name of [key, field_name])
            // Of two with one name, the first.
            if (names.includes(name) && !found.has(name))
              found.set(name, { is: IS[field_type] ?? field_type, key });
      cursor = additional_data?.next_cursor ?? null;
      if (cursor === null) break;
    }
    return found;
  },
  make: (object, fields) =>
    each(fields, async ({ name, type }) => {
      // Only Pipedrive gives keys: under another name than it was asked for, it would be made again each time.
      if (addedToPipedrive.test(name)) return "it has no field with this key";
      return refusalIn(
        await wire(fieldsOf(object), {
          method: "POST",
          body: { field_name: name, field_type: type === "date" ? "date" : "varchar" },
          takes: REFUSED,
          once: true,
        }),
      );
    }),
});

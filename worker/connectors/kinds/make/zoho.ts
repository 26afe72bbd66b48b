/**
 * Zoho CRM: custom fields of a module. Zoho makes a field's API name of its label, with a `_` for each blank. Needs the scopes
 * `ZohoCRM.settings.fields.READ` and `ZohoCRM.settings.fields.CREATE`, besides those of a run.
 * https://www.zoho.com/crm/developer/docs/api/v8/create-custom-field.html: five fields a request at most
 * https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
 * The vendor's OpenAPI document: github.com/zoho/crm-oas, v8.0/fields.json.
 */
import * as z from "zod";
import type { Maker, Wire } from "../../connector.ts";
import { reasonIn } from "../../reason.ts";
import { REFUSED } from "../../records.ts";
import { CHARACTERS, refusalIn, textIs } from "./each.ts";

const list = z.object({
  fields: z.array(z.object({ api_name: z.string(), data_type: z.string(), length: z.number().nullish() })),
});
const saved = z.object({ fields: z.array(z.looseObject({ status: z.string() })) });
const at = (module: string): string => `/crm/v8/settings/fields?module=${encodeURIComponent(module)}`;

export const zohoMaker = (wire: Wire): Maker => ({
  async look(object, names) {
    const { data } = await wire(at(object));
    // 204 without a body: no fields.
    const { fields } = data === null ? { fields: [] } : list.parse(data);
    return new Map(
      fields
        .filter(({ api_name: name }) => names.includes(name))
        .map(({ api_name: name, data_type: is, length }) => [
          name,
          { is: is === "text" || is === "textarea" ? textIs(length) : is },
        ]),
    );
  },
  async make(object, fields) {
    const answer = await wire(at(object), {
      method: "POST",
      body: {
        fields: fields.map(({ name, type }) => ({
          field_label: name.replaceAll("_", " "),
          data_type: type,
          ...(type === "text" && { length: CHARACTERS }),
        })),
      },
      takes: REFUSED,
    });
    const each = saved.safeParse(answer.data).data?.fields ?? [];
    const all = refusalIn(answer);
    return new Map(
      fields.flatMap(({ name }, i) => {
        const why =
          each.length !== fields.length
            ? all
            : each[i]!.status === "success"
              ? null
              : `${answer.status} ${reasonIn(each[i])}`.trim();
        return why === null ? [] : [[name, why] as const];
      }),
    );
  },
});

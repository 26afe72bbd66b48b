/**
 * Dynamics 365: columns of a table, which are published once they are made. Needs a role that may create columns and publish (System
 * Customizer).
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-column-definitions-using-web-api
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/publishxml
 */
import * as z from "zod";
import type { Ask, Maker, Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import { CHARACTERS, each, refusalIn, textIs } from "./each.ts";

const API = "/api/data/v9.2";
const headers = { "odata-maxversion": "4.0", "odata-version": "4.0" };
const CRM = "Microsoft.Dynamics.CRM";

const named = z.object({ LogicalName: z.string() });
const columns = z.object({ value: z.array(named.extend({ AttributeType: z.string() })) });
const texts = z.object({ value: z.array(named.extend({ MaxLength: z.int().nullish() })) });
const dates = z.object({ value: z.array(named.extend({ Format: z.string().nullish() })) });
const organizations = z.object({ value: z.array(z.object({ languagecode: z.int() })).min(1) });

/** `contact` of the table `contacts`. */
const tableOf = (set: string): string => set.replace(/ies$/, "y").replace(/s$/, "");
const at = (set: string): string => `${API}/EntityDefinitions(LogicalName='${tableOf(set)}')/Attributes`;

export const dynamicsMaker = (wire: Wire): Maker => {
  const post = (path: string, body: unknown, more: Partial<Ask> = {}) =>
    wire(path, { method: "POST", body, headers, takes: REFUSED, ...more });
  return {
    async look(object, names) {
      const $filter = names.map((name) => `LogicalName eq '${name}'`).join(" or ");
      const read = async <T>(schema: z.ZodType<T>, of: string, what: string): Promise<T> => {
        const query = new URLSearchParams({ $select: `LogicalName,${what}`, $filter });
        return schema.parse((await wire(`${at(object)}${of}?${query.toString()}`, { headers })).data);
      };
      const all = await read(columns, "", "AttributeType");
      const longest = await read(texts, `/${CRM}.StringAttributeMetadata`, "MaxLength");
      const days = await read(dates, `/${CRM}.DateTimeAttributeMetadata`, "Format");
      return new Map(
        all.value.map(({ LogicalName: name, AttributeType: type }) => {
          const [text, day] = [longest.value, days.value].map((of) =>
            of.find((one) => one.LogicalName === name),
          ) as [{ MaxLength?: number } | undefined, { Format?: string } | undefined];
          const is = text ? textIs(text.MaxLength) : day?.Format === "DateOnly" ? "date" : type;
          return [name, { is: is === "Memo" ? "text" : is }];
        }),
      );
    },
    async make(object, fields) {
      // A label needs the organisation's own language.
      const { data } = await wire(`${API}/organizations?$select=languagecode`, { headers });
      const LanguageCode = organizations.parse(data).value[0]!.languagecode;
      const refused = await each(fields, async ({ name, label, type }) =>
        refusalIn(
          await post(at(object), {
            ...(type === "date"
              ? {
                  "@odata.type": `${CRM}.DateTimeAttributeMetadata`,
                  AttributeType: "DateTime",
                  AttributeTypeName: { Value: "DateTimeType" },
                  Format: "DateOnly",
                  DateTimeBehavior: { Value: "DateOnly" },
                }
              : {
                  "@odata.type": `${CRM}.StringAttributeMetadata`,
                  AttributeType: "String",
                  AttributeTypeName: { Value: "StringType" },
                  FormatName: { Value: "Text" },
                  MaxLength: CHARACTERS,
                }),
            SchemaName: name,
            RequiredLevel: { Value: "None" },
            DisplayName: {
              "@odata.type": `${CRM}.Label`,
              LocalizedLabels: [{ "@odata.type": `${CRM}.LocalizedLabel`, Label: label, LanguageCode }],
            },
          }),
        ),
      );
      if (refused.size === fields.length) return refused;
      const entity = `<entity>${tableOf(object)}</entity>`;
      const published = refusalIn(
        await post(`${API}/PublishXml`, {
          ParameterXml: `<importexportxml><entities>${entity}</entities></importexportxml>`,
        }),
      );
      if (published !== null)
        for (const { name } of fields) if (!refused.has(name)) refused.set(name, `PublishXml: ${published}`);
      return refused;
    },
  };
};

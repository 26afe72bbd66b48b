/**
 * EspoCRM: fields of an entity, by the API of its own administration, which lets administrators alone in: an API user is none, so a
 * person's name and password are given for it once. It begins the names of added fields with `c`, and rebuilds by itself.
 * https://docs.espocrm.com/development/api/ (Basic authentication), and the vendor's own code: application/Espo/Controllers/
 * FieldManager.php and Metadata.php, Tools/FieldManager/FieldManager.php.
 */
import * as z from "zod";
import type { Maker, Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import { CHARACTERS, each, refusalIn, textIs } from "./each.ts";

const API = "/api/v1/";
const known = z.record(z.string(), z.looseObject({ type: z.string(), maxLength: z.int().nullish() }));

export const espocrmMaker = (wire: Wire): Maker => ({
  async look(object, names) {
    const { data } = await wire(`${API}Metadata?key=${encodeURIComponent(`entityDefs.${object}.fields`)}`);
    const fields = known.parse(data);
    return new Map(
      names.flatMap((name) => {
        const one = Object.hasOwn(fields, name) ? fields[name]! : null;
        if (!one) return [];
        return [[name, { is: /^(varchar|text)$/.test(one.type) ? textIs(one.maxLength) : one.type }]];
      }),
    );
  },
  make: (object, fields) =>
    each(fields, async ({ name, label, type }) => {
      const [, own] = /^c([A-Z]\w*)$/.exec(name) ?? [];
      if (own === undefined) return "the name of an added field begins with c";
      return refusalIn(
        await wire(`${API}Admin/fieldManager/${object}`, {
          method: "POST",
          body: {
            ...{ name: `${own[0]!.toLowerCase()}${own.slice(1)}`, label },
            ...(type === "date" ? { type } : { type: "varchar", maxLength: CHARACTERS }),
          },
          takes: REFUSED,
        }),
      );
    }),
});

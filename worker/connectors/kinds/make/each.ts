/** What the vendors' makers of fields share. */
import type { Answer, FieldWanted } from "../../connector.ts";
import { REFUSED } from "../../records.ts";

/** Characters that a text of ours takes: as judge.ts writes them. */
export const CHARACTERS = 255;

/** `text`, or how short one is. */
export const textIs = (length: number | null | undefined): string =>
  length === null || length === undefined || length >= CHARACTERS ? "text" : `text(${length})`;

/** The CRM's refusal; null where it took it. That a field is there already is none. */
export const refusalIn = ({ status, why }: Answer): string | null =>
  REFUSED.includes(status) && status !== 409 ? `${status} ${why}`.trim() : null;

/** Makes fields by one request each. Answers why some were refused, by name. */
export async function each<F extends FieldWanted>(
  fields: readonly F[],
  send: (field: F) => Promise<string | null>,
): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  for (const field of fields) {
    const why = await send(field);
    if (why !== null) refused.set(field.name, why);
  }
  return refused;
}

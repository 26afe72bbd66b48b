/**
 * The dials of the fixture pages: each number that the test pages' grids and tables show, made up by a rule, in its record,
 * by its text and by a link as the plain page makes it, and those of the layouts of records.
 */
import { findPhones, regionOf, toE164 } from "../../shared/phone/phone.ts";
import { nationalDigits, writtenNumber } from "../e2e/kit/model.ts";
import { layouts } from "../pages/record-layouts.ts";
import type { DayDial } from "./day.ts";

const DESK = "GB";

/** Of `count` contacts, as the grids and tables have them: a name, a number and a note. */
export function* kitDials(count: number): Generator<DayDial> {
  for (let i = 0; i < count; i++) {
    const written = writtenNumber(i);
    const note = `Back up: ${writtenNumber(i + 1)}. Invoice INV-2026-${16_329 + i} due 24/11/2026.`;
    const texts = ["Ada Abbot", written, note];
    const national = nationalDigits(written);
    const e164 = national === null ? toE164(written, "US").e164! : `+44${national.slice(1)}`;
    for (const address of [null, `tel:${written.replace(/[^\d+]/g, "")}`])
      yield dial(texts, written, e164, address);
  }
}

/** Of the layouts of records: each number whose country one tells, at a desk of that country. */
export function* recordDials(): Generator<DayDial> {
  for (const [, html, numbers] of layouts) {
    const texts = html
      .replace(/<(script|style)\b.*?<\/\1>/gs, "")
      .split(/<[^>]*>/)
      .map((text) => text.trim())
      .filter(Boolean);
    for (const [written, said] of Object.entries(numbers))
      if (said !== null) {
        const e164 = `+${said.replace(/\D/g, "")}`;
        yield { ...dial(texts, written, e164, null, regionOf(e164) ?? DESK), html };
      }
  }
}

function dial(texts: string[], number: string, e164: string, address: string | null, desk = DESK): DayDial {
  return { ...{ desk, also: [], language: "en-GB", number, e164, address }, fields: texts.map(unlabelled) };
}
const unlabelled = (text: string) => ({ label: "", text });

/** True where the finder reads the number in its own text. */
export const isFound = ({ fields, number, desk }: DayDial): boolean =>
  fields.some(({ text }) =>
    findPhones(text, desk).some(({ start, end }) =>
      text.slice(start, end).includes(number.replace(/^\(/, "")),
    ),
  );

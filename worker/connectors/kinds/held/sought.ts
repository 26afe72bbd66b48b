/** What the kinds of CRM share where they look for somebody's data: how a number is sought, and whether a text has it. */
import { splitCode } from "../../../../shared/phone/plans.ts";
import type { Answer, HeldRecord, Holding, Named, Refusal, Sought } from "../../connector.ts";
import { REFUSED, textOf } from "../../records.ts";

/** Most records of one kind that a look reads: who has more of one person is told so. */
export const MOST = 100;

/** Of a record that a CRM's API cannot erase. */
export const BY_HAND = "by-hand";

/** A number without its calling code: however a CRM writes it, it has these digits. */
export const nationalOf = (number: string): string => splitCode(number)?.nsn ?? number;

/** A pattern of LIKE for a number in any notation. */
export const anyNotation = (number: string): string => `%${[...nationalOf(number)].join("%")}%`;

const digitsOf = (text: string): string => text.replace(/\D/g, "");

/** Whether one of a record's texts is a number that is sought, in any notation, or the address: a pattern finds more. */
export function isSought(texts: readonly unknown[], { numbers, email }: Sought): boolean {
  const said = texts.map(textOf).filter((text) => text !== "");
  return (
    (email !== null && said.some((text) => text.toLowerCase() === email.toLowerCase())) ||
    numbers.some((number) => said.some((text) => digitsOf(text).includes(nationalOf(number))))
  );
}

/** The ids of one kind of record, each once: of those that are known, and those that were found. */
export const idsOf = (object: string, known: readonly Named[], found: readonly string[]): string[] => [
  ...new Set([...known.flatMap((one) => (one.object === object ? [one.id] : [])), ...found]),
];

/** All that a look found, of each kind the first; `more` where there may be others. `said`: what could not be read. */
export function holdingOf(
  records: readonly HeldRecord[],
  { region = null, said = [] }: { region?: string | null; said?: readonly string[] } = {},
): Holding {
  const kept = [...Map.groupBy(records, ({ object }) => object).values()];
  const isMore = kept.some(({ length }) => length > MOST);
  return {
    records: kept.flatMap((some) => some.slice(0, MOST)),
    region,
    problem: isMore ? "more" : said.length > 0 ? said.join("; ") : null,
  };
}

/** Erases one by one. `send` must take the statuses of REFUSED. What is not there any more is erased. */
export async function eachErased(
  records: readonly Named[],
  send: (record: Named) => Promise<Answer>,
): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  for (const record of records) {
    const { status, why } = await send(record);
    if (REFUSED.includes(status) && status !== 404 && status !== 410)
      refused.push({ ...record, why: `${status} ${why}`.trim() });
  }
  return refused;
}

/** What the kinds of CRM share where they look for somebody's data: how a number is sought, and whether a text has it. */
import * as z from "zod";
import { sayNumber } from "../../../../shared/phone/phone.ts";
import { splitCode } from "../../../../shared/phone/plans.ts";
import {
  type Answer,
  ConnectorError,
  type Erasing,
  type HeldRecord,
  type Holding,
  type Named,
  type Sought,
} from "../../connector.ts";
import { codeIn } from "../../http.ts";
import { REFUSED, textOf } from "../../records.ts";

/** Most records of one kind that a look reads: who has more of one person is told so. */
export const MOST = 100;

/** Of a record that a CRM's API cannot erase. */
export const BY_HAND = "by-hand";

/** A number without its calling code: however a CRM writes it, it has these digits. */
export const nationalOf = (number: string): string => splitCode(number)?.nsn ?? number;

/** The groups of digits of its national part, as people write it. */
export function groupsOf(number: string): string[] {
  const said = sayNumber(`+${number}`);
  return said.slice(said.indexOf(" ") + 1).split(" ");
}

/** The common notations of a number, for a CRM that finds what is written alike. */
export function notationsOf(number: string): string[] {
  const national = groupsOf(number).join(" ");
  const written = [
    `+${number}`,
    number,
    sayNumber(`+${number}`),
    ...["", "0"].map((trunk) => `${trunk}${national}`),
  ];
  return [...new Set(written.flatMap((one) => [one, one.replaceAll(" ", "")]))];
}

/** A pattern of LIKE for a number in any notation. */
export const anyNotation = (number: string): string => `%${[...nationalOf(number)].join("%")}%`;

const digitsOf = (text: string): string => text.replace(/\D/g, "");

/** The numbers that are sought whose digits a text has, whatever country it is of. */
const alikeIn = (text: string, { numbers }: Sought): string[] =>
  numbers.filter((number) => digitsOf(text).includes(nationalOf(number)));

/**
 * Whether one of a record's texts is a number that is sought, in any notation, or the address: a pattern finds more. A text that reads
 * as another number, in the record's country, is not theirs; one that cannot be read may be.
 */
export function isSought(texts: readonly unknown[], country: unknown, sought: Sought): boolean {
  const { email, reads } = sought;
  return texts
    .map(textOf)
    .some(
      (text) =>
        (email !== null && text.toLowerCase() === email.toLowerCase()) ||
        alikeIn(text, sought).some((number) => reads(text, textOf(country), number)),
    );
}

/** Whether a record that a CRM found by its own rules is another's: each text with the digits reads as another number. */
export const isAnothers = (texts: readonly unknown[], country: unknown, sought: Sought): boolean =>
  texts.some((text) => alikeIn(textOf(text), sought).length > 0) && !isSought(texts, country, sought);

/**
 * Whether a CRM says itself that a record is gone. Its status alone says nothing: a proxy, an address that has moved, and Salesforce for
 * what its user may not see, answer 404 too.
 */
export type IsGone = (answer: Answer, record: Named) => boolean | Promise<boolean>;
export const goneBy =
  (...codes: readonly string[]): IsGone =>
  ({ data }) =>
    codes.includes(codeIn(data));

/**
 * Of records that are known, those that are there: each is asked for by its id, by `read`, which must take the statuses of REFUSED.
 * What is refused may be there, and is said.
 */
export async function thereOf(
  known: readonly HeldRecord[],
  linkOf: (record: Named) => string | null,
  read: (record: Named) => Promise<Answer>,
  isGone: IsGone,
): Promise<{ there: HeldRecord[]; said: string[] }> {
  const there: HeldRecord[] = [];
  const said: string[] = [];
  for (const record of known) {
    const answer = await read(record);
    if (await isGone(answer, record)) continue;
    const { status, why } = answer;
    const isRefused = REFUSED.includes(status);
    if (isRefused) said.push(`${record.object}: ${status} ${why}`.trim());
    there.push({ ...record, link: linkOf(record), ...(isRefused && { unsure: true as const }) });
  }
  return { there, said };
}

interface Told {
  region?: string | null;
  /** What could not be read. */
  said?: readonly string[];
  /** An answer had more than was read. */
  isMore?: boolean;
}
/** All that a look found, each record once, and of each kind the first; `more` where there may be others. */
export function holdingOf(
  records: readonly HeldRecord[],
  { region = null, said = [], isMore = false }: Told = {},
): Holding {
  const each = new Map(records.map((one) => [`${one.object} ${one.id}`, one])).values();
  const kept = [...Map.groupBy(each, ({ object }) => object).values()];
  const isLong = isMore || kept.some(({ length }) => length > MOST);
  return {
    records: kept.flatMap((some) => some.slice(0, MOST)),
    region,
    problem: isLong ? "more" : said.length > 0 ? [...new Set(said)].join("; ") : null,
    asked: true,
  };
}

/** Of an answer that is not as the vendor documents it. */
export const UNDOCUMENTED = "another answer than documented";

/** Why an erasure got no further, in words: what was erased before is kept. Throws what is no failure of the CRM's. */
export function stopOf(kind: string, error: unknown): string {
  if (error instanceof ConnectorError) return error.message;
  if (error instanceof z.ZodError) return `${kind}: ${UNDOCUMENTED}`;
  throw error;
}

/**
 * Erases one by one, until the CRM fails. `send` must take the statuses of REFUSED; `isDone`: how the CRM says that it did, as anything
 * else is no word of its own. What is not there any more is erased.
 */
export async function eachErased<T extends Named>(
  kind: string,
  records: readonly T[],
  send: (record: T) => Promise<Answer>,
  isDone: (answer: Answer) => boolean,
  isGone: IsGone,
): Promise<Erasing> {
  const done: Erasing = { erased: [], refused: [], stopped: null };
  try {
    for (const record of records) {
      const answer = await send(record);
      const { status, why } = answer;
      const isRefused = REFUSED.includes(status);
      if (isRefused ? await isGone(answer, record) : isDone(answer)) done.erased.push(record);
      else done.refused.push({ ...record, why: `${status} ${isRefused ? why : UNDOCUMENTED}`.trim() });
    }
  } catch (error) {
    done.stopped = stopOf(kind, error);
  }
  return done;
}
/** A deletion that answers without a body. */
export const isEmpty = ({ status }: Answer): boolean => status === 204;

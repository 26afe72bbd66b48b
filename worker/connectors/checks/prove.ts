/**
 * Tries a set-up before anything else is written: each field of ours, also those for consents here, and for who objected and when, exists,
 * may be written, takes the longest text, and gives back what was written. Only records where they are empty are tried, and emptied again: whatever is interrupted,
 * nothing of a customer's is lost. Nor does it touch a record whose numbers are stored, as turned.ts may be writing to it.
 */
import { adviceFor } from "../../../shared/connectors/advice.ts";
import type { ConnectorSetup } from "../../../shared/connectors/api.ts";
import type { ConnectorObject } from "../../../shared/connectors/kinds.ts";
import { isText } from "../../../shared/core/text.ts";
import {
  ConnectorError,
  type Connector as Crm,
  type Contact,
  type Held,
  type Mark,
  SetupError,
} from "../connector.ts";
import { LONGEST as LONGEST_BY } from "../flags/out.ts";
import { LONGEST } from "../judge.ts";
import { type ConnectorRow, setupOf } from "../rows.ts";
import { isOwn } from "./setup.ts";

/** Pages of one kind that are looked at for a record. */
const PAGES = 5;
/** Records that are tried from each end of a page until the CRM takes one: some may be locked. */
const RECORDS = 3;

export const BEGINS = "ClearDial tries";
const TEXT = `${BEGINS} whether this field takes its longest text. `.repeat(9);
/** As long as a mark's reasons may be, and with the sign that a shortened one ends with. */
export const probe = (day: string): Held => ({
  verdict: "unknown",
  date: day,
  reasons: `${TEXT.slice(0, LONGEST - 1)}…`,
});
/** As long as a text of a consent may be (flags/consents-out.ts). */
const CONSENT = TEXT.slice(0, 71);
/** As long as the words of who objected may be. */
const BY = TEXT.slice(0, LONGEST_BY);
const EMPTY: Held = { verdict: "", date: "", reasons: "" };
/** What an administrator can look for in the CRM. */
const KEEPS = `one record may keep the text "${BEGINS} …"`;

/** A further field of ours: what is tried with it, what a record has in it, as a text and as the CRM has it, and whether it is a day. */
interface Further {
  name: string;
  text: string;
  held: (contact: Contact) => string;
  was: (contact: Contact) => unknown;
  isDay?: true;
}
function furtherIn(row: ConnectorRow, object: ConnectorObject, day: string): Further[] {
  const { flag, flagBy, flagAt, consentOut } = object;
  const all = [
    {
      ...{ name: consentOut, text: CONSENT },
      held: (one: Contact) => one.consentOut,
      was: (one: Contact) => one.consentWas,
    },
    ...(flag === undefined
      ? []
      : [
          {
            ...{ name: flagBy, text: BY },
            held: (one: Contact) => one.flag?.by ?? "",
            was: (one: Contact) => one.toldWas.by,
          },
          {
            ...{ name: flagAt, text: day, isDay: true as const },
            held: (one: Contact) => one.flag?.at ?? "",
            was: (one: Contact) => one.toldWas.at,
          },
        ]),
  ];
  // A mapped CRM may leave out of its answer what a field holds.
  return all.flatMap(({ name, ...rest }) =>
    row.kind !== "rest" && isOwn(row.kind, object, setupOf(row).fields, name)
      ? [{ name: name!, ...rest }]
      : [],
  );
}

/**
 * The kinds of record that were tried, in their order; those without a record to try are left out. Throws what is wrong. `lenient`,
 * in a run: that each record is refused for its own sake is left to the run, which counts it.
 */
export async function proveSetup(
  db: D1Database,
  row: ConnectorRow,
  crm: Crm,
  day: string,
  lenient: boolean,
): Promise<string[]> {
  const { objects, fields, settings } = setupOf(row);
  const proved: string[] = [];
  // By another method, a change may replace a record.
  if (row.kind === "rest" && settings["method"] !== "PATCH") return proved;
  for (const [n, object] of objects.entries()) {
    const { name } = object;
    const further = furtherIn(row, object, day);
    const place = await emptyOnes(db, row, crm, n, further);
    let refused: string | null = null;
    for (const contact of place?.contacts ?? []) {
      const tried = await tryOne(crm, row.kind, contact, place!.cursor, { ours: fields, further }, day);
      if (tried === true) {
        proved.push(name);
        refused = null;
        break;
      }
      refused = tried ?? refused;
    }
    if (refused !== null && !(lenient && isOfOne(refused)))
      throw new SetupError(`${row.kind}: ${name}: ${refused}`);
  }
  return proved;
}

/** True for a refusal that another record might not meet. */
const isOfOne = (why: string): boolean => !["fields", "longer", "options"].includes(adviceFor(why) ?? "");

/**
 * True where the CRM says of each of our fields that it is empty, so that emptying them brings back what was there. A field that is
 * not in its answer may hold something.
 */
const isEmpty = (contact: Contact, further: readonly Further[]): boolean =>
  contact.flag?.set !== true &&
  [contact.consentWas, ...Object.values(contact.was), ...further.map(({ was }) => was(contact))].every(
    (value) => value === null || value === "",
  );

/** Records to try, of the first page of a kind that has such: some from its beginning and some from its end. */
async function emptyOnes(
  db: D1Database,
  { num }: ConnectorRow,
  crm: Crm,
  n: number,
  further: readonly Further[],
): Promise<{ contacts: Contact[]; cursor: string } | null> {
  let cursor: string | null = `${n}:`;
  for (let pages = 0; cursor?.startsWith(`${n}:`) && pages < PAGES; pages++) {
    const page: Awaited<ReturnType<Crm["page"]>> = await crm.page(cursor);
    // Nothing can be written to a record under another id than was read.
    const empty = page.contacts.filter((contact) => isText(contact.id) && isEmpty(contact, further));
    const { results } = await db
      .prepare(
        `SELECT DISTINCT n.record FROM json_each(?2) j
         CROSS JOIN connector_numbers n ON n.connector = ?1 AND n.object = j.value ->> 0 AND n.record = j.value ->> 1`,
      )
      .bind(num, JSON.stringify(empty.map(({ object, id }) => [object, id])))
      .all<{ record: string }>();
    const stored = new Set(results.map(({ record }) => record));
    const free = empty.filter(({ id }) => !stored.has(id));
    const contacts = [...new Set([...free.slice(0, RECORDS), ...free.slice(-RECORDS)])];
    if (contacts.length > 0) return { contacts, cursor };
    cursor = page.next;
  }
  return null;
}

/** True where the CRM took all, why it refuses this record, or null where the record was not seen again. */
async function tryOne(
  crm: Crm,
  kind: string,
  { id, object, was }: Contact,
  cursor: string,
  { ours, further }: { ours: ConnectorSetup["fields"]; further: readonly Further[] },
  day: string,
): Promise<true | string | null> {
  const wanted = probe(day);
  const write = async (values: Held & Pick<Mark, "was">) => {
    const isTry = values.verdict !== "";
    const tries = Object.fromEntries(further.map(({ name, text }) => [name, isTry ? text : ""]));
    const mark = { id, object, ...values, tries };
    const [refusal] = await crm.write([mark]).catch((error: unknown) => {
      throw asSetup(error, object);
    });
    return refusal?.why ?? null;
  };
  const empty = async (): Promise<string | null> => {
    try {
      return (await write({ ...EMPTY, was })) === null ? null : await write(EMPTY);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      throw new ConnectorError(`${error.message}; ${KEEPS}`, error.notBefore, error.status);
    }
  };
  const why = await write(wanted).catch(async (error: unknown) => {
    // It may have been written, although no answer came.
    if (!(error instanceof SetupError)) await empty();
    throw error;
  });
  if (why !== null) return why;
  const again = await crm.page(cursor).then(
    ({ contacts }) => ({ found: contacts.find((one) => one.id === id), error: null }),
    (error: unknown) => ({
      found: undefined,
      error: error instanceof Error ? error : new Error(String(error)),
    }),
  );
  const { found } = again;
  // A run that began meanwhile has marked it.
  if (found && ["clear", "caution", "blocked"].includes(found.held.verdict)) return null;
  const kept = await empty();
  // 404 and 410: it was deleted meanwhile.
  if (kept !== null && !/^4(?:04|10)\b/.test(kept))
    throw new SetupError(`${kind}: ${object}: ${KEEPS}, which it does not let us take out: ${kept}`);
  if (again.error !== null) throw again.error;
  if (!found) return null;
  const all = [
    ...(Object.keys(wanted) as (keyof Held)[]).map((key) => ({
      ...{ name: ours[key], held: found.held[key], all: wanted[key] },
      ...{ isLong: key === "reasons", isDay: key === "date" },
    })),
    ...further.map(({ name, text, held, isDay = false }) => ({
      ...{ name, held: held(found), all: text },
      ...{ isLong: !isDay, isDay },
    })),
  ];
  // A date may be shown in another form than it was written.
  const lost = all.filter((one) => (one.isDay ? one.held === "" : one.held !== one.all));
  const [first] = lost;
  if (!first) return true;
  throw new SetupError(
    lost.length === 1 && first.isLong && first.held !== ""
      ? `${kind}: ${object}: ${first.name} keeps ${first.held.length} of ${first.all.length} characters`
      : `${kind}: ${object}: what was written is not in ${lost.map(({ name }) => name).join(", ")}`,
  );
}

/** A refusal of the whole request is one of the set-up: a retry changes nothing. */
function asSetup(error: unknown, object: string): unknown {
  const refused =
    error instanceof ConnectorError && error.status !== null && [400, 403, 404, 422].includes(error.status);
  return refused && error.notBefore === null
    ? new SetupError(error.message.replace(": ", `: ${object}: `), null, error.status)
    : error;
}

/**
 * Reads again a page of each kind that a run has just written to for the first time, and throws where none of its marks arrived. Some
 * CRMs ignore without a word a field that they do not have, and a mapping may write to another place than it reads.
 */
export async function readBack(
  crm: Crm,
  kind: string,
  pages: readonly { cursor: string | null; keys: ReadonlySet<string> }[],
  written: readonly Mark[],
  keyOf: (one: { object: string; id: string }) => string,
): Promise<void> {
  for (const [object, marks] of Map.groupBy(written, (mark) => mark.object)) {
    const wanted = new Map(marks.map((mark) => [keyOf(mark), mark]));
    const page = pages.find(({ keys }) => marks.some((mark) => keys.has(keyOf(mark))));
    if (!page) continue;
    const again = (await crm.page(page.cursor)).contacts.filter((contact) => wanted.has(keyOf(contact)));
    const arrived = ({ held }: Contact, { verdict, reasons }: Mark) =>
      held.verdict === verdict && held.reasons === reasons;
    if (again.length > 0 && !again.some((contact) => arrived(contact, wanted.get(keyOf(contact))!)))
      throw new ConnectorError(`${kind}: ${object}: what was written is not in its field`);
  }
}

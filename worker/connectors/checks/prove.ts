/**
 * Tries a set-up on one record of each kind before anything else is written: each field of ours exists, may be written, takes the
 * longest text, and gives back what was written. Then it puts back what was there. If it is interrupted, the record says "unknown"
 * until the next run.
 */
import type { ConnectorSetup } from "../../../shared/connectors/api.ts";
import { isText } from "../../../shared/core/text.ts";
import {
  ConnectorError,
  type Connector as Crm,
  type Contact,
  type Held,
  type Mark,
  SetupError,
} from "../connector.ts";
import { LONGEST } from "../judge.ts";

/** Pages of one kind that are looked at for a record. */
const PAGES = 5;
/** Records that are tried until the CRM takes one: a single one may be locked. */
const RECORDS = 3;

/** As long as a mark's reasons may be, and with the sign that a shortened one ends with. */
export const probe = (day: string): Held => ({
  verdict: "unknown",
  date: day,
  reasons: `${"ClearDial tries whether this field takes its longest text. ".repeat(9).slice(0, LONGEST - 1)}…`,
});

/** The kinds of record that were tried, in their order; those of which there is no record are left out. Throws what is wrong. */
export async function proveSetup(
  crm: Crm,
  kind: string,
  { objects, fields }: ConnectorSetup,
  day: string,
): Promise<string[]> {
  const proved: string[] = [];
  for (const [n, { name }] of objects.entries()) {
    const place = await firstOf(crm, n);
    if (!place) continue;
    let why: string | null = null;
    for (const contact of place.contacts.slice(0, RECORDS)) {
      why = await tryOne(crm, kind, contact, place.cursor, fields, day);
      if (why === null) break;
    }
    if (why !== null) throw new SetupError(`${kind}: ${name}: ${why}`);
    proved.push(name);
  }
  return proved;
}

/** The first page of a kind that has records. */
async function firstOf(crm: Crm, n: number): Promise<{ contacts: Contact[]; cursor: string } | null> {
  let cursor: string | null = `${n}:`;
  for (let pages = 0; cursor?.startsWith(`${n}:`) && pages < PAGES; pages++) {
    const page: Awaited<ReturnType<Crm["page"]>> = await crm.page(cursor);
    // Nothing can be written to a record under another id than was read.
    const contacts = page.contacts.filter(({ id }) => isText(id));
    if (contacts.length > 0) return { contacts, cursor };
    cursor = page.next;
  }
  return null;
}

/** Why the CRM refuses this record; null where it took all. */
async function tryOne(
  crm: Crm,
  kind: string,
  contact: Contact,
  cursor: string,
  fields: ConnectorSetup["fields"],
  day: string,
): Promise<string | null> {
  const { id, object, held } = contact;
  const wanted = probe(day);
  const write = async (values: Held) => {
    const [refusal] = await crm.write([{ id, object, ...values }]).catch((error: unknown) => {
      throw asSetup(error, object);
    });
    return refusal?.why ?? null;
  };
  const why = await write(wanted);
  if (why !== null) return why;
  const again = await crm.page(cursor).then(
    ({ contacts }) => ({ found: contacts.find((one) => one.id === id), error: null }),
    (error: unknown) => ({ found: undefined, error: error ?? new Error("unread") }),
  );
  const kept = await write(held);
  if (again.error !== null) throw again.error;
  const { found } = again;
  // It was deleted meanwhile.
  if (!found) return null;
  if (kept !== null) throw new SetupError(`${kind}: ${object}: what was there cannot be put back: ${kept}`);
  const lost = (Object.keys(wanted) as (keyof Held)[]).filter((key) => found.held[key] !== wanted[key]);
  if (lost.length === 0) return null;
  const cut = lost.length === 1 && lost[0] === "reasons" && found.held.reasons !== held.reasons;
  throw new SetupError(
    cut
      ? `${kind}: ${object}: ${fields.reasons} keeps ${found.held.reasons.length} of ${LONGEST} characters`
      : `${kind}: ${object}: what was written is not in ${lost.map((key) => fields[key]).join(", ")}`,
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

/**
 * Reads a slice's contacts with all of their numbers. Where a page does not have them all, each record is read by itself: a few
 * at once, and only if it changed since, or was not read so for days. A record that cannot be read so is not whole, and so never clear.
 */
import { escaped, isText } from "../../shared/core/text.ts";
import { DAY, MINUTE } from "../../shared/core/time.ts";
import {
  ConnectorError,
  type Connector as Crm,
  type Contact,
  type Further,
  type Refusal,
} from "./connector.ts";
import type { ConnectorRow } from "./rows.ts";

/**
 * Records read by themselves after which a slice ends, with a page more at most. With a write for each contact it stays below a
 * Worker's subrequest limit.
 */
const SINGLY = 200;
/** Requests at once: a Worker has six connections. */
const AT_ONCE = 6;
/** Records of a slice that fail by themselves. If more do, the CRM fails. */
const BROKEN = 3;
/**
 * Times of change are written in seconds: a record that changed just before it was read may change again in the same second. Also
 * for clocks that differ.
 */
const SETTLED = 10 * MINUTE;
/**
 * Days for which a record's further numbers are kept, by record, so that not all are due in one run. A CRM may change a record
 * without changing its time of change, as EspoCRM does with an import in silent mode.
 */
const KEPT = { least: 7, most: 14 };

export interface SliceContact extends Contact {
  /** What may be kept of its further numbers until it changes; null: they are read again. */
  seen: Seen | null;
}
/** With when they were read (milliseconds). */
export type Seen = Further & { readAt: number };

export interface SliceRead {
  contacts: SliceContact[];
  /** Records of which nothing can be kept. */
  unnamed: Refusal[];
  next: string | null;
  /** The pages that were read: at which cursor, and which records were on them. */
  pages: { cursor: string | null; keys: ReadonlySet<string> }[];
}

export const keyOf = ({ object, id }: { object: string; id: string }): string => `${object} ${id}`;

/** Reads pages from a cursor on until there are `most` contacts, or a page more. */
export async function readSlice(
  db: D1Database,
  row: ConnectorRow,
  crm: Crm,
  from: string | null,
  most: number,
  now: number,
): Promise<SliceRead> {
  const contacts: SliceContact[] = [];
  const pages: SliceRead["pages"] = [];
  const singly = { read: 0, broken: 0 };
  let cursor = from;
  do {
    const page = await crm.page(cursor);
    contacts.push(...(await completed(db, row, crm, page.contacts, singly, now)));
    pages.push({ cursor, keys: new Set(page.contacts.map(keyOf)) });
    // Otherwise a CRM that ignores the cursor would be read for ever.
    if (page.next !== null && page.next === cursor) throw new ConnectorError("the same page again");
    // It would be asked for by another name.
    if (page.next !== null && !isText(page.next)) throw new ConnectorError("the next page's name is no text");
    cursor = page.next;
  } while (cursor !== null && contacts.length < most && singly.read < SINGLY);
  // A record that moved while the pages were read may be on two of them: count it once.
  const byId = new Map(contacts.map((contact) => [keyOf(contact), contact]));
  const [named, others] = [true, false].map((text) =>
    [...byId.values()].filter(({ id }) => isText(id) === text),
  );
  // Nothing can be kept of a record under such an id, nor be written to it.
  const unnamed = others!.map(({ id, object }) => ({ id: escaped(id), object, why: "not-text" }));
  return { contacts: named!, unnamed, next: cursor, pages };
}

/** The contacts of a page with the numbers that the page does not have. */
async function completed(
  db: D1Database,
  row: ConnectorRow,
  crm: Crm,
  contacts: readonly Contact[],
  singly: { read: number; broken: number },
  now: number,
): Promise<SliceContact[]> {
  const done: SliceContact[] = contacts.map((contact) => ({ ...contact, seen: null }));
  const partly = crm.further ? done.filter(({ changed }) => changed !== undefined) : [];
  if (partly.length === 0) return done;
  const known = await knownOf(db, row, partly, now);
  const left = partly.filter((contact) => {
    const seen = known.get(keyOf(contact));
    if (!seen || seen.changed !== contact.changed) return true;
    add(contact, seen, seen);
    return false;
  });
  singly.read += left.length;
  // A generator, unlike an array's iterator, is over for all of them once one throws.
  const work = (function* () {
    yield* left;
  })();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const contact of work) {
        const further = await crm.further!(contact).catch((error: unknown) => {
          if (!isItsOwn(error) || ++singly.broken > BROKEN) throw error;
          return null;
        });
        if (further === null) contact.whole = false;
        else {
          const same = further.changed === contact.changed;
          const settled = Date.parse(further.changed) < now - SETTLED;
          add(contact, further, same && settled ? { ...further, readAt: now } : null);
        }
      }
    }),
  );
  return done;
}

function add(contact: SliceContact, { numbers, optedOut }: Further, seen: Seen | null): void {
  contact.numbers = { ...contact.numbers, ...numbers };
  contact.optedOut = optedOut;
  contact.seen = seen;
}

/** True for a failure that may be a single record's: not where the CRM does not answer, lets nobody in, or has us wait. */
const isItsOwn = (error: unknown): boolean =>
  error instanceof ConnectorError && error.notBefore === null && ![0, 401, 429].includes(error.status ?? 200);

/** What is known of records' further numbers, by `keyOf`. */
async function knownOf(
  db: D1Database,
  { num }: ConnectorRow,
  contacts: readonly Contact[],
  now: number,
): Promise<Map<string, Seen>> {
  const { results } = await db
    .prepare(
      `SELECT r.object, r.record AS id, r.seen AS changed, r.further, r.read_at AS readAt FROM json_each(?2) j
       CROSS JOIN connector_records r ON r.connector = ?1 AND r.object = j.value ->> 0 AND r.record = j.value ->> 1
       WHERE r.seen IS NOT NULL AND r.read_at > ?3 + unicode(substr(r.record, -1)) % ?4 * ?5`,
    )
    .bind(
      num,
      JSON.stringify(contacts.map(({ object, id }) => [object, id])),
      ...[now - KEPT.most * DAY, KEPT.most - KEPT.least + 1, DAY],
    )
    .all<{ object: string; id: string; changed: string; further: string; readAt: number }>();
  return new Map(
    results.map(({ further, changed, readAt, ...record }) => [
      keyOf(record),
      // What was kept before opt-outs were read has none.
      { optedOut: [], changed, readAt, ...(JSON.parse(further) as { numbers: Further["numbers"] }) },
    ]),
  );
}

/**
 * The entries of the in-house list that records bring: by a flag against calls, or by a consent that they claim no more. A CRM tells
 * nobody's line better than the list does: what it brings stands beside what the list has, and takes the place only of an earlier
 * objection that says no more than it does.
 */
import { beginning } from "../../../shared/core/text.ts";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import { numberOf } from "../../../shared/registers/blocks.ts";
import { flagReason } from "../../../shared/texts/connectors/marks.en.ts";
import { entriesEn } from "../../../shared/texts/do-not-call/entries.en.ts";
import { changedNumbers } from "../../core/commit.ts";
import type { Statement } from "../../core/sql.ts";
import { changeEntries, endOf, endsOf } from "../../do-not-call/changes.ts";
import { again, behind } from "../../do-not-call/back.ts";
import { lastSaidOf, REPLACED } from "../../do-not-call/refusals.ts";
import { insertEntries, newEntry, saidAt, stillLive } from "../../do-not-call/rows.ts";
import { besideOthers } from "../../do-not-call/reach.ts";
import { after, type Planned, spreadOf } from "../../do-not-call/spread.ts";
import type { Contact } from "../connector.ts";
import type { ConnectorRow } from "../rows.ts";

/** All that one CRM brings has a source that begins so. */
export const origin = ({ id }: ConnectorRow): string => `connector ${id} `;
/** Whether a source is of what some CRM brought. */
export const isOfCrm = (source: string): boolean => /(^|, )connector [0-9a-f-]{36} /.test(source);
/** The source of what comes in of a record: by it what came in once is known, also when somebody has ended it since. */
export const sourceOf = (row: ConnectorRow, { object, id }: Pick<Contact, "object" | "id">): string =>
  beginning(`${origin(row)}${object} ${id}`, 200);

/** Who said it, and from when to when that may have been (ISO 8601). */
export interface Said {
  by: string;
  from: string;
  at: string;
}

/** A number to be closed. */
export interface Wanted {
  number: string;
  contact: Contact;
  /** Since when the record has its flag (ISO 8601); null: it claimed a consent that it does not claim any more. */
  since: string | null;
  /** Null where the record does not tell. */
  said: Said | null;
}

/** An entry on a number itself, also one that has ended. */
type Entered = Pick<Suppression, "id" | "kind" | "until" | "source" | "scope" | "at" | "heardAt"> & {
  number: number;
  live: number;
  unverified: number;
  /** When the number's subscriber consented last. */
  consented: string | null;
  /** When it was said last. */
  last: string;
  /** It never applied by itself: it dated another. */
  never: number;
};

/** An entry that takes a place on the list, or is kept behind the live objection that has it. */
type Plan = Planned | { entry: Suppression; live: string };

/** What is wanted and not there yet, with the statements that enter it. */
export async function entriesOf(db: D1Database, row: ConnectorRow, wanted: readonly Wanted[], now: number) {
  if (wanted.length === 0) return { entries: [], statements: [] };
  const at = new Date(now).toISOString();
  const { results } = await db
    .prepare(
      `SELECT id, number, kind, until, source, scope, at, heard_at AS heardAt,
         ended_at IS NULL AND keeps_line = 0 AS live, unverified,
         (SELECT MAX(given_at) FROM consents c WHERE c.number = s.number AND c.withdrawn_at IS NULL) AS consented,
         ${lastSaidOf("s")} AS last, COALESCE(ended_at <= at, 0) AS never
       FROM suppressions s WHERE number IN (SELECT value FROM json_each(?)) AND origin IS NULL`,
    )
    .bind(JSON.stringify([...new Set(wanted.map(({ number }) => numberOf(number)))]))
    .all<Entered>();
  const before = Map.groupBy(results, ({ number }) => number);
  // A record's own numbers are closed with it, each by itself.
  const numbers = [...new Set(wanted.map(({ number }) => numberOf(number)))];
  const beside = wanted.some(({ said }) => said)
    ? await besideOthers(db, numbers, numbers)
    : new Set<number>();
  const planned = new Map<string, Plan>();
  for (const one of wanted) {
    const its = before.get(numberOf(one.number)) ?? [];
    const plan =
      one.since === null
        ? withdrawn(row, one, its, at)
        : flagged(row, one, { since: one.since, its, at, beside });
    if (plan === null) continue;
    const key = `${one.number} ${plan.entry.kind}`;
    if (!planned.has(key)) planned.set(key, plan);
  }
  const all = [...planned.values()];
  const entries = all.map(({ entry }) => entry);
  if (all.length === 0) return { entries, statements: [] };
  const applying = all.filter((plan) => "replaces" in plan);
  const { moves, then } = await spreadOf(db, applying, { by: "system", at });
  const ends = await endsOf(
    db,
    endOf(at, "system", REPLACED),
    applying.map(({ replaces }) => replaces),
  );
  const statements: Statement[] = [
    ...(await changeEntries(db, [...moves, ...ends], at)),
    stillLive(all.flatMap((plan) => ("live" in plan ? plan.live : []))),
    insertEntries(entries),
    changedNumbers(entries.map(({ number }) => ({ e164: number }))),
    ...then,
  ];
  return { entries, statements };
}

/** What the trail says of them. */
export const sayEntries = (entries: readonly Suppression[]) =>
  entries.map(({ id, number, kind, source, heardAt }) => ({ id, number, kind, source, heardAt }));

/** The entry that a record's flag wants; null where it is there, or was. */
function flagged(
  row: ConnectorRow,
  { number, contact, said }: Wanted,
  {
    since,
    its,
    at,
    beside,
  }: { since: string; its: readonly Entered[]; at: string; beside: ReadonlySet<number> },
): Plan | null {
  const live = its.filter((one) => one.live === 1);
  const objection = live.find(({ kind }) => kind === "objection");
  const isCertain = objection?.unverified === 0;
  // One that holds says more than any flag, and a later word dates it. One that somebody consented after holds no longer.
  const holds = isCertain && isLast(objection);
  if (isCertain && (said ? said.at <= objection.last : holds)) return null;
  // One that is yet to be verified, or closes more than this line, stays as it is: the flag holds beside it.
  const kind =
    said && (!objection || holds || (isCertain && objection.scope === "line")) ? "objection" : "house";
  // It came in already by one of this CRM's records, and is there or was lifted since. What is said later is another word. One that
  // only dated another entry ended with that, and was lifted by nobody.
  const isThere = its.some(
    (one) =>
      one.never === 0 &&
      one.source.startsWith(origin(row)) &&
      (one.kind === kind || (said !== null && one.kind === "objection")) &&
      one.at >= since &&
      (said === null || saidAt(one) >= said.from),
  );
  const same = live.find((one) => one.kind === kind);
  if (isThere || (kind === "house" && same?.until === null)) return null;
  const entry = newEntry({
    ...{ number, kind, source: sourceOf(row, contact), until: null, by: "system", at },
    // Nobody asked whom it closes: what else CRMs know of the number's people may be meant.
    ...(kind === "objection" && {
      heardAt: said!.at,
      scope: after(same ?? null, beside.has(numberOf(number)) ? "unsaid" : "line"),
    }),
    reason: beginning(flagReason(row.name, said?.by ?? ""), 500),
  });
  return holds
    ? { entry: again(entry, "system"), live: objection.id }
    : { entry, replaces: same?.id ?? null };
}

/** Whether nobody consented on its number after it was said last. */
const isLast = ({ consented, last }: Entered): boolean => consented === null || consented <= last;

/** The objection of who withdrew a consent (PECR 2003 reg 21(5)): behind one that is in force and says as much. */
function withdrawn(
  row: ConnectorRow,
  { number, contact }: Wanted,
  its: readonly Entered[],
  at: string,
): Plan {
  const live = its.find((one) => one.live === 1 && one.kind === "objection");
  const consented = its[0]?.consented ?? null;
  const { reason, source } = entriesEn.withdrew;
  const entry = newEntry({
    ...{ number, kind: "objection", reason, until: null, by: "system", at },
    source: beginning(`${source}, ${sourceOf(row, contact)}`, 200),
    scope: after(live ?? null, "line"),
    // Said after every consent on record, also where the clock was set back.
    heardAt: consented !== null && consented > at ? consented : null,
  });
  if (live?.unverified === 0 && isLast(live))
    return { entry: behind({ ...entry, scope: "line" }, "system"), live: live.id };
  return { entry, replaces: live?.id ?? null };
}

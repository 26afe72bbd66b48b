/** What a letter and the certificate of an erasure say of connected systems. */
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { requestsEn } from "../../../shared/texts/privacy-requests/steps.en.ts";
import { systemsEn as t } from "../../../shared/texts/privacy-requests/systems.en.ts";
import type { HeldRecordRow } from "../../../shared/privacy-requests/api-systems.ts";
import { dutiesOf } from "../duties.ts";
import type { Moment, Row } from "../rows.ts";
import { backupsOf, decisionsOf, recordsIn, statesFor, systemsOn } from "./rows.ts";
import { idIs } from "../../core/sql.ts";

const day = (date: string): string => sayDate(english, date);

/** What an erasure leaves in a system at first: in HubSpot nothing of contacts that its API erased. */
const leftBy = (kind: string, records: readonly HeldRecordRow[]): string[] =>
  kind === "hubspot" &&
  records.length > 0 &&
  records.every(({ object, erasedOn }) => object === "contacts" && erasedOn !== null)
    ? []
    : [t.leaves[kind] ?? []].flat();

/** Where an answer has to name systems: in an access what each holds, in an erasure what becomes of it. */
const isTold = ({ kind, decision }: Row): boolean =>
  (kind === "access" || kind === "erasure") && decision !== null && decision !== "deny";

/** The names that the letter with the decision must have. */
export const systemNames = async (db: D1Database, row: Row): Promise<string[]> =>
  isTold(row) ? [...new Set((await statesFor(db, row.id)).map(({ name }) => name))] : [];

/** The paragraph of that letter about connected systems; empty where none was connected. */
export async function saySystems(db: D1Database, row: Row, moment: Moment): Promise<string> {
  const systems = isTold(row) ? await statesFor(db, row.id) : [];
  if (systems.length === 0) return "";
  const due = dutiesOf(row, moment).duties.find(({ kind, metOn }) => kind === "erase" && metOn === null)?.due;
  const until = due ?? row.decide_by;
  const lines = systems.flatMap((one) => {
    const { name, kind, host, outcome, done_on: on, backups_until: backups } = one;
    if (outcome === null) {
      // A copy promises no erasure; the letter waits until each is answered, and its draft has no line for the others.
      if (row.kind === "access") return [];
      const kept = backupsOf(moment.policy, host, until);
      return fill(kept === null ? t.letter.open : t.letter.openBackups, {
        ...{ name, until: day(until), backups: kept === null ? "" : day(kept) },
      });
    }
    if (outcome === "erased") {
      const text = backups === null ? t.letter.erased : t.letter.erasedBackups;
      const said = fill(text, { name, date: day(on!), backups: backups === null ? "" : day(backups) });
      return [said, ...leftBy(kind, recordsIn(one))].join(" ");
    }
    return fill(t.letter[outcome], { name });
  });
  const isThere = systems.some(({ outcome }) => outcome === null || outcome === "kept");
  const rereads = row.kind === "erasure" && row.narrowed === null && isThere ? [t.letter.reread] : [];
  return [t.letter[row.kind as "access"], ...lines, ...rereads].join("\n");
}

/** Whether the decision was taken by a Worker that knew of connected systems: none listed means that none was connected. */
const wasRecorded = async (db: D1Database, request: string): Promise<boolean> =>
  ((await decisionsOf(db, request)).at(-1) ?? null) !== null;

/** The certificate of an erasure, without anything of its requester; null while something is to be erased. */
export async function certificateOf(db: D1Database, row: Row, moment: Moment): Promise<string | null> {
  if (row.kind !== "erasure" || !isTold(row) || row.systems > 0 || row.pending > 0) return null;
  const own = await db
    .prepare(
      // One by one: joined, the view would be read whole.
      `SELECT COUNT(at) AS n, MAX(at) AS last FROM (
         SELECT (SELECT c.erased_at FROM certificates c WHERE ${idIs("c.recording", "i.ref")}) AS at FROM request_items i
         WHERE i.request = ? AND i.kind = 'recording' AND i.verdict = 'confirmed' AND i.decision = 'comply')`,
    )
    .bind(row.id)
    .first<{ n: number; last: string | null }>();
  const systems = (await systemsOn(db, row.id, moment)).map((one) => {
    const { name, kind, host, region, outcome, doneOn, backupsUntil, records } = one;
    const system = fill(region === null ? t.cert.noRegion : t.cert.region, {
      name,
      host,
      region: region ?? "",
    });
    const date = day(doneOn!);
    if (outcome !== "erased")
      return fill(outcome === "nothing" ? t.cert.nothing : t.cert.kept, { system, date });
    const backups =
      backupsUntil === null ? t.cert.backupsUnsaid : fill(t.cert.backups, { date: day(backupsUntil) });
    return fill(t.cert.erased, {
      ...{ system, date, records: plural(english, t.records, records.length) },
      backups: [...leftBy(kind, records), backups].join(" "),
    });
  });
  const company = moment.policy.identity.company || requestsEn.nameless;
  return [
    fill(t.cert.head, { company, reference: row.ref, decided: day(row.decided_on!) }),
    [
      own!.last === null
        ? t.cert.ownNone
        : plural(english, t.cert.own, own!.n, { date: day(own!.last.slice(0, 10)) }),
      row.decision === "partial" ? t.cert.restPartial : t.cert.rest,
    ].join(" "),
    t.cert.ownBackups,
    systems.length > 0
      ? [t.cert.systems, ...systems].join("\n")
      : (await wasRecorded(db, row.id))
        ? t.cert.noSystems
        : t.cert.notRecorded,
    fill(t.cert.made, { date: day(moment.today) }),
  ].join("\n\n");
}

/**
 * One slice of a run that reads the CRM's own flags and consents alone, several times a day: it screens nothing, and of our fields it
 * writes none. What it brings changes verdicts, which turned.ts writes; where somebody objected, it sets the record's flag.
 */
import { record } from "../../core/commit.ts";
import type { Env } from "../../env.ts";
import { sql, type Statement, inChunks } from "../../core/sql.ts";
import { currentPolicy } from "../../policy/current.ts";
import { addedTo, failureOf } from "../checks/achieved.ts";
import { keepContested } from "../changes/overwritten.ts";
import type { Waiting } from "../connector.ts";
import { consentsIn } from "./consents.ts";
import { besideConsents, crmOf } from "../crm.ts";
import { flagsIn, keepFlags, sayUntold } from "./flags.ts";
import { consentsOut, keepConsentsOut } from "./consents-out.ts";
import { alone, flagsOut } from "./out.ts";
import { writeNoted } from "./write.ts";
import { decideFound, decisionsOf, numbersIn } from "../judge.ts";
import { keyOf, readSlice, type SliceContact } from "../read.ts";
import { type ConnectorRow, type RunRow, setupOf } from "../rows.ts";
import { moving } from "../slice-rows.ts";

/** Does the run's next slice, `most` contacts or a page more. "done" and "failed": it was the last one. */
export async function readFlags(
  env: Env,
  row: ConnectorRow,
  run: RunRow,
  waiting: Waiting,
  most: number,
): Promise<"more" | "done" | "failed"> {
  const now = waiting.clock();
  const at = new Date(now).toISOString();
  const crm = await crmOf(env, row, waiting);
  const { policy } = await currentPolicy(env.DB);
  const setup = setupOf(row);
  const { contacts, unnamed, next } = await readSlice(env.DB, row, crm, run.cursor, most, now);
  const read = contacts.map((contact) => ({ contact, found: numbersIn(contact, policy) }));
  const flags = await flagsIn(env, row, read, policy, now);
  await consentsIn(env, row, read, policy, now);

  const open = read.filter(({ contact }) => contact.flag?.set === false);
  const asked = [...new Set(open.flatMap(({ found }) => found.flatMap(({ numbers }) => numbers)))];
  const decisions = await decisionsOf(env, asked, now);
  const judged = read.map(({ contact, found }) => ({
    contact,
    all: contact.flag?.set
      ? []
      : found.map((f) => ({ decision: decideFound(f, (e164) => decisions.get(e164)!) })),
  }));
  const { outs, contested } = await flagsOut(env.DB, row, setup.objects, judged, flags, policy, now);
  const consents = await consentsOut(env.DB, row, setup.objects, contacts, policy, now);
  const marks = contacts.flatMap((contact) => alone(contact, { flags: outs, consents: consents.outs }));
  const { refused, partly, told, written } = await writeNoted(
    ...([env, row, run, crm, marks, { flags, consents }, unnamed, now] as const),
  );

  const kinds = addedTo(run, setup.objects, contacts, besideConsents(marks), refused);
  const whole = {
    contacts: run.contacts + contacts.length,
    refused: run.refused + refused.length,
    kinds,
  };
  const failure = next === null ? failureOf(row.kind, setup.objects, whole, true, null) : null;
  const counts = {
    contacts: contacts.length,
    numbers: read.flatMap(({ found }) => found).length,
    written,
    refused: refused.length,
  };
  await record(env, {
    actor: run.by,
    event: {
      code: failure ? "connector.run-failed" : "connector.slice",
      subject: row.id,
      payload: {
        ...{
          run: run.id,
          slice: run.slice,
          reads: true,
          ...counts,
          refusals: refused.slice(0, 20),
          ...sayUntold(partly),
        },
        ...(failure && { error: failure.words }),
      },
    },
    statements: [
      ...moving(
        run,
        counts,
        next,
        { kinds, refusal: refused[0]?.why, error: failure?.words },
        waiting.clock(),
      ),
      ...keepSeen(row, contacts),
      ...keepContested(row, [...contested, ...consents.contested], at),
      ...keepFlags(
        row,
        run.num,
        contacts.flatMap(({ object, id }) => {
          const its = flags.get(keyOf({ object, id }));
          return its ? [[object, id, its] as const] : [];
        }),
      ),
      ...keepConsentsOut(row, run.num, contacts, told),
    ],
  });
  return next !== null ? "more" : failure ? "failed" : "done";
}

/** Stores further numbers that were read one record at a time, of records that a run has seen: they are not read so again. */
export const keepSeen = (row: ConnectorRow, contacts: readonly SliceContact[]): Statement[] => {
  const seen = contacts.flatMap(({ object, id, seen: its }) =>
    its === null
      ? []
      : [
          [
            object,
            id,
            its.changed,
            JSON.stringify({ numbers: its.numbers, optedOut: its.optedOut }),
            its.readAt,
          ],
        ],
  );
  return inChunks(seen, (chunk) =>
    sql(
      `WITH v AS MATERIALIZED (SELECT value ->> 0 AS object, value ->> 1 AS record, value ->> 2 AS seen,
           value ->> 3 AS further, value ->> 4 AS read_at FROM json_each(?2))
       UPDATE connector_records AS c SET seen = v.seen, further = v.further, read_at = v.read_at FROM v
       WHERE c.connector = ?1 AND c.object = v.object AND c.record = v.record`,
      ...[row.num, chunk],
    ),
  );
};

/**
 * Puts many numbers on the in-house list in one change. Entries that exist stay; the same rows sent again add nothing.
 * A row that says nothing of its scope closes its line, as a list is one of lines; but where a CRM holds its number beside another
 * one, nobody has said whom it closes, and compliance is asked.
 */
import type * as z from "zod";
import {
  bulkAnswer,
  bulkRequest,
  type Suppression,
  suppressionRequest,
} from "../../shared/do-not-call/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { asks } from "../check/budget.ts";
import { changedNumbers, commit } from "../core/commit.ts";
import { numbersIn, retryOnConflict, readRows, refused, type Result, type Row } from "../core/bulk.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { changeEntries, endOf, endsOf, saidAgain, saySpread } from "./changes.ts";
import { again as saying } from "./back.ts";
import { isWord, REPLACED } from "./refusals.ts";
import { lastsUntil, liveEntries, type Live, stands } from "./enter.ts";
import { datedAhead, insertEntries, newEntry, stillLive } from "./rows.ts";
import { besideOthers } from "./reach.ts";
import { after, type Planned, spreadOf } from "./spread.ts";
import { faultOf } from "./suppressions.ts";

type Request = z.infer<typeof suppressionRequest>;
export const suppressionsBulk = room();

suppressionsBulk.openapi(
  route({
    method: "post",
    path: "/v1/suppressions/bulk",
    roles: ["manager", "compliance", "admin"],
    asks: asks.rows,
    summary:
      "Puts up to 500 numbers on the in-house do-not-call list; each row is answered by itself, in order",
    request: { body: body(bulkRequest) },
    responses: { 200: json(bulkAnswer) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const rows = readRows(c.req.valid("json").rows, suppressionRequest, policy.numbers.defaultRegion);
    const by = c.get("actor")!.id;
    return retryOnConflict(async () => {
      const at = new Date().toISOString();
      const [live, ahead, words, beside] = await Promise.all([
        liveEntries(c.env.DB, numbersIn(rows)),
        datedAhead(c.env.DB, numbersIn(rows), at),
        wordsBy(c.env.DB, rows, by),
        besideOthers(c.env.DB, JSON.parse(numbersIn(rows)) as number[]),
      ]);
      const { results, planned, again, repeats } = plan(rows, live, { by, at }, { ahead, words, beside });
      if (planned.length === 0 && repeats.length === 0) return c.json({ results }, 200);
      const entries = [...planned.map(({ entry }) => entry), ...repeats];
      const { spread, moves, then } = await spreadOf(c.env.DB, planned, { by, at });
      const ends = await endsOf(
        c.env.DB,
        endOf(at, by, REPLACED),
        planned.map(({ replaces }) => replaces),
      );
      return commit(
        c,
        {
          code: "suppression.imported",
          subject: crypto.randomUUID(),
          payload: {
            entries: planned.map(
              ({ entry: { id, number: e164, kind, reason, source, until, scope }, replaces }) => ({
                ...{ id, e164, kind, reason, source, until, scope, replaces },
              }),
            ),
            ...(repeats.length === 0
              ? {}
              : {
                  again,
                  repeated: repeats.map(({ id, number: e164, reason, source, scope }) => ({
                    ...{ id, e164, reason, source, scope },
                  })),
                }),
            ...saySpread(spread),
          },
        },
        [
          ...(await changeEntries(c.env.DB, [...moves, ...ends, ...(await saidAgain(c.env.DB, again))], at)),
          stillLive(again),
          insertEntries(entries),
          changedNumbers(entries.map(({ number }) => ({ e164: number }))),
          ...then,
        ],
        { status: 200, body: { results } },
      );
    });
  },
);

/** What a list says of a number: whoever sends the same file again says nothing new. */
const wordOf = (number: number, { source, reason }: Pick<Suppression, "source" | "reason">): string =>
  JSON.stringify([number, source, reason]);

/** What a person said again of some numbers. */
async function wordsBy(db: D1Database, rows: Row<Request>[], by: string): Promise<Set<string>> {
  const { results } = await db
    .prepare(
      `SELECT number, source, reason FROM suppressions s WHERE number IN (SELECT value FROM json_each(?1))
         AND kind = 'objection' AND origin IS NULL AND by = ?2 AND ${isWord("s")}`,
    )
    .bind(numbersIn(rows), by)
    .all<Pick<Suppression, "source" | "reason"> & { number: number }>();
  return new Set(results.map((row) => wordOf(row.number, row)));
}

/** Each row's answer, the entries to write, and the live objections that are said again, with what says so. */
function plan(
  rows: Row<Request>[],
  live: Map<string, Live>,
  made: { by: string; at: string },
  { ahead, words, beside }: { ahead: Map<number, string>; words: Set<string>; beside: Set<number> },
): { results: Result[]; planned: Planned[]; again: string[]; repeats: Suppression[] } {
  const again = new Set<string>();
  const repeats: Suppression[] = [];
  const planned = new Map<string, Planned>();
  const results = rows.map((row): Result => {
    if ("result" in row) return row.result;
    const { number, kind, reason, source = "import", until = null } = row.value;
    const fault = faultOf({ kind, until, scope: row.value.scope });
    if (fault) return refused(fault, number);
    const unsaid = kind === "objection" && beside.has(numberOf(number));
    const scope = row.value.scope ?? (unsaid ? "unsaid" : "line");
    const key = `${numberOf(number)} ${kind}`;
    const twin = planned.get(key)?.entry;
    if (twin) {
      // The same number twice among the rows: one entry, until the later of the two dates.
      if (!lastsUntil(twin, until)) twin.until = until;
      twin.scope = after(twin, scope);
      return { status: "there", number };
    }
    const existing = live.get(key);
    if (existing?.ended === 0 && stands(existing, until, scope)) {
      const word = wordOf(existing.number, { source, reason });
      const isSame = existing.by === made.by && wordOf(existing.number, existing) === word;
      if (kind === "objection" && !isSame && !words.has(word)) {
        words.add(word);
        again.add(existing.id);
        repeats.push(saying(newEntry({ number, kind, reason, source, until, scope, ...made }), made.by));
      }
      return { status: "there", number };
    }
    const entry = newEntry({
      number,
      kind,
      reason,
      source,
      until,
      scope: after(existing ?? null, scope),
      heardAt: kind === "objection" ? (ahead.get(numberOf(number)) ?? null) : null,
      ...made,
    });
    planned.set(key, { entry, replaces: existing?.id ?? null });
    return { status: "added", number };
  });
  return { results, planned: [...planned.values()], again: [...again], repeats };
}

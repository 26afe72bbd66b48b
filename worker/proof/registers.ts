/** When each version of each register was in force, and whether it listed a number (as registers/undo.ts finds it). */
import { knownRegisters } from "../../shared/law/regions.ts";
import type { ProofRegister } from "../../shared/proof/api.ts";
import { blockOf, has, numberOf, offsetOf } from "../../shared/registers/blocks.ts";
import { gapsOf } from "../../shared/proof/dates.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { BOUND } from "../core/bound.ts";
import { idsOfBlock, listOfId, listOfUndo, undoOfBlock, versionOfUndo } from "../registers/block-ids.ts";
import { versionsBound } from "../registers/bound.ts";
import { type HeadRow, selectHeads } from "../registers/heads.ts";
import { changesTo, decoded, listedAt } from "../registers/undo.ts";
import { type Claim, near } from "./near.ts";

/** Longer than binding the versions of before takes, which ends with its own event. */
const ADOPTION = 15 * MINUTE;

interface VersionRow {
  list: number;
  ver: number;
  asOf: string;
  numbers: number;
  from: string;
}
interface UndoRow {
  list: number;
  ver: number;
  data: string;
}

/**
 * `e164` null: for no number. `claims` has two for each version, in the order of the versions: its own event, and the one that
 * binds its row. `adopted`: when those of before were bound.
 */
export async function registersOf(
  db: D1Database,
  e164: string | null,
  start: string,
  end: string,
  adopted: string | null = null,
): Promise<{ registers: ProofRegister[]; claims: Claim[] }> {
  const n = e164 === null ? -1 : numberOf(e164);
  const block = n < 0 ? -1 : blockOf(n);
  // One batch: otherwise a version committed in between would be in the blocks and not among the undo rows.
  const [heads, versions, blocks, undo, turns] = (await db.batch([
    db.prepare(selectHeads),
    db
      .prepare(
        `SELECT list, ver, as_of AS asOf, numbers, committed_at AS "from" FROM versions
         WHERE state = 'committed' AND committed_at < ? ORDER BY list, ver`,
      )
      .bind(end),
    db
      .prepare(`SELECT ${listOfId} AS list, data FROM blocks WHERE id BETWEEN ${idsOfBlock("?1")}`)
      .bind(block),
    db
      .prepare(
        `SELECT ${listOfUndo("id")} AS list, ${versionOfUndo("id")} AS ver, data FROM block_undo
         WHERE id BETWEEN ${undoOfBlock("?1")}`,
      )
      .bind(block),
    db.prepare("SELECT list, at, source FROM lookup_turns WHERE at < ? ORDER BY list, at").bind(end),
  ])) as [
    D1Result<HeadRow>,
    D1Result<VersionRow>,
    D1Result<{ list: number; data: string }>,
    D1Result<UndoRow>,
    D1Result<{ list: number; at: string; source: string | null }>,
  ];
  const claims: Claim[] = [];
  const registers = heads.results.map((head): ProofRegister => {
    const all = versions.results.filter((v) => v.list === head.num);
    const now = n >= 0 && has(blocks.results.find((b) => b.list === head.num)?.data ?? "", offsetOf(n));
    const changes = n < 0 ? [] : changesTo(n, undo.results.filter((u) => u.list === head.num).map(decoded));
    const listed = (ver: number): boolean | null =>
      n < 0 || ver < head.historyFrom ? null : listedAt(now, changes, ver);
    const own = turns.results.filter((turn) => turn.list === head.num);
    const lookups = own.flatMap(({ at, source }, i) => {
      const to = own[i + 1]?.at ?? null;
      return source !== null && (to === null || to > start) ? [{ source, from: at, to }] : [];
    });
    const inForce = all
      .map((v, i) => ({ ...v, to: all[i + 1]?.from ?? null }))
      .filter(({ to }) => to === null || to > start);
    for (const { ver, from } of inForce) {
      const ref = `${head.id}/${ver}`;
      const codes = ["list.pushed", "list.changed", "list.rolled-back"];
      claims.push({ codes, subjects: [ref], ...near(from) });
      const bound = adopted !== null && from < adopted ? near(adopted, -ADOPTION) : near(from);
      claims.push({ codes: [BOUND], subjects: [`${versionsBound.name}/${ref}`], ...bound });
    }
    // No longer than the law grants, as verdicts have it.
    const maxAgeDays = Math.min(head.maxAgeDays, knownRegisters[head.id]?.maxAgeDays ?? Infinity);
    return {
      list: head.id,
      name: head.name,
      maxAgeDays,
      versions: inForce.map(({ ver, asOf, numbers, from, to }) => ({
        version: ver,
        asOf,
        numbers,
        from,
        to,
        listed: listed(ver),
        rows: [],
      })),
      lookups,
      gaps: gapsOf({ versions: inForce, lookups }, maxAgeDays, start, end),
    };
  });
  return { registers, claims };
}

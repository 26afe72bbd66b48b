/**
 * The Worker verifies itself: each run of the clock takes further steps of what `cleardial verify --deep` does, the newest rows of the chain first,
 * then each table; and begins again a day after it began. How far it came is in the Ledger's own storage, where the database's owner
 * cannot move it. People hear once of what it finds.
 */
import { DAY } from "../../../shared/core/time.ts";
import {
  ALL_TABLES,
  comparedTableNames,
  summedTableNames,
  toldTableNames,
} from "../../../shared/trail/bound-tables.ts";
import type { Walk } from "../../core/change.ts";
import { ledgerOf, record } from "../../core/commit.ts";
import type { Env } from "../../env.ts";
import { mailOfficers } from "../../mail/outbox.ts";
import { verifyDeep } from "../deep.ts";
import { verify } from "../verify.ts";
import { walkFiles } from "./files.ts";

/**
 * Rows of the chain a step, rows that are compared and archived objects that are read for it; and steps a run. `files`: archived objects whose
 * hash a run compares, besides.
 */
const BOUNDS = { chain: 5000, most: 1000, objects: 2, steps: 4, files: 20 };
/** A step that fails so often in a row, as one row of it breaks it off, is told and left out. */
const TRIES = 3;
/** Findings that are remembered: of more, a person asks `verify --deep`. */
const MOST = 500;
/** Rows that a mail names. */
const NAMED = 10;

/** From rows to their events first: that tells what was put there or altered soonest. */
const STEPS = [
  "chain" as const,
  ...comparedTableNames.map((table) => ({ table, pass: "rows" as const })),
  ...[...summedTableNames, ALL_TABLES].map((table) => ({ table, pass: "events" as const })),
  // Where a row of one table breaks that off: each by itself, as the others are still to be compared.
  ...toldTableNames.map((table) => ({ table, pass: "events" as const })),
];
const isAll = ({ step }: Walk): boolean => {
  const place = STEPS[step]!;
  return place !== "chain" && place.table === ALL_TABLES;
};

const begun = (now: number, told: string[]): Walk => ({
  ...{ began: new Date(now).toISOString(), step: 0, of: STEPS.length, after: null, failed: 0 },
  ...{ found: [], told },
});

/** Scheduled every five minutes. `now` in milliseconds; `bounds` for tests. */
export async function walkOn(env: Env, now: number, bounds = BOUNDS): Promise<void> {
  const ledger = ledgerOf(env);
  const left = await ledger.walked();
  // A release of before took other steps.
  let walk: Walk =
    left?.of === STEPS.length
      ? left
      : {
          ...begun(now, left ? [...left.told, ...left.found] : []),
          ...(left?.files && { files: left.files }),
        };
  const fresh: string[] = [];
  // First, as they are few: comparing rows may take the rest of the run.
  const { files, news } = await walkedFiles(env, walk, bounds.files, now);
  fresh.push(...news);
  const ofFiles = new Set(files && [...files.lost, ...files.told].map(objectOf));
  walk = { ...walk, ...(files && { files }) };
  for (let n = 0, checked = 0; n < bounds.steps && checked < bounds.most; n++) {
    if (walk.step >= STEPS.length) {
      if (Date.parse(walk.began) > now - DAY) break;
      walk = { ...begun(now, walk.found), ...(files && { files }) };
    }
    const took = await take(env, walk, now, bounds).catch((error: unknown) => {
      console.error(error);
      return walk.failed + 1 < TRIES ? null : brokenOff(walk);
    });
    if (took === null) {
      walk = { ...walk, failed: walk.failed + 1 };
      break;
    }
    checked += took.checked;
    const known = new Set([...walk.told, ...walk.found]);
    const found = [...new Set([...walk.found, ...took.found])].slice(0, MOST);
    fresh.push(...found.filter((name) => !known.has(name) && !ofFiles.has(objectOf(name))));
    const over = isAll(walk) && !took.apart ? STEPS.length : walk.step + 1;
    const step = took.next === null ? over : walk.step;
    walk = { ...walk, found, step, after: took.next, failed: 0 };
  }
  await tell(env, fresh, now);
  await ledger.walk(walk);
}

/** Of what a finding is about, its key: a file has rows of several tables. */
const objectOf = (name: string): string => name.slice(name.indexOf("/") + 1);

/** `news`: those that are lost and that nothing has told of. What fails here stops nothing else. */
async function walkedFiles(env: Env, { files: walked, found, told }: Walk, most: number, now: number) {
  const files = await walkFiles(env, walked, most, now).catch((error: unknown) => {
    console.error(error);
    return walked;
  });
  const known = new Set([...(walked?.lost ?? []), ...(files?.told ?? []), ...told, ...found].map(objectOf));
  return { files, news: (files?.lost ?? []).filter((name) => !known.has(objectOf(name))) };
}

interface Took {
  checked: number;
  next: string | null;
  found: string[];
  /** Each table by itself is next. */
  apart?: true;
}

function brokenOff(walk: Walk): Took {
  const place = STEPS[walk.step]!;
  if (isAll(walk)) return { checked: 0, next: null, found: [], apart: true };
  const name = place === "chain" ? "audit" : place.table;
  return { checked: 0, next: null, found: [`${name} (cannot be compared)`] };
}

async function take(env: Env, { step, after }: Walk, now: number, bounds: typeof BOUNDS): Promise<Took> {
  const place = STEPS[step]!;
  if (place === "chain") return walkChain(env, after, bounds.chain, now);
  const asked = { ...place, ...(after !== null && { after }) };
  const { findings, checked, next } = await verifyDeep(env, asked, bounds, now);
  return { checked, next, found: findings.map(({ table, key, what }) => `${table}/${key} (${what})`) };
}

/** Of what is in the database: the archive's objects are compared as the tables' events are read. `after`: a row and its hash. */
async function walkChain(env: Env, after: string | null, most: number, now: number) {
  const [seq, hash] = after?.split(" ") ?? (await archivedEnd(env));
  const { ok, length, head, next, brokenAt } = await verify(env, Number(seq), hash, most, now);
  return {
    checked: length - Number(seq),
    next: ok && next !== null ? `${length} ${head}` : null,
    found: ok ? [] : [`audit/${brokenAt}`],
  };
}

/** Where the archive ends, as the Ledger remembers it: the database's owner can write another end, behind rows that are gone. */
async function archivedEnd(env: Env): Promise<[string, string]> {
  const seq = await ledgerOf(env).archived(0);
  const hash = await env.DB.prepare("SELECT last_hash FROM audit_archives WHERE last_seq = ?")
    .bind(seq)
    .first<string>("last_hash");
  return hash === null ? ["0", "genesis"] : [String(seq), hash];
}

async function tell(env: Env, rows: readonly string[], now: number): Promise<void> {
  if (rows.length === 0) return;
  const at = new Date(now).toISOString();
  const values = { n: rows.length, rows: rows.slice(0, NAMED).join(", ") };
  await record(env, {
    actor: "system",
    event: { code: "evidence.found", subject: "", payload: { rows } },
    statements: await mailOfficers(env.DB, { template: "trail-found", values, key: `trail-found:${at}` }),
  });
}

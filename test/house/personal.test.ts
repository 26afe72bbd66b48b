/**
 * Every table's migration says how long its rows are kept (rules.test.ts). This file shows what erases them, and for every
 * table with people's numbers, what a copy or an erasure for one of them does. Add new tables here.
 */
import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";

const db = new DatabaseSync(":memory:");
for (const file of readdirSync(at("worker/migrations")).sort())
  db.exec(readFileSync(at("worker/migrations", file), "utf8"));
const ask = <T>(sql: string, ...params: string[]) => db.prepare(sql).all(...params) as T[];
const tables = ask<{ name: string }>(
  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
).map(({ name }) => name);
const source = (...files: string[]) =>
  files.map((file) => readFileSync(at("worker", file), "utf8")).join("\n");
const named = (text: string) =>
  tables.filter((table) => new RegExp(`(?:"|FROM |JOIN )${table}\\b`).test(text));

it("each table is swept, falls with one that is, or is kept for a reason", () => {
  const swept = new Set(
    [...source("jobs/housekeeping.ts").matchAll(/\[\s*"([a-z_]+)",\s*"[a-z_, ]+",/g)].map(
      ([, table]) => table!,
    ),
  );
  const falls = (table: string) =>
    ask<{ table: string; on_delete: string }>("SELECT * FROM pragma_foreign_key_list(?)", table).some(
      (key) => key.on_delete === "CASCADE" && swept.has(key.table),
    );
  const kept: Record<string, string> = {
    audit: "the chain is the proof; closed months leave it for the archive",
    audit_archives: "verification crosses the seam by it",
    blocks: "a register's numbers while they are in force",
    call_agents: "until changed: it says who of the staff an agent is",
    call_lists: "a row a provider",
    certificates: "that a recording was erased; no personal data",
    changes: "two days, and until they were watched: oldChanges of jobs/housekeeping.ts",
    connectors: "until an administrator removes it",
    erased: "where the trail says that a row is gone; no personal data",
    heads: "the trail's heads",
    letter_templates: "letters were drafted from them; no personal data",
    lists: "the registers",
    lookup_turns: "evidence is judged by it; no personal data",
    marks: "single values of the deployment",
    owners: "as long as recordings name them",
    parts: "as what is staged",
    people: "as long as the trail names them",
    policies: "evidence names the version",
    proposals: "who proposed and approved a version; no personal data",
    proposals_told: "who could have refused what counted alone; ids of people",
    recipients_before: "who received before the policy said so; no personal data",
    recording_looks: "until the approval, a newer look or the erasure; ids of people",
    recordings: "until their day: worker/recordings/erasure.ts empties the row",
    staged: "until the commit, or seven days: abandon of staging.ts",
    statements: "the company's file; no personal data",
    stores_resting: "a row a store, until it erases again",
    watch_lists: "a row a register",
    watching: "one row",
    words_due: "until the job is through: privacy-requests/erase-words.ts",
    work_late: "a row a kind of work, while it is late",
  };
  expect(tables.filter((table) => !swept.has(table) && !falls(table))).toEqual(Object.keys(kept));
});

/** Tables with a column for the number. The comments beside other tables say what their blocks or texts contain. */
const numbers = tables.filter(
  (table) => ask("SELECT 1 FROM pragma_table_info(?) WHERE name = 'number'", table).length > 0,
);

it("a requester's copy has every table with their number, or it says why not", () => {
  const sources = source(
    ...["export/routes.ts", "export/data.ts", "export/recordings.ts", "search.ts"].map(
      (file) => `privacy-requests/${file}`,
    ),
    "screening/screened.ts",
  );
  const copied = named(sources);
  expect(copied).toContain("screened");
  expect(sources).toContain('"dials_in_words"');
  const left: Record<string, string> = {
    dials: "copied as dials_in_words says them",
    lookup_queue: "a question of the next hours; its answer is copied",
    watch_again: "a day on which a watched number is looked at; that it is watched is copied",
  };
  expect(numbers.filter((table) => !copied.includes(table))).toEqual(Object.keys(left));
});

it("an erasure takes their number out of every table, or it says why not", () => {
  const erased = [
    ...source("privacy-requests/erase-data.ts", "watching/recheck.ts").matchAll(/DELETE FROM (\w+)/g),
  ].map(([, table]) => table!);
  const left: Record<string, string> = {
    connector_numbers: "while the CRM's record holds it, so that it is marked there",
    lookups: "the proof that it was screened (UK GDPR art 17(3)(e))",
    recordings: "by their own way, through the store to a certificate",
    requests: "the request itself, for policy's months",
  };
  expect(numbers.filter((table) => !erased.includes(table))).toEqual(Object.keys(left));
});

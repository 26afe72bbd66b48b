/**
 * Every table's migration says how long its rows are kept (rules.test.ts). This file shows what erases them, and for every
 * table with people's numbers, what a copy or an erasure for one of them does. Add new tables here.
 */
import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { exportEn } from "../../shared/texts/privacy-requests/copy.en.ts";

/** What tells in a copy: not what notes how far archives were read for one. */
const inCopy = readdirSync(at("worker/privacy-requests/export"))
  .filter((file) => file !== "read-archives.ts")
  .map((file) => `privacy-requests/export/${file}`);

const db = new DatabaseSync(":memory:");
for (const file of readdirSync(at("worker/migrations")).sort())
  db.exec(readFileSync(at("worker/migrations", file), "utf8"));
const ask = <T>(sql: string, ...params: string[]) => db.prepare(sql).all(...params) as T[];
const tables = ask<{ name: string }>(
  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
).map(({ name }) => name);
/** Where the rows of a view lie that is written as a table. */
const lies: Readonly<Record<string, string>> = { calls: "call_rows", recordings: "recording_rows" };
const source = (...files: string[]) =>
  files.map((file) => readFileSync(at("worker", file), "utf8")).join("\n");
const named = (text: string) =>
  tables.filter((table) => new RegExp(`(?:"|FROM |JOIN )${table}\\b`).test(text));

it("each table is swept, falls with one that is, or is kept for a reason", () => {
  const swept = new Set(
    [...source("jobs/housekeeping.ts").matchAll(/\[\s*"([a-z_]+)",\s*"[a-z_, ]+",/g)].map(
      ([, table]) => lies[table!] ?? table!,
    ),
  );
  const falls = (table: string) =>
    ask<{ table: string; on_delete: string }>("SELECT * FROM pragma_foreign_key_list(?)", table).some(
      (key) => key.on_delete === "CASCADE" && swept.has(key.table),
    );
  const kept: Record<string, string> = {
    audit_actors: "as long as the trail names them: opaque ids",
    audit_archives: "verification crosses the seam by it",
    audit_rows: "the chain is the proof; closed months leave it for the archive",
    audit_sieves: "as the archived objects, of which it says what they may have",
    blocks: "a register's numbers while they are in force",
    call_agents: "until said otherwise: it says who of the staff an agent is",
    call_lists: "a row a provider",
    call_said: "as its call: a trigger of migration 0168",
    call_said_more: "as its call: a trigger of migration 0168",
    certificates_apart: "that a recording was erased; no personal data",
    changes: "two days, and until they were watched: oldChanges of jobs/housekeeping.ts",
    claims_times: "from when and until when policy let such calls be made",
    clock_jobs: "a row a job of the clock",
    closed_blocks: "as what they lead to: a month goes with its last file (storage/closed/blocks.ts)",
    closed_calls: "as closed dials: rewriteFiles of dials/closed/rewrite.ts",
    closed_certificates: "as certificates: that a recording was erased; no personal data",
    closed_erasures: "the same",
    closed_files: "the same",
    closed_kept: "as closed recordings: returnNear and rewriteKept of recordings/closed/due.ts",
    closed_kept_days: "the same",
    closed_kept_files: "the same",
    closed_kept_folders: "the same",
    closed_kept_numbers: "the same",
    closed_kept_out: "until their file is written without them, or is gone: the same",
    closed_kept_quarters: "the same",
    closed_left: "until the object is erased: the same",
    closed_logged: "as closed calls: the same",
    closed_logged_days: "the same",
    closed_logged_quarters: "the same",
    closed_numbers: "as closed dials: the same",
    closed_out: "until their file is written without them: the same",
    closed_parts: "as closed screenings: closedOver of screening/closed/over.ts",
    closed_place_months: "for good: a row a month, no personal data",
    closed_places:
      "as what they lead to: they go with the month's last file (recordings/closed/names/pack.ts)",
    closed_recordings: "as certificates: no recording arrives a second time",
    closed_screened: "as closed screenings: closedOver of screening/closed/over.ts",
    closed_screenings: "the same",
    connector_changes: "as the connector",
    connectors: "until an administrator removes it",
    contents: "as long as versions; no personal data",
    erased: "where the trail says that a row is gone; no personal data",
    file_erasures: "until the file is erased, or with its request; no personal data",
    gate_lines: "as the integration",
    heads: "the trail's heads",
    kept_back: "until the row is as the trail has it: jobs/sweep-said.ts",
    keys_refused: "until an officer says that these are imported; ids of systems",
    last_bound: "as the trail, whose rows these are",
    letter_templates: "letters were drafted from them; no personal data",
    lists: "the registers",
    lookup_turns: "evidence is judged by it; no personal data",
    mail_service: "until an administrator sets another or takes it away",
    marks: "single values of the deployment",
    owners: "as long as recordings name them",
    owners_guessed: "until an administrator says better: ids of integrations",
    parts: "as what is staged",
    people: "as long as the trail names them",
    people_held: "as long as they may approve anything; ids of people",
    policies: "evidence names the version",
    proposals: "who proposed and approved a version; no personal data",
    proposals_told: "who could have refused what counted alone; ids of people",
    recipients_before: "who received before the policy said so; no personal data",
    recording_agents: "until no recording here names them: triggers of migration 0165",
    recording_days: "as long as recordings have that day; no personal data",
    recording_folders: "until no recording here lies there: triggers of migration 0165",
    recording_looks: "until the approval, a newer look or the erasure; ids of people",
    recording_rows: "until their day: worker/recordings/erasure.ts empties the row",
    recording_sources: "which systems recordings came from, as long as recordings name them",
    staged: "until the commit, or seven days: abandon of staging.ts",
    statements: "the company's file; no personal data",
    stores_resting: "a row a store, until it erases again",
    system_left: "until the task of their day is made",
    watch_lists: "a row a register",
    watching: "one row",
    words_due: "until the job is through: privacy-requests/words/erase.ts",
    work_late: "a row a kind of work, while it is late",
  };
  expect(tables.filter((table) => !swept.has(table) && !falls(table))).toEqual(Object.keys(kept));
});

/** Tables with a column for the number. The comments beside other tables say what their blocks or texts contain. */
const numbers = tables.filter(
  (table) => ask("SELECT 1 FROM pragma_table_info(?) WHERE name = 'number'", table).length > 0,
);

/** Tables in which no row is about a person who is called: their columns hold no number of theirs, and no text about them. */
const ofNobodyCalled: Record<string, string> = {
  announced_draws: "recordings, by their ids, that staff drew; a copy has the recordings",
  announced_heard: "what staff heard of these: whether they began with an announcement",
  asked: "how many numbers one of the staff asked about",
  asked_days: "the same, by day",
  audit_actors: "staff and systems, by opaque ids",
  audit_archives: "where closed months of the trail are; the copy reads them",
  audit_sieves: "bits of hashes of opaque ids, by which pages find archived rows",
  block_undo: "what the present registers were before: read as their history (proof/registers.ts)",
  call_agents: "who of the staff an agent of a log is",
  call_lists: "how far a provider's list was read",
  canary_browsers: "browsers of staff",
  canary_probes: "browsers of staff",
  canary_batches: "hashes of salted values, and when they were written",
  canary_results: "tests of browsers with a number of our own",
  changes_told: "how far one of the staff's browsers was told",
  claims_times: "when policy let such calls be made",
  clock_jobs: "how the clock's jobs went",
  closed_calls: "counts",
  closed_certificates: "where closed certificates are: they name nobody",
  closed_erasures: "counts",
  closed_files: "where closed dials are",
  closed_kept: "where closed recordings are: it names nobody",
  closed_kept_days: "counts",
  closed_kept_files: "where closed recordings are",
  closed_kept_folders: "in whose folders their audio is",
  closed_kept_quarters: "counts",
  closed_left: "names of objects",
  closed_logged: "where closed calls are: it names nobody",
  closed_logged_days: "counts",
  closed_logged_quarters: "counts",
  closed_out: "which lines of files no longer count: their dials are copied, or erased",
  closed_parts: "which parts of screenings are closed: numbers of parts",
  closed_place_months: "counts",
  closed_places: "which files the blocks of a month name",
  closed_recordings: "where what is left of erased recordings is: it names nobody",
  closed_screened: "where closed numbers of screenings are",
  closed_screenings: "months",
  connector_changes: "how far a CRM was read",
  contents: "sums over all of a register's blocks, from which nobody finds a number",
  disclosures: "counts; of which numbers it was, the tables say that the copy has",
  erasure_salts: "keys of salts: they name nobody",
  file_erasures: "which requests' files are owed an erasure: the copy has the files",
  gate_lines: "systems and where their lines are",
  heads: "hashes",
  hosts: "where servers are that something is sent to",
  invites: "staff",
  keys_refused: "systems",
  letter_templates: "words without persons",
  lists: "registers",
  lookup_days: "counts",
  lookup_turns: "by what a register is asked",
  mail_service: "which mail service, sealed, and who of the staff set it",
  marks: "single values of the deployment",
  owners: "systems and their places in a store",
  owners_guessed: "systems",
  parts: "counts and sums of an upload",
  people: "staff; told of by their role",
  people_held: "whose code or address of staff was another's",
  people_left: "staff",
  policies: "the policy; it is public",
  proposals: "changes of the policy and of roles",
  proposals_told: "staff",
  system_left: "references of records that are in system_tasks a day later, of which the copy says",
  system_task_records: "a key of the records in system_tasks, of which the copy says",
  sso_nonces: "sign-ins of staff",
  recipients_before: "hosts; the copy names who receives",
  recording_days: "counts",
  statements: "figures of the company",
  stores_resting: "stores",
  tokens: "browsers of staff",
  tokens_held: "who was shown a code of staff",
  trials: "hashes of files that staff tried",
  versions: "versions of registers",
  screened_bound: "sums over rows of `screened`, which is copied, and goes with them",
  turned_marked: "who of the staff has seen which rows of `turned`, which is copied",
  turned_batches: "hashes of salted values, and when they were written",
  watch_digests: "which staff were mailed which rows of `turned`, which is copied",
  watch_lists: "how far registers were looked through",
  watching: "the same, of all numbers",
  work_late: "kinds of work",
};

it("a requester's copy has every table with data of a person who is called, or says on which ground not", () => {
  const sources = source(
    ...inCopy,
    ...["privacy-requests/search.ts", "privacy-requests/rows.ts", "proof/registers.ts", "trail/rows.ts"],
    ...["registers/heads.ts", "recordings/rows.ts", "screening/past.ts"],
  );
  const copied = named(sources);
  // What a view says of them.
  expect(sources).toContain('"dials_in_words"');
  const asViews = [
    "audit_rows",
    "dials",
    "dial_texts",
    "call_rows",
    "call_texts",
    "recording_rows",
    "recording_agents",
    "recording_folders",
    "recording_sources",
  ];
  expect(sources).toContain('"calls"');
  const told = new Set([...copied, ...asViews]);
  // Each table is in one of the three, and none is excused that the copy has.
  const left = Object.keys(exportEn.left);
  expect(tables.filter((table) => !told.has(table) && !(table in ofNobodyCalled))).toEqual(left);
  expect(left.filter((table) => told.has(table))).toEqual([]);
  expect(Object.keys(ofNobodyCalled).filter((table) => !tables.includes(table))).toEqual([]);
  for (const [table, why] of Object.entries(exportEn.left))
    expect(why, table).toMatch(/\(UK GDPR art (?:11|15\(1A\)|15\(4\)|32)\)\.$/);
  // No table with a number is nobody's.
  expect(numbers.filter((table) => table in ofNobodyCalled)).toEqual([]);
});

const seeds = (table: string) => [`${table}.salt_high`, `${table}.salt_low`];
/** Columns of the copied tables that the copy does not tell of, by the reason. */
const untold: Record<string, readonly string[]> = {
  "hashes, salts and marks by which rows are kept apart: no data of anybody": [
    ...[
      "audit.commitment",
      "audit.prev",
      "audit.hash",
      "audit.mac",
      "audit_payload.salt",
      "blocks.digest",
      "requests.rev",
    ],
    ...[
      "calls.salt_high",
      "calls.salt_low",
      "consents.salt_high",
      "consents.salt_low",
      "dials_in_words.sighting",
    ],
    ...["recordings.salt_high", "recordings.salt_low", "suppressions.salt_high", "suppressions.salt_low"],
    ...["calls", "consents", "suppressions"].flatMap((table) => [`${table}.past`, `${table}.rev`]),
    ...["recordings.audio_rev", "recordings.audio_past", "recordings.audio_high"],
    ...["recordings.audio_low", "recordings.audio_code"],
    ...["request_files.salt_high", "request_files.salt_low", "request_files.name_rev"],
    ...["past", "high", "low", "code"].map((part) => `request_files.name_${part}`),
    ...["consent_uses", "duties", "lookups", "parties", "restricted"].flatMap(seeds),
    ...["request_events", "request_items", "request_letters", "request_recipients", "requests"].flatMap(
      seeds,
    ),
    ...[...seeds("request_systems"), "request_systems.past", "request_systems.rev"],
    ...["call_said", "call_said_more", "screening_parts", "screenings", "request_asked"].flatMap(seeds),
    ...["high", "low", "code"].flatMap((part) => [
      `screenings.ended_${part}`,
      `request_files.opened_${part}`,
    ]),
    ...["consent_uses", "duties", "parties", "request_items", "request_recipients"].flatMap((table) => [
      `${table}.past`,
      `${table}.rev`,
    ]),
    ...["recording_holds.past", "recording_holds.rev", ...seeds("recording_holds")],
    ...[...seeds("suppression_records"), ...seeds("turned"), "turned.place", "call_said_more.place"],
    ...["requests.past", "requests.state_high", "requests.state_low", "requests.state_code"],
  ],
  "when a row was bound last: what changed then has times of its own": [
    ...["calls.changed_at", "consents.changed_at", "suppressions.changed_at"],
    ...["consent_uses.changed_at", "duties.changed_at", "parties.changed_at", "request_items.changed_at"],
    ...["recording_holds.changed_at", "request_recipients.changed_at", "requests.changed_at"],
    ...["request_systems.changed_at", "request_files.name_changed_at"],
  ],
  "the state of our own work, and not of the person": [
    ...["connector_accounts.run", "connector_numbers.place", "connector_numbers.run", "connectors.active"],
    ...[
      "connector_records.again_at",
      "connector_records.read_at",
      "connector_records.run",
      "connector_records.seen",
    ],
    ...[
      "connectors.account_since",
      "connectors.again",
      "connectors.consents_left",
      "connectors.sent_again",
      "connectors.failures",
      "connectors.pending",
      "connectors.proved",
      "connectors.setup",
      "connectors.way",
      "outbox.queued_until",
    ],
    ...[
      "recordings.audio_at",
      "recordings.claim",
      "recordings.certified",
      ...["a", "b", "c", "d"].map((part) => `recordings.commit_${part}`),
      "recordings.failures",
      "recordings.not_before",
      "recordings.queued_until",
      "recordings.storing_until",
    ],
    ...["recordings.waits_until", "screenings.duplicates", "screenings.finished_at", "screenings.invalid"],
    ...[
      "webhook_deliveries.answer",
      "webhook_deliveries.status",
      "webhooks.deleted_at",
      "webhooks.failing_since",
    ],
    ...["webhooks.left_at", "webhooks.off_at", "webhooks.off_why", "webhooks.sealed", "webhooks.sealed_at"],
    ...["dials_in_words.agrees", "dials_in_words.seen_seq", "dials_in_words.seen_state"],
  ],
  "another column that is told says the same": [
    ...[
      "calls.replaces",
      "calls.rowid",
      "calls.agent_low",
      "calls.person_num",
      "connector_records.consent_out",
      "consents.soft_opt_in",
      "consent_uses.noted_at",
      "duties.met_at",
      "request_items.found_at",
      "recordings.agent_num",
      "recordings.rowid",
      "recordings.rule",
      "recordings.started_on",
    ],
    ...["dials_in_words.by_num", "request_files.came_at", "request_files.opened_at"],
  ],
  "who of the staff: told by role elsewhere (UK GDPR art 15(4))": [
    "requests.assignee",
    "dials_in_words.by_name",
  ],
  "a secret link, until the mail is sent": ["outbox.vals"],
};

it("a copy tells of every column of those tables, or says why not", () => {
  const sources = source(
    ...inCopy,
    ...["screening/past.ts", "screening/screened.ts", "proof/registers.ts"],
  ).replace(/^import [^;]*;$/gm, "");
  const asView = new Map([
    ["audit_rows", "audit"],
    ["dials", "dials_in_words"],
    ["dial_texts", null],
    ["call_rows", "calls"],
    ["call_texts", null],
    ["recording_rows", "recordings"],
    ["recording_agents", null],
    ["recording_folders", null],
    ["recording_sources", null],
  ]);
  const told = tables
    .filter((table) => !(table in ofNobodyCalled) && !(table in exportEn.left))
    .flatMap((table) => (asView.has(table) ? (asView.get(table) ?? []) : table));
  const columns = told.flatMap((table) =>
    ask<{ name: string }>("SELECT name FROM pragma_table_info(?)", table).map(
      ({ name }) => [table, name] as const,
    ),
  );
  const lacking = columns
    .filter(([, name]) => !new RegExp(`\\b${name}\\b`).test(sources))
    .map(([table, name]) => `${table}.${name}`);
  expect(lacking.toSorted()).toEqual(Object.values(untold).flat().toSorted());
});

it("an erasure takes their number out of every table, or it says why not", () => {
  const erased = [
    ...source("privacy-requests/erase-data.ts", "watching/recheck.ts").matchAll(/DELETE FROM (\w+)/g),
  ].map(([, table]) => lies[table!] ?? table!);
  const left: Record<string, string> = {
    closed_kept_numbers:
      "its recordings are put back first, and are erased as the others; of a lost file it goes with the days (recordings/closed)",
    closed_kept_out:
      "of what came back first, and is erased as the others: the night takes it out of blocks and from here (recordings/closed/names/sift.ts)",
    closed_numbers: "its dials are put back first, and are erased as the others (dials/closed)",
    connector_numbers: "while the CRM's record holds it, so that it is marked there",
    lookups: "the proof that it was screened (UK GDPR art 17(3)(e))",
    recording_rows: "by their own way, through the store to a certificate",
    request_asked: "which systems were asked by it for the request: as long as that",
    requests: "the request itself, for policy's months",
  };
  expect(numbers.filter((table) => !erased.includes(table))).toEqual(Object.keys(left));
});

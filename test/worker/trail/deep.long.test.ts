/**
 * What the database's owner can do to rows, with the triggers dropped and put back: verify --deep finds and names it. The tests of
 * single tables are in deep/, and go by one database.
 */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Dial } from "../../../shared/dials/api.ts";
import { boundTableNames } from "../../../shared/trail/bound-tables.ts";
import { boundTables } from "../../../worker/trail/tables.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { aTeam } from "../helpers.ts";
import { ofDials } from "./deep/dials.ts";
import { eachColumn } from "./deep/each-column.ts";
import { lies, smaller } from "./deep/columns.ts";
import { filled } from "./deep/filled.ts";
import { all } from "./deep/kit.ts";
import { ofPeople } from "./deep/people.ts";
import { ofPolicies } from "./deep/policies.ts";
import { ofStatusChanges } from "./deep/status-changes.ts";
import { deep } from "./kit.ts";

const tokens = aTeam();
let held: Dial;
beforeAll(async () => {
  held = await filled(tokens);
});

it("finds nothing where nothing was altered", async () => {
  for (const name of boundTableNames) expect(await deep(name)).toMatchObject({ findings: [] });
  expect((await deep("certificates")).bound).toEqual({ every: 2, some: 0, none: 0 });
  expect((await deep("policies")).bound).toEqual({ every: 3, some: 0, none: 0 });
  expect((await deep("suppressions")).bound).toEqual({ every: 3, some: 0, none: 0 });
  for (const [table, every] of Object.entries({
    consents: 2,
    calls: 2,
    ...{ call_said: 1, call_said_more: 1 },
    call_agents: 2,
    request_file_names: 2,
    words_due: 1,
    request_named: 1,
    announced_draws: 2,
    announced_heard: 1,
    gate_lines: 1,
    // What a webhook has, by the migrations.
    owners: 1,
    parties: 2,
    consent_uses: 2,
    recording_holds: 1,
    proposal_states: 1,
    letter_templates: 2,
    suppression_records: 2,
    people_held: 2,
    tokens_held: 2,
    turned: 2,
    disclosures: 2,
    ...{
      screening_ends: 2,
      request_file_opened: 2,
      turned_marked: 2,
      connector_runs: 2,
      request_asked: 2,
      canary_results: 2,
    },
  }))
    expect((await deep(table)).bound, table).toEqual({ every, some: 0, none: 0 });
  // Two were put there as of an older Worker's.
  expect((await deep("recordings")).bound).toEqual({ every: 1, some: 0, none: 2 });
  expect((await deep("dials")).bound).toEqual({ every: 3, some: 0, none: 0 });
  expect(await verify(env)).toMatchObject({ ok: true });
});

/** Tables of the schema that no event binds row by row, each with its reason. */
const notBound = new Map(
  Object.entries({
    "the trail itself, whose chain binds it": "audit_rows audit_actors audit_archives audit_payload heads",
    "its event names its hash, and it is compared with that (proof/statement.test.ts)": "statements",
    "what archived objects may have: a block without the Worker's code hides nothing (trail/archived/sieves.test.ts)":
      "audit_sieves",
    "keys from which salts follow: no event fits another (recordings/certificates/apart.test.ts)":
      "erasure_salts",
    "which rows the sweep left: each is compared with the trail": "kept_back",
    "which systems were refused recordings, until an officer answers: nothing was registered": "keys_refused",
    "rows of the trail, each with the Ledger's code": "last_bound",
    "bound by name, and compared (policy/taken-over.test.ts)": "recipients_before",
    "where the trail says that rows are gone: each is compared with it": "erased",
    "texts of dials, calls and recordings, bound with each that names one":
      "dial_texts call_texts recording_agents recording_folders recording_sources",
    "where closed dials, calls, recordings and certificates are, each of which is bound by its own event":
      "closed_files closed_blocks closed_logged closed_logged_quarters closed_logged_days closed_numbers closed_calls closed_out closed_left closed_kept closed_kept_days closed_kept_files closed_kept_folders closed_kept_numbers closed_kept_out closed_kept_quarters closed_certificates closed_recordings closed_erasures closed_places closed_place_months",
    "where closed numbers of screenings are, which are compared with their parts' lists (screening/closed/closed.test.ts)":
      "closed_screened closed_screenings closed_parts",
    "bound with its dial, in the place of `via` (dials/gate.test.ts)": "gate_calls",
    "sums over all of its rows are bound with each version of a register, and compared": "blocks block_undo",
    "of an upload until its commit, which binds what became of it": "staged parts",
    "who heard of a proposal first, by a mail that left or by being shown it: no event says it (docs/limits.md)":
      "proposals_told",
    "how far a CRM's changes were read": "connector_changes",
    "numbers that the last screening found clear, to look at again: the screening is bound, and so is each status change":
      "watched",
    "sealed whole, and no mail goes by one that differs from its event (mail/settings.test.ts)":
      "mail_service",
    "an officer's word on an object, for a week: bound by an event, which whoever approves it goes by (recordings/looks.ts)":
      "recording_looks",
    "whose prefix an upgrade guessed, until an administrator says it": "owners_guessed",
    "records that wait for the task of their day, which is bound: for a day or two": "system_left",
    "a key of the records that open tasks have, which are bound there": "system_task_records",
    "for a day, and counts by events of its own (people/invite-bound.ts)": "invites",
    "which number got which verdict: compared with the list of its part, which is bound (screening/altered.ts)":
      "screened",
    "the roots of status changes and of browsers' results, over which their event is: compared with it":
      "turned_batches canary_batches",
    "counts of other rows, compared with them each night (recordings/erasing/days-counted.test.ts)":
      "recording_days",
    "follows from the policies, which are bound, and is compared with them (recordings/erasing/days-counted.test.ts)":
      "claims_times",
    "what was found out, or is for a short time, and proves nothing":
      "asked asked_days call_lists calls_erased canary_browsers canary_probes changes changes_told clock_jobs copy_reads copy_rows file_erasures form_networks hosts idempotency lookup_days lookup_queue marks outbox people_left screening_answers sso_nonces stores_resting trials watch_again watch_digests watch_lists watching webhook_deliveries work_late",
  }).flatMap(([why, names]) => names.split(" ").map((name) => [name, why] as const)),
);

const ofRun = "each run finds it again";
/** Tables that no event binds row by row, of which some columns are bound or compared in another way: each column with its reason. */
const byColumn: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  request_links: {
    "hash request scope until handed":
      "bound by an event of its own, and a link that differs opens nothing (privacy-requests/links-bound.test.ts); that a copy went by it, its event and the mail's say",
    at: "when it was made: as its event",
  },
  connectors: {
    "id kind name setup way by at":
      "its set-up is bound by an event of its own, and no run goes by one that differs (connectors/setup.test.ts)",
    "secret pending": "sealed for this connector",
    "num turned": "its short name, and how far it has marked status changes: which are bound",
    "active tried_at proved":
      "whether it runs by itself, and with what it was tried: each step has an event; who owns the database can have it rest or write (docs/limits.md)",
    "failures error due again sent_again consents_left": "of its work, which goes on",
    "account account_since":
      "which account its credentials lead to: asked again with each new credentials, or a task lists another's records (docs/limits.md)",
  },
  webhooks: {
    "id url": "bound by an event of its own, and nothing is sent where it differs (webhooks/secret.test.ts)",
    "secret sealed sealed_at": "sealed with its address",
    "by at": "who added it, and when: as its event",
    "since told":
      "how far it was told: who owns the database can have it told again, or pass over some (docs/limits.md)",
    "failing_since off_at off_why deleted_at left_at":
      "of its work, which goes on; each end has an event, and one that was removed is sent nothing",
  },
  connector_numbers: {
    "connector object record field place number run": ofRun,
    verdict: "as the screening of its run says, which is bound",
    "written_at since":
      "told, and found anew by no run: who owns the database can alter both (docs/limits.md)",
  },
  connector_accounts: { "connector object record account run": ofRun },
  connector_records: {
    "connector object record seen further run read_at": ofRun,
    "source since notice": "found anew when the record is read again (docs/limits.md)",
    "said consent_out again_at":
      "what stood against calls there, and what it was told: what came in is bound as entries and consents (docs/limits.md)",
  },
  copy_parts: {
    "id request copy part parts refs first_at last_at by origin at due tries error queued_until made over_at":
      "the making of a copy's part, until its files are erased; each step has an event",
    "file came_at": "its file is bound (`request_files`)",
    opened_at: "bound with its file, as its first opening",
  },
};

it("each column of these tables says why it is not bound row by row", async () => {
  for (const [table, reasons] of Object.entries(byColumn)) {
    const columns = await all<{ name: string }>("SELECT name FROM pragma_table_info(?)", table);
    const said = Object.keys(reasons).flatMap((names) => names.split(" "));
    expect(said.sort(), table).toEqual(columns.map(({ name }) => name).sort());
  }
});

it("each table of the schema is bound, or it says why not", async () => {
  const tables = await all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT GLOB '_cf*' AND name <> 'd1_migrations'",
  );
  const known = [
    ...new Set(boundTables.map(({ table }) => lies[table] ?? smaller[table] ?? table)),
    ...notBound.keys(),
    ...Object.keys(byColumn),
  ];
  expect(tables.map(({ name }) => name).sort()).toEqual(known.sort());
});

eachColumn();
ofStatusChanges();
ofPeople(tokens);

it("reads rows and events by their keys, whatever the tables have grown to", async () => {
  const plan = async (text: string) =>
    (await all<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`)).map(({ detail }) => detail).join("\n");
  for (const { name, select, named, after, order } of boundTables) {
    expect(await plan(`${select} WHERE ${named.replaceAll("?1", "'[]'")}`)).not.toMatch(
      /SCAN ([dr]|call_rows|recording_rows)\b/,
    );
    const page = await plan(
      `${select} WHERE ${after.replaceAll("?1", "'1'").replaceAll("?2", "9")} ORDER BY ${order} LIMIT 9`,
    );
    // The page of the one and that of the other place are found by their indexes, and only then sorted.
    expect(page).not.toMatch(
      name === "certificates"
        ? /SCAN (r|recordings|recording_rows|certificates\w*)\b/
        : /SCAN ([dr]|call_rows|recording_rows)\b|TEMP B-TREE/,
    );
  }
});

ofPolicies();
ofDials(tokens, () => held);

/**
 * Fills each table that grows: thousands of rows over some months, of which nearly all are as usual (a dial that passed, a
 * mail that was sent) and the oldest few are not, so that a search for those that has no index reads all. Nothing runs ANALYZE, as
 * nothing does in production: SQLite plans without knowing how many rows there are.
 */
import { env } from "cloudflare:workers";

export const ROWS = 1500;
/** The oldest rows, which are the unusual ones. */
const ODD = 3;

/** By table, in an order in which each names only rows that are there: columns as SQL of `n`, 1 to ROWS, and the time between two rows. */
interface Fill {
  /** Seconds. */
  every?: number;
  /** What is then changed. */
  then?: string;
  columns?: Record<string, string>;
}
const HOUR = 3600;
const odd = (rare: string, usual: string): string => `IIF(n <= ${ODD}, ${rare}, ${usual})`;
/** Fictional, and each once. */
const number =
  "CASE n / 1000 WHEN 0 THEN 442079460000 WHEN 1 THEN 441632960000 WHEN 2 THEN 441614960000 ELSE 441314960000 END + n % 1000";
const admin = "(SELECT id FROM people WHERE role = 'admin')";
const agent = "(SELECT id FROM people WHERE role = 'agent' ORDER BY num LIMIT 1)";
const aToken = "(SELECT id FROM tokens ORDER BY id LIMIT 1)";
const later = "date('now', '+' || n || ' days')";
const fills: Readonly<Record<string, Fill>> = {
  audit: {
    columns: {
      seq: "base + n",
      ...{ at: "AT", actor: "'f' || n", subject: "'f' || n", commitment: "'f' || n" },
      prev: "IIF(n = 1, head, 'h' || (base + n - 1))",
      hash: "'h' || (base + n)",
      code: "'dial.passed'",
    },
  },
  audit_payload: { columns: { seq: `base - ${ROWS} + n`, payload: "'{}'" } },
  changes: { every: 10, columns: { kind: "'number'", ref: "'+44' || n", seq: `base - ${ROWS} + n` } },
  blocks: { columns: { id: "n * 64 + 1", n: "1" } },
  block_undo: {},
  sso_nonces: { every: 10 },
  outbox: {
    every: 600,
    columns: { state: odd("'failed'", "'sent'"), sent_at: odd("NULL", "AT"), due: "AT" },
  },
  asked: { every: 10, columns: { person: admin, hour: "substr(AT, 1, 13) || n" } },
  recordings: {
    columns: {
      ...{ id: "'f' || n", ref: "'f' || n", by: admin, at: "AT" },
      number,
      agent: odd("'bob@example.com'", "'ann@example.com'"),
      provider: odd("'aircall'", "'dialler'"),
      provider_id: "'f' || n",
      store: "'r2'",
      object: "'recordings/f' || n",
      region: odd("'US'", "'GB'"),
      rule: "'retention'",
      months: "12",
      direction: "'outbound'",
      started_at: "AT",
      started_on: "DAY",
      seconds: "1",
      announced: "1",
      purpose: "'quality'",
      erase_after: "date(DAY, '+12 months')",
      flag: odd("'[]'", "NULL"),
      failures: odd("1", "0"),
    },
  },
  recording_holds: {
    columns: {
      review_on: later,
      by: admin,
      ...{
        released_at: odd("NULL", "AT"),
        released_by: odd("NULL", admin),
        released_why: odd("NULL", "'over'"),
      },
    },
  },
  announced_draws: {
    columns: { recording: "'f' || n", from_day: "DAY", to_day: "DAY", began: "DAY", by: admin },
  },
  announced_heard: { columns: { heard: "'yes'", by: admin } },
  recording_looks: { columns: { by: admin } },
  certificates_apart: {
    columns: {
      recording: "'f' || n",
      store: "'r2'",
      rule: "'retention'",
      erase_after: "DAY",
      erased_at: "AT",
      why: odd("'asked'", "''"),
    },
  },
  suppressions: {
    columns: {
      number,
      kind: odd("'objection'", "'house'"),
      by: admin,
      asks: odd("1", "0"),
      ended_at: odd("NULL", "AT"),
    },
  },
  suppression_records: { columns: { connector: "9" } },
  requests: {
    columns: {
      number,
      kind: odd("'erasure'", "'access'"),
      channel: "'email'",
      state: odd("'open'", "'closed'"),
      closed_at: odd("NULL", "AT"),
      received_on: "DAY",
      decide_by: "DAY",
      by: admin,
      assignee: "NULL",
    },
  },
  duties: {
    columns: {
      kind: "'decide'",
      round: "1",
      due: "DAY",
      met_at: odd("NULL", "AT"),
      met_on: odd("NULL", "DAY"),
      by: odd("NULL", admin),
    },
  },
  form_networks: { every: 10, columns: { network: "'f' || n % 9" } },
  request_events: { columns: { by: admin } },
  request_letters: { columns: { how: "'post'", kind: "'decision'", by: admin } },
  request_recipients: {},
  request_named: { columns: { done_at: "AT" } },
  system_tasks: {
    columns: {
      id: "'2026-01-01-f' || n",
      records: "'[]'",
      day: "DAY",
      done_on: odd("NULL", "DAY"),
      by: admin,
    },
  },
  system_left: { columns: { record: "'l' || n", day: "DAY" } },
  system_task_records: { columns: { record: "'f' || n", task: "(SELECT id FROM system_tasks LIMIT 1)" } },
  request_systems: {
    columns: { records: "'[]'", outcome: odd("NULL", "'nothing'"), done_on: odd("NULL", "DAY"), by: admin },
  },
  request_asked: { columns: { day: "DAY", what: "'look'", host: "'crm.example.com'", request: "'f' || n" } },
  request_links: { columns: { scope: "'page'", until: later } },
  request_items: { columns: { kind: "'recording'", ref: "'f' || n", verdict: "'confirmed'" } },
  request_files: {
    columns: { purpose: "'scan'", store: "'r2'", object: "'requests/f' || n", erased_at: "AT", bytes: "1" },
  },
  copy_parts: {
    every: 100,
    columns: {
      copy: "'f' || n",
      part: "1",
      parts: "1",
      refs: "'[]'",
      by: admin,
      due: "NULL",
      tries: "1",
      came_at: "AT",
      over_at: "AT",
    },
  },
  screenings: { columns: { source: "'api'" } },
  screening_parts: {
    columns: { screening: "n", part: "1", lists: "'[]'", reasons: "'{}'" },
    then: "UPDATE screenings SET state = 'done', finished_at = at",
  },
  screening_answers: { every: 60, columns: { part: "n", answer: "'[]'" } },
  screened_bound: { columns: { screening: "n", part: "1", n: "0", rows: "''" } },
  screened: { columns: { id: "n + (n << 22)", n: "1" } },
  closed_parts: { columns: { month: "202001" } },
  watched: { columns: { number, on_day: "DAY" } },
  watch_again: { columns: { day: later, number } },
  turned: {
    columns: {
      number,
      from_verdict: "'clear'",
      to_verdict: "'blocked'",
      reason: odd("'list'", "'objection'"),
      seen_at: odd("NULL", "AT"),
    },
  },
  turned_batches: { columns: { roots: "'[]'" } },
  canary_batches: { every: 864, columns: { roots: "'[]'" } },
  turned_marked: { columns: { first: "n", last: "n", nums: "'[]'" } },
  webhook_deliveries: {
    every: 600,
    columns: {
      webhook: "'hook'",
      kind: "'ping'",
      state: odd("'failed'", "'delivered'"),
      tried_at: "AT",
      due: "AT",
    },
  },
  connector_runs: {
    columns: { connector: odd("8", "9"), trial: "0", state: "'done'", finished_at: "AT", moved_at: "AT" },
  },
  connector_numbers: { columns: { connector: "9", number, written_at: "AT", run: "n", verdict: "'clear'" } },
  connector_accounts: { columns: { connector: "9", run: "n" } },
  connector_records: { columns: { connector: "9", run: "n" } },
  lookups: { columns: { number, list: "(SELECT MIN(num) FROM lists)", listed: "0" } },
  lookup_queue: { columns: { number, due: later } },
  // A view: what it must have, it says itself.
  calls: {
    columns: {
      ...{ id: "'f' || n", ref: "'f' || n", provider: "'dialler'", by: admin, at: "AT" },
      number,
      via: "'import'",
      person: `IIF(n % 2, ${agent}, NULL)`,
      agent: odd("'bob@example.com'", "'ann@example.com'"),
      direction: odd("IIF(n = 1, 'inbound', 'outbound')", "'outbound'"),
      verdict: odd("IIF(n = 1, NULL, 'blocked')", "'clear'"),
      reasons: "'[]'",
      screened: odd("NULL", "'dial'"),
      extension: odd("'off'", "'on'"),
      started_at: "AT",
    },
  },
  call_said: { columns: { call: "'f' || n", outcome: odd("'silent'", "'answered'"), by: admin } },
  call_said_more: {
    columns: { call: "'f' || n", place: "'001'", otherwise: odd("1", "0"), campaign: "'spring'", by: admin },
  },
  calls_erased: {},
  dial_texts: { columns: { month: "substr(AT, 1, 7)", text: "json_array(n)" } },
  dials: {
    columns: {
      num: "unixepoch(AT) * 64000 + n % 64",
      // But for a few, one agent's, who filters them.
      by: odd("2", "(SELECT num FROM people WHERE role = 'agent' ORDER BY num LIMIT 1)"),
      number,
      ...{
        late: "0",
        refused: "0",
        verdict: "0",
        agrees: odd("0", "1"),
        written: "''",
        layer: "0",
        medium: "0",
      },
      action: odd("IIF(n = 1, 1, 2)", "0"),
      worker_verdict: odd("n", "0"),
      ...{ page: "1", reasons: "1", worker_reasons: "1", state: "1" },
    },
  },
  gate_calls: { columns: { dial: "unixepoch(AT) * 64000 + n % 64", by: "1" } },
  erased: { columns: { since: "AT" } },
  last_bound: {
    columns: {
      row: "IIF(n % 2, 'suppressions/f', 'request_items/f/recording/f') || n",
      seq: `base - ${ROWS} + n`,
    },
  },
  closed_numbers: { columns: { number, num: "n" } },
  closed_blocks: {
    columns: { kind: "n % 4 + 1", month: "202601 + n % 12", first: "n", entries: "zeroblob(1)" },
  },
  closed_logged: { columns: { name: "n * 1000003", num: "n" } },
  closed_logged_quarters: { every: 10, columns: { quarter: "n" } },
  closed_logged_days: { every: 10, columns: { day: "n", person: "1" } },
  closed_calls: { every: 10, columns: { quarter: "n", made: "n", zones: "'[]'" } },
  // Of dials that came back.
  closed_out: { columns: { num: "unixepoch(AT) * 64000 + n % 64" } },
  closed_kept: { columns: { name: "n * 1000003", num: "n" } },
  closed_kept_numbers: { columns: { number, num: "n" } },
  closed_kept_out: {
    columns: { num: "unixepoch(AT) * 1024000 + n % 1024", id: "'away-' || n", gone: "n % 500 = 0" },
  },
  closed_kept_days: {
    every: 100,
    columns: {
      ...{
        first: "n",
        by: "'by'",
        provider: "'dialler'",
        store: "'r2'",
        region: "'GB'",
        claims: "0",
        n: "1",
      },
      // Of days that are not near, and that policy moves no more.
      ...{
        started_on: "date('2026-11-01', (n % 200) || ' days')",
        was: "date('2026-11-01', (n % 200) || ' days', '+12 months')",
        day: "date('2026-11-01', (n % 200) || ' days', '+12 months')",
      },
    },
  },
  closed_kept_quarters: {
    every: 10,
    columns: { quarter: "n", region: "'GB'", announced: "1", arrived: "1", began: "1" },
  },
  closed_recordings: { columns: { name: "n * 1000003", num: "n" } },
  erasure_salts: { every: 10, columns: { hour: "unixepoch() / 3600 - n", key: "printf('%032x', n)" } },
  closed_erasures: { every: 10, columns: { quarter: "n", arrived: "1", erased: "1" } },
  idempotency: { every: 10, columns: { status: "200" } },
  consents: {
    columns: {
      number,
      basis: "'consent'",
      given_at: "AT",
      by: admin,
      state: odd("'review'", "'good'"),
      calls: "'[]'",
      reviewed_by: "NULL",
    },
  },
  consent_uses: { columns: { what: "'attempt'", ref: "'f' || n" } },
  parties: { columns: { number, party: "'company'", source: odd("'import'", "'officer'"), by: admin } },
  restricted: { columns: { kind: "'dial'", until: later, ref: "'0' || n" } },
  // A hundred a day, of one token.
  canary_browsers: { every: 864, columns: { day: "DAY", token: aToken, version: "'0.1.0'" } },
  canary_results: {
    every: 864,
    columns: { day: "DAY", token: aToken, layer: "'link'", held: odd("0", "1") },
  },
  trials: { every: 10, columns: { person: admin } },
};

/** Tables whose rows are as many as a company has people, registers, systems or days, whatever its history. */
export const small: ReadonlySet<string> = new Set(
  (
    "people people_held people_left invites tokens tokens_held policies proposals proposals_told marks lists versions contents audit_actors copy_reads copy_rows lookup_turns lookup_days watching " +
    "watch_lists watch_digests mail_service webhooks connectors connector_changes call_agents call_lists letter_templates heads statements recipients_before audit_archives audit_sieves staged parts owners owners_guessed keys_refused canary_probes gate_lines asked_days changes_told words_due stores_resting file_erasures work_late clock_jobs disclosures hosts kept_back call_texts recording_agents recording_folders recording_sources closed_files closed_certificates closed_kept_files closed_kept_folders closed_left closed_screened closed_screenings closed_places closed_place_months recording_days claims_times"
  ).split(" "),
);

interface Column {
  name: string;
  type: string;
  required: number;
  given: string | null;
}
function valueOf({ name, type }: Column, target: string | undefined): string {
  if (target === "people") return admin;
  if (/^at$|_at$/.test(name)) return "AT";
  if (/_on$|^day$/.test(name)) return "DAY";
  return type === "INTEGER" ? "n" : "'f' || n";
}

/** Fills all tables that grow. Throws where one is neither here nor small. */
export async function fillAll(): Promise<void> {
  const { results: tables } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*' AND name <> 'd1_migrations'",
  ).all<{ name: string }>();
  const of: Record<string, string> = {
    audit_rows: "audit",
    call_rows: "calls",
    recording_rows: "recordings",
  };
  const isFilled = (name: string) => fills[name] !== undefined || fills[of[name] ?? ""] !== undefined;
  const unknown = tables.filter(({ name }) => !small.has(name) && !isFilled(name)).map(({ name }) => name);
  if (unknown.length > 0) throw new Error(`neither filled nor small: ${unknown.join(", ")}`);
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at)
       SELECT num, 'c' || num, 'pipedrive', 'CRM ' || num, ?1, 'token', '', 'x', '2026-01-01' FROM (SELECT 8 AS num UNION SELECT 9)`,
    ).bind(
      JSON.stringify({
        objects: [{ id: "persons", name: "Persons", numbers: ["phone"] }],
        fields: { verdict: "v", date: "d", reasons: "r" },
      }),
    ),
    env.DB.prepare(
      `INSERT INTO webhooks (id, url, secret, by, at, since, told, off_at)
       SELECT 'hook', 'https://example.com', '', id, '2026-01-01', ${ROWS}, ${ROWS}, '2026-01-01' FROM people WHERE role = 'admin'`,
    ),
    env.DB.prepare(
      `INSERT INTO watch_digests (first, last, at, people) VALUES (1, ${ROWS}, '2026-01-01', '[]')`,
    ),
    env.DB.prepare(
      `INSERT INTO heads (day, seq, hash, at, signed)
       WITH RECURSIVE rows (n) AS (SELECT 1 UNION ALL SELECT n + 24 FROM rows WHERE n < ${ROWS})
       SELECT date('now', '-' || (${ROWS} - n) || ' hours'), (SELECT MAX(seq) FROM audit) + n, 'h', 'x', '' FROM rows WHERE n < ${ROWS - 48}`,
    ),
  ]);
  // One moment for all, as some rows name others by their time.
  const now = new Date().toISOString();
  for (const [table, fill] of Object.entries(fills)) await fillOne(table, fill, now);
}

async function fillOne(
  table: string,
  { every = HOUR, columns: own = {}, then }: Fill,
  now: string,
): Promise<void> {
  const [columns, keys] = (await env.DB.batch([
    env.DB.prepare(
      `SELECT name, type, "notnull" OR pk > 0 AS required, dflt_value AS given FROM pragma_table_info('${table}')`,
    ),
    env.DB.prepare(`SELECT "from" AS name, "table" AS target FROM pragma_foreign_key_list('${table}')`),
  ])) as [D1Result<Column>, D1Result<{ name: string; target: string }>];
  const targets = new Map(keys.results.map(({ name, target }) => [name, target]));
  const wanted = columns.results.filter(
    ({ name, required, given }) => own[name] !== undefined || (required === 1 && given === null),
  );
  const values = wanted.map((column) => own[column.name] ?? valueOf(column, targets.get(column.name)));
  const at = `strftime('%Y-%m-%dT%H:%M:%fZ', '${now}', '-' || ((${ROWS} - n) * ${every}) || ' seconds')`;
  const text = values
    .join(", ")
    .replace(/\bDAY\b/g, `substr(${at}, 1, 10)`)
    .replace(/\bAT\b/g, at);
  await env.DB.prepare(
    `INSERT INTO ${table} (${wanted.map(({ name }) => name).join(", ")})
     WITH RECURSIVE rows (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM rows WHERE n < ${ROWS}),
       start (base, head) AS MATERIALIZED (SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1)
     SELECT ${text} FROM rows, start`,
  )
    .run()
    .catch((error: unknown) => {
      throw new Error(`${table}: ${String(error)}`);
    });
  if (then) await env.DB.prepare(then).run();
}

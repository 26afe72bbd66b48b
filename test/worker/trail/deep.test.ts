/** What the database's owner can do to rows, with the triggers dropped and put back: verify --deep finds and names it. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Dial } from "../../../shared/dials/api.ts";
import { boundTableNames } from "../../../shared/trail/bound-tables.ts";
import { MOST_COLUMNS } from "../../../shared/trail/leaves.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { boundTables } from "../../../worker/trail/tables.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { record } from "../../../worker/core/commit.ts";
import { sql } from "../../../worker/core/sql.ts";
import { partsBound, screeningsBound } from "../../../worker/screening/bound.ts";
import { certificateOf } from "../../../worker/recordings/certificates.ts";
import { arrive, sample } from "../recordings/kit.ts";
import { deep, findingsIn, memory, remember } from "./kit.ts";
import { insertBound } from "../../../worker/core/bound.ts";
import { keepRecords } from "../../../worker/do-not-call/spread.ts";
import { lookupsBound, turnsBound } from "../../../worker/lookups/bound.ts";
import { insertTurned } from "../../../worker/watching/bound.ts";
import { proposalsBound } from "../../../worker/policy/bound.ts";
import { restrictedBound } from "../../../worker/privacy-requests/bound.ts";
import { insertPerson } from "../../../worker/people/access.ts";
import { heldBy, insertTies } from "../../../worker/people/one.ts";
import { confirmAll, done, enter, today } from "../privacy-requests/kit.ts";
import { asOwner, aTeam, call, daysAgo, integration, join, MONTH, push, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const NUMBER = "+442079460958";
const run = (sql: string, ...params: (string | number | null)[]) =>
  env.DB.prepare(sql)
    .bind(...params)
    .run();
const all = async <T>(sql: string, ...params: string[]) =>
  (
    await env.DB.prepare(sql)
      .bind(...params)
      .all<T>()
  ).results;

const dial = async (own: object = {}): Promise<Dial> => {
  const body = {
    ...{ number: NUMBER, e164: NUMBER, action: "passed", verdict: "clear", host: "crm.example.com" },
    ...{ seen: { seq: 1, policy: 1, lists: [] }, at: new Date().toISOString(), ...own },
  };
  const { data } = await call("POST", "/v1/dials", {
    token: tokens.agent,
    body,
    headers: { "idempotency-key": crypto.randomUUID() },
  });
  return data as Dial;
};

/** A certificate, as the erasure of a recording writes it. */
async function erasedBy(by: string, recording: string): Promise<void> {
  const entry = {
    ...{ id: recording, provider: "dialler", store: "r2", region: "GB", eraseAfter: "2026-11-01" },
    ...{ rule: "retention", months: 12, why: "" },
  } as Parameters<typeof certificateOf>[0];
  await record(env, {
    actor: "system",
    event: { code: "recording.erased", subject: recording, payload: null },
    statements: [
      sql(
        `INSERT INTO recordings (id, provider, ref, store, region, erase_after, rule, months, state, by, at)
         VALUES (?1, 'dialler', ?1, 'r2', 'GB', '2026-11-01', 'retention', 12, 'erased', ?2, ?3)`,
        ...[recording, by, new Date().toISOString()],
      ),
      certificateOf(entry, new Date().toISOString(), "there").statement,
    ],
  });
}

/** One row of each further table, by the routes that write them. */
async function everyTable(): Promise<void> {
  const made = async (method: string, path: string, token: string, body: unknown) =>
    expect((await call(method, path, { token, body })).status, path).toBeLessThan(300);
  const entry = { number: "+442079460111", kind: "house", reason: "key account" };
  await made("POST", "/v1/suppressions", tokens.manager, entry);
  await made("POST", "/v1/suppressions/bulk", tokens.manager, {
    rows: ["+442079460112", "+442079460113"].map((number) => ({ ...entry, number })),
  });
  await made("POST", "/v1/consents", tokens.manager, {
    ...{ number: NUMBER, kind: "notification", givenBy: "Dora Data", givenAt: new Date().toISOString() },
    ...{ words: "Do ring me", how: "web", proof: "form 12" },
  });
  await made("POST", "/v1/consents", tokens.manager, {
    ...{
      number: "+442079460115",
      kind: "solicited",
      givenBy: "Dora Data",
      givenAt: new Date(Date.now() - 86_400_000).toISOString(),
    },
    ...{ words: "Do ring me", how: "web", proof: "form 12" },
  });
  await made("POST", "/v1/tokens", tokens.admin, {
    ...{ name: "The exchange", scopes: ["gate"], lineRegion: "PL", until: daysAgo(-30) },
  });
  for (const version of [0, 1])
    await made("PUT", "/v1/requests/templates/identity", tokens.compliance, {
      text: "Who are you?",
      version,
    });
  await made("PUT", "/v1/lists/aaa", tokens.admin, { name: "A list", regions: ["AU"], maxAgeDays: 28 });
  // With its call.
  const recording = await arrive(
    env,
    tokens.admin,
    sample({ number: "+442079460114", storage: { kind: "r2", key: "dialler/a.mp3" } }),
  );
  await made("POST", `/v1/recordings/${recording}/hold`, tokens.compliance, {
    ...{ reason: "a claim", reviewOn: "2099-01-01" },
  });
  for (const n of [1, 2]) {
    const id = await enter(tokens.compliance, { number: `+44207946012${n}` });
    const { status } = await call("PUT", `/v1/requests/${id}/files?purpose=scan&name=a.png`, {
      ...{ token: tokens.compliance, raw: "a scan", headers: { "content-type": "image/png" } },
    });
    expect(status).toBe(200);
  }
  await facts();
  await screenings();
  await proposals();
  await crmRecords();
  await ties();
  const id = await enter(tokens.compliance, { kind: "erasure", number: "+442079460111" });
  const letter = { text: "Who are you?", how: "post" };
  await done(tokens.compliance, id, "identity", { step: "ask", letter });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, id, "match", { everything: true });
  await confirmAll(tokens.compliance, id);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  await done(tokens.compliance, id, "recipients", { name: "Our dialler" });
  await done(tokens.compliance, id, "recipients", { name: "Our dialler", toldOn: today(), how: "portal" });
}

/** Two records of a CRM, as an officer names them. */
async function crmRecords(): Promise<void> {
  await run(
    `INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at)
     VALUES (1, 'crm', 'rest', 'CRM', '{}', 'header', '', 'x', '2026-11-01')`,
  );
  const [entry] = await all<{ id: string }>("SELECT id FROM suppressions WHERE number = 442079460112");
  const records = ["7", "8"].map((one) => ({ connector: 1, object: "contacts", record: one }));
  await record(env, {
    actor: "system",
    event: { code: "suppression.scoped", subject: entry!.id, payload: null },
    statements: keepRecords(entry!.id, records, new Date().toISOString()),
  });
}

/** As of two who came in by codes that an administrator was shown. */
async function ties(): Promise<void> {
  const at = new Date().toISOString();
  const people = await all<{ id: string; token: string }>(
    "SELECT p.id, MIN(t.id) AS token FROM people p JOIN tokens t ON t.person = p.id WHERE p.role IN ('agent', 'manager') GROUP BY p.id",
  );
  await record(env, {
    actor: "system",
    event: { code: "person.joined", subject: people[0]!.id, payload: null },
    statements: people
      .slice(0, 2)
      .flatMap(({ id, token }) => [
        ...insertTies(id, [{ by: "0-nobody", how: "code" }], at),
        ...heldBy(token, [{ by: "0-nobody", how: "code" }], at),
      ]),
  });
}

/** As one is made; after the day of set-up a route makes it. */
async function proposals(): Promise<void> {
  const [admin] = await all<{ id: string }>(
    "SELECT id FROM people WHERE role = 'admin' AND id <> '0-nobody'",
  );
  const proposal = {
    ...{ id: "a", kind: "role", base: 0, changes: "[]", effect: "[]", why: "", by: admin!.id, roles: "[]" },
    ...{ at: new Date().toISOString(), expires_at: "2999", counts_at: null, state: "open" },
  };
  await record(env, {
    actor: admin!.id,
    event: { code: "proposal.made", subject: "a", payload: null },
    statements: [insertBound(proposalsBound, [proposal])],
  });
}

/** One without parts, and one with parts that nobody may ask for again, so that both can be taken away. */
async function screenings(): Promise<void> {
  const made = { source: "api", name: "a file", purpose: null, by: "a-person", at: new Date().toISOString() };
  const counts = { numbers: 1, clear: 1, caution: 0, blocked: 0, unknown: 0, reasons: "{}" };
  const part = { screening: 2, at: made.at, seq: 1, policy: 1, lists: "[]", sha256: "x", ...counts };
  await record(env, {
    actor: "system",
    event: { code: "screening.opened", subject: "a", payload: null },
    statements: [
      insertBound(
        screeningsBound,
        ["a", "b"].map((id) => ({ id, ...made })),
      ),
      insertBound(
        partsBound,
        [1, 2].map((n) => ({ ...part, part: n })),
      ),
    ],
  });
}

/** What verdicts rest on besides. */
async function facts(): Promise<void> {
  const made = async (path: string, token: string, body: unknown) =>
    expect((await call("POST", path, { token, body })).status, path).toBeLessThan(300);
  await made("/v1/parties", tokens.compliance, { number: NUMBER, party: "consumer", detail: "they said so" });
  await made("/v1/parties", tokens.compliance, { number: NUMBER, party: "company", detail: "their page" });
  await made("/v1/calls/import", tokens.manager, {
    rows: [
      {
        ...{ provider: "softphone", number: "+442079460115", direction: "outbound", seconds: 9 },
        startedAt: new Date().toISOString(),
      },
    ],
    dryRun: false,
  });
  const at = new Date().toISOString();
  const proof = { kind: "consent", ref: "a-consent", until: "2030-01-01", request: "a-request", at };
  await record(env, {
    actor: "system",
    event: { code: "lookup.answered", subject: "data8", payload: null },
    statements: [
      insertBound(turnsBound, [{ key: `tps/${at}`, list: 1, at, source: "data8" }]),
      insertBound(
        lookupsBound,
        ["a", "b"].map((id, n) => ({
          id,
          number: 442079460100 + n,
          list: 1,
          at,
          listed: 0,
          source: "data8",
        })),
      ),
      ...statusChanges(2, at),
      insertBound(
        restrictedBound,
        ["a", "b"].map((id) => ({ id, ...proof, ref: id })),
      ),
    ],
  });
}

/** As the watching writes them, many at once. */
const statusChanges = (n: number, at: string) =>
  insertTurned(
    Array.from({ length: n }, (_, place) => ({
      ...{ number: 442079460300 + place, from_verdict: "clear", to_verdict: "blocked" },
      ...{ reason: "tps", list: "tps", version: 3, as_of: "2026-11-01" },
    })),
    at,
  );

let held: Dial;
beforeAll(async () => {
  // A version as a Worker of before saved it, then two of ours.
  const { id } = (await env.DB.prepare("SELECT id FROM people WHERE role = 'admin'").first<{
    id: string;
  }>())!;
  await record(env, {
    actor: id,
    event: { code: "policy.saved", subject: "1", payload: { why: "then" } },
    statements: [
      sql(
        "INSERT INTO policies (version, doc, at, by, why) VALUES (1, ?, ?, ?, 'then')",
        ...[JSON.stringify(defaultPolicy), new Date().toISOString(), id],
      ),
    ],
  });
  for (const recording of ["one", "two"]) await erasedBy(id, recording);
  // Whom nothing names.
  await record(env, {
    actor: id,
    event: { code: "person.joined", subject: "0-nobody", payload: null },
    statements: [
      insertPerson(
        { id: "0-nobody", name: "Nob Ody", email: "nob@example.com", role: "agent" },
        new Date().toISOString(),
      ),
    ],
  });
  await adopt(env);
  await setPolicy((policy) => ({ identity: { ...policy.identity, company: "Acme Ltd" } }));
  await setPolicy((policy) => ({ identity: { ...policy.identity, company: "Acme plc" } }));
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, ["+442079460000"]);
  await everyTable();
  held = await dial({ action: "overridden", basis: "service", reason: "Their boiler’s due", via: "tel:" });
  await dial({ number: "020 7946 0958" });
  await dial({ number: "me", e164: null, action: "held", verdict: "unknown", seen: null });
});

it("finds nothing where nothing was altered", async () => {
  for (const name of boundTableNames) expect(await deep(name)).toMatchObject({ findings: [] });
  expect((await deep("certificates")).bound).toEqual({ every: 2, some: 0, none: 0 });
  expect((await deep("policies")).bound).toEqual({ every: 3, some: 0, none: 0 });
  expect((await deep("suppressions")).bound).toEqual({ every: 3, some: 0, none: 0 });
  for (const [table, every] of Object.entries({
    consents: 2,
    calls: 2,
    gate_lines: 1,
    parties: 2,
    consent_uses: 2,
    recording_holds: 1,
    proposal_states: 1,
    letter_templates: 2,
    suppression_records: 2,
    people_held: 2,
    tokens_held: 2,
    turned: 2,
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
    "the trail itself, whose chain binds it": "audit audit_archives audit_payload heads",
    "its event names its hash, and it is compared with that (proof/statement.test.ts)": "statements",
    "which rows the sweep left: each is compared with the trail": "kept_back",
    "rows of the trail, each with the Ledger's code": "last_bound",
    "its event names each": "recipients_before",
    "where the trail says that rows are gone: each is compared with it": "erased",
    "texts of dials, bound with each dial that names one": "dial_texts",
    "bound with its dial, in the place of `via` (dials/gate.test.ts)": "gate_calls",
    "sums over all of its rows are bound with each version of a register, and compared": "blocks block_undo",
    "of an upload until its commit, which binds what became of it": "staged parts",
    "state that moves with each step, which has an event": "connector_runs copy_parts proposals_told",
    "set up by administrators, by events of its own: nothing that is kept or erased goes by who wrote the row":
      "connectors webhooks",
    "an officer's word on an object, for a week: bound by an event, which whoever approves it goes by (recordings/looks.ts)":
      "recording_looks",
    "not bound yet: the trail has an event of the integration alone": "owners",
    "whose prefix an upgrade guessed, until an administrator says it": "owners_guessed",
    "what browsers said of their own tests: for 30 days, and as figures in each day's statement":
      "canary_results",
    "for a day, and counts by events of its own (people/invite-bound.ts)": "invites",
    "which number got which verdict, which nothing compares: its part binds the hash of those that were sent, and how many got each":
      "screened",
    "the roots of status changes, over which their event is: compared with it": "turned_batches",
    "what was found out, or is for a short time, and proves nothing":
      "asked asked_days call_agents call_lists calls_erased canary_browsers canary_probes changes changes_told connector_accounts connector_numbers connector_records copy_reads copy_rows disclosures form_networks hosts idempotency lookup_days lookup_queue marks outbox people_left request_links screening_answers sso_nonces stores_resting trials watch_again watch_digests watch_lists watched watching webhook_deliveries words_due work_late",
  }).flatMap(([why, names]) => names.split(" ").map((name) => [name, why] as const)),
);

it("each table of the schema is bound, or it says why not", async () => {
  const tables = await all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT GLOB '_cf*' AND name <> 'd1_migrations'",
  );
  const known = [...new Set(boundTables.map(({ table }) => table)), ...notBound.keys()];
  expect(tables.map(({ name }) => name).sort()).toEqual(known.sort());
});

/** What else a column's constraints want changed with it. */
const together: Readonly<Record<string, string>> = {
  "calls.via": "via = IIF(via = 'import', 'fetch', 'import')",
  "calls.direction": "direction = 'inbound', verdict = NULL",
  "recordings.direction": "direction = 'inbound'",
  "proposals.kind": "kind = IIF(kind = 'role', 'policy', 'role')",
  "proposals.state": "state = 'expired', settled_at = '2026-01-01'",
  "proposals.settled_at": "state = 'expired', settled_at = '2026-01-01'",
  "proposals.settled_by": "state = 'refused', settled_at = '2026-01-01', settled_by = by",
  "recording_holds.recording": "recording = 'two'",
  "calls.verdict": "verdict = IIF(verdict = 'caution', 'blocked', 'caution')",
  "parties.party": "party = IIF(party = 'company', 'consumer', 'company')",
  "consent_uses.what": "what = IIF(what = 'attempt', 'talked', 'attempt')",
  "consents.day": "day = '2026-12-01', kind = 'solicited'",
  "screenings.source": "source = 'desk'",
  "requests.channel": "channel = 'person'",
  "requests.pauses": "pauses = IIF(pauses = 'none', 'law', 'none')",
  "requests.state": "state = 'investigating'",
  "requests.decision": "decision = IIF(decision = 'deny', 'comply', 'deny')",
  "requests.recipients": "recipients = IIF(recipients IS NULL, 'none', NULL)",
  "requests.closed_at": "closed_at = '2026-01-01', state = 'closed'",
  "duties.kind": "kind = 'progress'",
  "duties.met_on":
    "met_on = COALESCE(met_on, '') || 'x', met_at = COALESCE(met_at, 'x'), by = COALESCE(by, 'x')",
  "duties.met_at":
    "met_at = COALESCE(met_at, '') || 'x', met_on = COALESCE(met_on, 'x'), by = COALESCE(by, 'x')",
  "duties.by": "by = COALESCE(by, '') || 'x', met_on = COALESCE(met_on, 'x'), met_at = COALESCE(met_at, 'x')",
  "duties.void_at": "void_at = '2026-01-01', met_at = NULL, met_on = NULL, by = NULL",
  "request_items.verdict": "verdict = 'rejected'",
  "request_items.decision": "decision = IIF(decision = 'deny', 'comply', 'deny')",
  "request_letters.how": "how = 'telephone'",
  "request_letters.sent_to": "sent_to = 'a@example.com', how = 'own-mailbox'",
  "request_files.request": "request = (SELECT id FROM requests q WHERE q.id <> request)",
  "request_files.purpose": "purpose = 'proof'",
  "lists.covers": "covers = 'businesses'",
  "versions.kind": "kind = 'changes'",
  "versions.state": "state = 'abandoned'",
  "turned.from_verdict": "from_verdict = 'caution'",
  "turned.to_verdict": "to_verdict = 'caution', from_verdict = 'blocked'",
  "people.kind": "kind = 'integration'",
  "people.role": "role = 'admin'",
  "people.role_by": "role_by = 'rule'",
  "people.scopes": "scopes = '[]', kind = 'integration'",
};
/** What a copy of a row must have of its own. */
const own: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  calls: { ref: "'other'" },
  recordings: { ref: "'other'", object: "'other'" },
  recording_holds: { recording: "'two'" },
  suppressions: { number: "number + 7" },
  parties: { detail: "'other'" },
  lookups: { number: "number + 7" },
  consent_uses: { ref: "ref || 'x'" },
  lookup_turns: { at: "at || 'x'" },
  screenings: { num: "NULL" },
  screening_parts: { num: "NULL", part: "part + 1000" },
  restricted: { ref: "'other'" },
  requests: { ref: "'other'" },
  duties: { id: "id || 'x'", kind: "'progress'" },
  request_items: { ref: "ref || 'x'" },
  request_letters: { id: "id || 'x'" },
  request_recipients: { id: "id || 'x'" },
  request_events: { ref: "ref || 'x'", id: "NULL" },
  people: { email: "'other@example.com'", num: "NULL" },
  tokens: { hash: "'other'", next_hash: "NULL" },
  people_held: { at: "at || 'x'" },
  request_files: { object: "'other'" },
  suppression_records: { id: "id || 'x'", record: "record || 'x'" },
  letter_templates: { version: "version + 1000" },
  lists: { num: "60" },
  versions: { ver: "ver + 1000", upload: "upload + 1000" },
  contents: { ver: "ver + 1000" },
  turned: { num: "NULL", place: "place + 1000" },
};
/** The bound tables whose rows go with a row of another. */
const hanging: Readonly<Record<string, readonly string[]>> = {
  suppressions: ["suppression_records"],
  recordings: ["recording_holds"],
  people: ["people_held"],
  tokens: ["tokens_held"],
  consents: ["consent_uses"],
  requests: [
    ...[
      "duties",
      "request_items",
      "request_letters",
      "request_recipients",
      "request_events",
      "request_files",
    ],
    "request_links",
  ],
};
/** Values of which each column takes one. */
const others = [
  "1",
  "0",
  "2",
  "another",
  "r2",
  "s3",
  "missing",
  "objection",
  "prior",
  "consent",
  "call",
  "import",
  "company",
  "refused",
  "dial",
  "on",
];

describe.each([...boundTableNames])("%s", (set) => {
  const {
    table,
    columns,
    unbound,
    keys,
    keySql: key,
    own: seeds,
    states,
  } = boundTables.find(({ name }) => name === set)!;
  const columnsOf = async () =>
    (await all<{ name: string }>("SELECT name FROM pragma_table_info(?)", table)).map(({ name }) => name);
  /** One that is bound; of those that change, one that changed least: each state has an event. */
  const rowOf = async () =>
    (
      await all<{ id: string | number }>(
        `SELECT ${key} AS id FROM ${table} r WHERE ${seeds.code} IS NOT NULL ORDER BY ${states ? `${seeds.rev}, ` : ""}${key}`,
      )
    ).at(table === "policies" ? 1 : 0)!.id;

  it("each column is bound, or it says why not", async () => {
    // A further set of a table says nothing of its other columns.
    if (set === table)
      expect([...columns, ...Object.keys(unbound)].sort()).toEqual((await columnsOf()).sort());
    // D1 gives a function 32 arguments.
    expect(columns.length).toBeLessThanOrEqual(Math.min(32, MOST_COLUMNS));
  });

  it("each bound column, altered, is found and named; put back, nothing is", async () => {
    const id = await rowOf();
    const people = (await all<{ id: string }>("SELECT id FROM people")).map((person) => person.id);
    const every = await columnsOf();
    await run("DROP TABLE IF EXISTS aside");
    await run(`CREATE TABLE aside AS SELECT ${every.join(", ")} FROM ${table} r WHERE ${key} = ?`, id);
    const certain: string[] = [];
    const tried = async (text: string, ...params: (string | number)[]) =>
      run(text, ...params).then(
        ({ meta }) => meta.changes > 0,
        () => false,
      );
    for (const column of [...columns.filter((name) => !keys.includes(name)), seeds.code]) {
      const { was } = (await env.DB.prepare(
        `SELECT CAST(${column} AS TEXT) AS was FROM ${table} r WHERE ${key} = ?`,
      )
        .bind(id)
        .first<{ was: string | null }>())!;
      await asOwner([table], async () => {
        const more = together[`${table}.${column}`];
        if (more && (await tried(`UPDATE ${table} AS r SET ${more} WHERE ${key} = ?`, id))) return;
        for (const other of [...others, ...people])
          if (
            other !== was &&
            (await tried(`UPDATE ${table} AS r SET ${column} = ? WHERE ${key} = ?`, other, id))
          )
            return;
      });
      const { findings } = await deep(set);
      const altered = findings.filter(({ what, key: of }) => what === "altered" && of === String(id));
      expect(altered, column).toHaveLength(1);
      // In one case of a hundred the code tells a few columns apart only; of two columns it may name others.
      // Ten columns share five of the code's sums: of two it may name none.
      if (together[`${table}.${column}`])
        expect(altered[0]!.columns.length, column).toBeGreaterThan(columns.length > 10 ? 0 : -1);
      else expect(altered[0]!.columns, column).toContain(column === seeds.code ? "code" : column);
      if (altered[0]!.columns.length === 1) certain.push(column);
      await asOwner([table], () =>
        run(
          `UPDATE ${table} AS r SET ${every.map((name) => `${name} = (SELECT ${name} FROM aside)`).join(", ")} WHERE ${key} = ?`,
          id,
        ),
      );
      expect((await deep(set)).findings, column).toEqual([]);
    }
    await run("DROP TABLE aside");
    expect(certain.length).toBeGreaterThan(columns.length - 5);
  });

  it("a row that is gone is missed, and one more is known by no event, whatever it says of its age", async () => {
    const id = await rowOf();
    const every = await columnsOf();
    const found = async () => (await deep(set)).findings.map(({ what, key: of }) => `${what} ${of}`);
    await run("DROP TABLE IF EXISTS aside");
    await run(`CREATE TABLE aside AS SELECT ${every.join(", ")} FROM ${table} r WHERE ${key} = ?`, id);
    // What hangs on it goes with it.
    const others = hanging[table] ?? [];
    for (const other of others) {
      await run(`DROP TABLE IF EXISTS aside_${other}`);
      await run(`CREATE TABLE aside_${other} AS SELECT * FROM ${other}`);
    }
    await asOwner([table, ...others], async () => {
      if (table === "recordings") await run("DELETE FROM recording_holds");
      await run(`DELETE FROM ${table} AS r WHERE ${key} = ?`, id);
    });
    // Each of its states has an event.
    // Of a request's state the request itself is missed.
    expect([...new Set(await found())]).toEqual(set === "request_states" ? [] : [`missing ${id}`]);
    await asOwner([table, ...others], async () => {
      await run(`INSERT INTO ${table} (${every.join(", ")}) SELECT ${every.join(", ")} FROM aside`);
      for (const other of others) {
        await run(`INSERT OR IGNORE INTO ${other} SELECT * FROM aside_${other}`);
        await run(`DROP TABLE aside_${other}`);
      }
    });
    expect(await found()).toEqual([]);
    const [of, ver] = String(id).split("/");
    const fresh =
      keys.length > 1
        ? keys.some((name) => ["ver", "part", "version", "place"].includes(name))
          ? `${of}/${Number(ver) + 1000}`
          : `${id}x`
        : typeof id === "number"
          ? id + 1000
          : table === "certificates"
            ? "three"
            : table === "tokens_held"
              ? (
                  await all<{ id: string }>(
                    "SELECT id FROM tokens WHERE id NOT IN (SELECT token FROM tokens_held)",
                  )
                )[0]!.id
              : "made-up";
    if (table === "certificates")
      await asOwner(["recordings"], () =>
        run(
          "INSERT INTO recordings (id, provider, ref, store, region, erase_after, rule, months, state, by, at) SELECT 'three', provider, 'three', store, region, erase_after, rule, months, state, by, at FROM recordings WHERE id = 'one'",
        ),
      );
    for (const bare of [false, true]) {
      const values = every.map((name) =>
        keys.length === 1 && name === keys[0]
          ? "?1"
          : bare && [seeds.code, seeds.high, seeds.low].includes(name)
            ? "NULL"
            : (own[table]?.[name] ?? name),
      );
      await asOwner([table], () =>
        run(
          `INSERT INTO ${table} (${every.join(", ")}) SELECT ${values.join(", ")} FROM aside WHERE ?1 IS NOT NULL`,
          fresh,
        ),
      );
      expect(await found(), String(bare)).toEqual([`extra ${fresh}`]);
      await asOwner([table], () => run(`DELETE FROM ${table} AS r WHERE ${key} = ?`, fresh));
    }
    await run("DROP TABLE aside");
    if (table === "certificates")
      await asOwner(["recordings"], () => run("DELETE FROM recordings WHERE id = 'three'"));
    expect(await found()).toEqual([]);
  });
});

describe("of status changes that were written at once", () => {
  const written = async (n: number, at = new Date().toISOString()) => {
    await record(env, {
      actor: "system",
      event: { code: "watch.turned", subject: "", payload: null },
      statements: statusChanges(n, at),
    });
    return (await all<{ id: string }>("SELECT id FROM turned_batches ORDER BY rowid DESC LIMIT 1"))[0]!.id;
  };

  it("one event binds them all; each is proved, also where others of them are gone", async () => {
    const batch = await written(5);
    expect(await all("SELECT code FROM audit WHERE subject = ?", `turned/${batch}`)).toHaveLength(1);
    expect(await findingsIn("turned")).toEqual([]);
    await run("DELETE FROM turned WHERE batch = ? AND place = 3", batch);
    await run("UPDATE turned SET number = number + 1 WHERE batch = ? AND place = 4", batch);
    expect((await findingsIn("turned")).sort()).toEqual([`altered ${batch}/4 number`, `missing ${batch}/3`]);
    await run("UPDATE turned SET number = number - 1 WHERE batch = ? AND place = 4", batch);
    // Nor do roots that fit the rows: the event is over others.
    const [{ roots }] = (await all("SELECT roots FROM turned_batches WHERE id = ?", batch)) as [
      { roots: string },
    ];
    await run("UPDATE turned_batches SET roots = json_remove(roots, '$[3]') WHERE id = ?", batch);
    expect(await findingsIn("turned")).toContain(`altered ${batch} roots`);
    await run("UPDATE turned_batches SET roots = ? WHERE id = ?", roots, batch);
    await run("DELETE FROM turned_batches WHERE id = ?", batch);
    expect(await findingsIn("turned")).toContain(`missing ${batch}`);
    await run("DELETE FROM turned WHERE batch = ?", batch);
    // Their time is over by policy, by the event's own time.
    expect((await deep("turned", Date.now() + 26 * MONTH)).findings).toEqual([]);
  });

  it("one from before they were bound is counted, one that an older Worker wrote since is named", async () => {
    const insert = (at: string) =>
      run(
        `INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at) VALUES (442079460300, 'clear', 'blocked', 'tps', 1, ?)`,
        at,
      );
    await run("DELETE FROM turned");
    await insert(daysAgo(30));
    const before = await deep("turned");
    expect(before.bound).toEqual({ every: 0, some: 0, none: 1 });
    expect(before.findings.filter(({ what }) => what === "extra")).toEqual([]);
    await insert(new Date().toISOString());
    const [{ num }] = (await all("SELECT MAX(num) AS num FROM turned")) as [{ num: number }];
    expect(await findingsIn("turned")).toContain(`extra ${num}`);
    await run("DELETE FROM turned");
  });
});

describe("of people and their tokens", () => {
  const found = findingsIn;
  const idOf = async (token: string) =>
    ((await call("GET", "/v1/me", { token })).data as { person: { id: string } }).person.id;
  const patch = async (id: string, body: unknown) =>
    expect((await call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body })).status).toBe(200);

  it("each change binds the whole new state, and nothing is found", async () => {
    const agent = await idOf(tokens.agent);
    for (const name of ["One", "Two", "Three"]) await patch(agent, { name });
    const rotated = await call("POST", "/v1/tokens/rotate", { token: tokens.agent });
    const { token } = rotated.data as { token: string };
    expect(await found("tokens")).toEqual([]);
    // The first use of the new one.
    expect((await call("GET", "/v1/me", { token })).status).toBe(200);
    expect((await call("GET", "/v1/me", { token: tokens.agent })).status).toBe(401);
    tokens.agent = token;
    const leaver = await join(tokens.admin, "agent", "leaver@example.com");
    await join(tokens.admin, "agent", "leaver@example.com");
    await patch(await idOf(leaver), { active: false });
    expect((await call("GET", "/v1/me", { token: leaver })).status).toBe(401);
    const bot = await integration(tokens.admin, ["check", "screen"], "Bot");
    await patch(await idOf(bot), { scopes: ["check"] });
    expect([await found("people"), await found("tokens")]).toEqual([[], []]);
    expect((await deep("people")).bound).toMatchObject({ some: 0, none: 0 });
    expect((await deep("tokens")).bound).toMatchObject({ some: 0, none: 0 });
  });

  it("a state of before that is put back is found, though it was bound once", async () => {
    const agent = await idOf(tokens.agent);
    await run("DROP TABLE IF EXISTS aside");
    await run("CREATE TABLE aside AS SELECT * FROM people WHERE id = ?", agent);
    await patch(agent, { name: "Four" });
    const every = (await all<{ name: string }>("SELECT name FROM pragma_table_info('people')")).map(
      ({ name }) => name,
    );
    const back = (from: string) =>
      asOwner(["people"], () =>
        run(
          `UPDATE people SET ${every.map((name) => `${name} = (SELECT ${name} FROM ${from})`).join(", ")} WHERE id = ?`,
          agent,
        ),
      );
    await run("DROP TABLE IF EXISTS now");
    await run("CREATE TABLE now AS SELECT * FROM people WHERE id = ?", agent);
    await back("aside");
    expect(await found("people")).toEqual([`altered ${agent}`]);
    // Nor does a number of a state that never was hide anything.
    await asOwner(["people"], () =>
      run("UPDATE people SET rev = rev + 9, role = 'admin' WHERE id = ?", agent),
    );
    expect(await found("people")).toEqual([`extra ${agent}`]);
    // Nor does it help to say that nothing binds the row.
    await back("now");
    await asOwner(["people"], () =>
      run("UPDATE people SET code = NULL, salt_high = NULL, role = 'admin' WHERE id = ?", agent),
    );
    const bare = await found("people");
    expect(bare).toContain(`altered ${agent}`);
    expect(bare).toContain(`extra ${agent}`);
    await back("now");
    expect(await found("people")).toEqual([]);
    await run("DROP TABLE aside");
    await run("DROP TABLE now");
  });

  it("an ended token that was made valid again is found, and so is another's secret in its place", async () => {
    const [ended] = await all<{ id: string; revoked_at: string }>(
      "SELECT id, revoked_at FROM tokens WHERE revoked_at IS NOT NULL LIMIT 1",
    );
    await asOwner(["tokens"], () => run("UPDATE tokens SET revoked_at = NULL WHERE id = ?", ended!.id));
    expect(await found("tokens")).toEqual([`altered ${ended!.id} revoked_at`]);
    await asOwner(["tokens"], () =>
      run("UPDATE tokens SET revoked_at = ? WHERE id = ?", ended!.revoked_at, ended!.id),
    );
    expect(await found("tokens")).toEqual([]);
  });

  it("of two changes at once each stands, and both are bound", async () => {
    const agent = await idOf(tokens.agent);
    await Promise.all(["Five", "Six", "Seven"].map((name) => patch(agent, { name })));
    expect(await found("people")).toEqual([]);
  });

  it("one from before the upgrade is bound by it, once; one more from then is not", async () => {
    const old =
      "INSERT INTO people (id, name, email, role, created_at) VALUES (?1, ?1, ?1 || '@x', 'agent', '2026-01-01')";
    await run(old, "0-old");
    const [{ newest }] = (await all("SELECT MAX(seq) AS newest FROM audit")) as [{ newest: number }];
    const written = await memory();
    const marks = await all<{ name: string; value: string }>(
      "SELECT * FROM marks WHERE name LIKE 'evidence%'",
    );
    await asOwner(["audit"], () => run("UPDATE audit SET code = 'x' WHERE code = 'evidence.states-adopted'"));
    await run("DELETE FROM marks WHERE name IN ('evidence-states-adopted', 'evidence-start')");
    expect(await found("people")).toEqual([]);
    expect((await deep("people")).bound).toMatchObject({ none: 1 });
    await adopt(env);
    expect((await deep("people")).bound).toMatchObject({ none: 0 });
    await patch("0-old", { name: "Old" });
    expect(await found("people")).toEqual([]);
    await run(old, "0-older");
    await adopt(env);
    expect(await found("people")).toEqual(["extra 0-older"]);
    // As it was.
    await asOwner(["people"], () => run("DELETE FROM people WHERE id IN ('0-old', '0-older')"));
    await asOwner(["audit"], async () => {
      await run("DELETE FROM audit WHERE seq > ?", newest);
      await run("UPDATE audit SET code = 'evidence.states-adopted' WHERE code = 'x'");
    });
    await run("DELETE FROM audit_payload WHERE seq > ?", newest);
    for (const { name, value } of marks) await run("INSERT OR REPLACE INTO marks VALUES (?, ?)", name, value);
    await remember(written);
  });
});

it("reads rows and events by their keys, whatever the tables have grown to", async () => {
  const plan = async (text: string) =>
    (await all<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`)).map(({ detail }) => detail).join("\n");
  for (const { select, named, after, order } of boundTables) {
    expect(await plan(`${select} WHERE ${named.replace("?1", "'[]'")}`)).not.toMatch(/SCAN [dr]\b/);
    expect(
      await plan(`${select} WHERE ${after.replaceAll("?1", "'1'")} ORDER BY ${order} LIMIT 9`),
    ).not.toMatch(/SCAN [dr]\b|TEMP B-TREE/);
  }
});

describe("of the policy's versions", () => {
  const found = async () => (await deep("policies")).findings.map(({ what, key }) => `${what} ${key}`);

  it("none is changed or deleted while its triggers are there", async () => {
    for (const text of [
      "UPDATE policies SET doc = '{}'",
      "UPDATE policies SET code = 1",
      "DELETE FROM policies",
    ])
      await expect(run(text)).rejects.toThrow("policies_append_only");
  });

  it("one that was in force before rows were bound is bound at the upgrade, once", async () => {
    await adopt(env);
    const events = await all("SELECT seq FROM audit WHERE code = 'evidence.adopted'");
    expect(events).toHaveLength(1);
    await asOwner(["policies"], () => run("UPDATE policies SET why = 'now' WHERE version = 1"));
    expect(await found()).toEqual(["altered 1"]);
    await asOwner(["policies"], () => run("UPDATE policies SET why = 'then' WHERE version = 1"));
    // Who takes its mark away has no second one written, which would let in what was added since.
    await run("DELETE FROM marks WHERE name = 'evidence-adopted'");
    await adopt(env);
    expect(await all("SELECT seq FROM audit WHERE code = 'evidence.adopted'")).toEqual(events);
    expect(await found()).toEqual([]);
  });

  it("one more that an event tells of, though it has no seed as those of before", async () => {
    const { id: by } = (await env.DB.prepare("SELECT id FROM people WHERE role = 'admin'").first<{
      id: string;
    }>())!;
    await record(env, {
      actor: by,
      event: { code: "policy.saved", subject: "9", payload: null },
      statements: [],
    });
    await asOwner(["policies"], async () => {
      await run(
        "INSERT INTO policies (version, doc, at, by, why) SELECT 9, doc, ?, by, 'loosened' FROM policies WHERE version = 1",
        new Date().toISOString(),
      );
    });
    expect(await found()).toEqual(["extra 9"]);
    await asOwner(["policies"], () => run("DELETE FROM policies WHERE version = 9"));
    expect(await found()).toEqual([]);
  });
});

describe("of dials", () => {
  const num = () => Number(held.id);
  const found = async () => (await deep("dials")).findings.map(({ what, key }) => `${what} ${key}`);

  it("a dial's time: its event finds no row, and the row no event", async () => {
    const to = num() - 64 * 86_400_000;
    await asOwner(["dials"], () => run("UPDATE dials SET num = ? WHERE num = ?", to, num()));
    expect(await found()).toEqual([`missing ${num()}`, `extra ${to}`]);
    await asOwner(["dials"], () => run("UPDATE dials SET num = ? WHERE num = ?", num(), to));
    expect(await found()).toEqual([]);
  });

  it("a text that dials share: each that names it", async () => {
    const [text] = await all<{ num: number; text: string }>(
      "SELECT num, text FROM dial_texts WHERE num = (SELECT worker_reasons FROM dials ORDER BY num LIMIT 1)",
    );
    await asOwner(["dial_texts"], () => run("UPDATE dial_texts SET text = '[{}]' WHERE num = ?", text!.num));
    const { findings } = await deep("dials");
    expect(findings.length).toBeGreaterThan(0);
    for (const { columns } of findings) expect(columns.join()).toMatch(/reasons/);
    await asOwner(["dial_texts"], () =>
      run("UPDATE dial_texts SET text = ? WHERE num = ?", text!.text, text!.num),
    );
    expect(await found()).toEqual([]);
  });

  it("the person: another, or two who changed their small numbers", async () => {
    const people = await all<{ id: string; num: number }>("SELECT id, num FROM people ORDER BY num LIMIT 2");
    const swap = (a: number, b: number) =>
      asOwner(["people"], async () => {
        await run("UPDATE people SET num = -1 WHERE id = ?", people[0]!.id);
        await run("UPDATE people SET num = ? WHERE id = ?", b, people[1]!.id);
        await run("UPDATE people SET num = ? WHERE id = ?", a, people[0]!.id);
      });
    const agent = (await all<{ num: number }>("SELECT DISTINCT by AS num FROM dials"))[0]!.num;
    const [a, b] = people.map((p) => p.num) as [number, number];
    expect([a, b]).toContain(agent);
    await swap(b, a);
    const { findings } = await deep("dials");
    expect(findings).toHaveLength(3);
    for (const { columns } of findings) expect(columns).toContain("by");
    await swap(a, b);
    expect(await found()).toEqual([]);
  });

  it("a dial passed off as one of an older Worker, or of before the small rows", async () => {
    const [row] = await all<{ code: string; high: string; low: string }>(
      "SELECT CAST(code AS TEXT) AS code, CAST(salt_high AS TEXT) AS high, CAST(salt_low AS TEXT) AS low FROM dials WHERE num = CAST(? AS INTEGER)",
      held.id,
    );
    const back = () =>
      asOwner(["dials"], () =>
        run(
          `UPDATE dials SET code = CAST(? AS INTEGER), salt_high = CAST(? AS INTEGER), salt_low = CAST(? AS INTEGER),
             basis = 'service', id = NULL WHERE num = ?`,
          row!.code,
          row!.high,
          row!.low,
          num(),
        ),
      );
    await asOwner(["dials"], () => run("UPDATE dials SET code = NULL, basis = NULL WHERE num = ?", num()));
    expect(await found()).toEqual([`altered ${num()}`]);
    await back();
    await asOwner(["dials"], () =>
      run("UPDATE dials SET code = NULL, salt_high = NULL, salt_low = NULL, id = 'x' WHERE num = ?", num()),
    );
    expect(await found()).toEqual([`altered ${num()}`, `extra ${num()}`]);
    await back();
    expect(await found()).toEqual([]);
  });

  it("one that was made silent is found by the verification of the chain as well", async () => {
    const { columns } = boundTables.find(({ name }) => name === "dials")!;
    const every = ["salt_high", "salt_low", "code", "action", "reason"];
    expect(columns).toContain("reason");
    await run("DROP TABLE IF EXISTS aside");
    await run(`CREATE TABLE aside AS SELECT ${every.join(", ")} FROM dials WHERE num = ?`, num());
    await asOwner(["dials"], () =>
      run(
        "UPDATE dials SET code = NULL, salt_high = NULL, salt_low = NULL, action = 1, reason = 'their boiler' WHERE num = ?",
        num(),
      ),
    );
    expect(await verify(env)).toMatchObject({ ok: false });
    await asOwner(["dials"], () =>
      run(
        `UPDATE dials SET ${every.map((name) => `${name} = (SELECT ${name} FROM aside)`).join(", ")} WHERE num = ?`,
        num(),
      ),
    );
    await run("DROP TABLE aside");
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("one more dial, a copy of another", async () => {
    const names =
      "by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state, salt_high, salt_low, code";
    await run(`INSERT INTO dials (num, ${names}) SELECT num + 1, ${names} FROM dials WHERE num = ?`, num());
    expect(await found()).toEqual([`extra ${num() + 1}`]);
    await run("DELETE FROM dials WHERE num = ?", num() + 1);
  });

  it("its event may lie in an archive: both passes find it there", async () => {
    await archiveMonths(env, Date.now() + 2 * MONTH);
    expect(await found()).toEqual([]);
    expect(await verify(env)).toMatchObject({ ok: true });
    await asOwner(["dials"], () => run("UPDATE dials SET basis = NULL WHERE num = ?", num()));
    expect(await found()).toEqual([`altered ${num()}`]);
    await asOwner(["dials"], () => run("UPDATE dials SET basis = 'service' WHERE num = ?", num()));
    expect(await found()).toEqual([]);
  });

  it("an archive that is lost is a finding, and ends nothing", async () => {
    const [archive] = await all<{ key: string }>("SELECT key FROM audit_archives");
    const bytes = await (await env.ARCHIVE.get(archive!.key))!.arrayBuffer();
    await env.ARCHIVE.delete(archive!.key);
    expect([...new Set(await found())]).toEqual([`unreadable ${archive!.key}`]);
    await env.ARCHIVE.put(archive!.key, bytes);
    expect(await found()).toEqual([]);
  });

  it("a dial that a request had erased is not missed", async () => {
    const id = await enter(tokens.agent, { kind: "erasure", number: NUMBER });
    await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
    await done(tokens.compliance, id, "match", { everything: true });
    await confirmAll(tokens.compliance, id);
    await done(tokens.compliance, id, "decide", { decision: "comply" });
    expect(await all("SELECT num FROM dials WHERE number IS NOT NULL")).toEqual([]);
    expect(await found()).toEqual([]);
    // Nor once the request's own time is over, where that of dials is longer.
    await run("DELETE FROM requests WHERE id = ?", id);
    expect(await all("SELECT * FROM request_items WHERE request = ?", id)).toEqual([]);
    expect(await found()).toEqual([]);
  });

  it("where the archive that says so is lost, it is not missed, and what was altered is found", async () => {
    await archiveMonths(env, Date.now() + 2 * MONTH);
    const [{ key }] = (await all("SELECT key FROM audit_archives ORDER BY first_seq DESC")) as [
      { key: string },
    ];
    const bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
    const [{ num: other }] = (await all("SELECT num FROM dials WHERE number IS NULL")) as [{ num: number }];
    const say = (basis: string | null) =>
      asOwner(["dials"], () => run("UPDATE dials SET basis = ? WHERE num = ?", basis, other));
    await env.ARCHIVE.delete(key);
    await say("service");
    expect(new Set(await found())).toEqual(new Set([`altered ${other}`, `unreadable ${key}`]));
    await say(null);
    await env.ARCHIVE.put(key, bytes);
    expect(await found()).toEqual([]);
    held = await dial({ action: "overridden", basis: "service", reason: "Their boiler’s due" });
  });

  it("a dial that is gone, until its time is over", async () => {
    await run("DELETE FROM dials WHERE num = ?", num());
    expect(await found()).toEqual([`missing ${num()}`]);
    // However it went.
    expect((await deep("dials", Date.now() + 26 * MONTH)).findings).toEqual([]);
  });

  it.each([
    ["an item of a request that nobody decided", itemOf],
    ["a run of retention that says more than policy does", sweptTo],
  ])("a dial that is gone is missed, whatever the tables say: %s", async (_, say) => {
    const one = await dial({ action: "overridden", basis: "service", reason: "again" });
    await say(one.id);
    await run("DELETE FROM dials WHERE num = CAST(? AS INTEGER)", one.id);
    expect((await deep("dials")).findings).toContainEqual(
      expect.objectContaining({ what: "missing", key: one.id }),
    );
  });
});

async function itemOf(num: string): Promise<void> {
  const id = await enter(tokens.agent, { kind: "erasure", number: NUMBER });
  await run(
    "INSERT INTO request_items (request, kind, ref, verdict, decision, done_at) VALUES (?, 'dial', ?, 'confirmed', 'comply', '2026-01-01')",
    id,
    num,
  );
}
async function sweptTo(): Promise<void> {
  await record(env, {
    actor: "system",
    event: { code: "retention.swept", subject: "dials/999999999999999", payload: null },
    statements: [],
  });
}

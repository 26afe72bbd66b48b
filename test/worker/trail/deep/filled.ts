/** Rows of each bound table: by the routes that write them, or as these write them. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Dial } from "../../../../shared/dials/api.ts";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import { insertBound } from "../../../../worker/core/bound.ts";
import { bindAsIs, unboundWhere } from "../../../../worker/core/bound-before.ts";
import { record } from "../../../../worker/core/commit.ts";
import { sql } from "../../../../worker/core/sql.ts";
import { runsBound } from "../../../../worker/connectors/checks/runs-bound.ts";
import { resultsBound } from "../../../../worker/dials/canary/bound.ts";
import { keepRecords } from "../../../../worker/do-not-call/spread.ts";
import { lookupsBound, turnsBound } from "../../../../worker/lookups/bound.ts";
import { insertPerson } from "../../../../worker/people/access.ts";
import { heldBy, insertTies } from "../../../../worker/people/one.ts";
import { drawsBound, heardBound } from "../../../../worker/overview/bound.ts";
import { disclosuresBound, proposalsBound } from "../../../../worker/policy/bound.ts";
import {
  askedBound,
  restrictedBound,
  systemsBound,
  tasksBound,
} from "../../../../worker/privacy-requests/bound.ts";
import { openedBound } from "../../../../worker/privacy-requests/files/bound.ts";
import { certificateOf } from "../../../../worker/recordings/certificates/written.ts";
import { endsBound, partsBound, screenedBound, screeningsBound } from "../../../../worker/screening/bound.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { insertTurned } from "../../../../worker/watching/bound.ts";
import { seenBound } from "../../../../worker/watching/seen.ts";
import { confirmAll, done, enter, today } from "../../privacy-requests/kit.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { call, daysAgo, push, setPolicy } from "../../helpers.ts";
import { run } from "../kit.ts";
import { all, dialBy, NUMBER, type Tokens } from "./kit.ts";

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
async function everyTable(tokens: Tokens): Promise<void> {
  const made = async (method: string, path: string, token: string, body: unknown) =>
    expect((await call(method, path, { token, body })).status, path).toBeLessThan(300);
  const entry = { number: "+442079460111", kind: "house", reason: "key account" };
  await made("POST", "/v1/suppressions", tokens.manager, entry);
  await made("POST", "/v1/suppressions/bulk", tokens.manager, {
    rows: ["+442079460112", "+442079460113"].map((number) => ({ ...entry, number })),
  });
  await made("POST", "/v1/consents", tokens.manager, {
    ...{
      number: NUMBER,
      kind: "notification",
      giver: "subscriber",
      givenBy: "Dora Data",
      givenAt: new Date().toISOString(),
    },
    ...{ words: "Do ring me", how: "web", proof: "form 12" },
  });
  await made("POST", "/v1/consents", tokens.manager, {
    ...{
      number: "+442079460115",
      kind: "solicited",
      giver: "subscriber",
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
  await record(env, {
    actor: "requester",
    event: { code: "request.copy-opened", subject: "", payload: null },
    statements: bindAsIs(
      openedBound,
      (await all<{ request: string; id: string }>("SELECT request, id FROM request_files")).map((file) => ({
        ...file,
        opened_at: null,
      })),
      { opened_at: new Date().toISOString() },
    ),
  });
  const [person] = await all<{ id: string }>("SELECT id FROM people WHERE role = 'agent'");
  for (const agent of ["ext 7", "ext 8"])
    await made("PUT", "/v1/calls/agents", tokens.manager, { agent, person: person!.id });
  await facts(tokens);
  await screenings();
  await proposals();
  await sent();
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
  for (const layer of ["link", "frame"])
    await run(
      "INSERT INTO canary_results (day, token, browser, layer, held, at) VALUES (?, 'a-token', '', ?, 1, 'x')",
      ...[daysAgo(2), layer],
    );
  const asked = { request: id, number: 442079460111, day: daysAgo(2), host: "crm.example.com", what: "look" };
  await record(env, {
    actor: "system",
    event: { code: "statement.made", subject: daysAgo(2), payload: null },
    statements: [
      ...bindAsIs(resultsBound, await unboundWhere(env.DB, resultsBound, "TRUE")),
      insertBound(
        askedBound,
        ["a", "b"].map((one, n) => ({ ...asked, id: one, number: asked.number + n, times: 1, items: 1 })),
      ),
    ],
  });
  await ofSystems(id);
}

/** What CRMs hold: of that request, as a look or an officer settled it, and after the end of retention. */
async function ofSystems(request: string): Promise<void> {
  const at = new Date().toISOString();
  const both = <T extends object>(own: T) =>
    ["a", "b"].map((id) => ({
      ...{ id, connector: id, name: "Our CRM", kind: "rest", records: "[]", ...own },
      ...{ done_on: today(), how: "by hand", backups_until: "2099-01-01", by: "an-officer", at },
    }));
  const system = {
    ...{ request, host: "crm.example.com", looked_at: at, problem: "no-search", region: "EU" },
    ...{ outcome: "erased", file: "a-scan", sought: '{"numbers":[],"email":null}' },
  };
  await record(env, {
    actor: "system",
    event: { code: "request.system", subject: request, payload: null },
    statements: [insertBound(systemsBound, both(system)), insertBound(tasksBound, both({ day: today() }))],
  });
}

/** Two records of a CRM, as an officer names them. */
async function crmRecords(): Promise<void> {
  await run(
    `INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at)
     VALUES (1, 'crm', 'rest', 'CRM', '{}', 'header', '', 'x', '2026-11-01')`,
  );
  const at = new Date().toISOString();
  await record(env, {
    actor: "system",
    event: { code: "connector.slice", subject: "crm", payload: null },
    statements: [
      insertBound(
        runsBound,
        ["a", "b"].map((id) => ({
          ...{ id, connector: 1, trial: 0, reads: 0, screening: null, by: "system", at, moved_at: at },
          ...{ state: "done", finished_at: at, contacts: 9, numbers: 9, clear: 9, caution: 0, blocked: 0 },
          ...{
            unknown: 0,
            none: 0,
            invalid: 0,
            written: 9,
            refused: 0,
            refusal: null,
            kinds: "{}",
            error: null,
          },
        })),
      ),
    ],
  });
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

/** What was sent to whom on a day, as its statement binds it. */
async function sent(): Promise<void> {
  const day = daysAgo(2);
  const made = new Date().toISOString();
  await record(env, {
    actor: "system",
    event: { code: "statement.made", subject: day, payload: null },
    statements: [
      sql(
        "INSERT INTO statements (day, ends_at, made_at, later, sha256, document) VALUES (?, ?, ?, 0, '', '')",
        ...[day, made, made],
      ),
      insertBound(
        disclosuresBound,
        ["crm.example.com", ""].map((host) => ({
          day,
          kind: "connector",
          host,
          what: "marks",
          times: 2,
          items: 7,
        })),
      ),
    ],
  });
}

/** One without parts, and one with parts that nobody may ask for again, so that both can be taken away; and two that ended. */
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
        ["a", "b", "c", "d"].map((id) => ({ id, ...made })),
      ),
      ...bindAsIs(
        endsBound,
        ["c", "d"].map((id) => ({ id, state: "open", finished_at: null, ...noCounts })),
        { state: "done", finished_at: made.at, rows: 9, invalid: 2 },
      ),
      insertBound(
        partsBound,
        [1, 2].map((n) => ({ ...part, part: n })),
      ),
      insertBound(
        screenedBound,
        [1, 2].map((n) => ({ screening: 2, part: n, at: made.at, n: 0, rows: "" })),
      ),
    ],
  });
}

const noCounts = {
  ...{ rows: 0, invalid: 0, duplicates: 0 },
  ...{ numbers: 0, clear: 0, caution: 0, blocked: 0, unknown: 0 },
};

/** What verdicts rest on besides. */
async function facts(tokens: Tokens): Promise<void> {
  const made = async (path: string, token: string, body: unknown) =>
    expect((await call("POST", path, { token, body })).status, path).toBeLessThan(300);
  await made("/v1/parties", tokens.compliance, { number: NUMBER, party: "consumer", detail: "they said so" });
  await made("/v1/parties", tokens.compliance, { number: NUMBER, party: "company", detail: "their page" });
  await made("/v1/calls/import", tokens.manager, {
    rows: [
      {
        ...{ provider: "softphone", number: "+442079460115", direction: "outbound", seconds: 9 },
        ...{ startedAt: new Date().toISOString(), outcome: "abandoned", presentation: "020 7946 0000" },
      },
      // Another line says otherwise of the same call.
      {
        ...{ provider: "softphone", number: "+442079460115", direction: "outbound", seconds: 9 },
        ...{ startedAt: new Date().toISOString(), outcome: "answered", campaignName: "Spring" },
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
      insertBound(
        drawsBound,
        ["a", "b"].map((id) => ({
          ...{
            id,
            draw: "a",
            recording: id,
            began: "2026-11-01",
            from_day: "2026-11-01",
            to_day: "2026-11-02",
          },
          ...{ among: 2, by: "an-officer", at },
        })),
      ),
      insertBound(heardBound, [{ id: "a", heard: "yes", by: "an-officer", at }]),
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
      ...["a", "b"].map((id) =>
        insertBound(seenBound, [{ id, first: 1, last: 2, nums: "[]", by: "an-officer", at }]),
      ),
      insertBound(
        restrictedBound,
        ["a", "b"].map((id) => ({ id, ...proof, ref: id })),
      ),
    ],
  });
}

/** As the watching writes them, many at once. */
export const statusChanges = (n: number, at: string) =>
  insertTurned(
    Array.from({ length: n }, (_, place) => ({
      ...{ number: 442079460300 + place, from_verdict: "clear", to_verdict: "blocked" },
      ...{ reason: "tps", list: "tps", version: 3, as_of: "2026-11-01" },
    })),
    at,
  );

/** Fills them; answers a dial that was overridden. */
export async function filled(tokens: Tokens): Promise<Dial> {
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
  await everyTable(tokens);
  const held = await dialBy(tokens, {
    action: "overridden",
    basis: "service",
    reason: "Their boiler’s due",
    via: "tel:",
  });
  await dialBy(tokens, { number: "020 7946 0958" });
  await dialBy(tokens, { number: "me", e164: null, action: "held", verdict: "unknown", seen: null });
  return held;
}

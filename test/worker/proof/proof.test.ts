import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { ProofRow } from "../../../shared/proof/api-trail.ts";
import type { ProofDocument } from "../../../shared/proof/api.ts";
import { canonical } from "../../../shared/trail/canonical.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { commitmentOf, rowHash } from "../../../shared/trail/chain.ts";
import { record } from "../../../worker/core/commit.ts";
import { publishHead } from "../../../worker/trail/heads.ts";
import { makeProof } from "../../../worker/proof/routes.ts";
import { dialDiffers, openingBy } from "../../../shared/proof/bound-row.ts";
import { openScreening, screenPart } from "../../../worker/screening/record.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { asOwner, aTeam, call, DAY, daysAgo, dump, push, today, under } from "../helpers.ts";
import { eventsOf, keyless, NUMBER, OTHER, proofOf, story, tomorrow } from "./kit.ts";

const tokens = aTeam();
let told: Awaited<ReturnType<typeof story>>;
beforeAll(async () => {
  told = await story(tokens);
});

const rowsOf = ({ proof }: ProofDocument): ProofRow[] => proof.trail.rows;
const codesOf = (document: ProofDocument, seqs: number[]) =>
  seqs.map((seq) => rowsOf(document).find((row) => row.seq === seq)?.code);

describe("of a number", () => {
  it("everything that is on record of it, in order, each with the row that bears it out; nothing of others", async () => {
    const { document } = await proofOf(env, tokens.compliance);
    const events = eventsOf(document);
    expect(events.map((event) => [event.what, event.ref, codesOf(document, event.rows)])).toEqual([
      // The call began a minute before it was reported.
      ["recording", told.recording, ["audit.bound", "recording.added"]],
      ["call", expect.any(String), ["audit.bound", "recording.added"]],
      ["screening", told.screening.id, ["screening.part"]],
      ["dial", told.passed.id, ["dial.passed"]],
      ["dial", told.held.id, ["dial.held"]],
      ["consent", told.consent.id, ["consent.recorded", "audit.bound"]],
      ["dial", told.overridden.id, ["dial.overridden"]],
      ["consent-withdrawn", told.consent.id, ["audit.bound", "consent.withdrawn"]],
      ["suppression", told.objection.id, ["suppression.added", "audit.bound"]],
      ["dial", expect.any(String), ["dial.refused"]],
      ["suppression-ended", told.objection.id, ["audit.bound", "suppression.ended"]],
      ["suppression", expect.any(String), ["audit.bound", "suppression.imported"]],
      ["request", told.request, ["audit.bound", "audit.bound", "request.created"]],
    ]);
    const times = events.map(({ at }) => at);
    expect(times).toEqual([...times].sort());
    expect(events.find((e) => e.what === "screening")).toMatchObject({
      ...{ verdict: "clear", name: "spring.csv", by: "Ada Admin" },
      lists: [
        { id: "tps", version: 1, asOf: daysAgo(3) },
        { id: "ctps", version: 1, asOf: daysAgo(3) },
      ],
    });
    expect(events.find((e) => e.ref === told.overridden.id)).toMatchObject({
      ...{ action: "overridden", refused: false, basis: "service", reason: "their repair", by: "The agent" },
    });
    // Rows that only link to the head name other people's things by opaque ids.
    expect(JSON.stringify([events, rowsOf(document)])).not.toContain(told.unrelated);
    expect(JSON.stringify(document)).not.toContain(OTHER.slice(1));
  });

  it("a row that names others too is quoted without what it says", async () => {
    const { document } = await proofOf(env, tokens.compliance);
    const withheld = rowsOf(document).filter((row) => row.withheld);
    expect(withheld).toMatchObject([{ code: "suppression.imported", salt: null, payload: null }]);
  });

  it("which version of each register was in force from when to when, and whether it held the number", async () => {
    const { document } = await proofOf(env, tokens.compliance);
    const [tps, ctps] = document.proof.registers;
    expect(tps).toMatchObject({
      ...{ list: "tps", name: "TPS", maxAgeDays: 27 },
      versions: [
        { version: 1, asOf: daysAgo(3), listed: false },
        { version: 2, asOf: daysAgo(1), listed: true, to: null },
      ],
      gaps: [{ to: tps!.versions[0]!.from }],
    });
    expect(tps!.versions[0]!.to).toBe(tps!.versions[1]!.from);
    expect(ctps!.versions).toMatchObject([{ version: 1, listed: false, to: null }]);
    for (const version of [...tps!.versions, ...ctps!.versions])
      expect(codesOf(document, version.rows)).toEqual(["audit.bound", "list.pushed"]);
  });

  it("where undo rows were erased nobody says whether it was listed", async () => {
    await env.DB.prepare("UPDATE lists SET history_from = 2 WHERE id = 'tps'").run();
    const { document } = await proofOf(env, tokens.compliance);
    expect(document.proof.registers[0]!.versions.map((v) => v.listed)).toEqual([null, true]);
    await env.DB.prepare("UPDATE lists SET history_from = 0 WHERE id = 'tps'").run();
  });

  it("what stood when the period began is of it; what was over is not", async () => {
    const day = Date.now() + 40 * DAY;
    const on = new Date(day).toISOString().slice(0, 10);
    const document = await makeProof(
      env,
      { id: "x", name: "X", role: "admin" },
      { from: on, to: on, number: NUMBER },
      day,
    );
    expect(eventsOf(document).map((event) => event.what)).toEqual(["suppression", "request"]);
    // Nothing was pushed since: both registers were too old to rely on for the whole day.
    expect(document.proof.registers.map((r) => r.gaps.map((gap) => gap.to))).toEqual([
      [document.proof.madeAt],
      [document.proof.madeAt],
    ]);
  });
});

/** Recomputes a segment's hashes, as its reader would. */
function walk({ first, prev, links, head }: ProofDocument["proof"]["trail"]["segments"][number]) {
  const hashes = new Map<number, string>();
  for (const [i, [at, actor, code, subject, commitment]] of links.entries()) {
    prev = rowHash({ seq: first + i, at, actor, code, subject, commitment, prev });
    hashes.set(first + i, prev);
  }
  expect([first + links.length - 1, prev]).toEqual([head.seq, head.hash]);
  return hashes;
}

describe("the trail in it", () => {
  it("each row has its commitment and its hash, and leads to the newest row, which the signature vouches for", async () => {
    const { document, text } = await proofOf(env, tokens.compliance);
    expect(text).toBe(canonical(document));
    expect(document.sha256).toBe(sha256Hex(canonical(document.proof)));
    const key = await crypto.subtle.importKey("jwk", document.publicKey as JsonWebKey, "Ed25519", false, [
      "verify",
    ]);
    const signature = Uint8Array.from(atob(document.signature!), (c) => c.charCodeAt(0));
    const bytes = new TextEncoder().encode(canonical(document.proof));
    expect(await crypto.subtle.verify("Ed25519", key, signature, bytes)).toBe(true);

    const [segment, ...others] = document.proof.trail.segments;
    expect([others, segment!.head.day]).toEqual([[], null]);
    const hashes = walk(segment!);
    for (const row of rowsOf(document)) {
      expect(row.hash).toBe(rowHash(row));
      expect(hashes.get(row.seq)).toBe(row.hash);
      if (!row.withheld) expect(row.commitment).toBe(commitmentOf(row.salt!, row.payload!));
    }
    // The making of the proof is on the trail, and among the document's own links to the head.
    const last = segment!.links.at(-1)!;
    expect(last[2]).toBe("opened.proof");
  });

  it("a dial's row has each of its fields, which are those of the event and of the commitment", async () => {
    const { document } = await proofOf(env, tokens.compliance);
    const rows = new Map(document.proof.trail.rows.map((row) => [row.seq, row]));
    const dials = eventsOf(document).filter((event) => event.what === "dial");
    expect(dials.length).toBeGreaterThan(2);
    for (const event of dials) {
      const row = rows.get(event.rows[0]!)!;
      expect(dialDiffers(event, row)).toBeNull();
      expect([row.payload, row.commitment]).toEqual([
        openingBy(row.bound!),
        commitmentOf(row.salt!, row.payload!),
      ]);
    }
    // A field that no payload ever named, altered by the database's owner: the proof is not one.
    const { sql } = (await env.DB.prepare(
      "SELECT sql FROM sqlite_schema WHERE name = 'dials_no_update'",
    ).first<{
      sql: string;
    }>())!;
    const passed = dials.find(({ action }) => action === "passed")!;
    const set = (late: number) =>
      env.DB.batch([
        env.DB.prepare("DROP TRIGGER dials_no_update"),
        env.DB.prepare("UPDATE dials SET late = late + ? WHERE num = ?").bind(late, Number(passed.ref)),
        env.DB.prepare(sql),
      ]);
    await set(60_000);
    const lie = (await proofOf(env, tokens.compliance)).document.proof.trail.rows.find(
      ({ subject }) => subject === passed.ref,
    )!;
    expect(lie.payload).toBe(openingBy(lie.bound!));
    expect(commitmentOf(lie.salt!, lie.payload!)).not.toBe(lie.commitment);
    await set(-60_000);
  });

  it("a withdrawal that was cleared by the database's owner: the row is quoted as it is, and its event says otherwise", async () => {
    const lie = async () => {
      const { document } = await proofOf(env, tokens.compliance);
      expect(eventsOf(document).map(({ what }) => what)).not.toContain("consent-withdrawn");
      return rowsOf(document).find(({ bound }) => bound?.table === "consents")!;
    };
    const { at } = eventsOf((await proofOf(env, tokens.compliance)).document).find(
      ({ what }) => what === "consent-withdrawn",
    )!;
    const set = (value: string | null) =>
      asOwner(["consents"], () =>
        env.DB.prepare("UPDATE consents SET withdrawn_at = ? WHERE id = ?")
          .bind(value, told.consent.id)
          .run(),
      );
    await set(null);
    const row = await lie();
    expect(commitmentOf(row.salt!, row.payload!)).not.toBe(row.commitment);
    await set(at);
  });

  it("rows of a day lead to the head of that day; later ones to the newest row", async () => {
    const before = rowsOf((await proofOf(env, tokens.compliance)).document).length;
    await publishHead(env, Date.now());
    await push(tokens.admin, "ctps", [OTHER, NUMBER], { asOf: daysAgo(1) });
    const { document } = await proofOf(env, tokens.compliance);
    const { rows, segments, unlinked } = document.proof.trail;
    // The push, and what binds its version.
    expect([rows.length, unlinked]).toEqual([before + 2, []]);
    expect(segments.map(({ head }) => head.day === null)).toEqual([false, true]);
    expect(segments[0]!.head).toMatchObject({
      key: document.key,
      signed: expect.stringContaining("cleardial-head v1") as string,
    });
    expect(segments.flatMap((segment) => [...walk(segment).keys()])).toEqual(
      expect.arrayContaining(rows.map(({ seq }) => seq)),
    );
  });

  it("where too many rows lie between, it says of which rows the way is not in it: those of lists first", async () => {
    const asked = { from: daysAgo(1), to: tomorrow(), number: NUMBER };
    const by = { id: "x", name: "X", role: "admin" as const };
    const all = await makeProof(env, by, asked, Date.now());
    const { links } = all.proof.trail.segments[0]!;
    const document = await makeProof(env, by, asked, Date.now(), links.length - 1);
    expect(codesOf(document, document.proof.trail.unlinked)).toContain("list.pushed");
    expect(document.proof.trail.rows).toEqual(all.proof.trail.rows);
  });

  it("without a key, or with one that cannot be read, it is unsigned and says so", async () => {
    for (const own of [keyless, { ...env, AUDIT_KEY: "AAAA" }])
      expect((await proofOf(own, tokens.compliance)).document).toMatchObject({
        ...{ signature: null, key: null, publicKey: null },
      });
  });
});

describe("of the company", () => {
  it("what was screened, called, held, overridden, asked and recorded, as rows of nobody", async () => {
    const { document } = await proofOf(env, tokens.compliance, null);
    expect(document.proof).toMatchObject({
      about: "company",
      figures: {
        screened: { screenings: 1, numbers: 3, clear: 2, blocked: 1, caution: 0, unknown: 0 },
        dials: { passed: 2, held: 1, overridden: 1, refused: 1 },
        heldBy: [
          { name: "objection", count: 1 },
          { name: "tps", count: 2 },
        ].sort((a, b) => b.count - a.count),
        overrides: [{ name: "service", count: 1 }],
        requests: { received: 1, decided: 0, medianDays: null, longestDays: null, late: [] },
        recordings: { arrived: 1, erased: 0, failing: 0, held: 0 },
      },
    });
    expect(JSON.stringify(document)).not.toMatch(/4420794609|4420794600/);
    expect(rowsOf(document).map(({ code }) => code)).toEqual(
      Array(4).fill(["audit.bound", "list.pushed"]).flat(),
    );
  });

  it("a request that is not decided in time is late, on the day on which the proof is made", async () => {
    const at = Date.now() + 60 * DAY;
    const late = await makeProof(
      env,
      { id: "x", name: "X", role: "admin" },
      { from: daysAgo(1), to: tomorrow(), number: null },
      at,
    );
    expect(late.proof).toMatchObject({
      madeAt: new Date(at).toISOString(),
      figures: { requests: { late: [{ kind: "access", decidedOn: null }] } },
    });
  });
});

describe("the request", () => {
  it("stands on the trail with what was asked; a number that is none, and a period the wrong way round, are refused", async () => {
    await proofOf(env, tokens.compliance);
    const payloads = (await dump("audit_payload")) as { payload: string }[];
    expect(JSON.parse(payloads.at(-1)!.payload)).toEqual({
      number: NUMBER,
      from: daysAgo(1),
      to: tomorrow(),
    });
    const ask = async (query: string) =>
      (await call("GET", `/v1/proof?${query}`, { token: tokens.admin })).data as { code: string };
    expect(await ask(`from=2026-01-02&to=2026-01-01`)).toMatchObject({ code: "invalid" });
    expect(await ask(`from=2020-01-01&to=2026-01-01`)).toMatchObject({ code: "invalid" });
    expect(await ask(`from=2026-01-01&to=2026-01-02&number=none`)).toMatchObject({ code: "not-a-number" });
  });
});

it("a watched number that turned: from what to what, by which version, with its row, which names others too", async () => {
  const watched = "+442079460777";
  const { by } = (await env.DB.prepare("SELECT id AS by FROM people WHERE role = 'admin'").first<{
    by: string;
  }>())!;
  await screenPart(env, by, await openScreening(env, by, { source: "api", name: "crm" }), 1, [watched]);
  // Wait for what is done after the answer.
  const { status } = await under(env, "POST", "/v1/lists/tps/changes", {
    token: tokens.admin,
    body: { add: [watched], remove: [], asOf: today() },
  });
  expect(status).toBe(200);
  const { document } = await proofOf(env, tokens.compliance, watched);
  const events = eventsOf(document);
  expect(events).toMatchObject([
    { what: "screening", verdict: "clear" },
    { what: "turned", from: "clear", to: "blocked", reason: "tps", list: "tps", version: 3, asOf: today() },
  ]);
  expect(codesOf(document, events[1]!.rows)).toEqual(["audit.bound", "watch.turned"]);
  expect(
    rowsOf(document)
      .filter((row) => row.withheld)
      .map(({ code }) => code),
  ).toEqual(["watch.turned"]);
});

it("calls that no page saw, judged by what was known; answers of a source, and the register's time by lookup", async () => {
  const number = "+442079460666";
  const at = new Date().toISOString();
  await under(env, "POST", "/v1/calls/import", {
    token: tokens.manager,
    body: {
      dryRun: false,
      rows: [
        { provider: "softphone", providerId: "c-1", number, agent: "The agent", startedAt: at, seconds: 61 },
      ],
    },
  });
  const { seq } = (await env.DB.prepare("SELECT MAX(seq) AS seq FROM audit").first<{ seq: number }>())!;
  // As worker/call-logs/fetch.ts and worker/lookups/ask.ts write them; their own tests use doubles of providers and sources.
  // Other people's rows come first.
  const wrote = (code: string, subject: string, payload: object) =>
    record(env, { actor: "system", event: { code, subject, payload }, statements: [] });
  await env.DB.prepare(
    `INSERT INTO calls (id, ref, via, provider, number, direction, started_at, verdict, reasons, by, at)
     VALUES ('fetched-2', 'r', 'fetch', 'twilio', ?, 'outbound', ?2, 'clear', '[]', 'list:twilio', ?2)`,
  )
    .bind(Number(number.slice(1)), at)
    .run();
  for (const id of ["fetched-1", "fetched-2"])
    await wrote("call.fetched", "twilio", { calls: 1, blocked: 0, ids: [id] });
  for (const asked of [daysAgo(0), at])
    await wrote("lookup.answered", "data8", { at: asked, numbers: 1, listed: 1 });
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO lookups (number, list, at, listed, source) VALUES (?, 2, ?, 1, 'data8')",
    ).bind(Number(number.slice(1)), at),
    env.DB.prepare("INSERT INTO lookup_turns (list, at, source) VALUES (2, ?, 'data8')").bind(at),
  ]);
  const { document } = await proofOf(env, tokens.compliance, number);
  const events = eventsOf(document).sort((a, b) => a.rows[0]! - b.rows[0]!);
  expect(events).toMatchObject([
    {
      ...{ what: "call", provider: "softphone", verdict: "clear", screened: null },
      ...{ seconds: 61, by: "The agent", rows: [seq - 1, seq] },
    },
    { what: "call", provider: "twilio", rows: [seq + 2] },
    { what: "lookup", list: "ctps", listed: true, source: "data8", rows: [seq + 4] },
  ]);
  expect(codesOf(document, [seq, seq + 2, seq + 4])).toEqual([
    "call.imported",
    "call.fetched",
    "lookup.answered",
  ]);
  // The payloads of log rows name other people's calls too.
  expect(
    rowsOf(document)
      .filter((row) => row.withheld)
      .map((row) => row.seq),
  ).toEqual([seq, seq + 2]);
  expect(document.proof.registers[1]!.lookups).toEqual([{ source: "data8", from: at, to: null }]);
  const company = (await proofOf(env, tokens.compliance, null)).document;
  // And the recorded call.
  expect(company.proof).toMatchObject({ figures: { calls: { outbound: 3, blocked: 0, unscreened: 2 } } });
});

it("has a call once, though a log had it before the provider's list replaced that", async () => {
  const number = "+442079460667";
  const at = new Date().toISOString();
  const row = { provider: "softphone", number, agent: "The agent", startedAt: at };
  await under(env, "POST", "/v1/calls/import", {
    token: tokens.manager,
    body: { dryRun: false, rows: [row] },
  });
  await env.DB.prepare(
    `INSERT INTO calls (id, ref, via, provider, number, direction, started_at, verdict, reasons, by, at, replaces)
     SELECT 'listed', 'l', 'fetch', 'twilio', number, 'outbound', ?1, 'clear', '[]', 'list:twilio', ?1, id
     FROM calls WHERE number = 442079460667`,
  )
    .bind(at)
    .run();
  const { document } = await proofOf(env, tokens.compliance, number);
  expect(eventsOf(document)).toMatchObject([{ what: "call", provider: "twilio" }]);
});

// Must come last: from here on the rows are in the archive.
it("once its month has left the database, the same rows bear it out", async () => {
  const before = (await proofOf(env, tokens.compliance)).document;
  await archiveMonths(env, Date.now() + 45 * DAY);
  expect(await env.DB.prepare("SELECT COUNT(*) AS n FROM audit_archives").first()).toEqual({ n: 1 });
  const after = (await proofOf(env, tokens.compliance)).document;
  expect(eventsOf(after)).toEqual(eventsOf(before));
  expect(rowsOf(after)).toEqual(rowsOf(before));
  for (const segment of after.proof.trail.segments) walk(segment);
  expect(after.proof.trail.unlinked).toEqual([]);
});

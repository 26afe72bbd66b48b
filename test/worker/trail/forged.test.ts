/**
 * Somebody who owns the database and computes hashes as we do, but has no secret of the Worker: what they append, take away or
 * move is found and named.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../../../shared/core/sha256.ts";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { auditFaults } from "../../../shared/texts/trail/faults.en.ts";
import type { DeepAnswer, DeepQuery } from "../../../shared/trail/api.ts";
import { commitmentTo, openingOf } from "../../../shared/trail/bound.ts";
import { canonical } from "../../../shared/trail/canonical.ts";
import { commitmentOf, type LinkedRow, rowHash } from "../../../shared/trail/chain.ts";
import { auditKey } from "../../../worker/core/audit-key.ts";
import { insertBound } from "../../../worker/core/bound.ts";
import type { Change, Written } from "../../../worker/core/change.ts";
import { record } from "../../../worker/core/commit.ts";
import { Ledger } from "../../../worker/core/ledger.ts";
import { consentsBound } from "../../../worker/do-not-call/bound.ts";
import type { Env } from "../../../worker/env.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { verifyDeep } from "../../../worker/trail/deep.ts";
import { publishHead } from "../../../worker/trail/heads.ts";
import { startOf } from "../../../worker/trail/start.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { eventsOf, proofOf } from "../proof/kit.ts";
import { asOwner, aTeam, call, DAY, dump, MONTH } from "../helpers.ts";
import { memory, newest, remember, run } from "./kit.ts";

const tokens = aTeam();
const NUMBER = "+442079460958";
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const event = (code: string, subject: string, payload: unknown = null): Change => ({
  actor: "system",
  event: { code, subject, payload },
  statements: [],
});

/** Appends a row that follows the newest one and has its hash. Answers its number. */
async function append(code: string, subject: string, commitment: string, own: Partial<LinkedRow> = {}) {
  const { seq, hash: prev } = await newest();
  const row = {
    ...{ seq: seq + 1, at: own.at ?? new Date().toISOString(), actor: own.actor ?? "system", code, subject },
    ...{ commitment, prev },
  };
  const hash = rowHash(row);
  const mac = own.mac === undefined ? null : own.mac === "" ? (await keyOf(FIRST)).mac(hash) : own.mac;
  await run(
    "INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ...[row.seq, row.at, row.actor, code, subject, commitment, prev, hash, mac],
  );
  return row.seq;
}
const bound = (root: string) => commitmentTo(openingOf(null, [root]));

/** The rows that a test appended, and the marks and bound rows that it changed, are as before again; the Ledger wrote none. */
let kept: { seq: number; marks: { name: string; value: string }[]; written: Written | null };
const keep = async () => {
  const marks = (await dump("marks")) as typeof kept.marks;
  kept = { seq: (await newest()).seq, marks, written: await memory() };
};
afterEach(async () => {
  await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq > ?", kept.seq));
  await run("DELETE FROM audit_payload WHERE seq > ?", kept.seq);
  await run("DELETE FROM marks");
  for (const { name, value } of kept.marks) await run("INSERT INTO marks VALUES (?, ?)", name, value);
  await remember(kept.written);
});

const FIRST = env.AUDIT_KEY!;
const SECOND = "MC4CAQAwBQYDK2VwBCIEIB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgEA";
const keyOf = async (secret: string) => (await auditKey(secret))!;
/** The Worker with another key, also where it writes. */
function withKeys(...[AUDIT_KEY = "", AUDIT_KEY_2]: string[]): Env {
  const own = { ...env, AUDIT_KEY, AUDIT_KEY_2 } as Env;
  const stub = env.LEDGER.get(env.LEDGER.idFromName("ledger"));
  const commit = (change: Change) =>
    runInDurableObject(stub, (_, state) => new Ledger(state, own).commit(change));
  const written = () => stub.written();
  const LEDGER = { idFromName: () => "ledger", get: () => ({ commit, written }) } as unknown as Env["LEDGER"];
  return { ...own, LEDGER };
}

async function deep(table: DeepQuery["table"], of: Env = env) {
  const findings: DeepAnswer["findings"] = [];
  const excused = { request: 0, retention: 0, returned: 0 };
  for (const pass of ["events", "rows"] as const)
    for (let after: string | null = ""; after !== null;) {
      const step: DeepAnswer = await verifyDeep(of, { table, pass, after: after || undefined });
      findings.push(...step.findings);
      for (const by of ["request", "retention", "returned"] as const) excused[by] += step.excused?.[by] ?? 0;
      after = step.next;
    }
  return { found: findings.map(({ what, key }) => `${what} ${key}`), excused };
}
const whyAt = async (of: Env = env) => {
  const { brokenAt, why } = await verify(of);
  return { brokenAt, why };
};
const forgedAt = (brokenAt: number) => ({ brokenAt, why: auditFaults.forged });
const holds = { brokenAt: undefined, why: undefined };

let entry: string;
beforeAll(async () => {
  const { data } = await call("POST", "/v1/suppressions", {
    token: tokens.manager,
    body: { number: "+442079460111", kind: "house", reason: "key account" },
  });
  entry = (data as { id: string }).id;
  // A dial of before the small rows, with its event.
  const old = { number: NUMBER, verdict: "clear", workerVerdict: "clear" };
  await record(env, event("dial.passed", "an-old-dial", old));
  await dialOf({ id: "an-old-dial", num: Date.now() * 64 });
  await adopt(env);
  await keep();
});

async function dialOf({ id, num, number = NUMBER }: { id: string; num: number; number?: string }) {
  await run("INSERT INTO dial_texts (num, month, text) VALUES (1, '2026-01', '[]') ON CONFLICT DO NOTHING");
  await run(
    `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state, id)
     VALUES (?, 1, ?, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, ?)`,
    ...[num, Number(number.slice(1)), id],
  );
}

it("what the Worker wrote itself holds, and says what is from before", async () => {
  expect(await verify(env)).toMatchObject({ ok: true, origin: { before: expect.any(Number) as number } });
  for (const table of ["suppressions", "consents", "dials"] as const)
    expect((await deep(table)).found).toEqual([]);
  const rows = (await dump("audit")) as LinkedRow[];
  const { mac } = await keyOf(FIRST);
  for (const row of rows.slice(1)) expect(row.mac).toBe(mac(rowHash(row)));
});

describe("a row that is appended", () => {
  it("an erasure that nobody decided excuses no row", async () => {
    const since = ago(DAY);
    await run("CREATE TABLE aside AS SELECT * FROM suppressions");
    const seq = await append("audit.bound", `erased/suppressions/${entry}`, bound(sha256Hex(since)));
    await append("request.comply", "a-request", commitmentOf("s", "null"));
    await run("INSERT INTO erased VALUES (?, ?, ?)", `suppressions/${entry}`, since, seq);
    await run("DELETE FROM suppressions WHERE id = ?", entry);
    expect(await whyAt()).toEqual(forgedAt(seq));
    expect((await deep("suppressions")).found).toEqual([`missing ${entry}`]);
    await asOwner(["erased"], () => run("DELETE FROM erased"));
    await run("INSERT INTO suppressions SELECT * FROM aside");
    await run("DROP TABLE aside");
  });

  const consent = (at: string) => ({
    ...{ id: "made-up", number: 442079460112, kind: "notification", basis: "service", given_by: "Dora" },
    ...{
      given_at: at,
      evidence: "",
      until: null,
      caller: "",
      calls: '["general"]',
      medium: "call",
      product: "",
    },
    ...{ words: "Do ring", how: "web", proof: "form 12", lasting: 0, day: null, by: "x", at, state: "good" },
  });
  const gone = () => asOwner(["consents"], () => run("DELETE FROM consents WHERE id = 'made-up'"));

  it("a consent of three months ago with an event of today, by somebody without the key and by somebody with it", async () => {
    const { by } = (await env.DB.prepare("SELECT id AS by FROM people LIMIT 1").first<{ by: string }>())!;
    const statement = insertBound(consentsBound, [{ ...consent(ago(3 * MONTH)), by }]);
    const [{ row, root }] = statement.binds as [{ row: string; root: string }];
    await run(statement.sql, ...statement.params);
    const seq = await append("audit.bound", row, bound(root));
    expect(await whyAt()).toEqual(forgedAt(seq));
    expect((await deep("consents")).found).toEqual(["forged made-up", "extra made-up"]);
    await gone();
    await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq = ?", seq));
    await record(env, { ...event("consent.recorded", "made-up"), statements: [statement] });
    expect((await deep("consents")).found).toEqual(["extra made-up"]);
    await gone();
  });

  it("a proof that quotes it says that the Worker did not write it", async () => {
    const body = {
      ...{
        number: NUMBER,
        kind: "notification",
        giver: "subscriber",
        givenBy: "Dora Data",
        givenAt: new Date().toISOString(),
      },
      ...{ words: "Do ring me", how: "web", proof: "form 12" },
    };
    const { data } = await call("POST", "/v1/consents", { token: tokens.manager, body });
    const { id } = data as { id: string };
    const seq = await append("consent.withdrawn", id, commitmentOf("s", "null"));
    await run("UPDATE consents SET withdrawn_at = ? WHERE id = ?", new Date().toISOString(), id);
    const { document } = await proofOf(env, tokens.compliance);
    expect(eventsOf(document).map(({ what }) => what)).not.toContain("consent-withdrawn");
    expect((document.proof as NumberProof).altered).toMatchObject([{ ref: id, how: "other", told: false }]);
    const quoted = document.proof.trail.rows.map((row) => [row.seq, row.origin] as const);
    expect(quoted).toContainEqual([seq, "forged"]);
    expect(quoted.filter(([, origin]) => origin !== "forged").length).toBeGreaterThan(0);
    await asOwner(["consents"], () => run("DELETE FROM consents WHERE id = ?", id));
  });

  it("a second adoption, with the mark moved to it: also once the first is archived", async () => {
    const move = async () => {
      const seq = await append("evidence.adopted", "", commitmentOf("s", "null"), { at: ago(-DAY) });
      await run("UPDATE marks SET value = ? WHERE name = 'evidence-adopted'", String(seq));
      return seq;
    };
    const bare =
      "INSERT INTO suppressions (id, number, kind, reason, source, by, at) VALUES ('bare', 442079460113, 'house', 'x', 'x', 'x', ?)";
    await run(bare, new Date().toISOString());
    expect(await whyAt()).toEqual(holds);
    expect((await deep("suppressions")).found).toEqual(["extra bare"]);
    expect(await whyAt()).toEqual(holds);
    const seq = await move();
    expect(await whyAt()).toEqual(forgedAt(seq));
    expect((await deep("suppressions")).found).toEqual(["extra bare"]);
    // The record itself, put back to where there was no key, or taken away.
    const nobody = {
      rows: { seq, at: ago(-DAY) },
      states: null,
      keyed: 1_000_000,
      key: null,
      replaced: [],
      returned: [],
      mac: "",
    };
    for (const value of ["{}", JSON.stringify(nobody)]) {
      await run("UPDATE marks SET value = ? WHERE name = 'evidence-start'", value);
      expect(await whyAt()).toEqual(forgedAt(seq));
    }
    await run("DELETE FROM marks WHERE name LIKE 'evidence%'");
    expect(await whyAt()).toEqual(forgedAt(seq));
    await run("DELETE FROM suppressions WHERE id = 'bare'");
  });
});

it("a payload that is taken away while it is young; not one whose time is over", async () => {
  await record(env, event("person.changed", "somebody", { name: "Dora" }));
  const { seq } = await newest();
  await run("DELETE FROM audit_payload WHERE seq = ?", seq);
  expect(await whyAt()).toEqual({ brokenAt: seq, why: auditFaults.silent });
  expect(await verify(env, 0, "genesis", 20_000, Date.now() + 25 * MONTH)).toMatchObject({ ok: true });
});

it("an old dial that is dressed again: its event is about another number", async () => {
  await asOwner(["dials"], () => run("UPDATE dials SET number = 442079460000 WHERE id = 'an-old-dial'"));
  expect((await deep("dials")).found).toHaveLength(1);
  await asOwner(["dials"], () =>
    run("UPDATE dials SET number = ? WHERE id = 'an-old-dial'", Number(NUMBER.slice(1))),
  );
  expect((await deep("dials")).found).toEqual([]);
});

describe("another key", () => {
  it("replaces the first; who knows the first writes nothing that counts", async () => {
    const rotated = withKeys(FIRST, SECOND);
    // What is written before the next run has its code under the new key.
    await record(rotated, event("test.one", ""));
    expect(await whyAt(rotated)).toEqual(holds);
    await adopt(rotated);
    await record(rotated, event("test.two", ""));
    expect(await verify(rotated)).toMatchObject({ ok: true });
    expect(await startOf(rotated)).toMatchObject({ key: (await keyOf(SECOND)).thumbprint, isKept: true });
    const seq = await append("audit.bound", "consents/made-up", bound("x"), { mac: "" });
    expect(await whyAt(rotated)).toEqual(forgedAt(seq));
    await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq = ?", seq));
    // Nor does the first come into force again.
    const back = await append("evidence.keyed", (await keyOf(FIRST)).thumbprint, commitmentOf("", ""), {
      mac: "",
    });
    await adopt(rotated);
    expect(await whyAt(rotated)).toEqual(forgedAt(back));
    await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq = ?", back));
    await expect(adopt(withKeys(SECOND, FIRST))).rejects.toThrow(/was replaced at row \d+/);
  });

  it("nor is a record under the first of any use, once the second is in force", async () => {
    const first = await keyOf(FIRST);
    const rotated = withKeys(FIRST, SECOND);
    await adopt(rotated);
    const { thumbprint } = await keyOf(SECOND);
    const { keyed, replaced } = await startOf(rotated);
    await append("audit.bound", "consents/made-up", bound("x"), { mac: "" });
    const all = { first: 1, last: 1_000_000, from: "2020-01-01", to: "2090-01-01", said: 1 };
    const late = { rows: { seq: 1_000_000, at: "2090-01-01" }, access: null, entries: null, later: null };
    for (const made of [
      { ...late, keyed: 1_000_000, key: first.thumbprint, replaced: [], returned: [all] },
      { ...late, keyed: 1_000_000, key: thumbprint, replaced: [], returned: [] },
      { ...late, keyed: 1, key: thumbprint, replaced: [{ key: first.thumbprint, until: 1e6 }], returned: [] },
    ]) {
      const value = JSON.stringify({ ...made, mac: first.mac(`start ${canonical(made)}`) });
      await run("UPDATE marks SET value = ? WHERE name = 'evidence-start'", value);
      const start = await startOf(rotated);
      expect([start.originOf(await newest()), start.rows?.at === "2090-01-01"]).toEqual(["forged", false]);
      expect((await verify(rotated)).ok).toBe(false);
    }
    expect([keyed, replaced]).toEqual([
      expect.any(Number),
      [expect.objectContaining({ key: first.thumbprint })],
    ]);
  });

  it("in a deployment that lost the first: what nobody can tell is counted, and what comes after is compared", async () => {
    const lost = withKeys(SECOND);
    await adopt(lost);
    const answer = await verify(lost);
    expect(answer).toMatchObject({ ok: true, origin: { lost: expect.any(Number) as number } });
    const seq = await append("audit.bound", "consents/made-up", bound("x"));
    expect(await whyAt(lost)).toEqual(forgedAt(seq));
    // Nor does no key at all fail for ever.
    expect(await verify(withKeys())).toMatchObject({ ok: true });
  });
});

describe("an older Worker, after a roll-back", () => {
  const say = (body: object, token = tokens.compliance) =>
    call("POST", "/v1/audit/returned", { token, body });
  const why = "rolled back from Monday to Tuesday";

  it("writes rows without codes, which an officer accounts for: counted apart, and nothing else with them", async () => {
    const from = new Date().toISOString();
    await run(
      "INSERT INTO suppressions (id, number, kind, reason, source, by, at) VALUES ('old', 442079460114, 'house', 'x', 'x', 'x', ?)",
      from,
    );
    await run(
      `INSERT INTO recordings (id, provider, ref, store, region, erase_after, rule, months, state, by, at)
       VALUES ('old', 'dialler', 'old', 'r2', 'GB', '2026-11-01', 'retention', 12, 'erased', 'x', ?)`,
      from,
    );
    const first = await append("suppression.added", "old", commitmentOf("s", "null"));
    const last = await append("suppression.added", "other", commitmentOf("s", "null"));
    const to = new Date().toISOString();
    // An older Worker does not archive rows that have codes.
    await expect(
      run(
        `INSERT INTO audit_archives (first_seq, last_seq, last_hash, key, month, first_at, last_at, bytes, sha256, at)
         SELECT 1, seq, hash, 'x', '2026-01', at, at, 1, '', at FROM audit WHERE seq = ?`,
        first - 1,
      ),
    ).rejects.toThrow("audit_archive");
    expect(await whyAt()).toEqual(forgedAt(first));
    for (const table of ["suppressions", "recordings"] as const)
      expect((await deep(table)).found).toEqual(["extra old"]);
    await new Promise((done) => setTimeout(done, 2));
    expect((await say({ from, to: ago(-DAY), why })).status).toBe(422);
    expect((await say({ from, to, why }, tokens.manager)).status).toBe(403);
    await record(env, event("test.since", ""));
    expect(await say({ from, to, why })).toMatchObject({ status: 201, data: { first, last } });
    expect(await verify(env)).toMatchObject({ ok: true, origin: { returned: 2 } });
    expect(await deep("recordings")).toMatchObject({ found: [], excused: { returned: 1 } });
    // An entry is bound from now on, as it is.
    expect(await deep("suppressions")).toMatchObject({ found: [], excused: { returned: 0 } });
    // What is dated back into that time afterwards is not among them.
    const late = await append("suppression.added", "late", commitmentOf("s", "null"), { at: from });
    expect(await whyAt()).toEqual(forgedAt(late));
    for (const table of ["suppressions", "recordings"] as const)
      await asOwner([table], () => run(`DELETE FROM ${table} WHERE id = 'old'`));
  });
});

it("the record is with each day's head as well: taken away and its event archived, it is read there", async () => {
  await publishHead(env, Date.now());
  await archiveMonths(env, Date.now() + 2 * MONTH);
  await run("DELETE FROM marks WHERE name LIKE 'evidence%'");
  const { keyed, isKept } = await startOf(env);
  expect([keyed !== null, isKept]).toEqual([true, false]);
  const seq = await append("evidence.adopted", "", commitmentOf("s", "null"));
  await run("INSERT INTO marks VALUES ('evidence-adopted', ?)", String(seq));
  expect(await whyAt()).toEqual(forgedAt(seq));
  await adopt(env);
  expect(await startOf(env)).toMatchObject({ keyed, isKept: true });
  expect(await whyAt()).toEqual(forgedAt(seq));
});

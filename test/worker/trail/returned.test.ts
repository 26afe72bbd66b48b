/**
 * A roll-back to a Worker that binds nothing: what it changed and erased is named until an officer says when that was and that it
 * was this, and never again. What somebody else altered stays named.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import type { DeepAnswer, ReturnedAnswer } from "../../../shared/trail/api.ts";
import { commitmentOf, type LinkedRow, rowHash } from "../../../shared/trail/chain.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { TOKEN_KEPT } from "../../../worker/core/access-bound.ts";
import { record } from "../../../worker/core/commit.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { makeProof } from "../../../worker/proof/routes.ts";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { made } from "../proof/kit.ts";
import { asOwner, aTeam, call, DAY, daysAgo, join, push, setPolicy } from "../helpers.ts";
import { deep, run } from "./kit.ts";

const tokens = aTeam();
let last = 442079460800;
const aNumber = () => `+${++last}`;
const consent = (number = aNumber()) =>
  made<Consent>("POST", "/v1/consents", tokens.manager, {
    ...{
      number,
      kind: "notification",
      giver: "subscriber",
      givenBy: "Dora Data",
      givenAt: new Date().toISOString(),
    },
    ...{ words: "Do ring me", how: "web", proof: "form 12" },
  });
const objection = () =>
  made<Suppression>("POST", "/v1/suppressions", tokens.agent, {
    number: aNumber(),
    reason: "asked us to stop",
  });
const one = async <T>(text: string, ...params: (string | number)[]) =>
  (await env.DB.prepare(text)
    .bind(...params)
    .first<T>())!;

/** A row of the trail as a Worker writes it that has no codes. */
async function older(code: string, subject: string) {
  const { seq, hash: prev } = await one<LinkedRow>("SELECT * FROM audit ORDER BY seq DESC LIMIT 1");
  const row = {
    ...{ seq: seq + 1, at: new Date().toISOString(), actor: "x", code, subject, prev },
    commitment: commitmentOf("s", "null"),
  };
  await run(
    "INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ...[row.seq, row.at, row.actor, code, subject, row.commitment, prev, rowHash(row)],
  );
}

const TABLES = ["policies", "suppressions", "consents", "calls", "people", "tokens", "lists", "recordings"];
const compared = async (now = Date.now()) =>
  (await Promise.all(TABLES.map(async (table) => (await deep(table, now, 500)).findings))).flat();
/** A row that is gone is missed by each event that binds a state of it. */
const words = (findings: DeepAnswer["findings"]) =>
  [...new Set(findings.map(({ table, key, what }) => `${what} ${table}/${key}`))].sort();
const pause = () => new Promise((done) => setTimeout(done, 3));

let from: string;
let to: string;
let findings: DeepAnswer["findings"];
let of: Record<"consent" | "entry" | "person" | "token" | "call" | "gone" | "spent" | "bent", string>;
let number: string;
beforeAll(async () => {
  await adopt(env);
  await push(tokens.admin, "tps", ["+442079460000"]);
  const given = await consent();
  number = given.number;
  await made("POST", "/v1/calls/import", tokens.manager, {
    dryRun: false,
    rows: [{ provider: "softphone", number: aNumber(), agent: "ext 7", startedAt: new Date().toISOString() }],
  });
  const { id: person } = await one<{ id: string }>("SELECT id FROM people WHERE role = 'agent'");
  await join(tokens.admin, "agent", "other@example.com");
  const token = await one<{ id: string }>("SELECT id FROM tokens WHERE person = ?", person);
  const spent = await one<{ id: string }>(
    "SELECT t.id FROM tokens t JOIN people p ON p.id = t.person WHERE p.email = 'other@example.com'",
  );
  of = {
    ...{ consent: given.id, entry: (await objection()).id, person, token: token.id, spent: spent.id },
    call: (await one<{ id: string }>("SELECT id FROM calls")).id,
    ...{ gone: (await consent()).id, bent: (await consent()).id },
  };
  expect(words(await compared())).toEqual([]);
  await pause();

  from = new Date().toISOString();
  await older("consent.withdrawn", of.consent);
  await run("UPDATE consents SET withdrawn_at = ? WHERE id = ?", from, of.consent);
  await older("suppression.ended", of.entry);
  await run(
    "UPDATE suppressions SET ended_at = ?, ended_by = 'x', ended_reason = 'x' WHERE id = ?",
    from,
    of.entry,
  );
  await older("person.changed", of.person);
  await run("UPDATE people SET name = 'Another Name' WHERE id = ?", of.person);
  await older("token.rotated", of.token);
  await run("UPDATE tokens SET device = 'their new laptop' WHERE id = ?", of.token);
  await older("call.agent-said", "ext 7");
  await run("UPDATE calls SET person = ? WHERE id = ?", of.person, of.call);
  await older("list.declared", "tps");
  await run("UPDATE lists SET name = 'The TPS' WHERE id = 'tps'");
  await older("retention.swept", "");
  await run("DELETE FROM consents WHERE id = ?", of.gone);
  await run("DELETE FROM tokens WHERE id = ?", of.spent);
  await older("policy.saved", "7");
  await run(
    "INSERT INTO policies (version, doc, at, by, why) SELECT MAX(version) + 1, ?, ?, (SELECT id FROM people LIMIT 1), 'x' FROM policies",
    ...[JSON.stringify(defaultPolicy), new Date().toISOString()],
  );
  to = new Date().toISOString();
  await pause();
  // And somebody who owns the database, since.
  await asOwner(["consents"], () => run("UPDATE consents SET given_by = 'Nobody' WHERE id = ?", of.bent));
  await record(env, {
    actor: "system",
    event: { code: "test.since", subject: "", payload: null },
    statements: [],
  });
  findings = await compared();
});

const say = (more: object = {}) =>
  call("POST", "/v1/audit/returned", {
    token: tokens.compliance,
    body: { from, to, why: "rolled back for an afternoon", ...more },
  });
const mine = () =>
  findings
    .filter(({ key }) => key !== of.bent)
    .map(({ table, key, seq, what }) => ({ table, key, seq, what }));

it("what it changed and erased is named, until somebody says when it was", async () => {
  const version = (await one<{ n: number }>("SELECT MAX(version) AS n FROM policies")).n;
  expect(words(findings)).toEqual(
    [
      ...["consent", "bent"].map((name) => `altered consents/${of[name as "bent"]}`),
      ...[`altered suppressions/${of.entry}`, `altered people/${of.person}`, `altered tokens/${of.token}`],
      ...[`altered calls/${of.call}`, "altered lists/tps", `extra policies/${version}`],
      ...[`missing consents/${of.gone}`, `missing tokens/${of.spent}`],
    ].sort(),
  );
  expect((await verify(env)).ok).toBe(false);
});

it("a dry run says what would end, by which rows of that time, and writes nothing", async () => {
  const { seq } = await one<{ seq: number }>("SELECT MAX(seq) AS seq FROM audit");
  const { status, data } = await say({ rows: findings, dryRun: true });
  expect(status).toBe(200);
  const { rows } = data as ReturnedAnswer;
  const said = new Map(rows.map(({ key, how, named }) => [key, { how, named }]));
  for (const name of ["consent", "entry", "person", "token"] as const)
    expect(said.get(of[name]), name).toEqual({ how: "bound", named: true });
  // Nothing on the trail of that time names these: they are for the officer to look at.
  expect(said.get(of.call)).toEqual({ how: "bound", named: false });
  expect(said.get(of.bent)).toEqual({ how: "bound", named: false });
  for (const name of ["gone", "spent"] as const)
    expect(said.get(of[name])).toEqual({ how: "gone", named: false });
  expect((await one<{ seq: number }>("SELECT MAX(seq) AS seq FROM audit")).seq).toBe(seq);
  expect(words(await compared())).toEqual(words(findings));
});

describe("once an officer has said so", () => {
  beforeAll(async () => {
    expect((await say({ rows: mine() })).status).toBe(201);
  });

  it("none of it is named any more, and what somebody else altered still is", async () => {
    expect(words(await compared())).toEqual([`altered consents/${of.bent}`]);
    expect(await verify(env)).toMatchObject({ ok: true });
    // Nor by the runs that follow.
    await adopt(env);
    expect(words(await compared())).toEqual([`altered consents/${of.bent}`]);
    // Saying it again changes nothing.
    expect((await say({ rows: mine() })).status).toBe(201);
    expect(words(await compared())).toEqual([`altered consents/${of.bent}`]);
  });

  it("the trail keeps which rows they were, and who said so", async () => {
    const { payload } = await one<{ payload: string }>(
      "SELECT payload FROM audit_payload p JOIN audit a USING (seq) WHERE a.code = 'evidence.returned' ORDER BY a.seq LIMIT 1",
    );
    expect((JSON.parse(payload) as ReturnedAnswer).rows.map(({ key }) => key).sort()).toEqual(
      mine()
        .map(({ key }) => key)
        .sort(),
    );
    const said = (row: string) =>
      one("SELECT seq FROM audit WHERE code = 'audit.bound' AND subject = ?", row);
    expect(await said(`erased/consents/${of.consent}@1`)).not.toBeNull();
    expect(await said(`erased/tokens/${of.spent}`)).not.toBeNull();
  });

  it("a proof tells of the consent that the older Worker withdrew, and names no row", async () => {
    const asked = { from: daysAgo(1), to: daysAgo(-1), number };
    const document = await makeProof(env, { id: "x", name: "X", role: "admin" }, asked, Date.now());
    const { events, altered } = document.proof as NumberProof;
    expect([events.map(({ what }) => what), altered]).toEqual([["consent", "consent-withdrawn"], []]);
  });

  it("and what is altered, put back or taken away afterwards is named again", async () => {
    await asOwner(["consents", "suppressions"], async () => {
      await run("UPDATE consents SET withdrawn_at = NULL WHERE id = ?", of.consent);
      await run("DELETE FROM suppressions WHERE id = ?", of.entry);
    });
    expect(words(await compared())).toEqual(
      [
        `altered consents/${of.consent}`,
        `altered consents/${of.bent}`,
        `missing suppressions/${of.entry}`,
      ].sort(),
    );
  });
});

it("a browser whose token ended long before rows were bound is swept without an alarm, then and later", async () => {
  await join(tokens.admin, "agent", "third@example.com");
  const { id } = await one<{ id: string }>(
    "SELECT t.id FROM tokens t JOIN people p ON p.id = t.person WHERE p.email = 'third@example.com'",
  );
  await run(
    "UPDATE tokens SET last_used_at = ? WHERE id = ?",
    new Date(Date.now() - TOKEN_KEPT - DAY).toISOString(),
    id,
  );
  await setPolicy(() => ({}));
  await sweep(env, Date.now());
  expect(await env.DB.prepare("SELECT 1 FROM tokens WHERE id = ?").bind(id).first()).toBeNull();
  for (const days of [0, 1, 400, 1000]) {
    const { findings: found } = await deep("tokens", Date.now() + days * DAY, 500);
    expect(words(found), String(days)).toEqual([]);
  }
});

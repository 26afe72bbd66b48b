/**
 * The database's owner puts a consent back to what it was before its withdrawal, or brings back what was erased: a proof of a
 * day before says what was true then, one of a day after does not tell of it, and both name the row.
 */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { NumberProof } from "../../../shared/proof/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import { factDiffers } from "../../../shared/proof/bound-row.ts";
import { callsBound } from "../../../worker/call-logs/bound.ts";
import { record } from "../../../worker/core/commit.ts";
import { changeBound, statesOf } from "../../../worker/core/states.ts";
import { makeProof } from "../../../worker/proof/routes.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { publishHead } from "../../../worker/trail/heads.ts";
import { deepOf } from "../trail/kit.ts";
import { asOwner, aTeam, DAY, MONTH, today } from "../helpers.ts";
import { made } from "./kit.ts";

const tokens = aTeam();
const NOON = Date.parse(`${today()}T12:00:00.000Z`);
const dayOf = (n: number) => new Date(NOON + (n - 1) * DAY).toISOString().slice(0, 10);
const onDay = (n: number, hours = 0) => vi.setSystemTime(NOON + (n - 1) * DAY + hours * 3_600_000);

beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
});
afterAll(() => {
  vi.useRealTimers();
});
/** The day's head ends what a proof of that day quotes of the trail. */
const night = async (n: number) => {
  onDay(n, 11);
  await publishHead(env, Date.now());
};

const run = (text: string, ...params: (string | number | null)[]) =>
  env.DB.prepare(text)
    .bind(...params)
    .run();
/** Keeps a row as it is now; `back` puts it back. */
const aside = async (table: string, id: string) => {
  await run("DROP TABLE IF EXISTS aside");
  await run(`CREATE TABLE aside AS SELECT * FROM ${table} WHERE id = ?`, id);
};
const back = (table: string, id: string) =>
  asOwner([table], async () => {
    await run(`DELETE FROM ${table} WHERE id = ?`, id);
    await run(`INSERT INTO ${table} SELECT * FROM aside`);
  });

let last = 442079460700;
const consent = (number: string) =>
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
const withdraw = ({ id }: Consent) =>
  made("POST", `/v1/consents/${id}/withdraw?because=mistake`, tokens.manager, {});
const by = { id: "x", name: "X", role: "admin" as const };
const proofOfDay = async (number: string, n: number) =>
  (await makeProof(env, by, { from: dayOf(n), to: dayOf(n), number }, Date.now())).proof as NumberProof;
const told = ({ events }: NumberProof) => events.map(({ what }) => what);
const codeOf = (proof: NumberProof, seq: number) => proof.trail.rows.find((row) => row.seq === seq)?.subject;

it("a consent that no row of the trail knows is named, and not told of", async () => {
  const number = `+${++last}`;
  const given = await consent(number);
  await aside("consents", given.id);
  await run("UPDATE aside SET id = 'made-up'");
  await asOwner(["consents"], () => run("INSERT INTO consents SELECT * FROM aside"));
  const proof = await proofOfDay(number, 5);
  expect(proof.events.map(({ ref }) => ref)).toEqual([given.id]);
  expect(proof.altered).toEqual([
    {
      ...{ table: "consents", ref: "made-up", how: "unknown", told: false },
      seq: null,
      at: null,
      code: null,
    },
  ]);
});

it("an objection that the owner ends, or whose end is put back, is named: not told as ended, nor as live", async () => {
  const number = `+${++last}`;
  const entry = await made<Suppression>("POST", "/v1/suppressions", tokens.agent, { number, reason: "no" });
  onDay(6);
  await asOwner(["suppressions"], () =>
    run(
      "UPDATE suppressions SET ended_at = ?, ended_reason = 'x' WHERE id = ?",
      `${dayOf(4)}T00:00:00.000Z`,
      entry.id,
    ),
  );
  // Though by its own row it was over long before.
  const bent = await proofOfDay(number, 6);
  expect([told(bent), bent.altered]).toMatchObject([
    [],
    [{ table: "suppressions", ref: entry.id, how: "other" }],
  ]);
});

describe("an objection that was kept behind another's", () => {
  const kept = async () => {
    const number = `+${++last}`;
    onDay(5, -1);
    await made("POST", "/v1/suppressions", tokens.agent, { number, reason: "no" });
    onDay(5);
    const { id } = await made<{ id: string }>("POST", "/v1/requests/entries", tokens.compliance, {
      ...{ kind: "objection", channel: "post", receivedOn: dayOf(5), name: "J. Doe", number },
    });
    const ref = (await env.DB.prepare("SELECT suppression FROM requests WHERE id = ?")
      .bind(id)
      .first<string>("suppression"))!;
    return { number, id, ref };
  };
  const codesOf = (proof: NumberProof, what: string, ref: string) =>
    proof.events
      .filter((event) => event.what === what && event.ref === ref)
      .map(({ at, rows }) => [
        at.slice(0, 10),
        rows.flatMap((seq) => proof.trail.rows.find((row) => row.seq === seq)?.code ?? []).sort(),
      ]);

  it("is told as kept by the event that entered it", async () => {
    const { number, ref } = await kept();
    const proof = await proofOfDay(number, 5);
    for (const what of ["suppression", "suppression-ended"])
      expect(codesOf(proof, what, ref)).toEqual([[dayOf(5), ["audit.bound", "request.created"]]]);
    expect(proof.altered).toEqual([]);
  });
  it("and taken back, is told as ended on that day, by that step", async () => {
    const { number, id, ref } = await kept();
    onDay(6);
    const body = { requests: [id], action: "take-back", reason: "another line" };
    await made("POST", "/v1/requests/objections", tokens.admin, body);
    const proof = await proofOfDay(number, 6);
    expect(codesOf(proof, "suppression-ended", ref)).toEqual([
      [dayOf(6), ["audit.bound", "request.take-back"]],
    ]);
    expect(proof.altered).toEqual([]);
    const ended = proof.events.find((event) => event.what === "suppression-ended" && event.ref === ref)!;
    const quoted = proof.trail.rows.find(
      ({ bound, subject }) => bound?.table === "suppressions" && subject.includes(ref),
    )!;
    expect(factDiffers(ended, quoted, number)).toBeNull();
    const other = { ...ended, keptAt: `${dayOf(6)}T00:00:00.000Z` } as typeof ended;
    expect(factDiffers(other, quoted, number)).toBe("ended_at");
    // In force that day, it is of the day's proof; over, not of the next one's.
    onDay(7);
    expect(codesOf(await proofOfDay(number, 7), "suppression", ref)).toEqual([]);
  });
  it("said again, is told by the event that says so, and ends by that of the entry that it dated", async () => {
    const number = `+${++last}`;
    onDay(5, -1);
    await made("POST", "/v1/suppressions", tokens.agent, { number, reason: "no" });
    onDay(5);
    await made("POST", "/v1/suppressions", tokens.agent, { number, reason: "no, I said" });
    const ref = (await env.DB.prepare("SELECT id FROM suppressions WHERE reason = ? AND number = ?")
      .bind("no, I said", Number(number))
      .first<string>("id"))!;
    const said = await proofOfDay(number, 5);
    expect(codesOf(said, "suppression", ref)).toEqual([[dayOf(5), ["audit.bound", "suppression.repeated"]]]);
    onDay(6);
    await made("DELETE", `/v1/suppressions/${encodeURIComponent(number)}`, tokens.admin, {
      reason: "another's",
    });
    const ended = await proofOfDay(number, 6);
    expect(codesOf(ended, "suppression-ended", ref)).toEqual([
      [dayOf(6), ["audit.bound", "suppression.ended"]],
    ]);
    expect(ended.altered).toEqual([]);
  });
});

it("a call's kind is told and bound; altered, the call is named and not told; of a release before it is not told", async () => {
  const number = `+${++last}`;
  onDay(5);
  const at = new Date().toISOString();
  const row = { provider: "softphone", number, agent: "ext 7", startedAt: at, campaign: "general" };
  await made("POST", "/v1/calls/import", tokens.manager, { dryRun: false, rows: [row] });
  const call = { what: "call", campaign: "general", judgedAs: "general" };
  const before = await proofOfDay(number, 5);
  expect([before.events, before.altered]).toMatchObject([[call], []]);
  const [event] = before.events;
  const quoted = before.trail.rows.find(({ bound }) => bound?.table === "calls")!;
  expect(quoted.bound!.few!.map(([name, , value]) => [name, value])).toEqual([
    ["campaign", "tgeneral"],
    ["judged_as", "tgeneral"],
  ]);
  expect(factDiffers(event!, quoted, number)).toBeNull();
  // Who makes such a document by hand cannot tell another kind, nor leave out that one is bound.
  const other = { ...event, judgedAs: "automated" } as typeof event;
  expect(factDiffers(other!, quoted, number)).toBe("judged_as");
  const { few: _, ...less } = quoted.bound!;
  expect(factDiffers(other!, { ...quoted, bound: less }, number)).toBe("code");

  await asOwner(["calls"], () => run("UPDATE calls SET judged_as = 'automated' WHERE id = ?", event!.ref));
  const bent = await proofOfDay(number, 5);
  expect([bent.events, bent.altered]).toMatchObject([
    [],
    [{ table: "calls", ref: event!.ref, how: "other", told: false }],
  ]);
  await asOwner(["calls"], () => run("UPDATE calls SET judged_as = 'general' WHERE id = ?", event!.ref));

  const { few: __, ...table } = callsBound;
  const [stored] = await statesOf(env.DB, callsBound, "id = ?", event!.ref);
  await record(env, {
    actor: "system",
    event: { code: "x", subject: "", payload: null },
    statements: [changeBound(table, stored!, { extension: "on" }, new Date().toISOString())],
  });
  const older = await proofOfDay(number, 5);
  expect(older.altered).toEqual([]);
  expect(older.events).toMatchObject([{ what: "call", ref: event!.ref }]);
  expect(older.events[0]).not.toHaveProperty("judgedAs");
  expect(older.events[0]).not.toHaveProperty("campaign");
});

it("a withdrawal closes the number: its objection rests on the row of the withdrawal", async () => {
  const number = `+${++last}`;
  onDay(5);
  const given = await consent(number);
  onDay(5, 1);
  await made("POST", `/v1/consents/${given.id}/withdraw`, tokens.manager, {});
  const { events, trail } = await proofOfDay(number, 5);
  const [, ...after] = events;
  expect(after.map(({ what }) => what).sort()).toEqual(["consent-withdrawn", "suppression"]);
  const codes = new Map(trail.rows.map(({ seq, code }) => [seq, code]));
  for (const { what, rows } of after)
    expect(rows.map((seq) => codes.get(seq)).sort(), what).toEqual(["audit.bound", "consent.withdrawn"]);
});

describe("a consent, withdrawn on the third day", () => {
  let number: string;
  let given: Consent;
  beforeEach(async () => {
    number = `+${++last}`;
    onDay(1);
    await adopt(env);
    given = await consent(number);
    await night(1);
    await aside("consents", given.id);
    onDay(3);
    await withdraw(given);
    await night(3);
    onDay(5);
  });

  it("as it is: in force on the second day, over on the fourth, and nothing is named", async () => {
    const [second, third, fourth] = await Promise.all([2, 3, 4].map((n) => proofOfDay(number, n)));
    expect([told(second!), told(third!), told(fourth!)]).toEqual([
      ["consent"],
      ["consent", "consent-withdrawn"],
      [],
    ]);
    for (const proof of [second!, third!, fourth!]) expect(proof.altered).toEqual([]);
  });

  it("put back: it was in force on the second day, and is named there as well; later it is not told of", async () => {
    await back("consents", given.id);
    const second = await proofOfDay(number, 2);
    expect(told(second)).toEqual(["consent"]);
    const named = {
      ...{ table: "consents", ref: given.id, how: "earlier", told: true },
      ...{ code: "consent.withdrawn", at: expect.stringContaining(dayOf(3)) as string },
    };
    expect(second.altered).toEqual([{ ...named, seq: expect.any(Number) as number }]);
    // With the row of the trail that says so, so that any reader sees it.
    expect(codeOf(second, second.altered![0]!.seq!)).toBe(`consents/${given.id}@2`);
    expect(second.trail.unlinked).toEqual([]);
    for (const n of [3, 4, 5]) {
      const proof = await proofOfDay(number, n);
      expect(told(proof)).toEqual([]);
      expect(proof.altered).toMatchObject([{ ...named, told: false }]);
    }
  });

  it("put back, once the months of its events were archived", async () => {
    await back("consents", given.id);
    vi.setSystemTime(NOON + 3 * MONTH);
    await archiveMonths(env, Date.now());
    const { n } = (await env.DB.prepare("SELECT COUNT(*) AS n FROM audit WHERE subject LIKE ?")
      .bind(`consents/${given.id}@%`)
      .first<{ n: number }>())!;
    expect(n).toBe(0);
    const second = await proofOfDay(number, 2);
    expect([told(second), second.altered]).toMatchObject([["consent"], [{ how: "earlier", told: true }]]);
    const fourth = await proofOfDay(number, 4);
    expect([told(fourth), fourth.altered]).toMatchObject([[], [{ code: "consent.withdrawn", told: false }]]);
    onDay(5);
  });

  it("its withdrawal cleared, or dated to another day: not told of, whenever the proof is for", async () => {
    for (const at of [null, `${dayOf(1)}T00:00:00.000Z`]) {
      await asOwner(["consents"], () =>
        run("UPDATE consents SET withdrawn_at = ? WHERE id = ?", at, given.id),
      );
      for (const n of [2, 4]) {
        const proof = await proofOfDay(number, n);
        expect([told(proof), proof.altered]).toMatchObject([[], [{ how: "other", told: false }]]);
      }
    }
  });

  it("erased by the sweep, and brought back by the owner: nothing of it is told or quoted", async () => {
    await aside("consents", given.id);
    vi.setSystemTime(NOON + 80 * MONTH);
    await sweep(env, Date.now());
    expect(await env.DB.prepare("SELECT 1 FROM consents WHERE id = ?").bind(given.id).first()).toBeNull();
    expect((await proofOfDay(number, 2)).altered).toEqual([]);
    for (const hides of [false, true]) {
      if (hides)
        await asOwner(["erased"], () => run("DELETE FROM erased WHERE row = ?", `consents/${given.id}`));
      await back("consents", given.id);
      const proof = await proofOfDay(number, 2);
      expect([told(proof), proof.altered]).toMatchObject([
        [],
        [{ ref: given.id, how: "erased", code: "retention.swept", told: false }],
      ]);
      expect(JSON.stringify(proof)).not.toContain("form 12");
      expect((await deepOf(["consents"], Date.now())).found).toContain(`consents ${given.id}: back`);
    }
    onDay(5);
  });
});

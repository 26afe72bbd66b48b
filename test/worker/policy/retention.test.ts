/** When a shorter retention takes effect, once it was approved. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { record } from "../../../worker/core/commit.ts";
import { changeBound, statesOf } from "../../../worker/core/states.ts";
import { consentsBound } from "../../../worker/do-not-call/bound.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { asOwner, aTeam, call, dump, MONTH, push, setPolicy, today } from "../helpers.ts";

const tokens = aTeam();
beforeAll(async () => {
  await push(tokens.admin, "tps", ["+442079460001", "+442079460002"]);
  const changes = { add: ["+442079460006"], asOf: today() };
  await call("POST", "/v1/lists/tps/changes", { token: tokens.admin, body: changes });
  const body = {
    ...{ kind: "notification", words: "yes", how: "web", proof: "form" },
    giver: "subscriber",
    givenBy: "A",
    givenAt: "2026-01-01T00:00:00.000Z",
  };
  for (const number of ["+442079460012", "+442079460013"])
    await call("POST", "/v1/consents", { token: tokens.agent, body: { ...body, number } });
});

const save = (retention: object) =>
  setPolicy(() => ({ retention: { ...defaultPolicy.retention, ...retention } }));

it("it counts a week after its save, also where it was taken back and saved anew", async () => {
  const old = new Date(Date.now() - 3 * MONTH).toISOString();
  const seqs = ((await dump("audit_payload")) as { seq: number }[]).map(({ seq }) => seq);
  await env.DB.prepare(
    "UPDATE audit_payload SET at = ? WHERE seq IN (SELECT seq FROM audit_payload ORDER BY seq LIMIT 3)",
  )
    .bind(old)
    .run();
  await env.DB.prepare("UPDATE versions SET at = ?").bind(old).run();
  // As the clock would have done: a date that the trail does not know erases nothing.
  const withdrawn = await statesOf(env.DB, consentsBound, "number = ?", 442079460013);
  await record(env, {
    actor: "system",
    event: { code: "consent.withdrawn", subject: String(withdrawn[0]!["id"]), payload: null },
    statements: withdrawn.map((row) => changeBound(consentsBound, row, { withdrawn_at: old }, old)),
  });
  const kept = async () => {
    const [payloads, undo, consents] = await Promise.all(
      ["audit_payload", "block_undo", "consents"].map(dump),
    );
    return {
      payloadsFrom: (payloads as { seq: number }[])[0]!.seq,
      undo: undo!.length,
      consents: consents!.length,
    };
  };
  const less = { dialMonths: 1, listHistoryMonths: 1, auditPayloadMonths: 1 };
  await save(less);
  const before = await kept();
  expect(before).toEqual({ payloadsFrom: seqs[0], undo: 1, consents: 2 });
  for (const days of [0, 6.9]) {
    await sweep(env, Date.now() + days * 86_400_000);
    expect(await kept(), `${days} days`).toEqual(before);
  }
  // Longer for a moment within that week: the longest retention counts.
  await save({ ...less, listHistoryMonths: 20 });
  await save(less);
  await asOwner(["policies"], () =>
    env.DB.prepare("UPDATE policies SET at = ? WHERE version = 1")
      .bind(new Date(Date.now() - 8 * 86_400_000).toISOString())
      .run(),
  );
  await sweep(env, Date.now());
  expect(await kept()).toEqual({ payloadsFrom: seqs[3], undo: 1, consents: 1 });
  await sweep(env, Date.now() + 7.1 * 86_400_000);
  expect(await kept()).toMatchObject({ undo: 0 });
  expect(await verify(env)).toMatchObject({ ok: true });
});

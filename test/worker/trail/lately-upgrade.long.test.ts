/**
 * From the schema before status changes were bound (migration 0068), by the one before items are found by their recording (0073); from
 * the one before the numbers of screenings were (0113); and from the one before an erasure's words were (0135).
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { pack } from "../../../shared/registers/blocks.ts";
import { insertBound } from "../../../worker/core/bound.ts";
import { record } from "../../../worker/core/commit.ts";
import { sql } from "../../../worker/core/sql.ts";
import { itemsBound } from "../../../worker/privacy-requests/bound.ts";
import { eraseWords } from "../../../worker/privacy-requests/words/erase.ts";
import { makeProof } from "../../../worker/proof/routes.ts";
import { heldByGone } from "../../../worker/recordings/erasing/items-gone.ts";
import { partsBound, screeningsBound } from "../../../worker/screening/bound.ts";
import { screenPart } from "../../../worker/screening/record.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archivesBehind } from "../../../worker/trail/events.ts";
import { insertTurned } from "../../../worker/watching/bound.ts";
import { daysAgo, dump } from "../helpers.ts";
import { deepOf, findingsIn, lostArchives, noLostArchives, run } from "./kit.ts";
import { olderFacts, olderRest, olderStart } from "./older.ts";

const at = "2026-10-01T09:00:00.000Z";
const exec = (...queries: string[]) => env.DB.batch(queries.map((query) => env.DB.prepare(query)));
const upTo = (until: string) =>
  applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < until),
  );
/** As a Worker of before 0068 writes a status change. */
const olderTurned = (moment: string) =>
  run(
    "INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at) VALUES (442079460300, 'clear', 'blocked', 'tps', 1, ?)",
    moment,
  );
const turned = (n: number) =>
  record(env, {
    actor: "system",
    event: { code: "watch.turned", subject: "", payload: null },
    statements: insertTurned(
      Array.from({ length: n }, (_, place) => ({
        ...{ number: 442079460300 + place, from_verdict: "clear", to_verdict: "blocked" },
        ...{ reason: "tps", list: "tps", version: 3, as_of: "2026-11-01" },
      })),
      new Date().toISOString(),
    ),
  });

it("status changes of before stay and are counted; those since are bound many at once", async () => {
  await reset();
  await upTo("0068");
  await exec(...olderStart(at));
  await olderTurned(at);
  const before = await dump("turned");
  await upTo("0073");
  expect(await dump("turned")).toMatchObject(before);
  // Not adopted yet: an older Worker's are from before as well, and today's are bound.
  await olderTurned(new Date().toISOString());
  await turned(3);
  expect(await deepOf(["turned"])).toEqual({ found: [], bound: { every: 3, none: 2 } });
  // What stops two of one place.
  const { batch } = ((await dump("turned")) as { batch: string | null }[]).find((row) => row.batch !== null)!;
  await expect(
    run(
      "INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at, batch, place) VALUES (1, 'clear', 'blocked', 'tps', 1, ?, ?, 0)",
      at,
      batch,
    ),
  ).rejects.toThrow("UNIQUE");
});

it("an item of before is found by its recording, also where a month was archived; nothing else changes", async () => {
  await exec(...olderRest(1, at), ...olderFacts(1, at));
  const item = (ref: string) => ({
    ...{ request: "w1", kind: "recording", ref, at, found_at: null, verdict: "confirmed", mute: "[]" },
    ...{ decision: null, ground: null, other: null, reasons: null, kept_until: null, done_at: null },
  });
  await record(env, {
    actor: "system",
    event: { code: "request.matched", subject: "w1", payload: null },
    statements: [insertBound(itemsBound, [item("r1"), item("s1")])],
  });
  // What a release before kept of archives says nothing of items.
  await run("INSERT OR REPLACE INTO marks VALUES ('last-bound', '9')");
  await lostArchives([8]);
  const names = ["requests", "request_items", "recordings", "last_bound"];
  const before = await Promise.all(names.map(dump));
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  // The columns that certificates brought to recordings say nothing of these.
  expect(await Promise.all(names.map(dump))).toMatchObject(before);
  const behind = async (table: string) => (await archivesBehind(env, table)).left.length;
  expect([await behind("consents"), await behind("request_items")]).toEqual([0, 1]);
  await noLostArchives();
  // It can be run again, but for its index: the trail is a view since 0166.
  const again = env.TEST_MIGRATIONS.find(({ name }) => name.startsWith("0073"))!;
  await exec(...again.queries.filter((query) => !query.includes("ON audit ")));
  // An older Worker goes on writing items, and takes them away with their request.
  await exec(
    `INSERT INTO request_items (request, kind, ref, at) VALUES ('w1', 'recording', 'r9', '${at}')`,
    "DELETE FROM request_items WHERE ref = 'r9'",
  );
  expect((await heldByGone(env, ["r1", "s1", "r9"])).not).toEqual([]);
  await run("DELETE FROM request_items WHERE ref = 'r1'");
  expect((await heldByGone(env, ["r1", "s1", "r9"])).not).toEqual(["r1"]);
});

it("once adopted, a status change that an older Worker writes is named until an officer says that it was this", async () => {
  await adopt(env);
  await turned(2);
  expect(await findingsIn("turned")).toEqual([]);
  await olderTurned(new Date(Date.now() + 1).toISOString());
  expect(await findingsIn("turned")).toEqual([expect.stringMatching(/^extra \d+$/)]);
});

it("screenings of before 0113 stay as they are, and their numbers are counted as not bound; those since are", async () => {
  await reset();
  await upTo("0113");
  const counts = { numbers: 1, clear: 1, caution: 0, blocked: 0, unknown: 0, reasons: "{}" };
  /** As a Worker of before 0113 writes a part, which it binds but for its numbers. */
  const older = async (part: number) => {
    const moment = new Date().toISOString();
    const row = { screening: 1, part, at: moment, seq: 1, policy: 1, lists: "[]", sha256: "x", ...counts };
    await record(env, {
      actor: "system",
      event: { code: "screening.part", subject: "s", payload: { part } },
      statements: [
        ...(part === 1
          ? [
              insertBound(screeningsBound, [
                { id: "s", source: "desk", name: "a.csv", purpose: null, by: "system", at: moment },
              ]),
            ]
          : []),
        insertBound(partsBound, [row]),
        sql(
          "INSERT INTO screened (id, n, data) VALUES ((44207946 << 24) | (? << 2), 1, ?)",
          part,
          pack([958]),
        ),
      ],
    });
  };
  await older(1);
  const names = ["screenings", "screening_parts", "screened"];
  const before = await Promise.all(names.map(dump));
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await Promise.all(names.map(dump))).toMatchObject(before);
  await adopt(env);
  await older(2);
  const screening = { num: 1, id: "s", purpose: null };
  await screenPart(env, "system", screening, 3, ["+442079460958", "+442079560958"]);
  expect(await deepOf(["screening_parts", "screened_bound", "screened"])).toMatchObject({
    found: [],
    bound: { none: 2 },
  });
  const proof = (
    await makeProof(
      env,
      { id: "x", name: "X", role: "admin" },
      { from: daysAgo(1), to: daysAgo(-1), number: "+442079460958" },
      Date.now(),
    )
  ).proof as NumberProof;
  expect(proof.altered).toEqual([]);
  expect(proof.events.map((event) => (event as { compared?: boolean }).compared).sort()).toEqual([
    false,
    false,
    true,
  ]);
});

it("words of erasures from before 0135 stay as they are, are bound once, and go on where the request was complied with", async () => {
  await reset();
  await upTo("0135");
  /** As a Worker of before 0135 decides one. */
  const due = (n: number) =>
    `INSERT OR REPLACE INTO words_due (request, whole, words, gone, after, until) SELECT 'w${n}', 1, '["dora d."]', '[]', 0, MAX(seq) FROM audit`;
  const says = (text: string) =>
    record(env, {
      ...{ actor: "system", statements: [] },
      event: { code: "test.said", subject: "", payload: { text } },
    });
  const isSaid = async () => JSON.stringify(await dump("audit_payload")).includes("Dora D. rang");
  const told = async () => JSON.stringify(await dump("kept_back"));
  const requests = [1, 2, 3]
    .flatMap((n) =>
      olderFacts(n, at.replace("09", `0${n}`)).map((query) =>
        n === 3 ? query : query.replace("'access', 'post'", "'erasure', 'post'"),
      ),
    )
    // Whose words they are is the request's own name.
    .map((query) => query.replace("'Dora', 442079460390", "'Dora D.', 442079460390"));
  const complied = [1, 3].map(
    (n) =>
      `INSERT INTO request_events (request, action, state, by, at) VALUES ('w${n}', 'comply', 'decided', 'ada', '${at}')`,
  );
  await exec(...olderStart(at), ...requests, ...complied);
  await says("Dora D. rang");
  await exec(due(1), due(2));
  const before = await dump("words_due");
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await dump("words_due")).toMatchObject(before);
  // Before the adoption it waits; an older Worker still writes.
  await eraseWords(env);
  await exec(due(3));
  expect([await isSaid(), await told()]).toEqual([true, "[]"]);
  await adopt(env);
  expect(await deepOf(["words_due"])).toEqual({ found: [], bound: { every: 3, none: 0 } });
  await eraseWords(env);
  expect([await isSaid(), (await deepOf(["words_due"])).found]).toEqual([false, []]);
  const left = (await dump("words_due")) as { job: string; request: string }[];
  expect(left.map(({ request }) => request)).toEqual(["w2", "w3"]);
  for (const { job } of left) expect(await told()).toContain(job);

  // Back at an older Worker: what it decides is named, and waits, until an officer says that it was this.
  await says("Dora D. rang");
  await exec("DELETE FROM words_due WHERE request = 'w3'", due(1));
  await eraseWords(env);
  expect(await isSaid()).toBe(true);
  const one = ((await dump("words_due")) as typeof left).find(({ request }) => request === "w1")!;
  const { found } = await deepOf(["words_due"]);
  expect([...new Set(found)].sort()).toEqual(
    [`words_due ${left[1]!.job}: missing`, `words_due ${one.job}: extra`].sort(),
  );
});

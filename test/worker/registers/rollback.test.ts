import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Register } from "../../../shared/registers/api.ts";
import { e164Of } from "../../../shared/registers/blocks.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { aTeam, call, daysAgo, dump, push, today } from "../helpers.ts";

const tokens = aTeam();

const admin = () => ({ token: tokens.admin });
const list = async (id: string) => (await call("GET", `/v1/lists/${id}`, admin())).data as Register;
const changes = (id: string, body: object) =>
  call("POST", `/v1/lists/${id}/changes`, {
    ...admin(),
    body: { asOf: today(), allowShrink: true, attestSameFile: true, ...body },
  });
const rollback = (id: string, body: object, headers: Record<string, string> = {}) =>
  call("POST", `/v1/lists/${id}/rollback`, { ...admin(), body: { why: "a mistake", ...body }, headers });
const listed = async (id: string, numbers: string[]) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers } });
  const { results } = data as { results: { facts: { lists: { id: string; asOf: string }[] } }[] };
  return numbers.filter((_, i) => results[i]!.facts.lists.some((l) => l.id === id));
};
/** A register's whole state except its history. */
const state = async () => JSON.stringify([await dump("blocks"), await dump("lists")]);
const numbers = (n: number, from = 0) => Array.from({ length: n }, (_, i) => e164Of(442079460000 + from + i));

describe("rolling back", () => {
  it("brings a version's numbers and date into force again, as a new version with who, when and why", async () => {
    await push(tokens.admin, "tps", numbers(10), { asOf: daysAgo(9) });
    await push(tokens.admin, "tps", numbers(12, 4), { asOf: daysAgo(2), allowShrink: true });
    await changes("tps", { add: ["+443069990001"], remove: numbers(1, 8) });
    expect((await list("tps")).version).toBe(3);

    const answer = await rollback("tps", { to: 1, parent: 3 });
    expect([answer.status, answer.data]).toEqual([
      201,
      { version: 4, added: 4 + 1, removed: 6 + 1, ignored: 0 },
    ]);
    expect(await listed("tps", [...numbers(16), "+443069990001"])).toEqual(numbers(10));
    expect(await list("tps")).toMatchObject({
      version: 4,
      numbers: 10,
      asOf: daysAgo(9),
      history: [
        { version: 4, asOf: daysAgo(9), source: "rollback to version 1", byName: "Ada Admin", sha256: null },
        {},
        {},
        { version: 1 },
      ],
    });
    const { seq } = (await call("GET", "/v1/changes?since=0", admin())).data as { seq: number };
    expect((await call("GET", `/v1/changes?since=${seq - 1}`, admin())).data).toMatchObject({
      lists: ["tps"],
    });
    const { payload } = (await env.DB.prepare(
      "SELECT payload FROM audit JOIN audit_payload USING (seq) WHERE code = 'list.rolled-back'",
    ).first<{ payload: string }>())!;
    expect(JSON.parse(payload)).toMatchObject({ to: 1, why: "a mistake", added: 5, removed: 7 });
  });

  it("can be rolled back itself, and a push goes on from there", async () => {
    expect((await rollback("tps", { to: 3, parent: 4 })).data).toMatchObject({
      version: 5,
      added: 7,
      removed: 5,
    });
    expect(await listed("tps", [...numbers(16), "+443069990001"])).toEqual([
      ...numbers(12, 4).filter((n) => n !== "+442079460008"),
      "+443069990001",
    ]);
    expect((await push(tokens.admin, "tps", numbers(13, 4))).data).toMatchObject({ version: 6, numbers: 13 });
  });

  it("with an Idempotency-Key it is done once", async () => {
    const key = { "idempotency-key": "roll-back-once" };
    const first = await rollback("tps", { to: 5, parent: 6 }, key);
    expect(first.status).toBe(201);
    expect((await rollback("tps", { to: 5, parent: 6 }, key)).data).toEqual(first.data);
    expect((await list("tps")).version).toBe(7);
  });

  it("refuses a moved head, an unknown version, the one in force and one that was never committed", async () => {
    const before = await state();
    const { version } = await list("tps");
    expect((await rollback("tps", { to: 1, parent: version - 1 })).data).toMatchObject({
      status: 409,
      code: "list-head-moved",
    });
    await call("POST", "/v1/lists/tps/uploads", {
      ...admin(),
      body: { asOf: today(), parent: version, source: { name: "left open" } },
    });
    for (const to of [version, version + 1, 900])
      expect((await rollback("tps", { to, parent: version })).data).toMatchObject({
        status: 404,
        code: "list-version-unknown",
      });
    expect((await rollback("tps", { to: 0, parent: version })).data).toMatchObject({ code: "invalid" });
    expect((await rollback("tps", { to: 1, parent: version, why: " " })).data).toMatchObject({
      code: "invalid",
    });
    expect((await rollback("nothing", { to: 1, parent: 1 })).status).toBe(404);
    // A register without a version has nothing to roll back to.
    expect((await rollback("ctps", { to: 1, parent: 1 })).data).toMatchObject({ code: "list-head-moved" });
    expect(await state()).toBe(before);
  });

  it("of two at once one wins, and the other changes nothing", async () => {
    const { version } = await list("tps");
    const answers = await Promise.all([1, 2].map((to) => rollback("tps", { to, parent: version })));
    expect(answers.map((a) => a.status).sort()).toEqual([201, 409]);
    expect(answers.find((a) => a.status === 409)?.data).toMatchObject({ code: "list-head-moved" });
    const won = answers.findIndex((a) => a.status === 201);
    expect(await listed("tps", numbers(16))).toEqual(won === 0 ? numbers(10) : numbers(12, 4));
  });

  it("cut off in the middle it shows nothing, stands in no one's way, and is swept", async () => {
    const { version } = await list("tps");
    const before = await state();
    // The commit is refused, as if the Worker had died before it: everything is staged, nothing is live.
    await env.DB.exec(
      "CREATE TRIGGER cut BEFORE UPDATE OF state ON versions WHEN NEW.state = 'committed' BEGIN SELECT RAISE(ABORT, 'list_version_closed'); END",
    );
    expect((await rollback("tps", { to: 5, parent: version })).status).toBe(409);
    await env.DB.exec("DROP TRIGGER cut");
    expect((await dump("staged")).length).toBeGreaterThan(0);
    expect(await state()).toBe(before);
    expect((await rollback("tps", { to: 5, parent: version })).status).toBe(201);
    await sweep(env, Date.now() + 8 * 86_400_000);
    expect(await dump("staged")).toEqual([]);
  });

  it("reads a long history page by page, also where a block's changes stand on two pages", async () => {
    // Three changes to each of 700 blocks: 2,100 undo rows, more than a page.
    const spread = (offset: number) =>
      Array.from({ length: 700 }, (_, i) => e164Of(441130000000 + i * 10_000 + offset));
    const first = await push(tokens.admin, "ctps", spread(0), { size: 700 });
    expect(first.data).toMatchObject({ version: 1 });
    for (const offset of [1, 2, 3]) expect((await changes("ctps", { add: spread(offset) })).status).toBe(200);
    expect((await rollback("ctps", { to: 1, parent: 4 })).data).toMatchObject({ added: 0, removed: 2100 });
    expect((await list("ctps")).numbers).toBe(700);
    await changes("ctps", { remove: spread(0).slice(9) });
  });

  it("where a change since then is no longer kept it says so and changes nothing", async () => {
    const { version } = await list("tps");
    await env.DB.prepare("DELETE FROM block_undo WHERE id & 1048575 = 2").run();
    const before = await state();
    expect((await rollback("tps", { to: 1, parent: version })).data).toMatchObject({
      status: 409,
      code: "list-history-gone",
    });
    expect(await state()).toBe(before);
    expect((await rollback("tps", { to: 3, parent: version })).status).toBe(201);
  });
});

it("after random pushes, changes and rollbacks the list is what a plain set says, and every version can be had again", async () => {
  // A few blocks, some far apart, that fill, empty and fill again.
  const universe = [0, 1, 2, 9999, 10_000, 20_003, 55_555, 3_000_000_000, 3_000_010_001].map((n) =>
    e164Of(442070000000 + n),
  );
  const some = fc.subarray(universe, { minLength: 1 });
  const step = fc.oneof(
    fc.record({ kind: fc.constant("push" as const), numbers: some }),
    fc.record({
      kind: fc.constant("change" as const),
      add: fc.subarray(universe),
      remove: fc.subarray(universe),
    }),
    fc.record({ kind: fc.constant("back" as const), draw: fc.nat() }),
  );
  /** The numbers of each committed version, by version; versions continue over the runs. */
  const model = new Map<number, Set<string>>();
  const now = async () => (await list("ctps")).version;
  await push(tokens.admin, "ctps", universe, { allowShrink: true });
  model.set(await now(), new Set(universe));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
      for (const s of steps) {
        const head = await now();
        let next = new Set(model.get(head));
        if (s.kind === "push") {
          next = new Set(s.numbers);
          const sent = await push(tokens.admin, "ctps", s.numbers, { allowShrink: true, sha256: undefined });
          if (sent.status !== 200) continue; // the same numbers of the same day
        } else if (s.kind === "change") {
          const remove = s.remove.filter((n) => !s.add.includes(n));
          for (const n of s.add) next.add(n);
          for (const n of remove) next.delete(n);
          const sent = await changes("ctps", { add: s.add, remove });
          if (sent.status !== 200) continue;
        } else {
          const earlier = [...model.keys()].filter((v) => v < head);
          if (earlier.length === 0) continue;
          const to = earlier[s.draw % earlier.length]!;
          next = model.get(to)!;
          const was = model.get(head)!;
          expect((await rollback("ctps", { to, parent: head })).data).toMatchObject({
            added: [...next].filter((n) => !was.has(n)).length,
            removed: [...was].filter((n) => !next.has(n)).length,
          });
        }
        const version = await now();
        model.set(version, next);
        expect(await listed("ctps", universe)).toEqual(universe.filter((n) => next.has(n)));
        expect((await list("ctps")).numbers).toBe(next.size);
      }
    }),
    { numRuns: 12, seed: 20_261_125 },
  );
  expect(model.size).toBeGreaterThan(20);
});

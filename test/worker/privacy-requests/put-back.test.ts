/** A request that the database's owner puts back to an earlier state, to have what was decided of it decided again. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { comparedTableNames } from "../../../shared/trail/bound-tables.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { keepLast } from "../../../worker/trail/events.ts";
import { asOwner, dump, MONTH } from "../helpers.ts";
import { findingsIn, run } from "../trail/kit.ts";
import { kindsOwed } from "./duties-kit.ts";
import { act, done, enter, officer, withTeam } from "./kit.ts";

withTeam();
beforeAll(() => adopt(env));

it.each([
  ["while its months are in the database", () => Promise.resolve()],
  [
    "once they are archived",
    async () => {
      await archiveMonths(env, Date.now() + 3 * MONTH);
      await keepLast(env);
    },
  ],
])("takes no step, and officers are told, %s", async (_, later) => {
  await run("DELETE FROM outbox");
  await run("DROP TABLE IF EXISTS aside");
  const id = await enter(officer, { kind: "erasure" });
  await done(officer, id, "identity", { step: "clear", how: "known to us" });
  await run("CREATE TABLE aside AS SELECT * FROM requests WHERE id = ?", id);
  await done(officer, id, "match", { everything: true });
  const now = await act(officer, id, "assign", { to: null });
  expect(now.status, JSON.stringify(now)).toBe(200);
  await later();
  const { results } = await env.DB.prepare("SELECT name FROM pragma_table_info('requests')").all<{
    name: string;
  }>();
  const all = results.map(({ name }) => `${name} = (SELECT ${name} FROM aside)`).join(", ");
  await asOwner(["requests"], () => run(`UPDATE requests SET ${all} WHERE id = ?`, id));
  expect(await act(officer, id, "match", { everything: true })).toMatchObject({
    ...{ status: 409, code: "request-put-back" },
  });
  const told = ((await dump("outbox")) as { template: string; vals: string }[]).filter(
    ({ template }) => template === "rows-unlike",
  );
  expect(told).toHaveLength(2);
  expect(told[0]!.vals).toContain(`request_states/${id}`);
});

it.each([
  ["held", null],
  ["withdrawn", "2026-11-01T10:00:00.000Z"],
])(
  "whose state somebody makes one that allows no step (%s) owes what it owed, and `verify --deep` names it",
  async (state, closedAt) => {
    const id = await enter(officer, { kind: "erasure" });
    await done(officer, id, "identity", { step: "clear", how: "known to us" });
    const become = (...to: [string, string | null]) =>
      asOwner(["requests"], () =>
        run("UPDATE requests SET state = ?, closed_at = ? WHERE id = ?", ...to, id),
      );
    const search = () => act(officer, id, "match", { everything: true });
    await become(state, closedAt);
    expect(await search()).toMatchObject({ status: 409, code: "request-not-now" });
    expect(await kindsOwed(officer, id)).toEqual(["decide"]);
    // By the Worker itself as well (trail/deep/walk.test.ts).
    expect(comparedTableNames).toContain("request_states");
    expect(await findingsIn("request_states")).toContainEqual(expect.stringContaining(`altered ${id}`));
    await become("verified", null);
    expect(await search()).toMatchObject({ status: 200 });
  },
);

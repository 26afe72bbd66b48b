/** Rows that somebody who owns the database puts where a walk along the trail does not come by: none counts, each is found. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { auditFaults } from "../../../shared/texts/trail/faults.en.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { saidOf } from "../../../worker/trail/archived/last-said.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { asOwner, MONTH } from "../helpers.ts";
import { run, writeAs } from "./kit.ts";

const HELD = "recording.held";
const RELEASED = "recording.released";
const put = (seq: number) =>
  asOwner(["audit"], () =>
    run(
      `INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash, mac)
       SELECT ?, at, actor, ?, 'r1', commitment, prev, 'h' || ?, NULL FROM audit WHERE code = ? OR seq = 0 ORDER BY seq DESC LIMIT 1`,
      ...[seq, RELEASED, seq, HELD],
    ),
  );
const takeAway = (seq: number) => asOwner(["audit"], () => run("DELETE FROM audit WHERE seq = ?", seq));

let held: number;
beforeAll(async () => {
  await adopt(env);
  held = await writeAs(HELD, true, "r1");
});

describe("before the first row", () => {
  it("is named by a verification", async () => {
    await put(-1);
    expect(await verify(env)).toMatchObject({ ok: false, brokenAt: -1, why: auditFaults.outside });
    await takeAway(-1);
    expect(await verify(env)).toMatchObject({ ok: true });
  });
});

describe("among rows that are archived", () => {
  it("is named by a verification; one before the first row says nothing of them", async () => {
    await archiveMonths(env, Date.now() + 2 * MONTH);
    await put(-1);
    // A hold whose event is archived is not released by it.
    expect(await saidOf(env, ["r1"], [HELD, RELEASED])).toEqual(new Map([["r1", HELD]]));
    await takeAway(-1);
    expect(await verify(env)).toMatchObject({ ok: true });
    await put(held);
    expect(await verify(env)).toMatchObject({ ok: false, brokenAt: held, why: auditFaults.outside });
    await takeAway(held);
    expect(await verify(env)).toMatchObject({ ok: true });
  });
});

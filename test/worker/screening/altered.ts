/**
 * What the database's owner can do to the numbers of a screening, once somebody has complained: `verify --deep` names the part, and a proof
 * of the number does not tell of it.
 */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { isCompared } from "../../../shared/proof/compared.ts";
import { blockOf, numberOf, offsetOf, pack, unpack } from "../../../shared/registers/blocks.ts";
import { insertBound } from "../../../worker/core/bound.ts";
import { record } from "../../../worker/core/commit.ts";
import { sql } from "../../../worker/core/sql.ts";
import { makeProof } from "../../../worker/proof/routes.ts";
import { listOf, namesIn, partsBound } from "../../../worker/screening/bound.ts";
import { openScreening, screenPart } from "../../../worker/screening/record.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { asOwner, daysAgo, MONTH } from "../helpers.ts";
import { deepOf, namesColumn, run } from "../trail/kit.ts";

/** Two of one block, of which a register lists the second; and one of a block of its own that none lists. */
const [CLEAR, LISTED, ALONE] = ["+442079461100", "+442079460105", "+442079471100"];
const NEVER = "+442079461999";
const OTHER = "+442079481100";
const CODE = { clear: 0, blocked: 3 };

const first = <T>(text: string, ...params: (string | number)[]) =>
  env.DB.prepare(text)
    .bind(...params)
    .first<T>() as Promise<T>;
const tables = ["screened", "screened_bound", "screening_parts", "screenings"];
const found = async () => (await deepOf(["screened", "screened_bound"])).found;
const proofOf = async (number: string) =>
  (
    await makeProof(
      env,
      { id: "x", name: "X", role: "admin" },
      { from: daysAgo(1), to: daysAgo(-1), number },
      Date.now(),
    )
  ).proof as NumberProof;
/** What a proof tells of screenings, and what it names; a row that it says was altered is quoted with what binds it. */
async function told(number: string) {
  const proof = await proofOf(number);
  const rows = new Map(proof.trail.rows.map((row) => [row.seq, row]));
  for (const { table, ref, how, seq } of proof.altered!)
    expect(rows.get(seq ?? 0)?.subject).toBe(how === "other" ? `${table}/${ref}` : undefined);
  return {
    told: proof.events
      .filter(({ what, ref }) => what === "screening" && ref === id)
      .map((event) => [(event as { verdict: string }).verdict, isCompared(event, rows)]),
    named: proof.altered!.map(({ table, ref, how }) => [table, ref, how]),
  };
}

/** The screening; its part, as the trail names it, and its number in the ids. */
let [id, part, num] = ["", "", 0];
const idOf = (number: string, code: number) =>
  `((${blockOf(numberOf(number))} << 24) | (${num} << 2) | ${code})`;
const dataOf = async (number: string, code: number) =>
  (await first<{ data: string }>(`SELECT data FROM screened WHERE id = ${idOf(number, code)}`)).data;
const withNumber = (data: string, number: string) =>
  pack(Uint16Array.from(new Set([...unpack(data), offsetOf(numberOf(number))])).sort());

const screened = async () => {
  const screening = await openScreening(env, "system", { source: "desk", name: "old.csv" });
  await screenPart(env, "system", screening, 1, [LISTED, CLEAR, ALONE]);
  id = screening.id;
  part = `${screening.num}/1`;
  ({ num } = await first<{ num: number }>(
    "SELECT num FROM screening_parts WHERE screening = ?",
    screening.num,
  ));
  for (const table of tables) await run(`CREATE TABLE aside_${table} AS SELECT * FROM ${table}`);
};
const back = async () => {
  for (const table of tables) {
    await asOwner(tables, async () => {
      await run(`DELETE FROM ${table}`).catch(() => null);
      await run(`INSERT OR REPLACE INTO ${table} SELECT * FROM aside_${table}`);
    });
    await run(`DROP TABLE aside_${table}`);
  }
};

export const ofAltered = () =>
  describe("what the database's owner alters of a screening is found and named", () => {
    afterEach(back);
    const named = [["screened_bound", expect.any(String), "other"]];

    it("all of it is bound; a number that was never screened, put among the clear ones", async () => {
      await screened();
      expect(await deepOf(["screened", "screened_bound"])).toMatchObject({ found: [], bound: { none: 0 } });
      expect([await told(LISTED), await told(NEVER)]).toEqual([
        { told: [["blocked", true]], named: [] },
        { told: [], named: [] },
      ]);
      const data = withNumber(await dataOf(CLEAR, CODE.clear), NEVER);
      await run(`UPDATE screened SET data = ?, n = n + 1 WHERE id = ${idOf(CLEAR, CODE.clear)}`, data);
      expect(await found()).toEqual([`screened ${part}: altered clear`]);
      expect(await told(NEVER)).toEqual({ told: [], named });
    });

    it("a row that gets another verdict, among those of the part or alone; or another part's number", async () => {
      await screened();
      await run(
        `UPDATE screened SET id = ${idOf(ALONE, CODE.blocked)} WHERE id = ${idOf(ALONE, CODE.clear)}`,
      );
      expect(await found()).toEqual([`screened ${part}: missing clear`, `screened ${part}: extra blocked`]);
      expect(await told(ALONE)).toEqual({ told: [], named });
      await run(`DELETE FROM screened WHERE id = ${idOf(CLEAR, CODE.clear)}`);
      await run(
        `UPDATE screened SET id = ${idOf(LISTED, CODE.clear)} WHERE id = ${idOf(LISTED, CODE.blocked)}`,
      );
      expect(await found()).toContain(`screened ${part}: missing clear,blocked`);
      expect((await told(LISTED)).named).toEqual(named);
    });

    it("a row that is added, where the part has none; and one that is gone", async () => {
      await screened();
      const data = pack([offsetOf(numberOf(OTHER))]);
      await run(`INSERT INTO screened (id, n, data) VALUES (${idOf(OTHER, CODE.clear)}, 1, ?)`, data);
      expect(await found()).toEqual([`screened ${part}: extra`]);
      expect(await told(OTHER)).toEqual({ told: [], named });
      // A row for a row: the count is as it was.
      await run(`DELETE FROM screened WHERE id = ${idOf(LISTED, CODE.blocked)}`);
      expect(await found()).toEqual([`screened ${part}: missing blocked`]);
      await run(`DELETE FROM screened WHERE id = ${idOf(OTHER, CODE.clear)}`);
      expect(await found()).toEqual([`screened ${part}: missing blocked`]);
    });

    it("a list that fits what was altered, or none: the trail has another", async () => {
      await screened();
      const data = withNumber(await dataOf(CLEAR, CODE.clear), NEVER);
      await run(`UPDATE screened SET data = ? WHERE id = ${idOf(CLEAR, CODE.clear)}`, data);
      const [screening] = part.split("/");
      const { rows } = await first<{ rows: string }>(
        "SELECT rows FROM screened_bound WHERE screening = ?",
        screening!,
      );
      const row = { block: blockOf(numberOf(NEVER)), verdict: CODE.clear, data };
      const [name, hash] = [...namesIn(listOf([row]))][0]!;
      const fitting = [...namesIn(rows).set(name, hash)].flat().join("");
      const edit = (text: string, ...params: string[]) =>
        asOwner(["screened_bound"], () => run(text, ...params, screening!));
      await edit("UPDATE screened_bound SET rows = ? WHERE screening = ?", fitting);
      expect(await found()).toEqual([namesColumn(`screened_bound ${part}`, "rows")]);
      const unknown = { told: [], named: [["screened_bound", part, "unknown"]] };
      expect(await told(NEVER)).toEqual(unknown);
      await edit("UPDATE screened_bound SET rows = ? WHERE screening = ?", "no list");
      expect(await found()).toContainEqual(namesColumn(`screened_bound ${part}`, "rows"));
      await edit("DELETE FROM screened_bound WHERE screening = ?");
      expect(await found()).toEqual([`screened_bound ${part}: missing`]);
      expect(await told(NEVER)).toEqual(unknown);
    });

    it("when it was, or under which name", async () => {
      await screened();
      await asOwner(["screening_parts"], () =>
        run(
          "UPDATE screening_parts SET at = ? WHERE num = ?",
          new Date(Date.now() - 3_600_000).toISOString(),
          num,
        ),
      );
      expect(await told(ALONE)).toMatchObject({ told: [], named: [["screening_parts", part, "unknown"]] });
    });

    it("a part of an older Worker is told as not compared, and counted", async () => {
      await screened();
      const at = new Date().toISOString();
      const counts = { numbers: 1, clear: 1, caution: 0, blocked: 0, unknown: 0, reasons: "{}" };
      const screening = Number(part.split("/")[0]);
      await record(env, {
        actor: "system",
        event: { code: "screening.part", subject: "x", payload: { part: 2, ...counts } },
        statements: [
          insertBound(partsBound, [
            { screening, part: 2, at, seq: 1, policy: 1, lists: "[]", sha256: "x", ...counts },
          ]),
          sql(
            "INSERT INTO screened (id, n, data) SELECT (? << 24) | (num << 2), 1, ? FROM screening_parts WHERE screening = ? AND part = 2",
            ...[blockOf(numberOf(OTHER)), pack([offsetOf(numberOf(OTHER))]), screening],
          ),
        ],
      });
      expect(await deepOf(["screened", "screened_bound"])).toMatchObject({ found: [], bound: { none: 1 } });
      expect(await told(OTHER)).toEqual({ told: [["clear", false]], named: [] });
    });

    it("holds after the months left for the archive, and a list that is gone is still known", async () => {
      await screened();
      await archiveMonths(env, Date.now() + 2 * MONTH);
      expect(await deepOf(["screened", "screened_bound"])).toMatchObject({ found: [], bound: { none: 0 } });
      expect(await told(ALONE)).toEqual({
        told: [["clear", true]],
        named: [],
      });
      await run("DELETE FROM screened_bound WHERE screening = ?", part.split("/")[0]!);
      expect((await told(ALONE)).named).toEqual([["screened_bound", part, "unknown"]]);
    });
  });

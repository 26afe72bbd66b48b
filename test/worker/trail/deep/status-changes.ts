/** Status changes that were written at once, which one event binds. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { record } from "../../../../worker/core/commit.ts";
import { daysAgo, MONTH } from "../../helpers.ts";
import { deep, findingsIn, namesColumn, run } from "../kit.ts";
import { statusChanges } from "./filled.ts";
import { all } from "./kit.ts";

export const ofStatusChanges = () =>
  describe("of status changes that were written at once", () => {
    const written = async (n: number, at = new Date().toISOString()) => {
      await record(env, {
        actor: "system",
        event: { code: "watch.turned", subject: "", payload: null },
        statements: statusChanges(n, at),
      });
      return (await all<{ id: string }>("SELECT id FROM turned_batches ORDER BY rowid DESC LIMIT 1"))[0]!.id;
    };

    it("one event binds them all; each is proved, also where others of them are gone", async () => {
      const batch = await written(5);
      expect(await all("SELECT code FROM audit WHERE subject = ?", `turned/${batch}`)).toHaveLength(1);
      expect(await findingsIn("turned")).toEqual([]);
      await run("DELETE FROM turned WHERE batch = ? AND place = 3", batch);
      await run("UPDATE turned SET number = number + 1 WHERE batch = ? AND place = 4", batch);
      expect((await findingsIn("turned")).sort()).toEqual([
        namesColumn(`${batch}/4`, "number"),
        `missing ${batch}/3`,
      ]);
      await run("UPDATE turned SET number = number - 1 WHERE batch = ? AND place = 4", batch);
      // Nor do roots that fit the rows: the event is over others.
      const [{ roots }] = (await all("SELECT roots FROM turned_batches WHERE id = ?", batch)) as [
        { roots: string },
      ];
      await run("UPDATE turned_batches SET roots = json_remove(roots, '$[3]') WHERE id = ?", batch);
      expect(await findingsIn("turned")).toContain(`altered ${batch} roots`);
      await run("UPDATE turned_batches SET roots = ? WHERE id = ?", roots, batch);
      await run("DELETE FROM turned_batches WHERE id = ?", batch);
      expect(await findingsIn("turned")).toContain(`missing ${batch}`);
      await run("DELETE FROM turned WHERE batch = ?", batch);
      // Their time is over by policy, by the event's own time.
      expect((await deep("turned", Date.now() + 26 * MONTH)).findings).toEqual([]);
    });

    it("one that says that it is from before is named where there was none, and so is one that an older Worker wrote since", async () => {
      const insert = (at: string) =>
        run(
          `INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at) VALUES (442079460300, 'clear', 'blocked', 'tps', 1, ?)`,
          at,
        );
      await run("DELETE FROM turned");
      for (const at of [daysAgo(30), new Date().toISOString()]) {
        await insert(at);
        const [{ num }] = (await all("SELECT MAX(num) AS num FROM turned")) as [{ num: number }];
        expect(await findingsIn("turned")).toContain(`extra ${num}`);
      }
      expect((await deep("turned")).bound).toEqual({ every: 0, some: 0, none: 2 });
      await run("DELETE FROM turned");
    });
  });

/** Versions of the policy, those of before rows were bound too. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { record } from "../../../../worker/core/commit.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { asOwner } from "../../helpers.ts";
import { deep, run } from "../kit.ts";
import { all } from "./kit.ts";

export const ofPolicies = () =>
  describe("of the policy's versions", () => {
    const found = async () => (await deep("policies")).findings.map(({ what, key }) => `${what} ${key}`);

    it("none is changed or deleted while its triggers are there", async () => {
      for (const text of [
        "UPDATE policies SET doc = '{}'",
        "UPDATE policies SET code = 1",
        "DELETE FROM policies",
      ])
        await expect(run(text)).rejects.toThrow("policies_append_only");
    });

    it("one that was in force before rows were bound is bound at the upgrade, once", async () => {
      await adopt(env);
      const events = await all("SELECT seq FROM audit WHERE code = 'evidence.adopted'");
      expect(events).toHaveLength(1);
      await asOwner(["policies"], () => run("UPDATE policies SET why = 'now' WHERE version = 1"));
      expect(await found()).toEqual(["altered 1"]);
      await asOwner(["policies"], () => run("UPDATE policies SET why = 'then' WHERE version = 1"));
      // Who takes its mark away has no second one written, which would let in what was added since.
      await run("DELETE FROM marks WHERE name = 'evidence-adopted'");
      await adopt(env);
      expect(await all("SELECT seq FROM audit WHERE code = 'evidence.adopted'")).toEqual(events);
      expect(await found()).toEqual([]);
    });

    it("one more that an event tells of, though it has no seed as those of before", async () => {
      const { id: by } = (await env.DB.prepare("SELECT id FROM people WHERE role = 'admin'").first<{
        id: string;
      }>())!;
      await record(env, {
        actor: by,
        event: { code: "policy.saved", subject: "9", payload: null },
        statements: [],
      });
      await asOwner(["policies"], async () => {
        await run(
          "INSERT INTO policies (version, doc, at, by, why) SELECT 9, doc, ?, by, 'loosened' FROM policies WHERE version = 1",
          new Date().toISOString(),
        );
      });
      expect(await found()).toEqual(["extra 9"]);
      await asOwner(["policies"], () => run("DELETE FROM policies WHERE version = 9"));
      expect(await found()).toEqual([]);
    });
  });

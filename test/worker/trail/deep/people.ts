/** People and their tokens, whose rows change: each state is bound. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { asOwner, call, integration, join } from "../../helpers.ts";
import { deep, findingsIn, memory, namesColumn, remember, run } from "../kit.ts";
import { all, type Tokens } from "./kit.ts";

export const ofPeople = (tokens: Tokens) =>
  describe("of people and their tokens", () => {
    const found = findingsIn;
    const idOf = async (token: string) =>
      ((await call("GET", "/v1/me", { token })).data as { person: { id: string } }).person.id;
    const patch = async (id: string, body: unknown) =>
      expect((await call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body })).status).toBe(200);

    it("each change binds the whole new state, and nothing is found", async () => {
      const agent = await idOf(tokens.agent);
      for (const name of ["One", "Two", "Three"]) await patch(agent, { name });
      const rotated = await call("POST", "/v1/tokens/rotate", { token: tokens.agent });
      const { token } = rotated.data as { token: string };
      expect(await found("tokens")).toEqual([]);
      // The first use of the new one.
      expect((await call("GET", "/v1/me", { token })).status).toBe(200);
      expect((await call("GET", "/v1/me", { token: tokens.agent })).status).toBe(401);
      tokens.agent = token;
      const leaver = await join(tokens.admin, "agent", "leaver@example.com");
      await join(tokens.admin, "agent", "leaver@example.com");
      await patch(await idOf(leaver), { active: false });
      expect((await call("GET", "/v1/me", { token: leaver })).status).toBe(401);
      const bot = await integration(tokens.admin, ["check", "screen"], "Bot");
      await patch(await idOf(bot), { scopes: ["check"] });
      expect([await found("people"), await found("tokens")]).toEqual([[], []]);
      expect((await deep("people")).bound).toMatchObject({ some: 0, none: 0 });
      expect((await deep("tokens")).bound).toMatchObject({ some: 0, none: 0 });
    });

    it("a state of before that is put back is found, though it was bound once", async () => {
      const agent = await idOf(tokens.agent);
      await run("DROP TABLE IF EXISTS aside");
      await run("CREATE TABLE aside AS SELECT * FROM people WHERE id = ?", agent);
      await patch(agent, { name: "Four" });
      const every = (await all<{ name: string }>("SELECT name FROM pragma_table_info('people')")).map(
        ({ name }) => name,
      );
      const back = (from: string) =>
        asOwner(["people"], () =>
          run(
            `UPDATE people SET ${every.map((name) => `${name} = (SELECT ${name} FROM ${from})`).join(", ")} WHERE id = ?`,
            agent,
          ),
        );
      await run("DROP TABLE IF EXISTS now");
      await run("CREATE TABLE now AS SELECT * FROM people WHERE id = ?", agent);
      await back("aside");
      expect(await found("people")).toEqual([`altered ${agent}`]);
      // Nor does a number of a state that never was hide anything.
      await asOwner(["people"], () =>
        run("UPDATE people SET rev = rev + 9, role = 'admin' WHERE id = ?", agent),
      );
      expect(await found("people")).toEqual([`extra ${agent}`]);
      // Nor does it help to say that nothing binds the row.
      await back("now");
      await asOwner(["people"], () =>
        run("UPDATE people SET code = NULL, salt_high = NULL, role = 'admin' WHERE id = ?", agent),
      );
      const bare = await found("people");
      expect(bare).toContain(`altered ${agent}`);
      expect(bare).toContain(`extra ${agent}`);
      await back("now");
      expect(await found("people")).toEqual([]);
      await run("DROP TABLE aside");
      await run("DROP TABLE now");
    });

    it("an ended token that was made valid again is found, and so is another's secret in its place", async () => {
      const [ended] = await all<{ id: string; revoked_at: string }>(
        "SELECT id, revoked_at FROM tokens WHERE revoked_at IS NOT NULL LIMIT 1",
      );
      await asOwner(["tokens"], () => run("UPDATE tokens SET revoked_at = NULL WHERE id = ?", ended!.id));
      expect(await found("tokens")).toEqual([namesColumn(ended!.id, "revoked_at")]);
      await asOwner(["tokens"], () =>
        run("UPDATE tokens SET revoked_at = ? WHERE id = ?", ended!.revoked_at, ended!.id),
      );
      expect(await found("tokens")).toEqual([]);
    });

    it("of two changes at once each stands, and both are bound", async () => {
      const agent = await idOf(tokens.agent);
      await Promise.all(["Five", "Six", "Seven"].map((name) => patch(agent, { name })));
      expect(await found("people")).toEqual([]);
    });

    it("one from before the upgrade is bound by it, once; one more from then is not", async () => {
      const old =
        "INSERT INTO people (id, name, email, role, created_at) VALUES (?1, ?1, ?1 || '@x', 'agent', '2026-01-01')";
      await run(old, "0-old");
      const [{ newest }] = (await all("SELECT MAX(seq) AS newest FROM audit")) as [{ newest: number }];
      const written = await memory();
      const marks = await all<{ name: string; value: string }>(
        "SELECT * FROM marks WHERE name LIKE 'evidence%'",
      );
      await asOwner(["audit"], () =>
        run("UPDATE audit SET code = 'x' WHERE code = 'evidence.states-adopted'"),
      );
      await run("DELETE FROM marks WHERE name IN ('evidence-states-adopted', 'evidence-start')");
      expect(await found("people")).toEqual([]);
      expect((await deep("people")).bound).toMatchObject({ none: 1 });
      await adopt(env);
      expect((await deep("people")).bound).toMatchObject({ none: 0 });
      await patch("0-old", { name: "Old" });
      expect(await found("people")).toEqual([]);
      await run(old, "0-older");
      await adopt(env);
      expect(await found("people")).toEqual(["extra 0-older"]);
      // As it was.
      await asOwner(["people"], () => run("DELETE FROM people WHERE id IN ('0-old', '0-older')"));
      await asOwner(["audit"], async () => {
        await run("DELETE FROM audit WHERE seq > ?", newest);
        await run("UPDATE audit SET code = 'evidence.states-adopted' WHERE code = 'x'");
      });
      await run("DELETE FROM audit_payload WHERE seq > ?", newest);
      for (const { name, value } of marks)
        await run("INSERT OR REPLACE INTO marks VALUES (?, ?)", name, value);
      await remember(written);
    });
  });

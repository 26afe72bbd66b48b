/** Dials: each by its own event, some by texts that they share, of before by their payloads; and why one may be gone. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Dial } from "../../../../shared/dials/api.ts";
import { record } from "../../../../worker/core/commit.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { boundTables } from "../../../../worker/trail/tables.ts";
import { verify } from "../../../../worker/trail/verify.ts";
import { asOwner, MONTH } from "../../helpers.ts";
import { confirmAll, done, enter } from "../../privacy-requests/kit.ts";
import { deep, run } from "../kit.ts";
import { all, dialBy, NUMBER, type Tokens } from "./kit.ts";

/** `first`: an overridden one. */
export const ofDials = (tokens: Tokens, first: () => Dial) =>
  describe("of dials", () => {
    let held: Dial;
    beforeAll(() => void (held = first()));
    const num = () => Number(held.id);
    const found = async () => (await deep("dials")).findings.map(({ what, key }) => `${what} ${key}`);

    it("a dial's time: its event finds no row, and the row no event", async () => {
      const to = num() - 64 * 86_400_000;
      await asOwner(["dials"], () => run("UPDATE dials SET num = ? WHERE num = ?", to, num()));
      expect(await found()).toEqual([`missing ${num()}`, `extra ${to}`]);
      await asOwner(["dials"], () => run("UPDATE dials SET num = ? WHERE num = ?", num(), to));
      expect(await found()).toEqual([]);
    });

    it("a text that dials share: each that names it", async () => {
      const [text] = await all<{ num: number; text: string }>(
        "SELECT num, text FROM dial_texts WHERE num = (SELECT worker_reasons FROM dials ORDER BY num LIMIT 1)",
      );
      await asOwner(["dial_texts"], () =>
        run("UPDATE dial_texts SET text = '[{}]' WHERE num = ?", text!.num),
      );
      const { findings } = await deep("dials");
      expect(findings.length).toBeGreaterThan(0);
      for (const { columns } of findings) expect(columns.join()).toMatch(/reasons/);
      await asOwner(["dial_texts"], () =>
        run("UPDATE dial_texts SET text = ? WHERE num = ?", text!.text, text!.num),
      );
      expect(await found()).toEqual([]);
    });

    it("the person: another, or two who changed their small numbers", async () => {
      const people = await all<{ id: string; num: number }>(
        "SELECT id, num FROM people ORDER BY num LIMIT 2",
      );
      const swap = (a: number, b: number) =>
        asOwner(["people"], async () => {
          await run("UPDATE people SET num = -1 WHERE id = ?", people[0]!.id);
          await run("UPDATE people SET num = ? WHERE id = ?", b, people[1]!.id);
          await run("UPDATE people SET num = ? WHERE id = ?", a, people[0]!.id);
        });
      const agent = (await all<{ num: number }>("SELECT DISTINCT by AS num FROM dials"))[0]!.num;
      const [a, b] = people.map((p) => p.num) as [number, number];
      expect([a, b]).toContain(agent);
      await swap(b, a);
      const { findings } = await deep("dials");
      expect(findings).toHaveLength(3);
      for (const { columns } of findings) expect(columns).toContain("by");
      await swap(a, b);
      expect(await found()).toEqual([]);
    });

    it("a dial passed off as one of an older Worker, or of before the small rows", async () => {
      const [row] = await all<{ code: string; high: string; low: string }>(
        "SELECT CAST(code AS TEXT) AS code, CAST(salt_high AS TEXT) AS high, CAST(salt_low AS TEXT) AS low FROM dials WHERE num = CAST(? AS INTEGER)",
        held.id,
      );
      const back = () =>
        asOwner(["dials"], () =>
          run(
            `UPDATE dials SET code = CAST(? AS INTEGER), salt_high = CAST(? AS INTEGER), salt_low = CAST(? AS INTEGER),
             basis = 'service', id = NULL WHERE num = ?`,
            row!.code,
            row!.high,
            row!.low,
            num(),
          ),
        );
      await asOwner(["dials"], () => run("UPDATE dials SET code = NULL, basis = NULL WHERE num = ?", num()));
      expect(await found()).toEqual([`altered ${num()}`]);
      await back();
      await asOwner(["dials"], () =>
        run("UPDATE dials SET code = NULL, salt_high = NULL, salt_low = NULL, id = 'x' WHERE num = ?", num()),
      );
      expect(await found()).toEqual([`altered ${num()}`, `extra ${num()}`]);
      await back();
      expect(await found()).toEqual([]);
    });

    it("one that was made silent is found by the verification of the chain as well", async () => {
      const { columns } = boundTables.find(({ name }) => name === "dials")!;
      const every = ["salt_high", "salt_low", "code", "action", "reason"];
      expect(columns).toContain("reason");
      await run("DROP TABLE IF EXISTS aside");
      await run(`CREATE TABLE aside AS SELECT ${every.join(", ")} FROM dials WHERE num = ?`, num());
      await asOwner(["dials"], () =>
        run(
          "UPDATE dials SET code = NULL, salt_high = NULL, salt_low = NULL, action = 1, reason = 'their boiler' WHERE num = ?",
          num(),
        ),
      );
      expect(await verify(env)).toMatchObject({ ok: false });
      await asOwner(["dials"], () =>
        run(
          `UPDATE dials SET ${every.map((name) => `${name} = (SELECT ${name} FROM aside)`).join(", ")} WHERE num = ?`,
          num(),
        ),
      );
      await run("DROP TABLE aside");
      expect(await verify(env)).toMatchObject({ ok: true });
    });

    it("one more dial, a copy of another", async () => {
      const names =
        "by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state, salt_high, salt_low, code";
      await run(`INSERT INTO dials (num, ${names}) SELECT num + 1, ${names} FROM dials WHERE num = ?`, num());
      expect(await found()).toEqual([`extra ${num() + 1}`]);
      await run("DELETE FROM dials WHERE num = ?", num() + 1);
    });

    it("its event may lie in an archive: both passes find it there", async () => {
      await archiveMonths(env, Date.now() + 2 * MONTH);
      expect(await found()).toEqual([]);
      expect(await verify(env)).toMatchObject({ ok: true });
      await asOwner(["dials"], () => run("UPDATE dials SET basis = NULL WHERE num = ?", num()));
      expect(await found()).toEqual([`altered ${num()}`]);
      await asOwner(["dials"], () => run("UPDATE dials SET basis = 'service' WHERE num = ?", num()));
      expect(await found()).toEqual([]);
    });

    it("an archive that is lost is a finding, and ends nothing", async () => {
      const [archive] = await all<{ key: string }>("SELECT key FROM audit_archives");
      const bytes = await (await env.ARCHIVE.get(archive!.key))!.arrayBuffer();
      await env.ARCHIVE.delete(archive!.key);
      expect([...new Set(await found())]).toEqual([`unreadable ${archive!.key}`]);
      await env.ARCHIVE.put(archive!.key, bytes);
      expect(await found()).toEqual([]);
    });

    it("a dial that a request had erased is not missed", async () => {
      const id = await enter(tokens.agent, { kind: "erasure", number: NUMBER });
      await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
      await done(tokens.compliance, id, "match", { everything: true });
      await confirmAll(tokens.compliance, id);
      await done(tokens.compliance, id, "decide", { decision: "comply" });
      expect(await all("SELECT num FROM dials WHERE number IS NOT NULL")).toEqual([]);
      expect(await found()).toEqual([]);
      // Nor once the request's own time is over, where that of dials is longer.
      await run("DELETE FROM requests WHERE id = ?", id);
      expect(await all("SELECT * FROM request_items WHERE request = ?", id)).toEqual([]);
      expect(await found()).toEqual([]);
    });

    it("where the archive that says so is lost, it is not missed, and what was altered is found", async () => {
      await archiveMonths(env, Date.now() + 2 * MONTH);
      const [{ key }] = (await all("SELECT key FROM audit_archives ORDER BY first_seq DESC")) as [
        { key: string },
      ];
      const bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
      const [{ num: other }] = (await all("SELECT num FROM dials WHERE number IS NULL")) as [{ num: number }];
      const say = (basis: string | null) =>
        asOwner(["dials"], () => run("UPDATE dials SET basis = ? WHERE num = ?", basis, other));
      await env.ARCHIVE.delete(key);
      await say("service");
      expect(new Set(await found())).toEqual(new Set([`altered ${other}`, `unreadable ${key}`]));
      await say(null);
      await env.ARCHIVE.put(key, bytes);
      expect(await found()).toEqual([]);
      held = await dialBy(tokens, { action: "held" });
    });

    it("a dial that is gone, until its time is over", async () => {
      await run("DELETE FROM dials WHERE num = ?", num());
      expect(await found()).toEqual([`missing ${num()}`]);
      // However it went.
      expect((await deep("dials", Date.now() + 26 * MONTH)).findings).toEqual([]);
    });

    it.each([
      ["an item of a request that nobody decided", (num: string) => itemOf(tokens, num)],
      ["a run of retention that says more than policy does", sweptTo],
    ])("a dial that is gone is missed, whatever the tables say: %s", async (_, say) => {
      const one = await dialBy(tokens, { action: "held" });
      await say(one.id);
      await run("DELETE FROM dials WHERE num = CAST(? AS INTEGER)", one.id);
      expect((await deep("dials")).findings).toContainEqual(
        expect.objectContaining({ what: "missing", key: one.id }),
      );
    });
  });

async function itemOf(tokens: Tokens, num: string): Promise<void> {
  const id = await enter(tokens.agent, { kind: "erasure", number: NUMBER });
  await run(
    "INSERT INTO request_items (request, kind, ref, verdict, decision, done_at) VALUES (?, 'dial', ?, 'confirmed', 'comply', '2026-01-01')",
    id,
    num,
  );
}
async function sweptTo(): Promise<void> {
  await record(env, {
    actor: "system",
    event: { code: "retention.swept", subject: "dials/999999999999999", payload: null },
    statements: [],
  });
}

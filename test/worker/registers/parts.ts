/**
 * What the database's owner can do to the parts of an upload that waits for its commit, and to the sums of a version: no number leaves a
 * register by it, nor is it bound as the register's own.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { addContent, addUndo, sumOf, sumText } from "../../../shared/registers/content.ts";
import {
  blockDigest,
  blockOf,
  difference,
  numberOf,
  offsetOf,
  pack,
  unpack,
} from "../../../shared/registers/blocks.ts";
import { record } from "../../../worker/core/commit.ts";
import { countContents, missingSums } from "../../../worker/registers/content.ts";
import { registerHead } from "../../../worker/registers/heads.ts";
import { closeVersion, openVersion, sumsOf } from "../../../worker/registers/versions.ts";
import { asOwner, call, DAY, today } from "../helpers.ts";
import { HOUR } from "../../../shared/core/time.ts";
import { lostArchives, noLostArchives, run } from "../trail/kit.ts";
import { OTHER } from "../proof/kit.ts";
import { deep } from "./kit.ts";

/** Of the block in which CTPS has OTHER. */
const ADDED = ["+442079460301", "+442079460302", "+442079460303", "+442079460304"];
const block = blockOf(numberOf(OTHER));
const first = <T>(text: string, ...params: (string | number)[]) =>
  env.DB.prepare(text)
    .bind(...params)
    .first<T>() as Promise<T>;
const found = async () => (await deep()).found;
const isListed = async (number: string) => {
  const { data } = await first<{ data: string }>("SELECT data FROM blocks WHERE id = ?", block * 64 + 2);
  return unpack(data).includes(offsetOf(numberOf(number)));
};

export const ofParts = (tokens: { admin: string }) =>
  describe("an upload that waits for its commit", () => {
    // What other tests gave up.
    beforeAll(() => env.DB.batch(["staged", "parts"].map((table) => env.DB.prepare(`DELETE FROM ${table}`))));
    const base = "/v1/lists/ctps";
    const answered = (method: string, path: string, body: object) =>
      call(method, `${base}${path}`, { token: tokens.admin, body });
    const sha256 = (n: number) => String(n).repeat(64);
    /** Opens changes that add a number, the n-th, or resumes them. */
    const begin = async (n: number) => {
      const { version: parent } = (await call("GET", base, { token: tokens.admin })).data as {
        version: number;
      };
      const body = { asOf: today(), parent, kind: "changes", source: { name: "changes", sha256: sha256(n) } };
      return (await answered("POST", "/uploads", body)).data as { version: number; parts: unknown[] };
    };
    const send = (version: number, n: number) =>
      answered("PUT", `/uploads/${version}/parts/1`, {
        changes: [[block, pack([offsetOf(numberOf(ADDED[n]!))]), ""]],
      });
    const end = (version: number) =>
      answered("POST", `/uploads/${version}/commit`, { parts: 1, attestSameFile: true });
    const staged = () =>
      first<{ id: string; n: number; data: string; undo: string }>(
        "SELECT CAST(id AS TEXT) AS id, n, data, undo FROM staged",
      );
    const NOW = "UPDATE parts SET";

    /** Takes a number out of the staged block as somebody would who knows how blocks and sums are made. */
    async function takeOut(number: string, ver: number): Promise<void> {
      const row = await staged();
      const offset = offsetOf(numberOf(number));
      const data = pack(unpack(row.data).filter((one) => one !== offset));
      const undo = pack(difference(unpack(row.undo), Uint16Array.of(offset)));
      await run(
        "UPDATE staged SET n = n - 1, data = ?, digest = ?, undo = ? WHERE id = CAST(? AS INTEGER)",
        ...[data, blockDigest(block, data), undo, row.id],
      );
      const part = await first<{ content: string; undone: string }>("SELECT content, undone FROM parts");
      const [content, undone] = [sumOf(part.content), sumOf(part.undone)];
      addContent(content, block, row.data, -1);
      addContent(content, block, data);
      undone.fill(0);
      addUndo(undone, block, ver, undo);
      await run(`${NOW} removed = removed + 1, content = ?, undone = ?`, sumText(content), sumText(undone));
    }

    it("from which somebody takes a number, sums and all: it is not made live, and the part that is sent again is", async () => {
      const { version } = await begin(0);
      expect((await send(version, 0)).status).toBe(200);
      await takeOut(OTHER, version);
      expect((await end(version)).data).toMatchObject({ code: "list-parts-missing" });
      // Whoever resumes it hears that no part has arrived.
      expect(await begin(0)).toMatchObject({ version, parts: [] });
      expect((await send(version, 0)).data).toEqual({ part: 1 });
      expect((await end(version)).data).toMatchObject({ version, added: 1, removed: 0 });
      expect([await isListed(OTHER), await isListed(ADDED[0]!), await found()]).toEqual([true, true, []]);
    });

    it("from whose block alone a number is taken, or from the part alone", async () => {
      const { version } = await begin(1);
      await send(version, 1);
      const part = await first<{ content: string; undone: string; removed: number }>(
        "SELECT content, undone, removed FROM parts",
      );
      await takeOut(OTHER, version);
      await run(`${NOW} removed = ?, content = ?, undone = ?`, part.removed, part.content, part.undone);
      expect((await end(version)).data).toMatchObject({ code: "list-mismatch" });
      for (const set of [
        "removed = removed + 1",
        "added = 0",
        "sums = '[0,0,0,0]'",
        "content = NULL",
        "mac = NULL",
        "sha256 = mac",
      ]) {
        await run("CREATE TABLE aside AS SELECT * FROM parts");
        await run(`${NOW} ${set}`);
        expect((await end(version)).data, set).toMatchObject({ code: "list-parts-missing" });
        await run("DELETE FROM parts");
        await run("INSERT INTO parts SELECT * FROM aside");
        await run("DROP TABLE aside");
      }
      // Also where it says that it is of another content: what is sent again is what counts.
      await run(`${NOW} sha256 = mac`);
      await send(version, 1);
      expect((await end(version)).data).toMatchObject({ version, added: 1, removed: 0 });
      expect(await found()).toEqual([]);
    });

    it("whose part an older Worker took: it is sent again", async () => {
      const { version } = await begin(2);
      await send(version, 2);
      await run(`${NOW} mac = NULL, sums = NULL`);
      expect((await end(version)).data).toMatchObject({ code: "list-parts-missing" });
      expect((await begin(2)).parts).toEqual([]);
      await send(version, 2);
      expect((await begin(2)).parts).toHaveLength(1);
      expect((await end(version)).status).toBe(200);
      expect(await found()).toEqual([]);
    });

    /** A version that comes without its sums. */
    async function bare(): Promise<number> {
      const before = await registerHead(env.DB, "ctps");
      const ver = before.version + 1;
      const opened = {
        ...{
          ver,
          parent: before.version,
          kind: "changes" as const,
          asOf: today(),
          source: "x",
          sha256: null,
        },
        ...{ by: (await first<{ id: string }>("SELECT id FROM people")).id, at: new Date().toISOString() },
      };
      const closing = { sums: sumsOf(before), added: 0, removed: 0, contents: null };
      await record(env, {
        actor: "system",
        event: { code: "list.pushed", subject: `ctps/${ver}`, payload: null },
        statements: [openVersion(before.num, opened), ...closeVersion(before, opened, closing)],
      });
      return ver;
    }

    it("a version of an older Worker, as an officer said, is counted where archives of before it cannot be read", async () => {
      const now = Date.now() + DAY;
      vi.useFakeTimers({ now, toFake: ["Date"] });
      const ver = await bare();
      const ends = (hours: number) => new Date(now + hours * HOUR).toISOString();
      vi.setSystemTime(now + 2 * HOUR);
      const event = { code: "test.later", subject: "", payload: null };
      await record(env, { actor: "system", event, statements: [] });
      const said = await call("POST", "/v1/audit/returned", {
        token: tokens.admin,
        body: { from: ends(-0.5), to: ends(1), why: "an older version ran" },
      });
      expect(said.status, said.text).toBe(201);
      // One of after it may bind its sums.
      await lostArchives([-9], ends(0.5));
      await countContents(env, Date.now());
      expect(await missingSums(env, await registerHead(env.DB, "ctps"))).toBe("gone");
      await noLostArchives();
      await lostArchives([-9], ends(-1));
      expect(await missingSums(env, await registerHead(env.DB, "ctps"))).toBe("uncounted");
      // Nor where its own moment is not as the trail has it.
      const dated = (at: string) =>
        asOwner(["versions"], () =>
          run("UPDATE versions SET committed_at = ? WHERE list = 2 AND ver = ?", at, ver),
        );
      const { at } = await first<{ at: string }>(
        "SELECT committed_at AS at FROM versions WHERE list = 2 AND ver = ?",
        ver,
      );
      await dated(ends(0.1));
      expect(await missingSums(env, await registerHead(env.DB, "ctps"))).toBe("gone");
      await dated(at);
      await countContents(env, Date.now());
      await noLostArchives();
      expect(await found()).toEqual([]);
      vi.useRealTimers();
    });

    it("a version that came without its sums is a finding, and is not counted as one of before", async () => {
      const ver = await bare();
      expect(await found()).toEqual([`blocks ctps/${ver}: missing`]);
      await countContents(env, Date.now());
      expect(await found()).toEqual([`blocks ctps/${ver}: missing`]);
    });
  });

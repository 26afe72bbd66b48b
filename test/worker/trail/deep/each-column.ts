/** Each bound column of each bound table altered in turn, each row taken away, and one more put there. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { boundTableNames } from "../../../../shared/trail/bound-tables.ts";
import { MOST_COLUMNS } from "../../../../shared/trail/leaves.ts";
import { boundTables } from "../../../../worker/trail/tables.ts";
import { asOwner } from "../../helpers.ts";
import { deep, run } from "../kit.ts";
import { freeKeys, hanging, lies, missedElsewhere, others, own, smaller, together } from "./columns.ts";
import { all } from "./kit.ts";

export const eachColumn = () =>
  describe.each([...boundTableNames])("%s", (set) => {
    const {
      table: named,
      columns: leaves,
      few = {},
      unbound,
      keys,
      keySql: key,
      own: seeds,
      states,
    } = boundTables.find(({ name }) => name === set)!;
    const columns = [...leaves, ...Object.keys(few)];
    const table = lies[named] ?? named;
    // SQLite takes no other name for a view that is changed.
    const [changed, itsKey] = smaller[table] ? [table, key.replaceAll("r.", "")] : [`${table} AS r`, key];
    const columnsOf = async () =>
      (await all<{ name: string }>("SELECT name FROM pragma_table_info(?)", table)).map(({ name }) => name);
    /** One that is bound; of those that change, one that changed least: each state has an event. */
    const rowOf = async () =>
      (
        await all<{ id: string | number }>(
          `SELECT ${key} AS id FROM ${table} r WHERE ${seeds.code} IS NOT NULL ORDER BY ${states ? `${seeds.rev}, ` : ""}${key}`,
        )
      ).at(table === "policies" ? 1 : 0)!.id;

    it("each column is bound, or it says why not", async () => {
      // A further set of a table says nothing of its other columns.
      if (set === named)
        expect([...columns, ...Object.keys(unbound)].sort()).toEqual((await columnsOf()).sort());
      // D1 gives a function 32 arguments.
      expect(columns.length).toBeLessThanOrEqual(Math.min(32, MOST_COLUMNS));
    });

    it("each bound column, altered, is found and named; put back, nothing is", async () => {
      const id = await rowOf();
      const people = (await all<{ id: string }>("SELECT id FROM people")).map((person) => person.id);
      const every = await columnsOf();
      await run("DROP TABLE IF EXISTS aside");
      await run(`CREATE TABLE aside AS SELECT ${every.join(", ")} FROM ${table} r WHERE ${key} = ?`, id);
      const certain: string[] = [];
      const alone: string[] = [];
      const read = () =>
        env.DB.prepare(`SELECT ${columns.join(", ")} FROM ${table} r WHERE ${key} = ?`)
          .bind(id)
          .first<Record<string, unknown>>();
      const before = await read();
      const tried = async (text: string, ...params: (string | number)[]) =>
        run(text, ...params).then(
          ({ results }) => results.length > 0,
          () => false,
        );
      for (const column of [...columns.filter((name) => !keys.includes(name)), seeds.code]) {
        const { was } = (await env.DB.prepare(
          `SELECT CAST(${column} AS TEXT) AS was FROM ${table} r WHERE ${key} = ?`,
        )
          .bind(id)
          .first<{ was: string | null }>())!;
        await asOwner([table], async () => {
          const more = together[`${table}.${column}`];
          if (more && (await tried(`UPDATE ${changed} SET ${more} WHERE ${itsKey} = ? RETURNING 1`, id)))
            return;
          for (const other of [...others, ...people])
            if (
              other !== was &&
              (await tried(`UPDATE ${changed} SET ${column} = ? WHERE ${itsKey} = ? RETURNING 1`, other, id))
            )
              return;
        });
        const now = await read();
        const besides = columns.filter((name) => name !== column && now?.[name] !== before?.[name]);
        const { findings } = await deep(set);
        // The day of a recording follows from that of its call: the pass from its row names that as well.
        const altered = findings.filter(
          ({ what, key: of, seq }) =>
            what === "altered" && of === String(id) && (set !== "recordings" || seq !== null),
        );
        expect(altered, column).toHaveLength(1);
        // In one case of a hundred the code tells a few columns apart only; of several it may name others, or none.
        if (besides.length === 0) {
          expect(altered[0]!.columns, column).toContain(column === seeds.code ? "code" : column);
          alone.push(column);
        } else expect(together, column).toHaveProperty([`${table}.${column}`]);
        if (altered[0]!.columns.length === 1) certain.push(column);
        await asOwner([table], () =>
          run(
            `UPDATE ${changed} SET ${every.map((name) => `${name} = (SELECT ${name} FROM aside)`).join(", ")} WHERE ${itsKey} = ?`,
            id,
          ),
        );
        expect((await deep(set)).findings, column).toEqual([]);
      }
      await run("DROP TABLE aside");
      // One that cannot change alone is never told apart.
      expect(certain.length).toBeGreaterThan(alone.length - 5);
    });

    it("a row that is gone is missed, and one more is known by no event, whatever it says of its age", async () => {
      const id = await rowOf();
      const every = await columnsOf();
      const found = async () => (await deep(set)).findings.map(({ what, key: of }) => `${what} ${of}`);
      await run("DROP TABLE IF EXISTS aside");
      await run(`CREATE TABLE aside AS SELECT ${every.join(", ")} FROM ${table} r WHERE ${key} = ?`, id);
      // What hangs on it goes with it.
      const others = hanging[table] ?? [];
      for (const other of others) {
        await run(`DROP TABLE IF EXISTS aside_${other}`);
        await run(`CREATE TABLE aside_${other} AS SELECT * FROM ${other}`);
      }
      await asOwner([table, ...others], async () => {
        if (table === "recordings") await run("DELETE FROM recording_holds");
        await run(`DELETE FROM ${changed} WHERE ${itsKey} = ?`, id);
      });
      // Each of its states has an event.
      expect([...new Set(await found())]).toEqual(missedElsewhere.includes(set) ? [] : [`missing ${id}`]);
      await asOwner([table, ...others], async () => {
        await run(`INSERT INTO ${table} (${every.join(", ")}) SELECT ${every.join(", ")} FROM aside`);
        for (const other of others) {
          await run(`INSERT OR IGNORE INTO ${other} SELECT * FROM aside_${other}`);
          await run(`DROP TABLE aside_${other}`);
        }
      });
      expect(await found()).toEqual([]);
      const [of, ver] = String(id).split("/");
      const fresh =
        keys.length > 1
          ? keys.some((name) => ["ver", "part", "version", "place"].includes(name))
            ? `${of}/${Number(ver) + 1000}`
            : `${id}x`
          : typeof id === "number"
            ? id + 1000
            : set === "certificates"
              ? "three"
              : freeKeys[table]
                ? (await all<{ id: string }>(freeKeys[table]))[0]!.id
                : "made-up";
      if (set === "certificates")
        await asOwner(["recordings"], () =>
          run(
            "INSERT INTO recordings (id, provider, ref, store, region, erase_after, rule, months, state, by, at) SELECT 'three', provider, 'three', store, region, erase_after, rule, months, state, by, at FROM recordings WHERE id = 'one'",
          ),
        );
      for (const bare of [false, true]) {
        const values = every.map((name) =>
          keys.length === 1 && name === keys[0]
            ? "?1"
            : bare && [seeds.code, seeds.high, seeds.low].includes(name)
              ? "NULL"
              : (own[table]?.[name] ?? name),
        );
        await asOwner([table], () =>
          run(
            `INSERT INTO ${table} (${every.join(", ")}) SELECT ${values.join(", ")} FROM aside WHERE ?1 IS NOT NULL`,
            fresh,
          ),
        );
        expect(await found(), String(bare)).toEqual([`extra ${fresh}`]);
        await asOwner([table], () => run(`DELETE FROM ${changed} WHERE ${itsKey} = ?`, fresh));
      }
      await run("DROP TABLE aside");
      if (set === "certificates")
        await asOwner(["recordings"], () => run("DELETE FROM recordings WHERE id = 'three'"));
      expect(await found()).toEqual([]);
    });
  });

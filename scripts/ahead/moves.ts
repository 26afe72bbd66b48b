/**
 * Which tables of many rows a migration rebuilds, and the SQL by which rows are copied ahead of it. All of it is made from the migration's own
 * statements, so that a row that was copied ahead is the row that the migration would have written.
 */

export interface Move {
  /** The migration. */
  file: string;
  /** What its rows are, for people. */
  what: string;
  /** The table of before, and its key. */
  from: string;
  key: string;
  /** The table where rows lie afterwards, while both are there, and its key, which has the same numbers. */
  into: string;
  place: string;
  /** The view through which the migration writes rows, by its triggers. Null: it writes them as they lie. */
  view: string | null;
  /** What to compare in place of a column: what does not come over on purpose. */
  compared: Record<string, string>;
}

const gone = (column: string) => `IIF(state = 'erased', NULL, ${column})`;

/** In the order of their files. */
export const moves: readonly Move[] = [
  {
    ...{ file: "0165_recordings_slim.sql", what: "recordings", from: "recordings", key: "rowid" },
    ...{ into: "recording_rows", place: "num", view: "recordings" },
    // The seed of an erased one's audio goes.
    compared: { audio_high: gone("audio_high"), audio_low: gone("audio_low") },
  },
  {
    ...{ file: "0166_trail_slim.sql", what: "rows of the audit trail", from: "audit", key: "seq" },
    ...{ into: "audit_rows", place: "seq", view: "audit", compared: {} },
  },
  {
    ...{ file: "0168_call_ids.sql", what: "calls", from: "call_rows", key: "num" },
    ...{ into: "call_rows_ahead", place: "num", view: null, compared: {} },
  },
];

/** The SQL of a move. */
export interface Steps {
  /** Where rows go, in order, each of which may be there already. By name. */
  made: Map<string, string>;
  /** Names of the triggers by which a row that was copied stays as the one of before. */
  mirrors: string[];
  /** Tables that the migration makes, the one of the rows first. */
  tables: string[];
  /** The view through which rows are copied, if they are. */
  view: string | null;
  /** Copies up to so many of the next rows. */
  slice: (most: number) => string;
  /**
   * The newest row that was copied (`mark`, null for none), the newest that there is (`last`), and how many were copied behind one (`came`), which
   * is null for the first.
   */
  mark: (behind: number | null) => string;
  /** How many rows behind one (null for the first), up to the newest that was copied, are not as before (`wrong`). */
  wrong: (behind: number | null) => string;
  /** How many rows up to the newest that was copied there are (`before`), and how many copies (`now`). */
  counts: string;
}

const FIRST = "-9223372036854775807 - 1";
/** Behind a row, or from the first that there can be. */
const since = (behind: number | null): string => (behind === null ? `>= ${FIRST}` : `> ${behind}`);

/** The CREATE statements of a migration. */
const created = (text: string) =>
  [
    ...text.matchAll(/^CREATE (?:UNIQUE )?(TABLE|INDEX|VIEW|TRIGGER) (IF NOT EXISTS )?(\w+)[^]*?(?:;$)/gm),
  ].map(({ 0: start, 1: type, 2: isAhead, 3: name, index }) => ({
    type: type!,
    name: name!,
    /** A table or an index that may be there already. */
    isAhead: isAhead !== undefined,
    // A trigger has statements of its own.
    sql: type === "TRIGGER" ? /[^]*?\bEND;$/m.exec(text.slice(index))![0] : start,
  }));

/** A statement's text without the semicolon at its end. */
const bare = (sql: string): string => sql.replace(/;$/, "");

export function stepsOf(move: Move, text: string): Steps {
  const { from, key, into, place, view } = move;
  const all = created(text);
  const ahead = `${view ?? from}_ahead`;
  const target = view === null ? into : ahead;
  const slicer = all.find(
    ({ type, sql }) => type === "TRIGGER" && /^\s*INSERT INTO [^]*LIMIT NEW\.upto;/m.test(sql),
  );
  const columns = /INSERT INTO \w+ \(([^)]*)\)/.exec(slicer?.sql ?? "")?.[1]?.trim();
  if (columns === undefined) throw new Error(`${move.file} moves no rows by slices.`);
  const names = columns.split(/,\s*/);

  const made = new Map<string, string>();
  for (const { name, sql, isAhead } of all) if (isAhead) made.set(name, bare(sql));
  const tables = all.filter(({ type, isAhead }) => isAhead && type === "TABLE").map(({ name }) => name);
  if (view !== null) {
    const itself = all.find(({ type, name }) => type === "VIEW" && name === view)!;
    made.set(ahead, bare(itself.sql).replace(/^CREATE VIEW \w+/, `CREATE VIEW IF NOT EXISTS ${ahead}`));
    for (const { name, sql } of all) {
      const begins = new RegExp(`^CREATE TRIGGER \\w+ INSTEAD OF (INSERT|DELETE) ON ${view}\n`);
      const own = `${name}_ahead`;
      if (begins.test(sql))
        made.set(
          own,
          bare(sql).replace(
            begins,
            (_, event) => `CREATE TRIGGER IF NOT EXISTS ${own} INSTEAD OF ${event} ON ${ahead}\n`,
          ),
        );
    }
  }
  const targetKey = view === null ? place : key;
  const isCopied = (row: string) => `${row}.${key} <= (SELECT MAX(${place}) FROM ${into})`;
  const out = `DELETE FROM ${target} WHERE ${targetKey} = OLD.${key};`;
  const put = `INSERT INTO ${target} (${columns}) SELECT ${columns} FROM ${from} WHERE ${key} = NEW.${key};`;
  const mirror = (name: string, event: string, when: string, body: string) =>
    made.set(
      `${from}_ahead_${name}`,
      `CREATE TRIGGER IF NOT EXISTS ${from}_ahead_${name} AFTER ${event} ON ${from} WHEN ${when}\nBEGIN\n  ${body}\nEND`,
    );
  mirror("came", "INSERT", isCopied("NEW"), `${out.replace("OLD.", "NEW.")}\n  ${put}`);
  mirror("changed", "UPDATE", isCopied("OLD"), `${out}\n  ${put}`);
  mirror("went", "DELETE", isCopied("OLD"), out);

  const isNext = `${key} >= COALESCE((SELECT MAX(${place}) + 1 FROM ${into}), ${FIRST})`;
  const compared = names.map((name) => move.compared[name] ?? name).join(", ");
  return {
    made,
    mirrors: ["came", "changed", "went"].map((name) => `${from}_ahead_${name}`),
    tables: [into, ...tables.filter((name) => name !== into)],
    view: view === null ? null : ahead,
    slice: (most) =>
      `INSERT INTO ${target} (${columns}) SELECT ${columns} FROM ${from} WHERE ${isNext} ORDER BY ${key} LIMIT ${most}`,
    mark: (behind) =>
      `SELECT (SELECT MAX(${place}) FROM ${into}) AS mark, (SELECT MAX(${key}) FROM ${from}) AS last,
        (SELECT COUNT(*) FROM ${into} WHERE ${place} ${since(behind)}) AS came`,
    wrong: (behind) => {
      const among = (column: string) =>
        `${column} ${since(behind)} AND ${column} <= (SELECT MAX(${place}) FROM ${into})`;
      return `SELECT COUNT(*) AS wrong FROM (SELECT ${compared} FROM ${from} WHERE ${among(key)}
        EXCEPT SELECT ${compared} FROM ${target} WHERE ${among(targetKey)})`;
    },
    counts: `SELECT (SELECT COUNT(*) FROM ${from}) - (SELECT COUNT(*) FROM ${from} WHERE ${isNext}) AS before, (SELECT COUNT(*) FROM ${into}) AS now`,
  };
}

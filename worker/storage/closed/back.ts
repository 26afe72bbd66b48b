/** The way back: a file of closed rows into their table, before an older Worker is deployed. */
import { record } from "../../core/commit.ts";
import { sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { openAgain } from "./close.ts";
import { allLinesIn, type ClosedFile, fileColumns, toFile } from "./files.ts";
import { type Kind, type Line, portions, putBack, refuseWhere } from "./kind.ts";
import { unnamed } from "./left.ts";
import { outOf } from "./read.ts";

export interface Back<L extends Line = Line> extends Kind<L> {
  /** Statements that list lines no more: they count until now. */
  unlisted: (lines: readonly L[]) => Statement[];
  /** Statements for lines that counted no more. */
  forgotten?: (env: Env, lines: readonly L[]) => Promise<Statement[]>;
  /** Puts lines back by commits of its own, behind which they count no more: their file goes with one more. */
  backFirst?: (env: Env, lines: readonly L[], actor: string) => Promise<void>;
  /** Statements behind a file that is gone. */
  behind: Statement[];
}

/** Refuses the batch unless the file is as it was read. */
export const wantFile = ({ files }: Pick<Kind, "files">, { first, key }: ClosedFile): Statement =>
  refuseWhere(`NOT EXISTS (SELECT 1 FROM ${files} WHERE first = ? AND key = ?)`, first, key);

/** Without a file. */
export const dropped = (
  { files, out, behind }: Pick<Back, "files" | "out" | "behind">,
  { first, last, key }: ClosedFile,
): Statement[] => [
  sql(`DELETE FROM ${files} WHERE first = ?`, first),
  ...(out === null ? [] : [sql(`DELETE FROM ${out} WHERE num BETWEEN ? AND ?`, first, last)]),
  ...behind,
  unnamed(key),
];

/** The newest file but for some, and how many there are. */
export async function newestOf(
  db: D1Database,
  { files }: Pick<Kind, "files">,
  without: readonly string[],
): Promise<{ file: ClosedFile; files: number } | null> {
  const row = await db
    .prepare(
      `SELECT ${fileColumns}, (SELECT COUNT(*) FROM ${files} WHERE key NOT IN (SELECT value FROM json_each(?1))) AS files
       FROM ${files} f WHERE f.key NOT IN (SELECT value FROM json_each(?1)) ORDER BY f.first DESC LIMIT 1`,
    )
    .bind(JSON.stringify(without))
    .first<Parameters<typeof toFile>[0] & { files: number }>();
  return row && { file: toFile(row), files: row.files };
}

/**
 * Puts a file's rows back, and says how many. `again`: what closes its month again, should this Worker stay. Throws the Problem `archive-broken`.
 */
export async function putAllBack<L extends Line>(
  env: Env,
  kind: Back<L>,
  file: ClosedFile,
  actor: string,
  again: readonly Statement[] = [openAgain(kind)],
): Promise<number> {
  const out = await outOf(env.DB, kind, file);
  const all = await allLinesIn(env, kind, file);
  const lines = all.filter(({ num }) => !out.has(num));
  const forgotten = await kind.forgotten?.(
    env,
    all.filter(({ num }) => out.has(num)),
  );
  const { name, backFirst } = kind;
  await backFirst?.(env, lines, actor);
  const itself = () => [
    ...kind.unlisted(lines),
    ...(forgotten ?? []),
    ...portions(lines).flatMap((some) => putBack(kind, some)),
  ];
  await record(env, {
    actor,
    event: { code: `audit.${name}-reopened`, subject: file.key, payload: { [name]: lines.length } },
    statements: [wantFile(kind, file), ...(backFirst ? [] : itself()), ...dropped(kind, file), ...again],
  });
  return lines.length;
}

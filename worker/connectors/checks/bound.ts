/**
 * What the trail binds of a connector: where it leads, and what is read and written there, each time that an administrator changes
 * it. Who owns the database could else have an objector's flag read no more, or another field written.
 */
import { sha256Hex } from "../../../shared/core/sha256.ts";
import { record } from "../../core/commit.ts";
import { sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { type Said, stillSaid } from "../../trail/agreed.ts";
import { tellUnlike } from "../../trail/kept-back.ts";
import { ConnectorError, SetupError } from "../connector.ts";
import { connectorColumns, type ConnectorRow } from "../rows.ts";

type SetUp = Pick<ConnectorRow, "id" | "kind" | "name" | "setup" | "way" | "by" | "at">;

const saidOf = ({ id, kind, name, setup, way, by, at }: SetUp): Said => ({
  row: `connectors/${id}`,
  root: sha256Hex(`connector v1 ${JSON.stringify([id, kind, name, setup, way, by, at])}`),
});

/** The statement that writes a set-up, with what binds it. */
export const bindSetup = (statement: Statement, row: SetUp): Statement => ({
  ...statement,
  binds: [saidOf(row)],
});

/** SQL: the row is as it was read, in what the trail binds. The parameters are numbered from `?first`. */
export const isAsRead = (first: number): string =>
  ["kind", "name", "setup", "way", "by", "at"].map((name, n) => `${name} = ?${first + n}`).join(" AND ");
export const asRead = ({ kind, name, setup, way, by, at }: SetUp): string[] => [
  ...[kind, name, setup, way, by, at],
];

/** Whether the set-up is as the trail has it: `nothing` of one from before the upgrade, `unread` where it cannot be told yet. */
export async function isSetupSaid(
  env: Env,
  row: ConnectorRow,
): Promise<"this" | "another" | "nothing" | "unread"> {
  const said = saidOf(row);
  const is = await stillSaid(env, said);
  if (is !== "another") return is;
  const now = await env.DB.prepare(`SELECT ${connectorColumns} FROM connectors c WHERE c.id = ?`)
    .bind(row.id)
    .first<ConnectorRow>();
  // An administrator has changed it since it was read: what goes on with it finds that out by itself.
  const moved = now === null || saidOf(now).root !== said.root;
  return moved && (now === null || (await stillSaid(env, saidOf(now))) === "this") ? "this" : is;
}

/**
 * Throws a SetupError where the set-up is not as the trail has it, and officers are told once; a ConnectorError where that cannot be
 * told before an archive is read. One of before the upgrade counts as it is.
 */
export async function wantAsSaid(env: Env, row: ConnectorRow): Promise<void> {
  const is = await isSetupSaid(env, row);
  if (is === "unread")
    throw new ConnectorError(
      `${row.kind}: whether the set-up is as the audit trail has it cannot be told before an archive of the trail is read`,
    );
  if (is !== "another") return;
  await tellUnlike(env, [saidOf(row).row], Date.now());
  throw new SetupError(
    `${row.kind}: the set-up is not as the audit trail has it: look at it, and save it again with its credentials`,
  );
}

/** Those of these connectors whose set-up is not as the trail has it. */
export async function alteredOf(env: Env, ids: readonly string[]): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `SELECT ${connectorColumns} FROM connectors c WHERE c.id IN (SELECT value FROM json_each(?))`,
  )
    .bind(JSON.stringify(ids))
    .all<ConnectorRow>();
  const altered: string[] = [];
  // Until an archive is read that may say it, it stays known as it was.
  for (const row of results)
    if (["another", "unread"].includes(await isSetupSaid(env, row))) altered.push(row.id);
  return altered;
}

/** Daily: binds the set-ups of before the upgrade as they are. */
export async function bindSetups(env: Env): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT ${connectorColumns} FROM connectors c`,
  ).all<ConnectorRow>();
  for (const row of results) {
    if ((await stillSaid(env, saidOf(row))) !== "nothing") continue;
    // One that is changed at this very moment is bound by its change: then nothing is written here.
    const same = sql(
      `UPDATE connectors SET kind = IIF(${isAsRead(2)}, kind, NULL) WHERE id = ?1`,
      ...[row.id, ...asRead(row)],
    );
    await record(env, {
      actor: "system",
      event: { code: "connector.bound", subject: row.id, payload: null },
      statements: [bindSetup(same, row)],
    }).catch((error: unknown) => {
      if (!String(error).includes("connectors.kind")) throw error;
    });
  }
}

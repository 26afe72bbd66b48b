/** Connectors and their runs: the rows as stored, and as the API shows them. */
import {
  connectorSetup,
  type Connector,
  type ConnectorRun,
  type ConnectorSetup,
} from "../../shared/connectors/api.ts";
import { type ConnectorKind, kinds, SIGN_IN } from "../../shared/connectors/kinds.ts";
import { DAY } from "../../shared/core/time.ts";
import { lawDays } from "../../shared/law/changes.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { canSeal, unseal } from "../core/seal.ts";
import { currentPolicy } from "../policy/current.ts";
import { type HeadRow, selectHeads, toHead } from "../registers/heads.ts";
import { countsOf } from "./checks/achieved.ts";
import { rescreenDaysOf } from "../../shared/registers/age.ts";
import { beyond, placesOf } from "./flags/places.ts";
import { flagsOf, lastReads, type Reads } from "./flags/read-at.ts";

export interface ConnectorRow {
  num: number;
  id: string;
  kind: ConnectorKind;
  name: string;
  setup: string;
  way: string;
  secret: string;
  /** What a sign-in that nobody has confirmed yet was granted, sealed. */
  pending: string | null;
  /** The set-up with which the fields were tried; null: with none. */
  proved: string | null;
  active: number;
  triedAt: string | null;
  turned: number;
  failures: number;
  error: string | null;
  due: string | null;
  /** A run that began before then does not count (ISO 8601). */
  again: string | null;
  /** When a person last sent a failed run again (ISO 8601). */
  sentAgain: string | null;
  /** JSON: where words of consents stay in a CRM that ClearDial does not write to any more. */
  consentsLeft: string;
  by: string;
  at: string;
  /** Which account it leads to, and of which credentials (`at`) that was told; null where nothing tells, or its host does. */
  account: string | null;
  /** Since when it leads to its account (ISO 8601); null: since `at`. */
  accountSince: string | null;
}
export const connectorColumns = `c.num, c.id, c.kind, c.name, c.setup, c.way, c.secret, c.pending, c.proved, c.active,
  c.tried_at AS triedAt, c.turned, c.failures, c.error, c.due, c.again, c.sent_again AS sentAgain, c.consents_left AS consentsLeft,
  c.by, c.at, c.account, c.account_since AS accountSince`;

export type RunRow = Omit<ConnectorRun, "trial" | "kinds"> & {
  /** JSON, by the kind's name. */
  kinds: string;
  num: number;
  connector: number;
  trial: number;
  /** 1: it reads flags and consents alone. */
  reads: number;
  slice: number;
  cursor: string | null;
  movedAt: string;
};
export const runColumns = `r.num, r.id, r.connector, r.trial, r.reads, r.state, r.screening, r.slice, r.cursor,
  r.moved_at AS movedAt, r.contacts,
  r.numbers, r.clear, r.caution, r.blocked, r.unknown, r.none, r.invalid, r.written, r.refused, r.refusal, r.kinds, r.failures,
  r.error, r.due, r.by, p.name AS byName, r.at, r.finished_at AS finishedAt
  FROM connector_runs r LEFT JOIN people p ON p.id = r.by`;

export const runOf = ({
  num: _num,
  connector: _connector,
  reads: _reads,
  slice: _slice,
  cursor: _cursor,
  movedAt: _movedAt,
  kinds,
  ...run
}: RunRow): ConnectorRun => ({
  ...run,
  trial: run.trial === 1,
  kinds: Object.entries(countsOf({ kinds })).map(([name, counts]) => ({ name, ...counts })),
});

/** SQL: the number of a connector's newest run that was no reading of flags alone; `counted` leaves out trial runs. */
export const lastRun = (connector: string, kind: "any" | "counted" = "counted"): string =>
  `(SELECT num FROM connector_runs WHERE connector = ${connector} AND ${kind === "counted" ? "trial" : "reads"} = 0
    ORDER BY num DESC LIMIT 1)`;

/** Selects each connector's newest run. */
export const lastRuns = (kind: "any" | "counted"): string =>
  `SELECT ${runColumns} WHERE r.num IN (SELECT ${lastRun("c.num", kind)} FROM connectors c)`;

/**
 * When a connector is next screened by itself (ISO 8601): `days` after its last run began, sooner where a rule of law has
 * begun or ended or the policy has changed since (`again`), or a day after a run that was stopped or failed, at once after a
 * failed one that a person sends again. Null while it is off or running. `last` is its newest run that was no trial.
 */
export function nextAt(row: ConnectorRow, last: RunRow | undefined, days: number): string | null {
  if (row.active === 0 || last?.state === "running") return null;
  if (!last) return row.triedAt;
  if (last.state === "failed" && row.sentAgain !== null && row.sentAgain > last.finishedAt!)
    return row.sentAgain;
  if (last.state !== "done") return new Date(Date.parse(last.finishedAt!) + DAY).toISOString();
  const usual = new Date(Date.parse(last.at) + days * DAY).toISOString();
  const law = lawDays.find((day) => day > last.at);
  const moved = [law && `${law}T00:00:00.000Z`, row.again].filter((at) => at && at > last.at);
  return [usual, ...(moved as string[])].sort()[0]!;
}

export const setupOf = (row: Pick<ConnectorRow, "setup">): ConnectorSetup =>
  connectorSetup.parse(JSON.parse(row.setup));

/** What a connector's credentials are sealed for: sealed for one connector, they open no other. */
export const purposeOf = (id: string): string => `connector:${id}`;

/** What a CRM granted to a sign-in, to which app. `of`: what it was begun for; `by`: by whom; `until` in milliseconds. */
export type Pending = Record<
  | "account"
  | "accessToken"
  | "refreshToken"
  | "expiresAt"
  | "clientId"
  | "clientSecret"
  | "of"
  | "code"
  | "by"
  | "until",
  string
>;
/** Put in the place of a connector's credentials, it opens nothing. */
export const pendingPurposeOf = (id: string): string => `connector-pending:${id}`;

/** What waits, also where its time is over; null where nothing does, or it was sealed under another key. */
export const pendingOf = async (env: Env, row: ConnectorRow): Promise<Pending | null> =>
  row.pending !== null && canSeal(env)
    ? ((await unseal(env, pendingPurposeOf(row.id), row.pending)) as Pending | null)
    : null;

export const sealedElsewhere = ({ kind }: ConnectorRow): string => `${kind}: sealed under another key`;

/** Of a connector to which somebody signs in, its credentials; null for another way, and where they cannot be opened. */
const signInSecret = (env: Env, row: ConnectorRow): Promise<Record<string, string> | null> =>
  row.way === SIGN_IN && canSeal(env) ? unseal(env, purposeOf(row.id), row.secret) : Promise.resolve(null);

/** Nobody has signed in, or the vendor ended it: until somebody does, or a renewal is granted after all, nothing would be read. */
export async function isSignedOut(env: Env, row: ConnectorRow): Promise<boolean> {
  const secret = await signInSecret(env, row);
  return secret !== null && (!secret["signedIn"] || secret["over"] !== undefined);
}

/** Of a connector that signs in so: when somebody did, to which account, when that ends, why it is over, and what waits for its code. Null for another way. */
export async function signInOf(
  env: Env,
  row: ConnectorRow,
  now = Date.now(),
): Promise<NonNullable<Connector["signIn"]> | null> {
  if (row.way !== SIGN_IN) return null;
  const secret = await signInSecret(env, row);
  const at = secret?.["signedIn"] ?? null;
  const days = Number(setupOf(row).settings["lasts"]);
  const endsAt = at !== null && days > 0 ? new Date(Date.parse(at) + days * DAY).toISOString() : null;
  const over = secret ? (secret["over"] ?? null) : sealedElsewhere(row);
  const pending = await pendingOf(env, row);
  const until = Number(pending?.until ?? 0);
  const waits = pending && { account: pending.account, by: pending.by, until: new Date(until).toISOString() };
  return { at, account: secret?.["account"] ?? "", endsAt, over, ...(waits && until > now && { waits }) };
}

/** `shown` is the newest run of any kind, `last` the newest that was no trial. */
const toConnector = (
  row: ConnectorRow,
  shown: RunRow | undefined,
  last: RunRow | undefined,
  days: number,
  read: Reads | undefined,
  signIn: Connector["signIn"],
  changes: Connector["changes"],
): Connector => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  setup: setupOf(row),
  way: row.way,
  active: row.active === 1,
  triedAt: row.triedAt,
  verified: kinds[row.kind].verified,
  error: row.error,
  last: shown ? runOf(shown) : null,
  nextAt: nextAt(row, last, days),
  flags: flagsOf(row, read),
  changes,
  // Not of fields that are named again, nor where the last day of the words is over.
  consentsLeft: beyond(
    JSON.parse(row.consentsLeft) as NonNullable<Connector["consentsLeft"]>,
    placesOf({ kind: row.kind, setup: setupOf(row) }),
  ).filter(({ until }) => until >= new Date().toISOString().slice(0, 10)),
  signIn,
  by: row.by,
  at: row.at,
});

/** Throws the Problem `not-found`. */
export async function rowOf(db: D1Database, id: string): Promise<ConnectorRow> {
  const row = await db
    .prepare(`SELECT ${connectorColumns} FROM connectors c WHERE c.id = ?`)
    .bind(id)
    .first<ConnectorRow>();
  if (!row) throw new Problem("not-found");
  return row;
}

export const runningOf = (db: D1Database, { num }: ConnectorRow): Promise<RunRow | null> =>
  db.prepare(`SELECT ${runColumns} WHERE r.connector = ? AND r.state = 'running'`).bind(num).first<RunRow>();

/** All connectors, or one by its id, as the API shows them. */
export async function allConnectors(env: Env, only: string | null = null) {
  const { policy } = await currentPolicy(env.DB);
  const [rows, shown, last, heads, changes] = (await env.DB.batch([
    env.DB.prepare(
      `SELECT ${connectorColumns} FROM connectors c WHERE ?1 IS NULL OR c.id = ?1 ORDER BY c.num`,
    ).bind(only),
    env.DB.prepare(lastRuns("any")),
    env.DB.prepare(lastRuns("counted")),
    env.DB.prepare(selectHeads),
    env.DB
      .prepare(`SELECT connector, read_at AS readAt, error, failures, contested AS records, contested_at AS at
       FROM connector_changes`),
  ])) as [
    D1Result<ConnectorRow>,
    D1Result<RunRow>,
    D1Result<RunRow>,
    D1Result<HeadRow>,
    D1Result<
      Omit<NonNullable<Connector["changes"]>, "contested"> & {
        connector: number;
        records: number;
        at: string | null;
      }
    >,
  ];
  const changesOf = ({ num }: ConnectorRow): Connector["changes"] => {
    const found = changes.results.find(({ connector }) => connector === num);
    if (!found) return null;
    const { readAt, error, failures, records, at } = found;
    // A day is over: nobody overwrote them since.
    const isOver = at === null || Date.parse(at) < Date.now() - DAY;
    return { readAt, error, failures, ...(!isOver && { contested: { records, at } }) };
  };
  const rescreenDays = rescreenDaysOf(heads.results.map(toHead), policy);
  const of = ({ results }: D1Result<RunRow>, { num }: ConnectorRow) =>
    results.find((run) => run.connector === num);
  const read = await lastReads(env.DB);
  const connectors = await Promise.all(
    rows.results.map(async (row) =>
      toConnector(
        ...([row, of(shown, row), of(last, row), rescreenDays] as const),
        ...([read.get(row.num), await signInOf(env, row), changesOf(row)] as const),
      ),
    ),
  );
  return { rescreenDays, connectors };
}

/** Throws the Problem `not-found`. */
export async function oneConnector(env: Env, id: string): Promise<Connector> {
  const [found] = (await allConnectors(env, id)).connectors;
  if (!found) throw new Problem("not-found");
  return found;
}

/** Tells people and systems of status changes: by mail, at once or once a day as policy says, and by webhooks. */
import { english, fill, plural } from "../../shared/texts/language.ts";
import { watchEn } from "../../shared/texts/watching/desk.en.ts";
import { query, runBatch } from "../core/batch.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { peopleWith } from "../mail/officers.ts";
import { flush, mail } from "../mail/outbox.ts";
import { currentPolicy } from "../policy/current.ts";
import { sendHooks } from "../webhooks/send.ts";
import { DAY } from "../../shared/core/time.ts";

/** A mail that could not be sent by then is dropped: the desk shows every status change. */
const USEFUL = 7 * DAY;

/** Sends webhooks, and mail where policy says at once. `clock` gives milliseconds. */
export async function tell(env: Env, clock: () => number): Promise<void> {
  const { policy } = await currentPolicy(env.DB);
  if (policy.watching.mail === "at-once" && (await digest(env, clock()))) await flush(env, clock);
  await sendHooks(env, clock);
}

/** The daily mail, where policy says so. Run once a day, before the outbox is sent. */
export async function watchDigest(env: Env, now: number): Promise<void> {
  if ((await currentPolicy(env.DB)).policy.watching.mail === "daily") await digest(env, now);
}

interface Count {
  open: number;
  list: string | null;
  version: number | null;
  n: number;
}

/**
 * One mail a person about every status change since the last mail. False without a status change, or where another run sent the mail.
 */
const digest = (env: Env, now: number): Promise<boolean> =>
  write(env, now).catch((error: unknown) => {
    if (String(error).includes("watch_told")) return false;
    throw error;
  });

async function write(env: Env, now: number): Promise<boolean> {
  const { policy } = await currentPolicy(env.DB);
  const { span, counts } = await runBatch(env.DB, {
    span: query<{ first: number | null; last: number | null }>(
      `SELECT MIN(num) AS first, MAX(num) AS last ${untold}`,
    ),
    counts: query<Count>(
      `SELECT to_verdict <> 'blocked' AS open, l.name AS list, iif(l.id IS NULL, NULL, version) AS version, COUNT(*) AS n
       FROM (SELECT * ${untold}) t LEFT JOIN lists l ON l.id = t.list
       GROUP BY 1, 2, 3 ORDER BY n DESC`,
    ),
  });
  const people = await peopleWith(env.DB, policy.watching.mailTo).all<{ id: string; email: string }>();
  const { first, last } = span[0]!;
  if (first === null || last === null || people.results.length === 0) return false;
  const values = inWords(counts);
  const at = new Date(now).toISOString();
  await record(env, {
    actor: "system",
    event: {
      code: "watch.told",
      subject: "",
      payload: { first, last, people: people.results.map(({ id }) => id) },
    },
    statements: [
      sql(
        "INSERT INTO watch_digests (last, first, people, at) VALUES (?, ?, ?, ?)",
        ...[last, first, JSON.stringify(people.results.map(({ id }) => id)), at],
      ),
      ...people.results.map(({ id, email }) =>
        mail({
          template: "turned",
          to: email,
          values,
          key: `turned:${last}:${id}`,
          until: new Date(now + USEFUL).toISOString(),
        }),
      ),
    ],
  });
  return true;
}

const untold = "FROM turned WHERE num > (SELECT COALESCE(MAX(last), 0) FROM watch_digests)";

function inWords(counts: Count[]): { what: string; why: string } {
  const { blocked, open, list, other } = watchEn.mail;
  const sum = (rows: Count[]) => rows.reduce((n, row) => n + row.n, 0);
  const what = [
    [blocked, sum(counts.filter((row) => !row.open))] as const,
    [open, sum(counts.filter((row) => row.open))] as const,
  ].flatMap(([words, n]) => (n === 0 ? [] : [plural(english, words, n)]));
  const causes = Map.groupBy(counts, (row) => (row.list === null ? "" : `${row.list} ${row.version}`));
  const why = [...causes.values()].map((rows) => {
    const { list: name, version } = rows[0]!;
    const n = sum(rows).toLocaleString(english.language);
    return name === null ? fill(other, { n }) : fill(list, { list: name, version: version ?? "", n });
  });
  return { what: what.join(" "), why: why.join(" ") };
}

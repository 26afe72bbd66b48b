/**
 * Rows of the trail leave the database once they fill an object and are three days old: what people and jobs do over a weekend goes by what
 * is kept apart of them. Here ten rows fill one, and time moves from a Friday to a Tuesday.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import type { DrawsAnswer } from "../../../../shared/overview/api-announced.ts";
import { fetchCalls } from "../../../../worker/call-logs/fetch.ts";
import { record } from "../../../../worker/core/commit.ts";
import { sql } from "../../../../worker/core/sql.ts";
import { answerLetters } from "../../../../worker/jobs/letters.ts";
import { borneOut } from "../../../../worker/recordings/erasing/borne-out.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { makeSieves } from "../../../../worker/trail/archived/sieves.ts";
import { keepLast } from "../../../../worker/trail/events.ts";
import { asOwner, call, DAY, dump, setPolicy, under } from "../../helpers.ts";
import { codeOf, end, propose, second, tokens, withSecond } from "../../policy/kit.ts";
import { arrive, diallerOf, sample } from "../../recordings/kit.ts";
import { run } from "../kit.ts";

withSecond();
const DAYS = 4;
const ROWS = 10;
/** What the trail has in the database of a code. */
const here = async (code: string) =>
  ((await dump("audit")) as { code: string }[]).filter((row) => row.code === code).length;
/** Other rows, as many as fill an object. */
async function fill(): Promise<void> {
  for (let n = 0; n < ROWS; n++)
    await record(env, {
      actor: "system",
      event: { code: "test", subject: "", payload: null },
      statements: [],
    });
}
/** Four days later: each row of before has left, as the codes tell. */
async function weekend(...codes: string[]): Promise<void> {
  for (const code of codes) expect(await here(code)).toBeGreaterThan(0);
  const before = await newest();
  for (let n = 0; n < ROWS; n++)
    await record(env, {
      actor: "system",
      event: { code: "test", subject: "", payload: null },
      statements: [],
    });
  vi.setSystemTime(Date.now() + DAYS * DAY);
  do await archiveMonths(env, Date.now(), ROWS);
  while ((await archivedTo()) < before);
  for (const code of codes) expect(await here(code)).toBe(0);
}
const newest = async () => (await env.DB.prepare("SELECT MAX(seq) AS seq FROM audit").first<number>("seq"))!;
const archivedTo = async () =>
  (await env.DB.prepare("SELECT MAX(last_seq) AS seq FROM audit_archives").first<number>("seq")) ?? 0;
/**
 * The database's owner takes away what says which objects may have a row, and what is kept apart of what binds a row; or puts back what bound
 * it earlier.
 */
const HOW: [string, number][] = [
  ["", 0],
  [", and takes away what is kept apart of it", 1],
  [", and what was kept apart of it then", 2],
];
const before = (name: string) =>
  run("CREATE TABLE bound_before AS SELECT * FROM audit WHERE subject IN (?1, ?1 || '@1')", name);
async function forget(name: string, how: number): Promise<void> {
  for (let n = 0; n < 5; n++) await keepLast(env, 100);
  await makeSieves(env, 100);
  await run("DELETE FROM audit_sieves");
  if (how > 0)
    expect((await run("DELETE FROM last_bound WHERE row = ?", name)).meta.changes).toBeGreaterThan(0);
  if (how > 1)
    await run(
      `INSERT INTO last_bound SELECT ?, seq, at, actor, code, subject, "commitment", prev, hash, mac FROM bound_before`,
      name,
    );
  await run("DROP TABLE bound_before");
}
/** All columns of a row, to be put back as they were. */
const aside = (table: string, id: string, key = "id") =>
  run(`CREATE TABLE aside AS SELECT * FROM ${table} WHERE ${key} = ?`, id);
async function putBack(table: string): Promise<void> {
  await asOwner([table], () => run(`INSERT OR REPLACE INTO ${table} SELECT * FROM aside`));
  await run("DROP TABLE aside");
}

let began = Date.now();
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: began });
  await adopt(env);
});
afterEach(() => {
  began = Date.now() + DAY;
  vi.useRealTimers();
});

it.each(HOW)(
  "a proposal that was withdrawn on Friday, and that the database's owner puts back on Tuesday %s, is approved by nobody",
  async (_, how) => {
    await setPolicy(() => defaultPolicy);
    const { id } = await propose({
      ...defaultPolicy,
      recording: { ...defaultPolicy.recording, regions: ["GB", "US"] },
    });
    await aside("proposals", id);
    await before(`proposal_states/${id}`);
    expect((await end(id, "withdraw", tokens.admin)).status).toBe(200);
    // Others leave behind it.
    for (let n = 0; n < 5; n++) await fill();
    await weekend("proposal.withdrawn");
    await putBack("proposals");
    await forget(`proposal_states/${id}`, how);
    expect(codeOf(await end(id, "approve", second))).toBe("proposal-moved");
  },
);

it("nor where the object that says that it was is lost, and that is said", async () => {
  const { id } = await propose({
    ...defaultPolicy,
    recording: { ...defaultPolicy.recording, regions: ["GB", "US"] },
  });
  await aside("proposals", id);
  await before(`proposal_states/${id}`);
  expect((await end(id, "withdraw", tokens.admin)).status).toBe(200);
  const seq = await newest();
  await weekend("proposal.withdrawn");
  await putBack("proposals");
  await forget(`proposal_states/${id}`, 2);
  const key = (await env.DB.prepare("SELECT key FROM audit_archives WHERE ? BETWEEN first_seq AND last_seq")
    .bind(seq)
    .first<string>("key"))!;
  const bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
  await env.ARCHIVE.delete(key);
  expect(codeOf(await end(id, "approve", second))).toBe("archive-broken");
  await env.ARCHIVE.put(key, bytes);
  expect(codeOf(await end(id, "approve", second))).toBe("proposal-moved");
});

it("one that is open is approved on Tuesday", async () => {
  const { id } = await propose({
    ...defaultPolicy,
    recording: { ...defaultPolicy.recording, regions: ["GB", "US"] },
  });
  await weekend();
  expect((await end(id, "approve", second)).status).toBe(200);
});

it.each(HOW)(
  "an older look at a replaced object, put back behind a newer one %s, is approved by nobody",
  async (_, how) => {
    const key = `dialler/copied-${how}.mp3`;
    const dialler = await diallerOf(tokens.admin);
    await env.RECORDINGS!.put(key, "first");
    const { data } = await call("POST", "/v1/recordings", {
      token: dialler,
      body: { ...sample(), storage: { kind: "r2", key } },
    });
    const { id } = data as { id: string };
    await env.RECORDINGS!.put(key, "copied");
    const look = () =>
      call("POST", `/v1/recordings/${id}/look`, {
        token: tokens.compliance,
        body: { why: "It was copied." },
      });
    const approve = () => call("POST", `/v1/recordings/${id}/look/approve`, { token: tokens.admin });
    expect((await look()).status).toBe(201);
    await aside("recording_looks", id, "recording");
    await before(`recording_looks/${id}`);
    for (let n = 0; n < 2; n++) await fill();
    vi.setSystemTime(Date.now() + DAY);
    for (let n = 0; n < 2; n++) await fill();
    await env.RECORDINGS!.put(key, "copied again");
    expect((await look()).status).toBe(201);
    await weekend("recording.looked");
    await env.RECORDINGS!.put(key, "copied");
    await putBack("recording_looks");
    await forget(`recording_looks/${id}`, how);
    expect(codeOf(await approve())).toBe("not-found");
  },
);

it("an officer's word on an altered recording counts on Tuesday, where its store failed until then", async () => {
  const id = await arrive(env, tokens.admin, sample());
  await asOwner(["recordings"], () => run("UPDATE recordings SET seconds = 1 WHERE id = ?", id));
  const { RECORDINGS: _, ...unstored } = env;
  const { status } = await under(unstored, "POST", `/v1/recordings/${id}/erase`, {
    token: tokens.compliance,
    body: { why: "a mistake", anyway: true },
  });
  expect(status).toBe(202);
  await weekend("recording.erase-asked");
  // As the clock does, and the first ones read what legal holds the archives have.
  for (let n = 0; n < 5; n++) await keepLast(env, 100);
  for (let n = 0; n < 5; n++) await borneOut(env, [id]);
  expect(await borneOut(env, [id])).toMatchObject({ good: [id] });
  // What is altered after that, it does not cover.
  await asOwner(["recordings"], () => run("UPDATE recordings SET seconds = 2 WHERE id = ?", id));
  expect((await borneOut(env, [id])).not).toEqual([id]);
});

it("what was heard of a drawn recording on Friday is said on Tuesday, by whom opened it", async () => {
  await arrive(env, tokens.admin, sample());
  const from = new Date(Date.now() - 2 * DAY).toISOString().slice(0, 10);
  const { data } = await call("POST", "/v1/announced/draws", {
    token: tokens.compliance,
    body: { from, to: new Date(Date.now()).toISOString().slice(0, 10), count: 1 },
  });
  const [one] = (data as DrawsAnswer).drawn;
  const actor = (await env.DB.prepare("SELECT id FROM people WHERE role = 'compliance'").first<string>(
    "id",
  ))!;
  const opened = { code: "opened.recording-audio", payload: { purpose: "quality" } };
  await record(env, { actor, event: { ...opened, subject: one!.recording }, statements: [] });
  await record(env, { actor, event: { ...opened, subject: "of nothing that was drawn" }, statements: [] });
  await weekend("opened.recording-audio");
  // The database's owner has an administrator open it as well.
  await run(
    `INSERT INTO last_bound SELECT 'asked/' || subject || '@0', seq, at, (SELECT id FROM people WHERE email = 'ada@example.com'), code, subject, "commitment", prev, hash, mac
     FROM last_bound WHERE code = 'opened.recording-audio'`,
  );
  const hear = (token: string) =>
    call("POST", `/v1/announced/${one!.id}/heard`, { token, body: { heard: "no" } });
  expect(codeOf(await hear(tokens.admin))).toBe("audio-unheard");
  expect((await hear(tokens.compliance)).status).toBe(200);
  const kept = ((await dump("last_bound")) as { code: string; subject: string }[]).filter(
    ({ code }) => code === opened.code,
  );
  expect(kept.map(({ subject }) => subject)).toEqual([one!.recording, one!.recording]);
});

it("a letter that was listed on Friday has its request, where the job failed until Tuesday, and is kept apart no longer than that", async () => {
  await answerLetters(env, Date.now());
  const list = async (number: string) =>
    (
      await call("POST", "/v1/suppressions", {
        token: tokens.agent,
        body: { number, reason: "not again", source: "in a letter or an e-mail" },
      })
    ).status;
  expect(await list("+442079460861")).toBe(201);
  const made = async () =>
    (await env.DB.prepare("SELECT COUNT(*) AS n FROM requests WHERE number = 442079460861").first<number>(
      "n",
    ))!;
  await weekend("suppression.added");
  expect(await made()).toBe(0);
  await answerLetters(env, Date.now());
  expect(await made()).toBe(1);
  vi.setSystemTime(Date.now() + DAY);
  expect(await list("+442079460862")).toBe(201);
  vi.setSystemTime(Date.now() + DAY);
  await answerLetters(env, Date.now());
  await weekend("suppression.added");
  const kept = (await dump("last_bound")) as { code: string }[];
  expect(kept.filter(({ code }) => code === "suppression.added")).toHaveLength(1);
});

it("of a provider's list that fails since Friday nobody is told once more on Tuesday", async () => {
  const own = { ...env, AIRCALL_ID: "id", AIRCALL_TOKEN: "token" } as typeof env;
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("", { status: 500 })));
  const since = new Date(Date.now() - DAY).toISOString();
  await record(env, {
    actor: "system",
    event: { code: "test", subject: "", payload: null },
    statements: [
      sql(
        "INSERT OR REPLACE INTO call_lists (provider, since, failures, error, ran_at, began) VALUES ('aircall', ?1, 7, 'aircall: 500', ?1, ?1)",
        since,
      ),
    ],
  });
  await fetchCalls(own, Date.now());
  expect(await here("call.list-failed")).toBe(1);
  await weekend("call.list-failed");
  await fetchCalls(own, Date.now());
  expect(await here("call.list-failed")).toBe(0);
  // Another spell is told.
  await run("UPDATE call_lists SET since = ?, due = NULL", new Date(Date.now()).toISOString());
  await fetchCalls(own, Date.now());
  expect(await here("call.list-failed")).toBe(1);
  vi.unstubAllGlobals();
});

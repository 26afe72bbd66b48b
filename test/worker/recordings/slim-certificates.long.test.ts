/**
 * A certificate lies in the row that the erasure of its recording leaves (migration 0095). From the state before: nothing of one
 * changes, before it moves, on the way and after; and a Worker of before, deployed again, does there what it did.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import type { Role } from "../../../shared/people/api.ts";
import type { CertificatesAnswer } from "../../../shared/recordings/api.ts";
import { idIs } from "../../../worker/core/sql.ts";
import { moveCertificates } from "../../../worker/recordings/certificates/written.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, call, DAY, newTeam } from "../helpers.ts";
import { deepOf, findingsIn, run } from "../trail/kit.ts";
import { arrive, sample } from "./kit.ts";

const YEARS_AGO = new Date(Date.now() - 500 * DAY).toISOString();
const LATELY = new Date(Date.now() - 60_000).toISOString();
let tokens: Record<Role, string>;
let before: Said[];

interface Said extends Record<string, string | number | null> {
  recording: string;
  why: string;
}
const columns = [
  "recording",
  "provider",
  "store",
  "region",
  "erase_after",
  "rule",
  "months",
  "why",
  "erased_at",
  "commitment",
  "was",
];
/** Letter by letter, and what binds it. */
const said = async (where = "TRUE", ...params: string[]): Promise<Said[]> =>
  (
    await env.DB.prepare(
      `SELECT ${columns.join(", ")}, CAST(salt_high AS TEXT) AS high, CAST(salt_low AS TEXT) AS low, CAST(code AS TEXT) AS code, erased
       FROM certificates WHERE ${where} ORDER BY erased_at, recording`,
    )
      .bind(...params)
      .all<Said>()
  ).results;
const count = async (from: string) =>
  (await env.DB.prepare(`SELECT COUNT(*) AS n FROM ${from}`).first<number>("n"))!;
const apart = () => count("certificates_apart");
const inRows = () => count("recordings WHERE certified IS NOT NULL");
/** The seeds of what bound erased recordings whose certificates lie apart: with one, somebody could try numbers against the trail. */
const seeds = async (where = "TRUE") =>
  (
    await env.DB.prepare(
      `SELECT DISTINCT printf('%016x%016x', r.salt_high, r.salt_low) AS seed
       FROM recordings r JOIN certificates_apart c ON c.recording = r.id
       WHERE r.state = 'erased' AND r.certified IS NULL AND r.code IS NOT NULL AND ${where}`,
    ).all<{ seed: string }>()
  ).results.map(({ seed }) => seed);
const NONE = ["0".repeat(32)];
const found = async () => (await deepOf(["certificates", "recordings", "audio"])).found;

let keys = 0;
const arrived = (startedAt = YEARS_AGO) =>
  arrive(env, tokens.admin, sample({ startedAt, storage: { kind: "r2", key: `folder/${++keys}.mp3` } }));
/** Erased on its day; with words, by hand. */
async function erased(why?: string, of?: string): Promise<string> {
  const id = of ?? (await arrived(why === undefined ? YEARS_AGO : LATELY));
  if (why !== undefined) {
    const { status } = await call("POST", `/v1/recordings/${id}/erase`, {
      token: tokens.compliance,
      body: { why },
    });
    expect(status).toBe(202);
  }
  await eraseDue(env, Date.now(), { only: id });
  // By hand it began at once, and may still be under way.
  await vi.waitFor(async () => expect(await said("recording = ?", id)).toHaveLength(1));
  return id;
}
/** The list, page by page: by two, and all at once. */
async function listed(): Promise<string[]> {
  const pages: string[] = [];
  for (let after: string | null = ""; after !== null;) {
    const path: string = `/v1/recordings/certificates?limit=2${after && `&after=${encodeURIComponent(after)}`}`;
    const { certificates, next } = (await call("GET", path, { token: tokens.compliance }))
      .data as CertificatesAnswer;
    pages.push(...certificates.map(({ recording }) => recording));
    after = next;
  }
  return pages;
}

const SEED = "salt_high, salt_low, code";
const COMMITTED = ["certified", "commit_a", "commit_b", "commit_c", "commit_d", "was"];
/** As a Worker of before left it: the certificate apart, and in the recording's row still what bound that. */
async function erasedBefore(why?: string): Promise<string> {
  const startedAt = why === undefined ? YEARS_AGO : LATELY;
  const id = await arrived(startedAt);
  await run(`INSERT INTO seeds_before SELECT id, ${SEED} FROM recordings WHERE id = ?`, id);
  await erased(why, id);
  const copied =
    "recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment, was";
  await asOwner(["certificates_apart", "recordings"], async () => {
    await run(
      `INSERT OR IGNORE INTO certificates_apart (${copied}, ${SEED}) SELECT ${copied}, ${SEED} FROM certificates WHERE recording = ?`,
      id,
    );
    await run(
      `UPDATE recordings SET ${COMMITTED.map((column) => `${column} = NULL`).join(", ")},
         (${SEED}) = (SELECT ${SEED} FROM seeds_before WHERE seeds_before.id = recordings.id) WHERE id = ?`,
      id,
    );
  });
  return id;
}

beforeAll(async () => {
  await reset();
  // The Worker of now writes recordings where 0165 has them, so the state of before is made of its own.
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await run(`CREATE TABLE seeds_before AS SELECT id, ${SEED} FROM recordings WHERE FALSE`);
  tokens = await newTeam();
  await adopt(env);
  for (let n = 0; n < 3; n++) await erasedBefore();
  await erasedBefore("She rang us");
  // From before certificates were bound, and one whose recording was not bound yet.
  const [old, half] = [await erasedBefore(), await erasedBefore()];
  await asOwner(["certificates_apart", "recordings"], async () => {
    await run(
      "UPDATE certificates_apart SET code = NULL, salt_high = NULL, salt_low = NULL, was = NULL WHERE recording = ?",
      old,
    );
    await run(
      "UPDATE recordings SET code = NULL, salt_high = NULL, salt_low = NULL WHERE id IN (?, ?)",
      old,
      half,
    );
  });
  await erasedBefore("A mistake");
  await run("DROP TABLE seeds_before");
  before = await said();
  expect(before).toHaveLength(7);
  expect(await seeds("c.why <> ''")).toHaveLength(2);
  // What migration 0100 did with those of before.
  const { queries } = env.TEST_MIGRATIONS.find(({ name }) => name.startsWith("0100"))!;
  await run(queries.find((query) => query.includes("\nUPDATE recordings SET salt_high"))!);
  expect(await seeds("c.why <> ''")).toEqual(NONE);
});

it("moves by slices, and says the same all along", async () => {
  const was = await found();
  expect(was.filter((one) => one.startsWith("certificates"))).toHaveLength(1);
  const pages = before.map(({ recording }) => recording).toReversed();
  // Nothing has moved; two have been looked at, and then all; a run more moves nothing.
  for (const left of [7, null, 3, 3]) {
    expect([await apart(), await inRows()]).toEqual(
      left === null ? [expect.any(Number), expect.any(Number)] : [left, 7 - left],
    );
    expect((await apart()) + (await inRows())).toBe(7);
    expect(await said()).toEqual(before);
    expect(await found()).toEqual(was);
    expect(await listed()).toEqual(pages);
    await (left === 7 ? moveCertificates(env, { most: 2, slices: 1 }) : moveCertificates(env));
  }
  // What does not fit stays apart: an officer's words, and one that is bound where its recording is not.
  expect(
    (await said("recording IN (SELECT recording FROM certificates_apart)")).map(
      ({ why, code }) => why || code,
    ),
  ).toEqual(["She rang us", expect.any(String), "A mistake"]);
  expect(await seeds()).toEqual(NONE);
});

it("new ones go there at once, and nothing of what bound the recording stays", async () => {
  const id = await arrived();
  const bound = () =>
    env.DB.prepare("SELECT CAST(salt_high AS TEXT) AS high FROM recordings WHERE id = ?")
      .bind(id)
      .first<string>("high");
  const seed = await bound();
  await eraseDue(env, Date.now(), { only: id });
  const [one] = await said("recording = ?", id);
  expect(one).toMatchObject({ why: "", was: "there", high: await bound() });
  expect(await bound()).not.toBe(seed);
  expect([await apart(), await inRows()]).toEqual([3, 5]);
  const words = await erased("A test call");
  expect([await apart(), await inRows()]).toEqual([4, 5]);
  expect(await seeds()).toEqual(NONE);
  expect((await call("GET", `/v1/recordings/${words}`, { token: tokens.compliance })).data).toMatchObject({
    why: "A test call",
  });
  expect((await listed()).slice(0, 2)).toEqual([words, id]);
  expect((await found()).filter((found) => found.includes(id) || found.includes(words))).toEqual([]);
});

it("whoever alters one in its recording's row is found, and which column it was", async () => {
  const id = await erased();
  const was = await found();
  for (const [column, to, named] of [
    ...[
      ["provider", "'another'"],
      ["store", "'s3'"],
      ["region", "'PL'"],
      ["erase_after", "'2020-01-01'"],
    ],
    ...[
      ["rule", "'outside-regions'"],
      ["months", "1"],
      ["certified", "certified - 1", "erased_at"],
      ["was", "0"],
    ],
    ...["a", "b", "c", "d"].map((part) => [`commit_${part}`, `commit_${part} + 1`, "commitment"]),
    ["code", "code + 1"],
  ] as [string, string, string?][]) {
    await run("CREATE TABLE aside AS SELECT * FROM recordings WHERE id = ?", id);
    const altered = `UPDATE recordings SET ${column} = ${to} WHERE id = ?`;
    await expect(run(altered, id), column).rejects.toThrow("recording_erased");
    await asOwner(["recordings"], () => run(altered, id));
    const findings = await findingsIn("certificates");
    expect(
      findings.filter((one) => one.includes(id)),
      column,
    ).toEqual([expect.stringMatching(new RegExp(`^altered ${id} .*\\b${named ?? column}\\b`))]);
    await asOwner(["recordings"], () =>
      run(`UPDATE recordings SET ${column} = (SELECT ${column} FROM aside) WHERE id = ?`, id),
    );
    await run("DROP TABLE aside");
  }
  expect(await found()).toEqual(was);
  // One that is taken away is missed, and one that nothing tells of is named.
  const kept = "certified, commit_a, commit_b, commit_c, commit_d, was";
  await run(`CREATE TABLE aside AS SELECT ${kept} FROM recordings WHERE id = ?`, id);
  await asOwner(["recordings"], () => run("UPDATE recordings SET certified = NULL WHERE id = ?", id));
  expect((await findingsIn("certificates")).filter((one) => one.includes(id))).toEqual([`missing ${id}`]);
  const live = await arrived();
  await asOwner(["recordings"], async () => {
    await run(`UPDATE recordings SET (${kept}) = (SELECT ${kept} FROM aside) WHERE id IN (?, ?)`, id, live);
  });
  expect((await findingsIn("certificates")).filter((one) => one.includes(live))).toEqual([`extra ${live}`]);
  await asOwner(["recordings"], () => run("UPDATE recordings SET certified = NULL WHERE id = ?", live));
  expect(await found()).toEqual(was);
});

it("a second certificate of a recording is none: it neither shows nor hides another", async () => {
  const first = before[0]!.recording;
  const [was, pages, listedBefore] = [await found(), await said(), await listed()];
  const copied =
    "recording, provider, store, region, erase_after, rule, months, why, commitment, was, salt_high, salt_low, code";
  const forge = (erasedAt: string, of: string) =>
    run(
      `INSERT INTO certificates_apart (${copied}, erased_at) SELECT ${copied}, ? FROM certificates WHERE recording = ?`,
      ...[erasedAt, of],
    );
  expect(await count(`certificates_apart WHERE recording = '${first}'`)).toBe(0);
  for (const erasedAt of ["2020-01-01T00:00:00.000Z", "2030-01-01T00:00:00.000Z"]) {
    await forge(erasedAt, first);
    expect([await said(), await listed(), await found()]).toEqual([pages, listedBefore, was]);
    await asOwner(["certificates_apart"], () =>
      run("DELETE FROM certificates_apart WHERE recording = ?", first),
    );
  }
  // The other way round it is the one that counts, and it is not as the trail has it.
  const { recording: apart } = pages.find(({ why }) => why !== "")!;
  await asOwner(["recordings"], () =>
    run(
      "UPDATE recordings SET certified = 1, commit_a = 1, commit_b = 1, commit_c = 1, commit_d = 1 WHERE id = ?",
      apart,
    ),
  );
  // Which columns are not, a chance code may say.
  expect(await findingsIn("certificates")).toContainEqual(
    expect.stringMatching(new RegExp(`^altered ${apart}\\b`)),
  );
  const none = ["certified", "commit_a", "commit_b", "commit_c", "commit_d"].map(
    (column) => `${column} = NULL`,
  );
  await asOwner(["recordings"], () => run(`UPDATE recordings SET ${none.join(", ")} WHERE id = ?`, apart));
  expect(await found()).toEqual(was);
});

it("a Worker of before, deployed again, writes and reads them as it did", async () => {
  const id = await arrived();
  const commitment = "0f".repeat(32);
  const insert = (recording: string, why: string) =>
    run(
      `INSERT INTO certificates (recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment, was, salt_high, salt_low, code)
       SELECT id, provider, store, region, erase_after, rule, months, ?2, '2026-11-29T10:00:00.001Z', ?3, 'missing', -5, 6, 7
       FROM recordings WHERE id = ?1`,
      ...[recording, why, commitment],
    );
  await insert(id, "");
  const [one] = await said("recording = ?", id);
  expect(one).toMatchObject({
    commitment,
    erased_at: "2026-11-29T10:00:00.001Z",
    was: "missing",
    high: "-5",
    low: "6",
    code: "7",
  });
  expect(await count(`certificates_apart WHERE recording = '${id}'`)).toBe(0);
  // Another run was first.
  await expect(insert(id, "")).rejects.toThrow("certificates.recording");
  const apartId = await arrived();
  await insert(apartId, "Dora asked");
  // An officer's words go, and nothing else does.
  for (const [set, of] of [
    ["why = 'x'", apartId],
    ["was = 'there', why = ''", apartId],
    ["why = ''", id],
    ["code = 1", id],
  ])
    await expect(run(`UPDATE certificates SET ${set} WHERE recording = ?`, of!), set).rejects.toThrow(
      "audit_append_only",
    );
  await expect(run("DELETE FROM certificates WHERE recording = ?", id)).rejects.toThrow("audit_append_only");
  await run(
    `WITH j AS MATERIALIZED (SELECT value ->> 'key' AS key, value ->> 'left' AS leaves FROM json_each(?))
     UPDATE certificates SET why = '', erased = j.leaves,
       salt_high = IIF(code IS NULL, salt_high, 0), salt_low = IIF(code IS NULL, salt_low, 0)
     FROM j WHERE recording = j.key`,
    JSON.stringify([{ key: apartId, left: "{}" }]),
  );
  expect(await said("recording = ?", apartId)).toMatchObject([
    { why: "", erased: "{}", high: "0", low: "0", code: "7", commitment, was: "missing" },
  ]);
  // By their keys, however many there are.
  const { results: plan } = await env.DB.prepare(
    `EXPLAIN QUERY PLAN SELECT EXISTS (SELECT 1 FROM certificates c WHERE ${idIs("c.recording", "r.id")}),
       (SELECT c.why FROM certificates c WHERE ${idIs("c.recording", "r.id")}) FROM recordings r WHERE ${idIs("r.id", "'x'")}`,
  ).all<{ detail: string }>();
  expect(plan.map(({ detail }) => detail).join("\n")).not.toContain("SCAN");
});

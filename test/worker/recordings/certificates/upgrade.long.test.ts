/** From the version before (migration 0140): nothing of recordings changes by it, and what was erased before closes, and comes back. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { CertificatesAnswer } from "../../../../shared/recordings/api.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { closeCertificates } from "../../../../worker/recordings/certificates/close.ts";
import { moveCertificates } from "../../../../worker/recordings/certificates/written.ts";
import { asOwner, call, dump, migrationsBefore, migrationsSince, newTeam } from "../../helpers.ts";
import { kept } from "./kit.ts";

/** A row as an erasure leaves it. */
const row = (n: number, code = "9") =>
  env.DB.prepare(
    `INSERT INTO recordings (id, provider, ref, store, region, state, erase_after, rule, months, by, at, certified, commit_a, commit_b,
       commit_c, commit_d, was, salt_high, salt_low, code)
     VALUES (?1, 'dialler', ?2, 'r2', 'GB', 'erased', '2025-09-05', 'retention', 12, 'x', '2024-09-05T10:00:00.000Z', ?3,
       -9007199254740993, 9007199254740993, -1, 0, 1, 9223372036854775807, -9223372036854775808, ${code})`,
  ).bind(`r${n}`, String(n).padStart(64, "a"), Date.UTC(2025, 8, 5) + n);

it("stay as they were, close, and come back as they were", async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0140"));
  const tokens = await newTeam();
  await env.DB.batch([row(1), row(2), row(3, "NULL")]);
  const before = await kept();
  await applyD1Migrations(env.DB, migrationsSince("0140"));
  expect(await kept()).toEqual(before);
  const listed = async () =>
    (
      (await call("GET", "/v1/recordings/certificates", { token: tokens.compliance }))
        .data as CertificatesAnswer
    ).certificates;
  const all = await listed();
  expect(all.map(({ recording }) => recording)).toEqual(["r3", "r2", "r1"]);
  await closeCertificates(env, Date.UTC(2025, 11, 1));
  expect(await kept()).toEqual(before);
  await closeCertificates(env, Date.UTC(2025, 11, 2));
  // Nothing binds the third.
  expect(((await dump("recordings")) as { id: string }[]).map(({ id }) => id)).toEqual(["r3"]);
  expect(await listed()).toEqual(all);
  expect(await reopen(env, "system", Date.now())).toEqual({
    files: 0,
    dials: 0,
    recordings: 0,
    certificates: 2,
  });
  expect(await kept()).toEqual(before);
});

it("a Worker of before deletes and changes none, as it never did", async () => {
  for (const statement of ["DELETE FROM recordings", "UPDATE recordings SET region = 'FR'"])
    await expect(env.DB.prepare(statement).run()).rejects.toThrow("recording_erased");
});

it("one that has not moved into its row keeps its month open", async () => {
  await asOwner(["recordings"], () => env.DB.exec("DELETE FROM recordings"));
  await env.DB.exec("DELETE FROM marks WHERE name LIKE 'certificates-%' OR name = 'dials-reopened'");
  await env.DB.batch([row(0, "NULL"), row(1), row(2), row(3)]);
  // Nothing binds the first: it stays. The others lie as before migration 0095.
  await asOwner(["recordings", "certificates_apart"], () =>
    env.DB.batch([
      env.DB.prepare(
        `INSERT INTO certificates_apart (recording, provider, store, region, erase_after, rule, months, why, erased_at, "commitment", was,
           salt_high, salt_low, code)
         SELECT recording, provider, store, region, erase_after, rule, months, why, erased_at, "commitment", was, salt_high, salt_low, code
         FROM certificates WHERE recording <> 'r0'`,
      ),
      env.DB.prepare(
        "UPDATE recordings SET certified = NULL, commit_a = NULL, commit_b = NULL, commit_c = NULL, commit_d = NULL, was = NULL WHERE id <> 'r0'",
      ),
    ]),
  );
  await moveCertificates(env, { most: 1, slices: 1 });
  await closeCertificates(env, Date.UTC(2025, 11, 2));
  await moveCertificates(env);
  await closeCertificates(env, Date.UTC(2025, 11, 3));
  expect(((await dump("recordings")) as { id: string }[]).map(({ id }) => id)).toEqual(["r0"]);
  expect(await dump("certificates_apart")).toEqual([]);
});

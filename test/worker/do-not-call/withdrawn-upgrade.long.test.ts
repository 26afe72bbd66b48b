/**
 * From the version before withdrawals are read in their order (migration 0101), which had closed once what was withdrawn before it, went
 * back to an older Worker, and came to this one after months were archived.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { insertBound } from "../../../worker/core/bound.ts";
import { record } from "../../../worker/core/commit.ts";
import { consentsBound } from "../../../worker/do-not-call/bound.ts";
import { changeEntries, changesOf, endOf } from "../../../worker/do-not-call/changes.ts";
import { insertEntries, newEntry } from "../../../worker/do-not-call/rows.ts";
import { closeWithdrawn } from "../../../worker/jobs/withdrawn.ts";
import { entriesEn } from "../../../shared/texts/do-not-call/entries.en.ts";
import { dump } from "../helpers.ts";
import { deepOf, run } from "../trail/kit.ts";
import { olderStart } from "../trail/older.ts";

const GIVEN = "2026-06-01T09:00:00.000Z";
const numberOf = (n: number) => 442079460500 + n;
const write = (statements: ReturnType<typeof insertBound>[]) =>
  record(env, { actor: "system", event: { code: "test.made", subject: "", payload: null }, statements });
/** A consent that was withdrawn, and what is left of its event's payload, if anything: its month was archived. */
async function withdrawn(n: number, at: string, said: object | null): Promise<void> {
  const row = {
    ...{
      id: `c${n}`,
      number: numberOf(n),
      kind: "notification",
      basis: "service",
      given_by: "Jo",
      giver: "subscriber",
    },
    ...{
      given_at: GIVEN,
      evidence: "form 7",
      words: "ring me",
      how: "web",
      by: "ada",
      at: GIVEN,
      withdrawn_at: at,
    },
  };
  await write([insertBound(consentsBound, [row])]);
  if (said)
    await run(
      "INSERT INTO audit_payload (seq, at, salt, payload) VALUES (?, ?, 's', ?)",
      ...[
        9_000_000 + n,
        at.replace(".000Z", ".031Z"),
        JSON.stringify({ number: `+${numberOf(n)}`, ...said }),
      ],
    );
}
const closed = async () =>
  (
    await env.DB.prepare(
      "SELECT number, heard_at AS heardAt FROM suppressions WHERE source = ? AND ended_at IS NULL ORDER BY number",
    )
      .bind(entriesEn.withdrew.source)
      .all<{ number: number; heardAt: string }>()
  ).results.map(({ number, heardAt }) => [number - numberOf(0), heardAt]);

it("loses no withdrawal of an archived month, and contradicts nobody who said that one was a mistake", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0101"),
  );
  await env.DB.batch(olderStart(GIVEN).map((query) => env.DB.prepare(query)));
  // That version closed this one; compliance ended it, as it was a mistake.
  await withdrawn(1, "2026-07-01T09:00:00.000Z", null);
  const at = "2026-08-01T09:00:00.000Z";
  const entry = newEntry({
    ...{ number: `+${numberOf(1)}`, kind: "objection", ...entriesEn.withdrew, until: null, by: "system", at },
    heardAt: "2026-07-01T09:00:00.000Z",
  });
  await write([insertEntries([entry])]);
  await write(
    await changeEntries(
      env.DB,
      await changesOf(env.DB, endOf(at, "ada", "a mistake"), "id = ?", entry.id),
      at,
    ),
  );
  await run("INSERT INTO marks (name, value) VALUES ('withdrawals-closed', '~')");
  // It was told why; the Worker that it went back to was not, and of the last one no payload is left.
  await withdrawn(2, "2026-08-10T09:00:00.000Z", { because: "mistake" });
  await withdrawn(3, "2026-09-10T09:00:00.000Z", {});
  await withdrawn(4, "2026-09-11T09:00:00.000Z", null);
  const before = await dump("consents");

  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await dump("consents")).toEqual(before);
  const again = env.TEST_MIGRATIONS.find(({ name }) => name.startsWith("0101"))!;
  await env.DB.batch(again.queries.map((query) => env.DB.prepare(query)));
  for (let n = 0; n < 2; n++) {
    await closeWithdrawn(env, { most: 2, slices: 5 });
    expect(await closed()).toEqual([
      [3, "2026-09-10T09:00:00.000Z"],
      [4, "2026-09-11T09:00:00.000Z"],
    ]);
  }
  expect((await deepOf(["suppressions"])).found).toEqual([]);
  // Going back to that version and on again: what was withdrawn there closes its number as well.
  await withdrawn(5, "2026-11-20T09:00:00.000Z", {});
  await closeWithdrawn(env);
  expect((await closed()).map(([n]) => n)).toEqual([3, 4, 5]);
});

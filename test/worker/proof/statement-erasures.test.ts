/** A statement's figures of erasures, by rows that were counted by hand. Their definitions are in docs/statement.md. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { statementFigures } from "../../../shared/proof/statement.ts";
import { erasuresOfDay } from "../../../worker/proof/statement-erasures.ts";

// In London a day of 25 hours.
const day = "2026-10-25";
const about = { day, from: "2026-10-24T23:00:00.000Z", to: "2026-10-26T00:00:00.000Z" };

let n = 0;
/** A recording to be erased after a day; with `erasedAt` it has a certificate. */
function recording(eraseAfter: string, { erasedAt = "", waitsUntil = "" } = {}) {
  const id = `r${++n}`;
  const kept = erasedAt === "";
  return [
    env.DB.prepare(
      `INSERT INTO recordings (id, provider, ref, provider_id, started_at, started_on, store, object, region, state,
         erase_after, rule, months, waits_until, by, at)
       VALUES (?1, 'dialler', ?1, ?2, ?3, ?3, 'r2', ?2, 'GB', ?4, ?5, 'retention', 12, ?6, 'x', '2025-01-01')`,
    ).bind(
      ...[id, kept ? id : null, kept ? "2025-10-25" : null, kept ? "kept" : "erased"],
      eraseAfter,
      waitsUntil || null,
    ),
    ...(kept
      ? []
      : [
          env.DB.prepare(
            `INSERT INTO certificates (recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment)
             VALUES (?, 'dialler', 'r2', 'GB', ?, 'retention', 12, '', ?, 'x')`,
          ).bind(id, eraseAfter, erasedAt),
        ]),
  ];
}
/** A legal hold of the recording before it, released or not. */
const hold = (releasedAt: string | null) =>
  env.DB.prepare(
    "INSERT INTO recording_holds (id, recording, reason, review_on, by, at, released_at) VALUES (?1, ?1, 'claim', '2027-01-01', 'x', '2026-01-01', ?2)",
  ).bind(`r${n}`, releasedAt);
const nothing = { due: 0, done: 0, late: 0, waiting: 0, oldest: null };
const figures = async (...statements: D1PreparedStatement[]) => {
  if (statements.length > 0) await env.DB.batch(statements);
  const erasures = await erasuresOfDay(env.DB, about);
  expect(statementFigures.shape.erasures.parse(erasures)).toEqual(erasures);
  return erasures;
};
// What is erased stays: each test is of rows of its own.
let before = nothing as Awaited<ReturnType<typeof figures>>;
const added = async (...statements: D1PreparedStatement[]) => {
  const now = await figures(...statements);
  const { due, done, late, waiting } = now;
  return {
    due: due - before.due,
    done: done - before.done,
    late: late - before.late,
    waiting: waiting - before.waiting,
  };
};
beforeEach(async () => void (before = await figures()));

it("of a day on which nothing was due are nothing", () => expect(before).toEqual(nothing));

it("what was certified within the day is done, whatever its day was", async () => {
  const made = await added(
    ...recording(day, { erasedAt: about.from }),
    ...recording(day, { erasedAt: "2026-10-25T23:59:59.999Z" }),
    // By a request, before its day.
    ...recording("2027-05-01", { erasedAt: "2026-10-25T10:00:00.000Z" }),
    // The days before and after.
    ...recording("2026-10-24", { erasedAt: "2026-10-24T22:59:59.999Z" }),
    ...recording("2026-10-26", { erasedAt: about.to }),
  );
  expect(made).toEqual({ due: 3, done: 3, late: 0, waiting: 0 });
  expect((await figures()).oldest).toBeNull();
});

it("what was due and not erased at the end of the day waits, though it was erased before the statement was made", async () => {
  const made = await added(
    ...recording(day, { erasedAt: about.to }),
    ...recording("2026-10-23", { erasedAt: "2026-10-26T02:00:00.000Z" }),
    ...recording(day),
    ...recording("2026-10-26"),
  );
  expect(made).toEqual({ due: 3, done: 0, late: 1, waiting: 3 });
  expect((await figures()).oldest).toBe("2026-10-23");
});

it("what is held, or may still be looked at, is not due, and not late once it is", async () => {
  const held = [...recording("2026-10-01"), hold(null)];
  const releasedLater = [...recording("2026-10-01"), hold(about.to)];
  const waits = recording("2026-10-01", { waitsUntil: about.to });
  expect(await added(...held, ...releasedLater, ...waits)).toEqual({ due: 0, done: 0, late: 0, waiting: 0 });
  const releasedToday = [...recording("2026-10-01"), hold("2026-10-25T12:00:00.000Z")];
  const releasedBefore = [...recording("2026-10-01"), hold("2026-10-20T12:00:00.000Z")];
  expect(await added(...releasedToday, ...releasedBefore)).toEqual({ due: 2, done: 0, late: 1, waiting: 2 });
  expect((await figures()).oldest).toBe("2026-10-20");
});

/** What the overview says of work that waits for too long. */
import { expect, it, vi } from "vitest";
import { clockJobs } from "../../../../shared/jobs/clock.ts";
import type { WorkAnswer } from "../../../../shared/jobs/api.ts";
import { sayWhy } from "../../../../extension/desk/jobs/why.ts";
import {
  callsTodos,
  clockTodos,
  databaseTodos,
  copyTodos,
  jobTodos,
  putOffTodos,
  workTodos,
} from "../../../../extension/desk/overview/work-todos.ts";

// The desk's addresses listen to the window.
vi.hoisted(() =>
  Object.assign(globalThis, { addEventListener: () => {}, location: new URL("https://desk.example/") }),
);

it("names what is late, and nothing that only waits or failed", () => {
  const oldest = "2026-11-20T00:00:00.000Z";
  const todos = workTodos({
    work: [
      { kind: "erasure", waiting: 1200, oldest, late: "2026-11-21T02:00:00.000Z", failed: 3 },
      { kind: "mail", waiting: 5, oldest, late: null, failed: 9 },
      { kind: "marks", waiting: 0, oldest: null, late: "2026-11-21T02:00:00.000Z", failed: 0 },
    ],
  });
  expect(todos).toMatchObject([
    { id: "work.erasure", tone: "bad", title: "Late: recordings to be erased", link: "#/work?kind=erasure" },
  ]);
  expect(todos[0]!.text).toBe(
    "The oldest has waited since 20 Nov 2026. Waiting: 1,200. Failed, for a person to look at: 3.",
  );
});

it("names recordings that their store keeps for years, and until when", () => {
  const of = (putOff?: { n: number; until: string }) =>
    putOffTodos({
      work: [{ kind: "erasure", waiting: 0, oldest: null, late: null, failed: 2, ...(putOff && { putOff }) }],
    });
  expect(of()).toEqual([]);
  const [todo] = of({ n: 2, until: "2031-05-05" });
  expect(todo).toMatchObject({ title: "2 recordings cannot be erased yet", link: "#/work?kind=erasure" });
  expect(todo!.text).toContain("until 5 May 2031");
  expect(sayWhy("erasure", { error: "s3: put off until 2031-05-05" })).toContain("until 5 May 2031");
});

const clock = (stopped: boolean, late: string[]): WorkAnswer["clock"] => ({
  triggers: [
    { every: "often", ran: "2026-11-21T02:00:00.000Z", stopped: stopped ? "2026-11-21T02:00:00.000Z" : null },
  ],
  jobs: (Object.keys(clockJobs) as (keyof typeof clockJobs)[]).map((job) => ({
    ...{ job, every: clockJobs[job], ended: null, failing: "2026-11-21T02:00:00.000Z", error: "x" },
    late: late.includes(job) ? "2026-11-21T02:00:00.000Z" : null,
  })),
});

it("names jobs of the clock that have failed for too long, unless it has stopped", () => {
  expect(jobTodos({ clock: clock(false, ["archive", "mails"]) })).toMatchObject([
    {
      ...{ id: "clock.jobs", tone: "bad", title: "2 of ClearDial’s own jobs fail", link: "#/work" },
      text: "For too long, this has not ended well: sending mails; archiving closed months of the audit trail.",
    },
  ]);
  for (const answer of [{ clock: clock(false, []) }, { clock: clock(true, ["mails"]) }, {}])
    expect(jobTodos(answer)).toEqual([]);
  // The trigger of the daily ones has not stopped.
  expect(jobTodos({ clock: clock(true, ["archive", "mails"]) })).toMatchObject([
    { title: "1 of ClearDial’s own jobs fails", text: expect.stringMatching(/: archiving [^;]*$/) as string },
  ]);
});

it("says since when the clock has stopped, also to whom the page of work is closed", () => {
  const at = "2026-11-21T02:00:00.000Z";
  const [todo] = clockTodos({ clockStopped: at }, true);
  expect(todo).toMatchObject({ id: "clock", tone: "bad", by: ["admin"], link: "#/work" });
  expect(todo!.text).toContain("has not run since 21 Nov 2026");
  expect(clockTodos({ clockStopped: at }, false)).toMatchObject([{ link: "#/" }]);
  for (const answer of [{ clockStopped: null }, {}]) expect(clockTodos(answer, true)).toEqual([]);
});

it("says how full the database is from 60 per cent on, in red from 80 on; an older Worker does not say", () => {
  const of = (bytes: number) => databaseTodos({ database: { bytes, most: 10_000_000_000 } });
  expect(of(5_999_999_999)).toEqual([]);
  expect(of(6_000_000_000)).toMatchObject([
    {
      ...{ id: "database", tone: "warn", by: ["admin"], title: "The database is 60% full" },
      ...{ link: "#/policy?at=retention" },
    },
  ]);
  const [todo] = of(9_249_000_000);
  expect(todo).toMatchObject({ tone: "bad", title: "The database is 92% full" });
  expect(todo!.text).toContain("9.2 GB of the 10 GB");
  for (const answer of [{ database: null }, {}]) expect(databaseTodos(answer)).toEqual([]);
});

it("names providers whose calls cannot be fetched, and parts of copies that nothing tries again", () => {
  expect(callsTodos({ callsFailing: ["twilio"] })).toMatchObject([
    { id: "calls.twilio", tone: "bad", title: "Calls of twilio cannot be fetched", link: "#/calls/logs" },
  ]);
  expect([callsTodos({}), callsTodos({ callsFailing: [] })]).toEqual([[], []]);
  const of = (failed: number) =>
    copyTodos({ work: [{ kind: "copies", waiting: 0, oldest: null, late: null, failed }] });
  expect(of(2)).toMatchObject([
    { tone: "bad", title: "2 parts of requesters’ copies could not be made", link: "#/work?kind=copies" },
  ]);
  expect([of(0), copyTodos({ work: [] })]).toEqual([[], []]);
});

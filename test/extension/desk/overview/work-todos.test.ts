/** What the overview says of work that waits for too long. */
import { expect, it, vi } from "vitest";
import { workTodos } from "../../../../extension/desk/overview/work-todos.ts";

// The desk's addresses listen to the window.
vi.hoisted(() => Object.assign(globalThis, { addEventListener: () => {} }));

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

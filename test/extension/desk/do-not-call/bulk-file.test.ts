/** The CSV file of numbers for the do-not-call list. */
import { expect, it, vi } from "vitest";
import type { SuppressionRequest } from "../../../../shared/do-not-call/api.ts";
import { dncBulkEn } from "../../../../shared/texts/do-not-call/desk.en.ts";
import { enterAll, readBulk } from "../../../../extension/desk/do-not-call/bulk-file.ts";

const sent = vi.hoisted(() => [] as unknown[]);
vi.mock("../../../../extension/ui/api.ts", () => ({
  api: (_method: string, _path: string, { rows }: { rows: unknown[] }) => {
    sent.push(...rows);
    return Promise.resolve({ results: rows.map(() => ({ status: "added", number: null })) });
  },
}));

it("a row may say whom its objection closes; one that says something else is refused alone", async () => {
  const lines = readBulk("Phone,Scope\n020 7946 0001,Person\n020 7946 0002,\n020 7946 0003,everybody\n");
  const otherwise = { kind: "objection", reason: "old list", source: "file" } as const;
  const report = await enterAll(lines, otherwise, new AbortController().signal, () => undefined);
  expect((sent as SuppressionRequest[]).map(({ number, scope }) => [number, scope])).toEqual([
    ["020 7946 0001", "person"],
    ["020 7946 0002", undefined],
  ]);
  expect(report.refused).toEqual([{ line: 4, number: "020 7946 0003", why: dncBulkEn.badScope }]);
});

it("takes a last day in each way that a form takes one, and refuses what is none", async () => {
  sent.length = 0;
  const days = ["2030-01-31", "31/01/2030", "31 Jan 2030", "31/02/2030", "soon", ""];
  const lines = readBulk(`Phone,Until\n${days.map((day, i) => `020 7946 000${i},${day}`).join("\n")}\n`);
  const otherwise = { kind: "house", reason: "old list", source: "file" } as const;
  const report = await enterAll(lines, otherwise, new AbortController().signal, () => undefined);
  expect((sent as SuppressionRequest[]).map(({ until }) => until)).toEqual([
    ...Array.from({ length: 3 }, () => "2030-01-31"),
    undefined,
  ]);
  expect(report.refused.map(({ line, why }) => [line, why])).toEqual(
    [5, 6].map((line) => [line, dncBulkEn.badDate]),
  );
});

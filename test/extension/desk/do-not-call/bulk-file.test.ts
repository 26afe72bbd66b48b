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

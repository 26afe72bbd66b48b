/** Which recordings go into which file of a copy. */
import { expect, it } from "vitest";
import type { RequestItem } from "../../../../shared/privacy-requests/api.ts";
import { inParts, type Planned } from "../../../../worker/privacy-requests/files/parts/plan.ts";

const recordings = (
  many: number,
  { bytes = 1, muted = false }: { bytes?: number | null; muted?: boolean } = {},
) =>
  Array.from({ length: many }, (_, n): Planned => {
    const item = { ref: `r${n}`, mute: muted ? [[0, 1]] : [] } as unknown as RequestItem;
    return { item, bytes };
  });
const sizes = (all: readonly Planned[], queued = true) => inParts(all, queued).map(({ length }) => length);

it("400 recordings are one file, as ever; one more makes two", () => {
  expect(sizes([])).toEqual([]);
  expect(sizes(recordings(400))).toEqual([400]);
  expect(sizes(recordings(401))).toEqual([400, 1]);
  expect(sizes(recordings(1001))).toEqual([400, 400, 201]);
});

it("one with silence is read twice before, and counts as two", () => {
  expect(sizes(recordings(200, { muted: true }))).toEqual([200]);
  expect(sizes(recordings(201, { muted: true }))).toEqual([200, 1]);
  expect(sizes([...recordings(399), ...recordings(1, { muted: true })])).toEqual([399, 1]);
});

it("no file is larger than a store takes at once, where its recordings are not; each is in one", () => {
  expect(sizes(recordings(4, { bytes: 1_000_000_000 }))).toEqual([4]);
  expect(sizes(recordings(5, { bytes: 1_000_000_000 }))).toEqual([4, 1]);
  expect(sizes(recordings(2, { bytes: 6_000_000_000 }))).toEqual([1, 1]);
  expect(sizes(recordings(400, { bytes: null }))).toEqual([400]);
  const all = recordings(1001, { bytes: 30_000_000 });
  expect(inParts(all, true).flat()).toEqual(all);
});

it("without a queue what one request can make stays one file, and parts are half as large", () => {
  expect(sizes(recordings(400), false)).toEqual([400]);
  expect(sizes(recordings(401), false)).toEqual([200, 200, 1]);
});

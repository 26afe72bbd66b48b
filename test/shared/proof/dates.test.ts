import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProofVersion } from "../../../shared/proof/api.ts";
import { ageAt, daysOf, gapsOf, spansOf } from "../../../shared/proof/dates.ts";
import { stacked } from "../../../extension/desk/charts/plot.ts";

const at = (day: string) => `${day}T00:00:00.000Z`;
const [start, end] = [at("2026-10-01"), at("2026-11-01")];
const version = (asOf: string, from: string, to: string | null = null): ProofVersion => ({
  ...{ version: 1, numbers: 1, listed: null, rows: [] },
  ...{ asOf, from: at(from), to: to === null ? null : at(to) },
});
const gaps = (...versions: ProofVersion[]) =>
  gapsOf({ versions, lookups: [] }, 28, start, end).map(
    ({ from, to }) => `${from.slice(5, 10)} ${to.slice(5, 10)}`,
  );

describe("gaps of a register", () => {
  it("none where one follows the other in time; all where there was none", () => {
    expect(
      gaps(version("2026-09-20", "2026-09-20", "2026-10-10"), version("2026-10-09", "2026-10-10")),
    ).toEqual([]);
    expect(gaps()).toEqual(["10-01 11-01"]);
  });
  it("a version is relied on up to and including its 28th day, however long it stays in force", () => {
    expect(
      gaps(version("2026-09-10", "2026-09-10", "2026-10-20"), version("2026-10-19", "2026-10-20")),
    ).toEqual(["10-09 10-20"]);
    expect(gaps(version("2026-09-20", "2026-09-20"))).toEqual(["10-19 11-01"]);
  });
  it("a file that was old when it was loaded, or a roll-back to an old one, fills nothing", () => {
    expect(
      gaps(version("2026-08-01", "2026-10-05", "2026-10-12"), version("2026-10-11", "2026-10-12")),
    ).toEqual(["10-01 10-12"]);
    expect(
      gaps(version("2026-09-30", "2026-09-30", "2026-10-15"), version("2026-08-30", "2026-10-15")),
    ).toEqual(["10-15 11-01"]);
  });
  it("none while it is by lookup; a file that was there before counts again afterwards", () => {
    const lookup = { source: "data8", from: at("2026-10-10"), to: at("2026-10-20") };
    const asked = (...versions: ProofVersion[]) =>
      gapsOf({ versions, lookups: [lookup] }, 28, start, end).map(
        (gap) => `${gap.from.slice(5, 10)} ${gap.to.slice(5, 10)}`,
      );
    expect(asked()).toEqual(["10-01 10-10", "10-20 11-01"]);
    expect(asked(version("2026-09-08", "2026-09-08"))).toEqual(["10-07 10-10", "10-20 11-01"]);
    expect(asked(version("2026-09-25", "2026-09-25"))).toEqual(["10-24 11-01"]);
    expect(asked(version("2026-10-12", "2026-10-12", "2026-10-15"))).toEqual(["10-01 10-10", "10-20 11-01"]);
  });
  it("by any other way: a moment is in a gap or a version that is young enough is in force", () => {
    const day = fc
      .integer({ min: 0, max: 60 })
      .map((n) => new Date(Date.parse("2026-09-01") + n * 86_400_000).toISOString().slice(0, 10));
    fc.assert(
      fc.property(fc.array(fc.tuple(day, day), { maxLength: 6 }), day, (loads, probe) => {
        const sorted = [...new Map(loads.map(([from, asOf]) => [from, asOf]))].sort(([a], [b]) =>
          a < b ? -1 : 1,
        );
        const versions = sorted.map(([from, asOf], i) => version(asOf, from, sorted[i + 1]?.[0] ?? null));
        const moment = new Date(Date.parse(at(probe)) + 43_200_000).toISOString();
        fc.pre(moment >= start && moment < end);
        const inGap = gapsOf({ versions, lookups: [] }, 28, start, end).some(
          (gap) => gap.from <= moment && moment < gap.to,
        );
        const young = versions.some(
          (v) =>
            v.from <= moment &&
            (v.to === null || moment < v.to) &&
            Math.floor((Date.parse(moment) - Date.parse(v.asOf)) / 86_400_000) <= 28,
        );
        expect(inGap).toBe(!young);
      }),
    );
  });
});

it("the age of a register at a moment, and the days of a period", () => {
  const versions = [version("2026-10-01", "2026-10-02", "2026-10-05"), version("2026-10-06", "2026-10-05")];
  const age = (moment: string) =>
    ageAt({ versions, lookups: [{ source: "data8", from: at("2026-10-07"), to: null }] }, moment);
  expect([
    age(at("2026-10-01")),
    age(at("2026-10-04")),
    age(at("2026-10-05")),
    age(at("2026-10-08")),
  ]).toEqual([null, 3, 0, null]);
  expect(daysOf("2026-02-27", "2026-03-01")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
});

it("versions that say the same of a number are one span, and what comes back is another", () => {
  const told = (["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04"] as const).map((day, i, all) => ({
    ...version(day, day, all[i + 1] ?? null),
    listed: i === 2,
  }));
  expect(
    spansOf(told).map((s) => [s.listed, s.versions, s.from.slice(0, 10), s.to?.slice(0, 10) ?? null]),
  ).toEqual([
    [false, 2, "2026-10-01", "2026-10-03"],
    [true, 1, "2026-10-03", "2026-10-04"],
    [false, 1, "2026-10-04", null],
  ]);
});

it("bars stand on those before them", () => {
  const values = [
    [1, null],
    [2, 3],
  ];
  expect(stacked(values.map((v) => ({ label: "", look: "main", values: v })))).toEqual([
    [1, 0],
    [3, 3],
  ]);
});

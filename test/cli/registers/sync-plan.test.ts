import { describe, expect, it } from "vitest";
import { dateOf, type Entry, namesOn, plan } from "../../../worker/cli/registers/sync-plan.ts";

const modified = Date.parse("2026-11-20T23:30:00Z");
const entry = (name: string, size = 100): Entry => ({ name, size, modified });

describe("a file's date", () => {
  const cases: [string, string, string | null][] = [
    ["tps_ns.txt", "tps_ns.txt", "2026-11-20"],
    ["tps_ns.txt", "TPS_NS.TXT", "2026-11-20"],
    ["tps_ns.txt", "tps_ns_txt", null],
    ["tps_ns.txt", "ctps_ns.txt", null],
    ["tps-{yyyymmdd}.csv", "tps-20261118.csv", "2026-11-18"],
    ["tps-{yyyy-mm-dd}*.csv", "tps-2026-11-18-full.csv", "2026-11-18"],
    ["{ddmmyyyy}_changes.txt", "18112026_changes.txt", "2026-11-18"],
    ["{ddmmyyyy}_changes.txt", "99112026_changes.txt", null],
    ["*.txt", "anything.txt", "2026-11-20"],
    ["a+b(c).txt", "a+b(c).txt", "2026-11-20"],
  ];
  it.each(cases)("%s: %s", (pattern, name, date) => expect(dateOf(pattern, entry(name))).toBe(date));
  it("is not known where neither the name nor the source says it", () =>
    expect(dateOf("tps.txt", { name: "tps.txt", size: 1, modified: null })).toBeNull());
  it("names can be made from days", () => {
    expect(namesOn("c-{ddmmyyyy}.txt", ["2026-11-18", "2026-11-17"])).toEqual([
      "c-18112026.txt",
      "c-17112026.txt",
    ]);
    expect(namesOn("c.txt", ["2026-11-18"])).toEqual(["c.txt"]);
  });
});

describe("the order", () => {
  const files = { whole: "whole-{yyyymmdd}.txt", changes: "changes-{yyyymmdd}.txt" };
  const there = [
    "changes-20261122",
    "whole-20261101",
    "changes-20261102",
    "changes-20261120",
    "whole-20261120",
  ].map((name) => entry(`${name}.txt`));
  const names = (...args: Parameters<typeof plan>) =>
    plan(...args).steps.map((s) => s.entry.name.slice(0, -4));
  const never = { version: 0, asOf: null, history: [] };
  const at = (asOf: string, ...sources: string[]) => ({
    version: 3,
    asOf,
    history: sources.map((source) => ({ asOf: dateOf("*{yyyymmdd}*", entry(source)) ?? asOf, source })),
  });

  it("the newest whole file, then the younger changes, oldest first", () => {
    expect(names(files, there, never, {})).toEqual(["whole-20261120", "changes-20261122"]);
    expect(names(files, there.slice(0, 4), never, {})).toEqual([
      "whole-20261101",
      "changes-20261102",
      "changes-20261120",
      "changes-20261122",
    ]);
  });
  it("nothing twice, nothing older than what is in force", () => {
    const head = at("2026-11-20", "whole-20261120.txt");
    const pushed = { "whole-20261120.txt": { size: 100, asOf: "2026-11-20", at: "" } };
    expect(names(files, there, head, pushed)).toEqual(["changes-20261122"]);
    // Without its state the sync compares the whole file again, which changes nothing.
    expect(names(files, there, head, {})).toEqual(["whole-20261120", "changes-20261122"]);
    expect(names(files, there, at("2026-11-23", "whole-20261123.txt"), {})).toEqual([]);
    // A file of the same name with other contents is another file.
    const other = { "whole-20261120.txt": { size: 99, asOf: "2026-11-20", at: "" } };
    expect(names(files, there, head, other)).toContain("whole-20261120");
  });
  it("changes alone make no list", () => {
    const changes = there.filter(({ name }) => name.startsWith("changes"));
    expect(plan(files, changes, never, {})).toEqual({ steps: [], incomplete: true, late: null });
    expect(plan(files, [], never, {})).toEqual({ steps: [], incomplete: false, late: null });
    expect(
      names({ whole: undefined, changes: files.changes }, there, at("2026-11-01", "by hand.txt"), {}),
    ).toEqual(["changes-20261102", "changes-20261120", "changes-20261122"]);
  });
  it("more changes of the day whose changes are in force are pushed too", () => {
    const daily = { whole: files.whole, changes: "changes-{yyyymmdd}*.txt" };
    const more = ["changes-20261122", "changes-20261122-2"].map((name) => entry(`${name}.txt`));
    const pushed = { "changes-20261122.txt": { size: 100, asOf: "2026-11-22", at: "" } };
    const head = at("2026-11-22", "changes-20261122.txt", "whole-20261120.txt");
    expect(names(daily, more, head, pushed)).toEqual(["changes-20261122-2"]);
    expect(names(daily, more, head, {})).toEqual(["changes-20261122-2"]);
    // That day's whole file has these changes.
    expect(names(daily, more, at("2026-11-22", "whole-20261122.txt"), pushed)).toEqual([]);
  });
  it("changes that come behind younger ones are named: the list in force lacks them", () => {
    const changes = ["changes-20261120", "changes-20261121", "changes-20261122"];
    const lateOf = (head: Parameters<typeof plan>[2], ...sources: string[]) =>
      plan(
        files,
        [...changes, ...sources].map((name) => entry(`${name}.txt`)),
        head,
        {},
      ).late;
    const began = ["changes-20261120.txt", "whole-20261119.txt"];
    const passed = at("2026-11-22", "changes-20261122.txt", ...began);
    expect(lateOf(passed)).toBe("changes-20261121.txt");
    // A whole file corrects it. So does a person who pushes the file under the date in force.
    expect(lateOf(passed, "whole-20261122")).toBeNull();
    expect(lateOf(at("2026-11-22", "whole-20261122.txt", ...began))).toBeNull();
    const byHand = { asOf: "2026-11-22", source: "changes-20261121.txt" };
    expect(lateOf({ ...passed, history: [byHand, ...passed.history] })).toBeNull();
    // A file that was there before the first push is not late.
    expect(lateOf(at("2026-11-22", "tps.txt"))).toBeNull();
    expect(lateOf(at("2026-11-22", "changes-20261122.txt"))).toBeNull();
  });
});

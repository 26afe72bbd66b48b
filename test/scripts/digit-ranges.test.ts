import { describe, expect, it } from "vitest";
import { rangesOf } from "../../scripts/lib/digit-ranges.ts";

describe("patterns in short", () => {
  it.each([
    ["20[0-4]\\d{6}|21[5-9]\\d{6}", undefined, "9:20[0-4]|21[5-9]"],
    ["20[0-4]\\d{6}|21[5-9]\\d{6}", 2, "9:2[01]"],
    // What all ways have at their end stands once.
    ["(?:20[0-4]|21[5-9])[3-6]\\d{5}", undefined, "9:2(0[0-4]|1[5-9])[3-6]"],
    ["8\\d{3,5}", 1, "4,5,6:8"],
    ["[18]\\d{8}|8\\d{6}", 1, "9:1;7,9:8"],
    ["9(?:1\\d?|23)\\d\\d", undefined, "4,5:91;5:923"],
    ["80012345?", undefined, "7:8001234;8:80012345"],
    ["\\d{4}|55", undefined, "4:;2:55"],
  ])("%s by %s: %s", (pattern, first, short) => expect(rangesOf(pattern, first)).toBe(short));

  it("refuses a pattern that it cannot read", () => expect(() => rangesOf("1\\d*")).toThrow());
});

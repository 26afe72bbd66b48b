/** Providers' lists of recordings, call logs and do-not-call files as CSV. */
import { describe, expect, it } from "vitest";
import { readBulk } from "../../../../extension/desk/do-not-call/bulk-file.ts";
import { readLog } from "../../../../extension/desk/import/log-file.ts";
import {
  headings as names,
  type Defaults,
  requestOf,
} from "../../../../extension/desk/recordings/import-file.ts";
import { guess } from "../../../../shared/call-logs/file.ts";

describe("a provider's list", () => {
  const defaults: Defaults = {
    provider: "dialler",
    store: "s3",
    direction: "inbound",
    announced: true,
    purpose: "quality",
    zone: "utc",
  };
  const read = (heading: string, cells: string, own: Partial<Defaults> = {}) => {
    const { headings, lines } = readLog(`\uFEFF\r\n${heading}\r\n\r\n${cells}\r\n`);
    return requestOf(lines[0]!.cells, guess(names, headings), { ...defaults, ...own });
  };
  it("is read by its headings, however they are written; a line keeps its place in the file", () => {
    const { headings, lines } = readLog('\r\ncallId,Phone Number,start_time\r\n\r\n"a, b",1,2\r\n');
    expect(guess(names, headings)).toMatchObject({ providerId: 0, number: 1, startedAt: 2, seconds: -1 });
    expect(lines).toEqual([{ line: 4, cells: ["a, b", "1", "2"] }]);
  });
  it("a quotation mark that is never closed is told of: it would hide the lines below it", () => {
    expect(() => readLog('callId,Name\n1,"x\n2,y\n')).toThrow(expect.objectContaining({ row: 2 }));
    expect(() => readBulk('number\n1\n2,"x\n3,"y"\n')).toThrow(expect.objectContaining({ row: 3 }));
    expect(readBulk('number,reason\n1,"said "no" to us"\n2,5" pipe\n')).toHaveLength(2);
  });
  it("times: with a zone, without one, and as the British write them; what could be any day stays as it is", () => {
    const at = (written: string) => read("Start", `"${written}"`).startedAt;
    expect(at("2026-11-20T10:15:00+01:00")).toBe("2026-11-20T09:15:00.000Z");
    expect(at("2026-11-20 10:15:30")).toBe("2026-11-20T10:15:30.000Z");
    expect(at("5/11/2026 9:15")).toBe("2026-11-05T09:15:00.000Z");
    expect(at("Fri, 20 Nov 2026 10:00:00 +0000")).toBe("2026-11-20T10:00:00.000Z");
    expect(at("11/20/2026 10:15")).toBe("11/20/2026 10:15");
    expect(at("20 Nov")).toBe("20 Nov");
  });
  it("lengths, directions, yes and no; a withheld number; what cannot be read goes as it is", () => {
    expect(read("Duration,Direction,Announced,To", "1:04:12,outbound-api,no,Anonymous")).toMatchObject({
      ...{ seconds: 3852, direction: "outbound", announced: false, number: null },
    });
    expect(read("Duration,Direction,Announced,To", "long,sideways,perhaps,'+442079460000")).toMatchObject({
      ...{ seconds: "long", direction: "sideways", announced: "perhaps", number: "+442079460000" },
    });
    expect(read("To", "x")).toMatchObject({ direction: "inbound", announced: true, purpose: "quality" });
  });
  it("a provider that keeps the audio itself finds it by its own id", () => {
    expect(read("id", "42", { store: "aircall" })).toMatchObject({
      provider: "aircall",
      storage: { kind: "aircall", key: "42" },
    });
    expect(read("id", "42").storage).toEqual({ kind: "s3" });
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { isTable, withoutSources } from "../../scripts/lib/shipped.ts";

const squeezed = (text: string) => text.replace(/\s+/g, " ").trim();

describe("a table as it is shipped", () => {
  it("has its rows without what only readers want", () => {
    const table = `export const rows = [{ kind: "call", form: /^a:{1}/i, source }, { source: "b", like: "source: c" }];
      const read = (source: string) => ({ kind: source, verified: false });`;
    expect(squeezed(withoutSources("shared/dials/schemes.ts", table))).toBe(
      `export const rows = [{ kind: "call", form: /^a:{1}/i }, { like: "source: c" }]; const read = (source: string) => ({ kind: source });`,
    );
  });

  it.each([
    "shared/dials/schemes.ts",
    "shared/dials/sites.ts",
    "shared/dials/codes.ts",
    "shared/dials/emergency.ts",
    "extension/page/guard/site-rules.ts",
  ])("%s is one, and shorter", (path) => {
    expect(isTable(path)).toBe(true);
    const text = readFileSync(at(path), "utf8");
    const shipped = withoutSources(path, text);
    expect(shipped.length).toBeLessThan(text.length - 50);
    expect(shipped).not.toMatch(/\b(?:sources: \[|verified: (?:true|false)\b)/);
  });

  it("a protocol keeps whether it was tried with its vendor, which the options page shows", () => {
    const path = "extension/page/protocols/twilio.ts";
    const shipped = withoutSources(path, readFileSync(at(path), "utf8"));
    expect(shipped).toContain("verified: false");
    expect(shipped).not.toContain("pstream.js");
  });

  it("each file with protocols is one", () => {
    const folder = "extension/page/protocols";
    const rows = readdirSync(at(folder)).filter((name) =>
      /^ {2}verified: (?:true|false),$/m.test(readFileSync(at(folder, name), "utf8")),
    );
    expect(rows.length).toBeGreaterThan(7);
    expect(rows.filter((name) => !isTable(`${folder}/${name}`))).toEqual([]);
  });

  it.each(["shared/policy/clauses.ts", "shared/law/gb.ts", "extension/page/guard/guard.ts"])(
    "%s is none",
    (path) => expect(isTable(path)).toBe(false),
  );
});

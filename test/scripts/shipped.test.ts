import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { isTable, lent, withoutOwn, withoutSources } from "../../scripts/lib/shipped.ts";

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
    const tried = readFileSync(at(path), "utf8").replace(/^ {2}source:/m, "  verified: true,\n  source:");
    const shipped = withoutSources(path, tried);
    expect(shipped).toContain("verified: true");
    expect(shipped).not.toContain("pstream.js");
  });

  it("each file with protocols is one", () => {
    const folder = "extension/page/protocols";
    const rows = readdirSync(at(folder)).filter((name) =>
      /^ {2}carrier: "/m.test(readFileSync(at(folder, name), "utf8")),
    );
    expect(rows.length).toBeGreaterThan(7);
    expect(rows.filter((name) => !isTable(`${folder}/${name}`))).toEqual([]);
  });

  it.each(["shared/policy/clauses.ts", "shared/law/gb.ts", "extension/page/guard/guard.ts"])(
    "%s is none",
    (path) => expect(isTable(path)).toBe(false),
  );
});

const GUARD = "extension/page/guard/guard.ts";
const OVERLAY = "extension/page/overlay.ts";
const made = (own: Record<string, string>) =>
  lent((path) => own[path] ?? (path === GUARD ? "startGuard();" : ""));

describe("what the overlay has from the guard", () => {
  const files = made({
    [OVERLAY]: `import { b } from "../../shared/b.ts";
      import { mayDial as may, type Target } from "../../shared/dials/address.ts";
      import type { Code } from "../../shared/dials/codes.ts";
      import { type Key } from "../../shared/dials/keys.ts";`,
    "shared/b.ts": `export { isEmergency } from "./dials/services.ts"; export const b = 1;`,
  });
  it("is lent by its place in a list, for the names that the overlay uses, types left out", () => {
    expect(files.get("extension/page/guard/lends.ts")).toBe(
      [
        'import { isEmergency as _0 } from "../../../shared/dials/services.ts";',
        'import { mayDial as _1 } from "../../../shared/dials/address.ts";',
        "globalThis.cleardialLends = [_0, _1];",
        "",
      ].join("\n"),
    );
    expect(files.get(GUARD)).toBe('import "./lends.ts";\nstartGuard();');
  });
  it("stands in the overlay's copy of its modules, and in no other script's", () => {
    expect(files.get("overlay/shared/dials/address.ts")).toBe(
      "export const { 1: mayDial } = globalThis.cleardialLends;\n",
    );
    expect(files.get(`overlay/shared/b.ts`)).toContain("export const b = 1;");
    expect([...files.keys()].sort()).toEqual([
      ...[GUARD, "extension/page/guard/lends.ts", OVERLAY, `overlay/${OVERLAY}`],
      ...["overlay/shared/b.ts", "overlay/shared/dials/address.ts", "overlay/shared/dials/services.ts"],
    ]);
  });
  it("may be two of one name, from two modules", () => {
    const lends = made({
      [OVERLAY]: `import { a } from "../../shared/dials/address.ts"; import { a as b } from "../../shared/dials/keys.ts";
        import { c } from "../../shared/c.ts";`,
      "shared/c.ts": `import { a, d } from "./dials/keys.ts";`,
    });
    expect(lends.get("overlay/shared/dials/address.ts")).toContain("{ 0: a }");
    expect(lends.get("overlay/shared/dials/keys.ts")).toContain("{ 1: a, 2: d }");
  });
  it("is nothing as a whole", () => {
    const whole = `import * as keys from "../../shared/dials/keys.ts";`;
    expect(() => made({ [OVERLAY]: whole })).toThrow("as a whole");
  });
});

it("the tables of schemes, sites and codes are in no module of the overlay's", () => {
  const files = [...lent((path) => readFileSync(at(path), "utf8")).keys()];
  expect(files.length).toBeGreaterThan(100);
  for (const name of ["schemes", "sites", "emergency", "readers"])
    expect(files).not.toContain(`overlay/shared/dials/${name}.ts`);
});

describe("a script whose functions become arrows", () => {
  it.each(["function f(){return arguments[0]}", "function f(){return new.target}", 'f(eval("this"))'])(
    "has nothing that an arrow has not: %s",
    (script) => expect(() => withoutOwn(script)).toThrow("arrow"),
  );
  it("is as it was", () => expect(withoutOwn("f(argumentsOf)")).toBe("f(argumentsOf)"));
  it.each(["/a/y.lastIndex=1", "for(;r=/a/giu.exec(t););", "/a/g.test(t)"])(
    "nor with a pattern's place: %s",
    (script) => expect(() => withoutOwn(script)).toThrow("place"),
  );
  it("and other patterns stay", () =>
    expect(withoutOwn('/a/u.exec(t),t.replace(/a/g,"")')).toContain("/a/u"));
});

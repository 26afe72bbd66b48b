/** The linter holds what people would forget: each text below breaks one rule, in a folder as the repository's. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { spawnSync } from "node:child_process";

const SYNTAX = "house(restricted-syntax)";
const IMPORTS = "eslint(no-restricted-imports)";

/** What is wrong; the folder; the text; the rule. */
const wrong: [what: string, folder: string, text: string, rule: string][] = [
  ["a named import of zod", "shared", 'import { z } from "zod";\nexport const a = z;\n', SYNTAX],
  ["zod in the extension", "extension", 'import * as z from "zod";\nexport const a = z;\n', IMPORTS],
  [
    "a schema in the extension",
    "extension",
    'import { policySchema } from "../shared/policy/policy.ts";\nexport const a = policySchema;\n',
    IMPORTS,
  ],
  ["a config with `as`", "extension", "export const config = { matches: [] } as object;\n", SYNTAX],
  [
    "a config with `satisfies`",
    "extension",
    "export const config = { matches: [] } satisfies object;\n",
    SYNTAX,
  ],
  ["HTML from a string", "extension", 'document.body.innerHTML = "";\n', SYNTAX],
  ["HTML that is put in", "extension", 'document.body.insertAdjacentHTML("beforeend", "");\n', SYNTAX],
  ["HTML that is written", "extension", 'document.write("");\n', SYNTAX],
  [
    "HTML in React",
    "extension",
    'export const a = <p dangerouslySetInnerHTML={{ __html: "" }} />;\n',
    SYNTAX,
  ],
  [
    "HTML in the Worker's pages",
    "worker",
    'export const a = <p dangerouslySetInnerHTML={{ __html: "" }} />;\n',
    SYNTAX,
  ],
  ["what is not escaped", "worker", 'import { raw } from "hono/html";\nexport const a = raw("");\n', SYNTAX],
  ["code from a string", "worker", 'export const a: unknown = eval("1");\n', "eslint(no-eval)"],
  ["a function from a string", "worker", 'export const a = new Function("1");\n', "eslint(no-new-func)"],
  ["the clock in the kernel", "shared", "export const now = Date.now();\n", SYNTAX],
  ["the date of today in the kernel", "shared", "export const now = new Date();\n", SYNTAX],
  ["a page that is read once", "test/e2e", "expect(await page.textContent()).toBe(1);\n", SYNTAX],
  ["a timer with code", "extension", 'setTimeout("alert(1)", 1);\n', "typescript(no-implied-eval)"],
  ["a promise that nobody waits for", "worker", "Promise.resolve(1);\n", "typescript(no-floating-promises)"],
  [
    "a value of any type",
    "worker",
    "export const a: string = JSON.parse(text);\n",
    "typescript(no-unsafe-assignment)",
  ],
];
const right: [what: string, folder: string, text: string][] = [
  [
    "types of the schemas",
    "extension",
    'import type { P } from "../shared/policy/policy.ts";\nexport type Q = P;\n',
  ],
  ["HTML in a fixture", "test/pages", 'document.body.innerHTML = "";\n'],
  ["the clock of the Worker", "worker", "export const now = Date.now();\n"],
];

/** The rules that each text broke, by its file. */
const broken = new Map<string, string[]>();
const cases = [...wrong, ...right].map(([what, folder, text], i) => {
  const file = `${folder}/case-${i}.${text.includes("<p") ? "tsx" : "ts"}`;
  return { what, file, text };
});
const fileOf = (what: string) => cases.find((one) => one.what === what)!.file;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cleardial-lint-"));
  for (const file of [".oxlintrc.json", "scripts/lint-rules.mjs"]) cpSync(at(file), join(folder, file));
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { lib: ["ESNext", "DOM"], jsx: "preserve", strict: true, noCheck: true },
    }),
  );
  for (const { file, text } of cases) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  // The part that knows types is looked for in the folder itself.
  const env = { ...process.env, OXLINT_TSGOLINT_PATH: at("node_modules/.bin/tsgolint") };
  const args = [at("node_modules/oxlint/bin/oxlint"), "--type-aware", "--format=json", "."];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  for (const { code, filename } of diagnostics) broken.set(filename, [...(broken.get(filename) ?? []), code]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the linter refuses", () => {
  it.each(wrong)("%s", (what, _, __, rule) => expect(broken.get(fileOf(what))).toContain(rule));
});
describe("and lets through", () => {
  it.each(right)("%s", (what) => expect(broken.get(fileOf(what))).toBeUndefined());
});

import { ESLint, type Linter } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";

/** Reading all types of a runtime takes seconds, so only the one rule here that needs types uses them. */
const untyped = new ESLint({
  cwd: at(),
  overrideConfig: tseslint.configs.disableTypeChecked as Linter.Config,
});
const typed = new ESLint({
  cwd: at(),
  overrideConfig: {
    languageOptions: {
      parserOptions: {
        // On a build server, the parser assumes a single run and reads files from the disk instead of the texts here.
        disallowAutomaticSingleRunInference: true,
        // Reads one runtime's types instead of all nine.
        project: [at("extension/tsconfig.json")],
      },
    },
  },
});
/** The rules that a text would break in a file of the repository. */
const broken = async (file: string, text: string, eslint = untyped): Promise<(string | null)[]> => {
  const [result] = await eslint.lintText(text, { filePath: at(file) });
  return result!.messages
    .filter((m) => m.ruleId !== "@typescript-eslint/no-unused-vars")
    .map((m) => m.ruleId);
};

describe("the linter holds the direction of dependencies", () => {
  const zone = "import-x/no-restricted-paths";
  it.each([
    ["shared/registers/age.ts", "../../worker/core/auth.ts"],
    ["shared/registers/age.ts", "../../extension/origins.ts"],
    ["extension/origins.ts", "../worker/core/auth.ts"],
    ["worker/core/auth.ts", "../../extension/origins.ts"],
    ["extension/page/find/tree.ts", "../../background/index.ts"],
    ["extension/page/find/tree.ts", "../../background/check/fact-cache.ts"],
    ["extension/page/find/tree.ts", "../../popup/index.tsx"],
    ["extension/page/find/tree.ts", "../../options/index.tsx"],
    ["extension/page/find/tree.ts", "../../origins.ts"],
    ["extension/page/find/tree.ts", "../../tabs/desk.tsx"],
    ["extension/page/find/tree.ts", "../../desk/do-not-call/bulk-file.ts"],
    ["extension/page/find/tree.ts", "../../ui/api.ts"],
    ["extension/page/find/tree.ts", "../guard/gate.ts"],
    ["extension/page/find/tree.ts", "../overlay.ts"],
    ["extension/page/badge/paint.ts", "../card/panel.ts"],
    ["extension/page/card/panel.ts", "../dialog/queue.ts"],
    ["extension/page/dialog/queue.ts", "../guard/judge.ts"],
    ["extension/page/guard/gate.ts", "../badge/layer.ts"],
    ["worker/core/auth.ts", "../../scripts/lib/paths.ts"],
  ])("%s does not import %s", async (file, from) => {
    expect(await broken(file, `import "${from}";\n`)).toContain(zone);
  });
  it("and lets the right one through", async () => {
    expect(await broken("worker/core/auth.ts", 'import "../../shared/registers/age.ts";\n')).toEqual([]);
    for (const from of ["../../shared/registers/age.ts", "./host.ts", "../messages.ts", "../ui/icons.tsx"])
      expect(await broken("extension/page/overlay.ts", `import "${from}";\n`), from).toEqual([]);
  });
});

describe("and the traps of the extension's bundler", () => {
  it.each([
    [
      "a named import of zod",
      "shared/policy/policy.ts",
      'import { z } from "zod";\nexport const a = z;\n',
      "no-restricted-syntax",
    ],
    [
      "zod in the extension",
      "extension/origins.ts",
      'import * as z from "zod";\nexport const a = z;\n',
      "@typescript-eslint/no-restricted-imports",
    ],
    [
      "a schema in the extension",
      "extension/origins.ts",
      'import { policySchema } from "../shared/policy/policy.ts";\nexport const a = policySchema;\n',
      "@typescript-eslint/no-restricted-imports",
    ],
    [
      "a config with `as`",
      "extension/origins.ts",
      "export const config = { matches: [] } as object;\n",
      "no-restricted-syntax",
    ],
    [
      "a config with `satisfies`",
      "extension/origins.ts",
      "export const config = { matches: [] } satisfies object;\n",
      "no-restricted-syntax",
    ],
    ["HTML from a string", "extension/origins.ts", 'document.body.innerHTML = "";\n', "no-restricted-syntax"],
    [
      "HTML that is put in",
      "extension/origins.ts",
      'document.body.insertAdjacentHTML("beforeend", "");\n',
      "no-restricted-syntax",
    ],
    ["HTML that is written", "extension/origins.ts", 'document.write("");\n', "no-restricted-syntax"],
    [
      "HTML in React",
      "extension/tabs/desk.tsx",
      'export const a = <p dangerouslySetInnerHTML={{ __html: "" }} />;\n',
      "no-restricted-syntax",
    ],
    [
      "HTML in the Worker's pages",
      "worker/pages/layout.tsx",
      'export const a = <p dangerouslySetInnerHTML={{ __html: "" }} />;\n',
      "no-restricted-syntax",
    ],
    [
      "what is not escaped",
      "worker/mail/render.ts",
      'import { raw } from "hono/html";\nexport const a = raw("");\n',
      "no-restricted-syntax",
    ],
    ["code from a string", "worker/core/auth.ts", 'export const a: unknown = eval("1");\n', "no-eval"],
    [
      "a function from a string",
      "worker/core/auth.ts",
      'export const a = new Function("1");\n',
      "no-new-func",
    ],
    [
      "the clock in the kernel",
      "shared/registers/age.ts",
      "export const now = Date.now();\n",
      "no-restricted-syntax",
    ],
  ])("%s", async (_, file, text, rule) => {
    expect(await broken(file, text)).toContain(rule);
  });
  it("a timer with code", async () => {
    const text = 'setTimeout("alert(1)", 1);\n';
    expect(await broken("extension/origins.ts", text, typed)).toContain("@typescript-eslint/no-implied-eval");
  });
  it("types of the schemas are free", async () => {
    expect(
      await broken(
        "extension/origins.ts",
        'import type { Policy } from "../shared/policy/policy.ts";\nexport type P = Policy;\n',
      ),
    ).toEqual([]);
  });
});

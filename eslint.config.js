import importX, { createNodeResolver } from "eslint-plugin-import-x";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const zone = (target, from, message) => ({ target, from, message });

/** What each folder of the page's scripts takes from the others, and from the files beside the folders. */
const pageMayImport = {
  "main-world": ["main-world-events.ts"],
  find: ["channel.ts", "main-world-events.ts"],
  badge: ["find", "host.ts", "words.ts"],
  card: ["find", "badge", "host.ts", "words.ts"],
  dialog: ["card", "host.ts", "words.ts"],
  guard: [
    ...["find", "dialog", "host.ts", "frame-facts.ts"],
    ...["background-link.ts", "channel.ts", "has-extension.ts", "main-world-events.ts"],
  ],
};
const pageZones = Object.entries(pageMayImport).map(([folder, others]) => ({
  ...zone(
    `./extension/page/${folder}`,
    "./extension/page",
    "find <- badge <- card <- dialog <- guard: see extension/page/README.md.",
  ),
  except: [folder, ...others].map((name) => `./${name}`),
}));

/** Plasmo's bundler makes code from these that builds without errors and throws at run time. */
const plasmoTraps = [
  {
    selector: "ImportDeclaration[source.value='zod'][importKind!='type'] > ImportSpecifier",
    message: 'Write `import * as z from "zod"`: named imports of zod are undefined in Plasmo builds.',
  },
  {
    selector: "VariableDeclarator[id.name='config'] > :matches(TSAsExpression, TSSatisfiesExpression)",
    message:
      "Plasmo drops a config with `as` or `satisfies` and ships the script on every site: annotate instead.",
  },
];
const clock = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: "The clock is an argument in the kernel.",
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "The clock is an argument." },
];
const unsafeHtml = [
  "AssignmentExpression > MemberExpression.left[property.name=/^(inner|outer)HTML$/]",
  "JSXAttribute[name.name='dangerouslySetInnerHTML']",
  "CallExpression[callee.property.name=/^(insertAdjacentHTML|setHTMLUnsafe|createContextualFragment)$/]",
  "CallExpression[callee.object.name='document'][callee.property.name=/^write(ln)?$/]",
  // Hono's way to bypass its own escaping.
  "ImportDeclaration[source.value='hono/html'] > ImportSpecifier[imported.name='raw']",
].map((selector) => ({ selector, message: "Never write HTML from strings." }));

/** Pages draw when they can: on a busy machine, a test that reads once reads too early. */
const readOnce = {
  selector:
    "CallExpression[callee.name='expect'] AwaitExpression > CallExpression[callee.property.name=/^(count|textContent|allTextContents|innerText|allInnerTexts|inputValue|getAttribute|is(Visible|Hidden|Disabled|Enabled|Checked))$/]",
  message: "Poll what a page shows: `await expect.poll(() => ...)`.",
};

export default tseslint.config(
  {
    ignores: [
      "node_modules",
      "build",
      ".demo",
      ".cache",
      ".plasmo",
      "**/.wrangler/",
      "test/pages/**/*.js",
      "assets",
    ],
  },
  // vitest.config.ts belongs to no runtime's project, so it is linted without types.
  { ...tseslint.configs.base, files: ["vitest.config.ts"] },
  ...tseslint.configs.recommendedTypeChecked.map((c) => ({
    ...c,
    files: ["**/*.ts", "**/*.tsx"],
    ignores: ["vitest.config.ts"],
  })),
  {
    files: ["**/*.ts", "**/*.tsx"],
    ignores: ["vitest.config.ts"],
    languageOptions: {
      parserOptions: {
        project: [
          "shared",
          "worker",
          "worker/cli",
          "extension",
          "scripts",
          "demo",
          "test",
          "test/worker",
          "test/bench/worker",
        ].map((d) => `${d}/tsconfig.json`),
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { "import-x": importX, "react-hooks": hooks },
    settings: {
      "import-x/extensions": [".ts", ".tsx"],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts", ".tsx"] },
      "import-x/resolver-next": [createNodeResolver({ extensions: [".ts", ".tsx"] })],
    },
    rules: {
      "import-x/no-restricted-paths": [
        "error",
        {
          zones: [
            zone(
              "./shared",
              ["./extension", "./worker", "./scripts", "./demo"],
              "shared imports neither side.",
            ),
            zone(
              "./extension",
              ["./worker", "./scripts", "./demo"],
              "The extension and the Worker never meet.",
            ),
            zone(
              "./worker",
              ["./extension", "./scripts", "./demo"],
              "The extension and the Worker never meet.",
            ),
            {
              ...zone(
                "./worker/cli",
                "./worker",
                "The command line runs without the Worker's code: it asks the API.",
              ),
              except: ["./cli"],
            },
            zone(
              ["./worker/!(cli)/**/*", "./worker/*.ts"],
              "./worker/cli",
              "The Worker never imports the command line.",
            ),
            {
              ...zone(
                "./extension/page",
                "./extension",
                "What lives in a page never imports the background or our own pages.",
              ),
              // The messages and their types, and the four verdicts' icons.
              except: ["./page", "./messages.ts", "./held-dial.ts", "./policy-context.ts", "./ui/icons.tsx"],
            },
            ...pageZones,
          ],
        },
      ],
      "no-restricted-syntax": ["error", ...plasmoTraps, ...unsafeHtml],
      "no-eval": "error",
      "no-new-func": "error",
      "@typescript-eslint/no-implied-eval": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
    },
  },
  // Circles are held by test/house/imports.test.ts, not by import-x/no-cycle: that rule leaves `import type` out, knows no
  // `url:` and no `new URL`, and was the slowest of all. The same test holds the front files of the Worker's rooms.
  // Fixtures build pages as real pages do.
  {
    files: ["test/**/*.ts", "test/**/*.tsx"],
    rules: { "no-restricted-syntax": ["error", ...plasmoTraps, unsafeHtml[0]] },
  },
  {
    files: ["test/e2e/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...plasmoTraps, unsafeHtml[0], readOnce] },
  },
  {
    files: ["shared/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...plasmoTraps, ...unsafeHtml, ...clock] },
  },
  {
    // zod must not reach a page or our own pages: 60 kB and a CSP report each. Types are free.
    files: ["extension/**/*.ts", "extension/**/*.tsx"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          paths: [
            {
              name: "zod",
              message: "Only types of the schemas (api*.ts and policy.ts in shared/) in the extension.",
            },
          ],
          patterns: [
            {
              group: [
                "**/shared/api.ts",
                "**/shared/*/api.ts",
                "**/shared/*/api-*.ts",
                "**/shared/policy/policy.ts",
              ],
              allowTypeImports: true,
              message: "Import types only: the module brings zod.",
            },
          ],
        },
      ],
    },
  },
);

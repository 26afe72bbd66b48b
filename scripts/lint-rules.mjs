// What the linter's own rules cannot say, by the syntax that is not allowed and where. Plain JavaScript, as the linter loads
// it under any Node.

/** @typedef {{ where: RegExp, what: string, why: string }} Restriction */

const HTML = "Never write HTML from strings.";
const CLOCK = "The clock is an argument in the kernel.";
const everywhere = /./;
/** Fixtures build pages as real pages do. */
const ours = /^(?!test\/)/;
const kernel = /^shared\//;

/** @type {readonly Restriction[]} */
const restrictions = [
  // Plasmo's bundler makes code from these that builds without errors and throws at run time.
  {
    where: everywhere,
    what: "ImportDeclaration[source.value='zod'][importKind!='type'] > ImportSpecifier",
    why: 'Write `import * as z from "zod"`: named imports of zod are undefined in Plasmo builds.',
  },
  {
    where: everywhere,
    what: "VariableDeclarator[id.name='config'] > :matches(TSAsExpression, TSSatisfiesExpression)",
    why: "Plasmo drops a config with `as` or `satisfies` and ships the script on every site: annotate instead.",
  },
  {
    where: ours,
    what: "AssignmentExpression > MemberExpression.left[property.name=/^(inner|outer)HTML$/]",
    why: HTML,
  },
  { where: ours, what: "JSXAttribute[name.name='dangerouslySetInnerHTML']", why: HTML },
  {
    where: ours,
    what: "CallExpression[callee.property.name=/^(insertAdjacentHTML|setHTMLUnsafe|createContextualFragment)$/]",
    why: HTML,
  },
  {
    where: ours,
    what: "CallExpression[callee.object.name='document'][callee.property.name=/^write(ln)?$/]",
    why: HTML,
  },
  // Hono's way to bypass its own escaping.
  {
    where: ours,
    what: "ImportDeclaration[source.value='hono/html'] > ImportSpecifier[imported.name='raw']",
    why: HTML,
  },
  {
    where: kernel,
    what: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    why: CLOCK,
  },
  { where: kernel, what: "NewExpression[callee.name='Date'][arguments.length=0]", why: CLOCK },
  // Pages draw when they can: on a busy machine, a test that reads once reads too early.
  {
    where: /^test\/e2e\//,
    what: "CallExpression[callee.name='expect'] AwaitExpression > CallExpression[callee.property.name=/^(count|textContent|allTextContents|innerText|allInnerTexts|inputValue|getAttribute|is(Visible|Hidden|Disabled|Enabled|Checked))$/]",
    why: "Poll what a page shows: `await expect.poll(() => ...)`.",
  },
];

export default {
  meta: { name: "house" },
  rules: {
    "restricted-syntax": {
      /** @param {{ filename: string, cwd: string, report: (fault: { node: object, message: string }) => void }} context */
      create(context) {
        const file = context.filename.slice(context.cwd.length + 1).replaceAll("\\", "/");
        return Object.fromEntries(
          restrictions
            .filter(({ where }) => where.test(file))
            .map(({ what, why }) => [
              what,
              /** @param {object} node */ (node) => context.report({ node, message: why }),
            ]),
        );
      },
    },
  },
};

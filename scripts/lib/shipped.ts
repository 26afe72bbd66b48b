/**
 * What is shipped in a page's scripts: tables without what only readers and tests want, such as sources; and what two
 * scripts need is loaded once.
 */
import { Plain } from "./processes.ts";
import { posix } from "node:path";
import ts from "typescript";

/** Tables that the scripts of a page have. */
export const isTable = (path: string): boolean => [TABLE, PROTOCOL, LAW].some((one) => one.test(path));
const TABLE =
  /^shared\/dials\/(?:address|schemes|sites|codes|emergency)\.ts$|^extension\/page\/guard\/site-rules\.ts$/;
/** Whether a row was tried with the vendor is shown on the options page. */
const PROTOCOL =
  /^extension\/page\/protocols\/(?:sip|twilio|telnyx|aircall|hubspot|amazon|ringcentral|embeds|posted)\.ts$/;

/** The overlay's copies of the law. */
const LAW = /^overlay\/shared\/law\/(?:[a-z]{2}|islands)\.ts$/;

/** Properties that no code of the extension reads. */
const UNREAD = ["source", "sources", "verified", "confirmed", "network"];
const unreadIn = (path: string): string[] => {
  if (PROTOCOL.test(path)) return ["source"];
  // What is to be said in a call, and by what name, is in the card, and how long proof is kept is the Worker's to know.
  if (LAW.test(path)) return ["say", "proofMonths", "name"];
  return path.endsWith("/site-rules.ts") ? [...UNREAD, "name"] : UNREAD;
};

/** The module without these properties of its rows. */
export function withoutSources(path: string, text: string): string {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const unread = unreadIn(path);
  const { transformed } = ts.transform(file, [
    (context) => (root) => {
      const visit = (node: ts.Node): ts.Node | undefined =>
        (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) &&
        unread.includes(node.name.getText(file))
          ? undefined
          : ts.visitEachChild(node, visit, context);
      return ts.visitEachChild(root, visit, context);
    },
  ]);
  return ts.createPrinter().printFile(transformed[0]!);
}

/**
 * Modules whose functions the overlay has from the guard. Both run in the extension's own world of a frame, the guard
 * first: what reads a dial's address or finds roots is loaded with it, and not a second time with the overlay. None of
 * them keeps anything that each script needs for itself.
 */
const LENT = [
  "extension/page/channel.ts",
  "extension/page/find/leads.ts",
  "extension/page/find/roots.ts",
  "shared/canary/number.ts",
  "shared/dials/address.ts",
  "shared/dials/codes.ts",
  "shared/dials/keys.ts",
  "shared/dials/services.ts",
];
const GUARD = "extension/page/guard/guard.ts";
const OVERLAY = "extension/page/overlay.ts";
/** The overlay's own copies of its modules are in a folder beside the sources. */
const COPIES = "overlay";
/** On the global object of the extension's own world, where no script of a page sees it. */
const LENDS = "globalThis.cleardialLends";

/**
 * The modules as they are bundled, by their paths; those that are not named stay as they are. `read` answers a source.
 * What is lent is listed, and taken by its place there: a name would be in both scripts. Throws where a module is imported
 * as a whole.
 */
export function lent(read: (path: string) => string): Map<string, string> {
  const files = new Map<string, string>();
  const names: Lent[] = [];
  const walk = (path: string): void => {
    const copy = `${COPIES}/${path}`;
    if (files.has(copy)) return;
    const text = read(path);
    files.set(copy, isTable(copy) ? withoutSources(copy, text) : text);
    for (const { from, names: wanted } of importsIn(path, text)) {
      if (!LENT.includes(from)) {
        walk(from);
        continue;
      }
      if (!wanted) throw new Error(`${path} imports ${from} as a whole`);
      for (const name of wanted)
        if (!names.some((one) => one.from === from && one.name === name)) names.push({ from, name });
    }
  };
  walk(OVERLAY);
  for (const path of new Set(names.map(({ from }) => from))) {
    const own = names.flatMap(({ from, name }, place) => (from === path ? [`${place}: ${name}`] : []));
    files.set(`${COPIES}/${path}`, `export const { ${own.join(", ")} } = ${LENDS};\n`);
  }
  const imports = names.map(
    ({ from, name }, place) =>
      `import { ${name} as _${place} } from "${posix.relative(posix.dirname(GUARD), from)}";\n`,
  );
  // In a module of its own: the guard may import the same names.
  const lends = posix.join(posix.dirname(GUARD), "lends.ts");
  files.set(lends, `${imports.join("")}${LENDS} = [${names.map((_, place) => `_${place}`).join(", ")}];\n`);
  files.set(GUARD, `import "./lends.ts";\n${read(GUARD)}`);
  files.set(OVERLAY, `import "${posix.relative(posix.dirname(OVERLAY), `${COPIES}/${OVERLAY}`)}";\n`);
  return files;
}

interface Lent {
  from: string;
  name: string;
}

interface Import {
  from: string;
  /** Null: the module as a whole. */
  names: string[] | null;
}

/** What a module imports and passes on, types left out. */
function importsIn(path: string, text: string): Import[] {
  const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  return statements.flatMap((statement): Import[] => {
    const isExport = ts.isExportDeclaration(statement);
    if (!isExport && !ts.isImportDeclaration(statement)) return [];
    const { moduleSpecifier: at } = statement;
    const bindings = isExport ? statement.exportClause : statement.importClause?.namedBindings;
    const isTypes = isExport ? statement.isTypeOnly : statement.importClause?.isTypeOnly;
    if (!at || !ts.isStringLiteral(at) || !at.text.startsWith(".") || isTypes) return [];
    const from = posix.join(posix.dirname(path), at.text);
    if (!bindings || !("elements" in bindings)) return [{ from, names: null }];
    const values = [...bindings.elements].filter(({ isTypeOnly }) => !isTypeOnly);
    const names = values.map(({ name, propertyName }) => (propertyName ?? name).text);
    return names.length > 0 ? [{ from, names }] : [];
  });
}

/**
 * A script whose functions may be arrows, and whose patterns stand where they are used. Throws for what an arrow has not of
 * its own, or of another function, and for a pattern that must remember its place.
 */
export function withoutOwn(script: string): string {
  if (/\/[dimsuv]*[gy][dgimsuvy]*\.(?:lastIndex|exec|test)\b/.test(script))
    throw new Plain("A pattern that remembers its place is used where it stands: hand it to matchAt");
  if (/\barguments\b|\bnew\.target\b|\beval\(/.test(script))
    throw new Plain("The overlay uses arguments, new.target or eval, which mean another thing in an arrow");
  return script;
}

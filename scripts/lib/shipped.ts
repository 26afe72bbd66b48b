/**
 * What is shipped of a table in a page's scripts: its rows without what only readers and tests want, such as sources. Two
 * scripts have the table of schemes, and run on every page.
 */
import ts from "typescript";

/** Tables that the scripts of a page have. */
export const isTable = (path: string): boolean => TABLE.test(path) || PROTOCOL.test(path);
const TABLE =
  /^shared\/dials\/(?:schemes|sites|codes|emergency)\.ts$|^extension\/page\/guard\/site-rules\.ts$/;
/** Whether a row was tried with the vendor is shown on the options page. */
const PROTOCOL = /^extension\/page\/protocols\/(?:sip|twilio|telnyx|aircall|hubspot|amazon|ringcentral)\.ts$/;

/** Properties that no code reads. */
const UNREAD = new Set(["source", "sources", "verified", "confirmed"]);

/** The module without these properties of its rows. */
export function withoutSources(path: string, text: string): string {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const unread = PROTOCOL.test(path) ? new Set(["source"]) : UNREAD;
  const { transformed } = ts.transform(file, [
    (context) => (root) => {
      const visit = (node: ts.Node): ts.Node | undefined =>
        (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) &&
        unread.has(node.name.getText(file))
          ? undefined
          : ts.visitEachChild(node, visit, context);
      return ts.visitEachChild(root, visit, context);
    },
  ]);
  return ts.createPrinter().printFile(transformed[0]!);
}

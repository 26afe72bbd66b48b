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
const PROTOCOL =
  /^extension\/page\/protocols\/(?:sip|twilio|telnyx|aircall|hubspot|amazon|ringcentral|posted)\.ts$/;

/** Properties that no code of the extension reads. */
const UNREAD = ["source", "sources", "verified", "confirmed", "network"];
const unreadIn = (path: string): string[] => {
  if (PROTOCOL.test(path)) return ["source"];
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

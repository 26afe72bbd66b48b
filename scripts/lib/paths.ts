import { dirname, join } from "node:path";

export const root = dirname(dirname(import.meta.dirname));
export const at = (...parts: string[]): string => join(root, ...parts);

/** The directory where the person ran the command: npm changes to the root before it runs a script. */
export const whereCalled = (): string =>
  process.env["npm_lifecycle_event"] === undefined
    ? process.cwd()
    : (process.env["INIT_CWD"] ?? process.cwd());

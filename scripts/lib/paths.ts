import { dirname, join } from "node:path";

export const root = dirname(dirname(import.meta.dirname));
export const at = (...parts: string[]): string => join(root, ...parts);

/** Where a person stands: npm moves to the root before it runs a script. */
export const whereCalled = (): string =>
  process.env["npm_lifecycle_event"] === undefined
    ? process.cwd()
    : (process.env["INIT_CWD"] ?? process.cwd());

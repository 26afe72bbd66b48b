/** Decides which files of a register to upload, and in which order. Pure. */
import type { SyncState } from "./sync-config.ts";

/** A file at its source. `size` is in bytes, `modified` in milliseconds since the epoch; null if unknown. */
export interface Entry {
  name: string;
  size: number | null;
  modified: number | null;
}
export interface Step {
  kind: "whole" | "changes";
  entry: Entry;
  asOf: string;
}

const forms: Record<string, { pattern: string; of: (d: string) => string; write: (date: string) => string }> =
  {
    "{yyyy-mm-dd}": { pattern: "\\d{4}-\\d\\d-\\d\\d", of: (d) => d, write: (date) => date },
    "{yyyymmdd}": {
      pattern: "\\d{8}",
      of: (d) => `${d.slice(0, 4)}-${d.slice(4, 6)}-${d.slice(6)}`,
      write: (date) => date.replaceAll("-", ""),
    },
    "{ddmmyyyy}": {
      pattern: "\\d{8}",
      of: (d) => `${d.slice(4)}-${d.slice(2, 4)}-${d.slice(0, 2)}`,
      write: (date) => date.split("-").reverse().join(""),
    },
  };
const formOf = (pattern: string) => Object.keys(forms).find((form) => pattern.includes(form));

/** The register's date of a file that matches: from its name, else the day it was modified (UTC). Null if it does not match. */
export function dateOf(pattern: string, { name, modified }: Entry): string | null {
  const form = formOf(pattern);
  const text = pattern
    .split(/(\{[a-z-]+\}|\*)/)
    .map((piece) =>
      piece === "*" ? ".*" : piece === form ? `(${forms[piece]!.pattern})` : piece.replace(/[^\w]/g, "\\$&"),
    )
    .join("");
  const match = new RegExp(`^${text}$`, "i").exec(name);
  if (!match) return null;
  if (!form) return modified === null ? null : new Date(modified).toISOString().slice(0, 10);
  const date = forms[form]!.of(match[1]!);
  return Number.isNaN(Date.parse(date)) ? null : date;
}

/** The names that a pattern gives for these days, in their order; the pattern itself if it contains no date. */
export function namesOn(pattern: string, dates: string[]): string[] {
  const form = formOf(pattern);
  return form ? dates.map((date) => pattern.replace(form, forms[form]!.write(date))) : [pattern];
}

/** The version in force, and the versions before it. */
export interface Head {
  version: number;
  asOf: string | null;
  history: readonly { asOf: string; source: string }[];
}
export interface Plan {
  steps: Step[];
  /** There are changes, but no complete file that they apply to. */
  incomplete: boolean;
  /** A file of changes that arrived after later changes had been uploaded, so the register lacks its changes. Else null. */
  late: string | null;
}

/**
 * The newest complete file, then all later changes, oldest first. Leaves out files that were uploaded before, and files
 * older than the version in force. A second file of changes for the day in force is uploaded too.
 */
export function plan(
  files: { whole: string | undefined; changes: string | undefined },
  entries: Entry[],
  head: Head,
  pushed: SyncState[string]["files"],
): Plan {
  const known = (step: Step) => {
    const before = pushed[step.entry.name];
    return before?.asOf === step.asOf && before.size === step.entry.size;
  };
  const matching = (kind: Step["kind"], pattern: string | undefined): Step[] =>
    (pattern === undefined ? [] : entries)
      .flatMap((entry): Step[] => {
        const asOf = dateOf(pattern!, entry);
        return asOf === null ? [] : [{ kind, entry, asOf }];
      })
      .sort((a, b) => a.asOf.localeCompare(b.asOf) || a.entry.name.localeCompare(b.entry.name));
  const isOf = (pattern: string | undefined, { source, asOf }: Head["history"][number]) =>
    pattern !== undefined &&
    dateOf(pattern, { name: source, size: null, modified: Date.parse(asOf) }) !== null;

  const { history } = head;
  const newest = matching("whole", files.whole).at(-1);
  const whole = newest && newest.asOf >= (head.asOf ?? "") && !known(newest) ? newest : undefined;
  const from = whole?.asOf ?? head.asOf ?? "";
  const byChanges = (day: string) => {
    const since = history.filter(({ asOf }) => asOf >= day);
    return !whole && since.length > 0 && since.every((v) => isOf(files.changes, v) && !isOf(files.whole, v));
  };
  const wasPushed = ({ entry }: Step) => history.some(({ source }) => source === entry.name);
  const unknown = matching("changes", files.changes).filter((step) => !known(step));
  const changes = unknown.filter(
    (step) =>
      step.asOf > from ||
      // A known name with another size or date is a new file under the old name.
      (step.asOf === from && byChanges(from) && (step.entry.name in pushed || !wasPushed(step))),
  );
  if (head.version === 0 && !whole) return { steps: [], incomplete: changes.length > 0, late: null };
  const late = unknown.find(
    (step) =>
      step.asOf < from &&
      byChanges(step.asOf) &&
      // If it is older than the whole history, it is unknown whether its changes are missing.
      history.some(({ asOf }) => asOf < step.asOf) &&
      !wasPushed(step),
  );
  return {
    steps: [...(whole ? [whole] : []), ...changes],
    incomplete: false,
    late: late?.entry.name ?? null,
  };
}

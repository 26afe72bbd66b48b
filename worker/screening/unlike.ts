/** What of a part's rows is not as its list says: the verdicts that have such. A finding names no number. */
import type { DeepAnswer } from "../../shared/trail/api.ts";
import { isIn, nameRead } from "./bound.ts";
import { type Screened, verdictCodes } from "./screened.ts";

export type Finding = DeepAnswer["findings"][number];
export const finding = (key: string, what: Finding["what"], columns: string[] = []): Finding => ({
  ...{ table: "screened", key, seq: null, what, columns },
});

/** `list`: that of the rows' part, or what of it is about their blocks. */
export function unlike(key: string, list: ReadonlyMap<string, string>, rows: readonly Screened[]): Finding[] {
  const there = rows.map((row) => ({ ...row, is: isIn(list, row) }));
  const names = new Set(there.map(({ block, verdict }) => block * 4 + verdict));
  const gone = [...list.keys()].map(nameRead).filter(({ block, verdict }) => !names.has(block * 4 + verdict));
  const of = (what: Finding["what"], some: readonly { verdict: number }[]): Finding[] =>
    some.length === 0
      ? []
      : [
          finding(
            key,
            what,
            verdictCodes.filter((_, code) => some.some(({ verdict }) => verdict === code)),
          ),
        ];
  return [
    ...of(
      "altered",
      there.filter(({ is }) => is === "other"),
    ),
    ...of("missing", gone),
    ...of(
      "extra",
      there.filter(({ is }) => is === "none"),
    ),
  ];
}

/** Each finding of a part once, though several of its files have it. */
export function atOnce(findings: readonly Finding[]): Finding[] {
  const all = new Map<string, Finding>();
  for (const one of findings) {
    const name = `${one.key} ${one.what}`;
    const columns = new Set([...(all.get(name)?.columns ?? []), ...one.columns]);
    all.set(name, { ...one, columns: verdictCodes.filter((code) => columns.has(code)) });
  }
  return [...all.values()];
}

/** What a schema says of wrong input, in words for people. A schema's own words come before these. */
import * as z from "zod";
import { invalidEn as t } from "../texts/core/invalid.en.ts";
import { english, fill, type Forms, plural } from "../texts/language.ts";

type Issue = z.core.$ZodRawIssue;
type Sized = Extract<Issue, { code: "too_small" | "too_big" }>;

const units: Record<string, Forms> = {
  string: t.characters,
  array: t.entries,
  set: t.entries,
  map: t.entries,
  file: t.bytes,
};

/** From now on, and for each schema: the library has one setting for all. */
export const speakPlainly = (): void => void z.config({ localeError: sayIssue });

/** Without the field's name, as in "must be a day, such as 2026-11-20". */
export function sayIssue(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return t.missing;
      return fill(t.kind, {
        kind: t.kinds[issue.expected as keyof typeof t.kinds] ?? String(issue.expected),
      });
    case "invalid_value":
      if (issue.input === undefined) return t.missing;
      return fill(t.oneOf, { values: list(issue.values) });
    case "too_small":
    case "too_big":
      return sayBound(issue);
    case "invalid_format":
      return t.formats[issue.format as keyof typeof t.formats] ?? t.format;
    case "not_multiple_of":
      return fill(t.multiple, { n: String(issue.divisor) });
    case "unrecognized_keys": {
      const names = issue.keys;
      return fill(names.length === 1 ? t.unknown.one : t.unknown.other, { names: names.join(", ") });
    }
    case "invalid_key":
      return t.name;
    default:
      return issue.input === undefined ? t.missing : t.neither;
  }
}

function sayBound(issue: Sized): string {
  const isLow = issue.code === "too_small";
  const bound = Number(isLow ? issue.minimum : issue.maximum);
  const unit = units[issue.origin];
  if (unit) {
    if (isLow && bound === 1) return t.empty;
    const size = plural(english, unit, bound);
    return fill(issue.exact ? t.exactly : isLow ? t.atLeast : t.atMost, { size });
  }
  const words = isLow ? [t.lowest, t.above] : [t.highest, t.below];
  return fill(words[issue.inclusive === false ? 1 : 0]!, { n: bound });
}

function list(values: readonly unknown[]): string {
  const all = values.map(String);
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")}${t.or}${all.at(-1)}`;
}

/** Proposals in words: a role that is proposed, what a loosening would do, and what the desk says of it. English (UK). */
import type { PolicyChange } from "../../policy/clauses.ts";
import { rolesEn } from "../people/roles.en.ts";
import { counted, english, fill, type Forms, plural } from "../language.ts";
import type { Role } from "../../people/api.ts";

export const proposalsEn = {
  role: "{name}: {from} → {to}",
  /** Of an invite that was erased. */
  someone: "Somebody who was invited",
  moved: "This has another value now.",
  noReason: "no reason was given",
  settled: {
    approved: "{name} approved it. It is in force.",
    counted: "Nobody else holds the role that would approve it, so it counts now. It is in force.",
    refused: "{name} refused it. Nothing has changed.",
    expired: "Nobody approved it in time, so it has expired. Nothing has changed.",
  },

  effects: {
    dials: counted(
      "{n} call of the last 30 days was held or warned of for this reason",
      "{n} calls of the last 30 days were held or warned of for this reason",
    ),
    held: counted("{n} call was held in the last 30 days", "{n} calls were held in the last 30 days"),
    erased: counted(
      "{n} record would be erased, from a week after the approval",
      "{n} records would be erased, from a week after the approval",
    ),
    stored: counted(
      "{n} recording was stored in the last 30 days",
      "{n} recordings were stored in the last 30 days",
    ),
    people: counted("{n} more person may do it", "{n} more people may do it"),
    holders: counted("{n} person has this role now", "{n} people have this role now"),
  } satisfies Record<string, Forms>,
};

/** In everybody's popup: what counts without a second person. */
export const announcedEn = {
  from: "{by} proposes: {what}. It counts from {date}, as nobody else could approve it. If it should not, ask somebody in the office to refuse it.",
  soon: "{by} proposes: {what}. It counts 24 hours from now, as nobody else could approve it. If it should not, ask somebody in the office to refuse it.",
};

/** A proposed role as a line: `Jo Bloggs: agent → administrator`. */
export const sayRoleChange = ({ from, to }: PolicyChange, name: string = proposalsEn.someone): string =>
  fill(proposalsEn.role, { name, from: rolesEn[from as Role], to: rolesEn[to as Role] });

/** What a change would do, from its figure (worker/policy/effect.ts). */
export function sayEffect({ path }: PolicyChange, n: number): string {
  const { effects } = proposalsEn;
  const forms = (): Forms => {
    if (/^(person|invite)\./.test(path)) return effects.holders;
    if (path === "overrides") return effects.held;
    if (path === "recording.regions") return effects.stored;
    if (path === "recording.openedBy" || path === "consents.recordedBy") return effects.people;
    return path.startsWith("retention.") || path === "recording.retentionMonths"
      ? effects.erased
      : effects.dials;
  };
  return plural(english, forms(), n);
}

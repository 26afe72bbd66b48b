/** Rows of the audit trail in words. */
import { trailEn as words } from "../../../shared/texts/trail/desk.en.ts";
import type { AuditRow } from "../../../shared/trail/api.ts";

/** What happened. The code itself where it has no words: a link may filter by any code. */
export const sayCode = (code: string): string =>
  Object.hasOwn(words.codes, code) ? words.codes[code as keyof typeof words.codes] : code;
export const sayActor = ({ actor, actorName }: AuditRow): string => actorName ?? words.actors[actor] ?? actor;

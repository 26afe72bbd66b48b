/** How rows of the audit trail are said, and the trail as a file. */
import type { AuditRow } from "../../../shared/trail/api.ts";
import { trailEn as words } from "../../../shared/texts/trail/desk.en.ts";
import { api } from "../../ui/api.ts";
import { download } from "../tables/csv.ts";
import { withQuery } from "../parts/hash.ts";
import { say } from "../parts/toast.ts";
import { fill } from "../parts/words.ts";

/** A filter may be a code that nobody writes. */
export const sayCode = (code: string): string =>
  Object.hasOwn(words.codes, code) ? words.codes[code as keyof typeof words.codes] : code;
export const sayActor = ({ actor, actorName }: AuditRow): string => actorName ?? words.actors[actor] ?? actor;

/** A whole trail takes its time. */
const PATIENCE_MS = 10 * 60_000;

/** Saves the trail between two dates (YYYY-MM-DD, "" for no limit) as NDJSON. Throws ApiError. */
export async function exportTrail(from: string, to: string): Promise<void> {
  const path = withQuery("/v1/audit/export", { from, to });
  const text = await api<string>("GET", path, undefined, { text: true, patienceMs: PATIENCE_MS });
  const file = `${["audit", from, to].filter(Boolean).join("-")}.ndjson`;
  download(file, text, "application/x-ndjson");
  say(fill(words.export.done, { file }));
}

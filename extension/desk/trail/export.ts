/** The audit trail as a file. */
import { trailEn as words } from "../../../shared/texts/trail/desk.en.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { api } from "../../ui/api.ts";
import { withQuery } from "../parts/location.ts";
import { fill } from "../parts/texts.ts";
import { say } from "../parts/toast.tsx";
import { download } from "../tables/csv.ts";

/** A long trail takes minutes. */
const PATIENCE_MS = 10 * MINUTE;

/** Saves the trail between two dates (YYYY-MM-DD, "" for no limit) as NDJSON. Throws ApiError. */
export async function exportTrail(from: string, to: string): Promise<void> {
  const path = withQuery("/v1/audit/export", { from, to });
  const text = await api<string>("GET", path, undefined, { text: true, patienceMs: PATIENCE_MS });
  const file = `${["audit", from, to].filter(Boolean).join("-")}.ndjson`;
  download(file, text, "application/x-ndjson");
  say(fill(words.export.done, { file }));
}

/** `cleardial recordings export`: a month of recordings, without their audio, as one Parquet file, for analysts. */
import type { Recording } from "../../../shared/recordings/api.ts";
import { monthsHelpEn as help } from "../../../shared/texts/cli/months.en.ts";
import type { Cli } from "../cli.ts";
import { addExport, type Column, columnsOf, type Rows, timeIn } from "../month.ts";

const column = columnsOf<Recording>();
/** Numbers as text; a day as text, as it is of the policy's time zone. */
const columns: readonly Column<Recording>[] = [
  column("id", (r) => r.id),
  column("started_at", (r) => timeIn(r.startedAt), "TIMESTAMP"),
  column("arrived_at", (r) => timeIn(r.at), "TIMESTAMP"),
  column("number", (r) => r.number),
  column("direction", (r) => r.direction),
  column("seconds", (r) => r.seconds, "INT32"),
  column("agent", (r) => r.agent),
  column("provider", (r) => r.provider),
  column("provider_id", (r) => r.providerId),
  column("store", (r) => r.storage.kind),
  column("key", (r) => r.storage.key),
  column("region", (r) => r.region),
  column("quarantined", (r) => r.quarantined, "BOOLEAN"),
  column("bytes", (r) => (r.bytes === null ? null : BigInt(r.bytes)), "INT64"),
  column("sha256", (r) => r.sha256),
  column("announced", (r) => r.announced, "BOOLEAN"),
  column("purpose", (r) => r.purpose),
  column("flag", (r) => r.flag, "JSON"),
  column("state", (r) => r.state),
  column("erase_after", (r) => r.eraseAfter),
  column("rule", (r) => r.rule),
  column("months", (r) => r.months, "INT32"),
  column("held", (r) => r.hold !== null, "BOOLEAN"),
];

export const monthOfRecordings: Rows<Recording> = { name: "recordings", columns };

export function addRecordingsCommands(cli: Cli): void {
  addExport(cli.program.command("recordings").description(help.recordings), cli, monthOfRecordings);
}

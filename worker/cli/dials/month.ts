/** `cleardial dials export`: a month of dials as one Parquet file, for analysts. */
import type { MonthDial } from "../../../shared/dials/api.ts";
import { monthsHelpEn as help } from "../../../shared/texts/cli/months.en.ts";
import type { Cli } from "../cli.ts";
import { addExport, type Column, columnsOf, type Rows } from "../month.ts";

const column = columnsOf<MonthDial>();
/** Numbers, and ids beyond what a double holds, as text. Any may be empty: one old dial that lacks something ends no export. */
const columns: readonly Column<MonthDial>[] = [
  column("id", (d) => d.id),
  column("arrived_at", (d) => new Date(d.at), "TIMESTAMP"),
  column("made_at", (d) => new Date(d.deviceAt), "TIMESTAMP"),
  column("number", (d) => d.number),
  column("record_number", (d) => d.recordNumber),
  column("written", (d) => d.written),
  column("layer", (d) => d.layer),
  column("sighting", (d) => d.sighting),
  column("medium", (d) => d.medium),
  column("via", (d) => d.via),
  column("action", (d) => d.action),
  column("refused", (d) => d.refused, "BOOLEAN"),
  column("page_verdict", (d) => d.verdict),
  column("page_reasons", (d) => d.reasons, "JSON"),
  column("verdict", (d) => d.workerVerdict),
  column("reasons", (d) => d.workerReasons, "JSON"),
  column("agrees", (d) => d.agrees, "BOOLEAN"),
  column("basis", (d) => d.basis),
  column("override_reason", (d) => d.reason),
  column("purpose", (d) => d.purpose),
  column("host", (d) => d.host),
  column("person", (d) => d.by),
  column("person_name", (d) => d.byName),
];

export const monthOfDials: Rows<MonthDial> = { name: "dials", columns };

export function addDialsCommands(cli: Cli): void {
  addExport(cli.program.command("dials").description(help.dials), cli, monthOfDials);
}

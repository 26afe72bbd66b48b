/** `cleardial calls export`: a month of logged calls as one Parquet file, for analysts. */
import type { Call } from "../../../shared/call-logs/api.ts";
import { type Column, columnsOf, type Rows, timeIn } from "../month.ts";

const column = columnsOf<Call>();
/** Numbers as text. */
const columns: readonly Column<Call>[] = [
  column("id", (c) => c.id),
  column("started_at", (c) => timeIn(c.startedAt), "TIMESTAMP"),
  column("arrived_at", (c) => timeIn(c.at), "TIMESTAMP"),
  column("number", (c) => c.number),
  column("direction", (c) => c.direction),
  column("seconds", (c) => c.seconds, "INT32"),
  column("agent", (c) => c.agent),
  column("person", (c) => c.person),
  column("person_name", (c) => c.personName),
  column("provider", (c) => c.provider),
  column("provider_id", (c) => c.providerId),
  column("via", (c) => c.via),
  column("verdict", (c) => c.verdict),
  column("reasons", (c) => c.reasons, "JSON"),
  column("findings", (c) => c.findings, "JSON"),
  column("overridden", (c) => c.overridden, "BOOLEAN"),
  column("judged_as", (c) => c.judgedAs),
  column("outcome", (c) => c.outcome),
  column("presentation", (c) => c.presentation),
  column("campaign_name", (c) => c.campaignName),
  column("dial", (c) => c.dial?.id ?? null),
  column("dial_action", (c) => c.dial?.action ?? null),
  column("layers", (c) => c.layers, "JSON"),
  column("screened", (c) => c.screened),
  column("extension", (c) => c.extension),
];

export const monthOfCalls: Rows<Call> = { name: "calls", columns };

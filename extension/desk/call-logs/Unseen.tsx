/** Calls that no layer saw, beside what each provider's log counts, by day. */
import { Anchor, Text } from "@mantine/core";
import type { CallsUnseen } from "../../../shared/call-logs/api.ts";
import { callsEn as text } from "../../../shared/texts/call-logs/desk.en.ts";
import { dialsEn } from "../../../shared/texts/dials/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { linkTo, useFilters, withQuery } from "../parts/location.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { fill } from "../parts/texts.ts";
import { actionColumn, dayColumn } from "../tables/columns.tsx";
import { DateFilter, Filters } from "../tables/Filters.tsx";
import { type Column, Table } from "../tables/Table.tsx";

type Day = CallsUnseen["days"][number];
interface Row extends Pick<Day, "day" | "through"> {
  /** Null: no log tells of the day. */
  log: Day["logs"][number] | null;
}

const rowsOf = ({ days }: CallsUnseen): Row[] =>
  days.flatMap(({ day, through, logs }) =>
    (logs.length === 0 ? [null] : logs).map((log): Row => ({ day, through, log })),
  );

export function CallLogsUnseen() {
  const [filters] = useFilters("from", "to");
  const days = useApi<CallsUnseen>(withQuery("/v1/calls/unseen", filters));
  return (
    <>
      <Text size="sm" c="dimmed">
        {text.unseenLead}
      </Text>
      <Filters names={["from", "to"]}>
        <DateFilter name="from" label={text.from} />
        <DateFilter name="to" label={text.to} />
      </Filters>
      <QueryState of={days}>
        {(data) => (
          <Table
            label={text.unseenLabel}
            columns={columns}
            rows={rowsOf(data)}
            idOf={({ day, log }) => `${day} ${log?.provider}`}
            csv="calls-not-seen"
            toneOf={({ log }) => (log?.unseen ? "bad" : undefined)}
          />
        )}
      </QueryState>
    </>
  );
}

const heads = text.unseenColumns;
const layers = ["server", "protocol", "page", "browser"] as const;
const sayCaught = ({ log }: Row): string =>
  layers
    .filter((layer) => log !== null && log.missedBy[layer] > 0)
    .map((layer) => fill(text.caughtBy, { layer: dialsEn.layers[layer], n: log!.missedBy[layer] }))
    .join("; ");
/** A number that nobody knows is not shown as one. */
const count = (id: "calls" | "unseen"): Column<Row> => ({
  id,
  header: heads[id],
  value: ({ log }) => log?.[id] ?? text.unknownCount,
  align: "right",
});

const columns: Column<Row>[] = [
  dayColumn("day", heads.day, (row) => row.day),
  { id: "through", header: heads.through, value: (row) => row.through, align: "right" },
  { id: "provider", header: heads.provider, value: ({ log }) => log?.provider ?? null },
  { id: "log", header: heads.log, value: ({ log }) => text.logStates[log?.log ?? "none"] },
  count("calls"),
  count("unseen"),
  { id: "missedBy", header: heads.missedBy, value: sayCaught },
  actionColumn("see", heads.see, ({ day, log }) =>
    log?.unseen ? (
      <Anchor
        size="sm"
        aria-label={fill(text.seeUnseen, { provider: log.provider, day })}
        href={linkTo("/calls", { unseen: "true", from: day, to: day })}
      >
        {text.see}
      </Anchor>
    ) : null,
  ),
];

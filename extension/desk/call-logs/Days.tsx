/** Outbound calls by agent and day: how many, and what was wrong with them. */
import { Anchor, Text } from "@mantine/core";
import type { CallDays } from "../../../shared/call-logs/api.ts";
import { callsEn as text } from "../../../shared/texts/call-logs/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { linkTo, useFilters, withQuery } from "../parts/location.ts";
import { Empty, QueryState } from "../parts/QueryState.tsx";
import { fill } from "../parts/texts.ts";
import { actionColumn, dayColumn } from "../tables/columns.tsx";
import { DateFilter, Filters } from "../tables/Filters.tsx";
import { type Column, Table } from "../tables/Table.tsx";

type Row = CallDays["days"][number];

export function CallLogsDays() {
  const [filters] = useFilters("from", "to");
  const days = useApi<CallDays>(withQuery("/v1/calls/days", filters));
  return (
    <>
      <Text size="sm" c="dimmed">
        {text.daysLead}
      </Text>
      <Filters names={["from", "to"]}>
        <DateFilter name="from" label={text.from} />
        <DateFilter name="to" label={text.to} />
      </Filters>
      <QueryState
        of={days}
        empty={{
          when: (data) => data.days.length === 0,
          show: <Empty title={text.daysEmpty} text={text.daysEmptyText} />,
        }}
      >
        {(data) => (
          <Table
            label={text.daysLabel}
            columns={columns}
            rows={data.days}
            idOf={(row) => `${row.day} ${row.person ?? row.agent}`}
            csv="calls-by-day"
            toneOf={(row) => (row.blocked > 0 ? "bad" : undefined)}
          />
        )}
      </QueryState>
    </>
  );
}

const agentOf = (row: Row) => row.personName ?? row.agent ?? text.nobody;
const count = (id: "calls" | "blocked" | "unscreened" | "off" | "untold"): Column<Row> => ({
  id,
  header: text.daysColumns[id],
  value: (row) => row[id],
  align: "right",
});

const columns: Column<Row>[] = [
  dayColumn("day", text.daysColumns.day, (row) => row.day),
  { id: "agent", header: text.daysColumns.agent, value: agentOf },
  count("calls"),
  count("blocked"),
  count("unscreened"),
  count("off"),
  count("untold"),
  actionColumn("see", text.daysColumns.see, (row) =>
    row.person === null && row.agent === null ? null : (
      <Anchor
        size="sm"
        aria-label={fill(text.seeLabel, { agent: agentOf(row), day: row.day })}
        href={linkTo("/calls", {
          ...(row.person === null ? { agent: row.agent ?? "" } : { person: row.person }),
          ...{ direction: "outbound", from: row.day, to: row.day },
        })}
      >
        {text.see}
      </Anchor>
    ),
  ),
];

/** Outbound calls by agent and day: who called how many, and what was the matter with them. */
import { Anchor, Text } from "@mantine/core";
import type { CallDays } from "../../../shared/call-logs/api.ts";
import { callsEn as text } from "../../../shared/texts/call-logs/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { DateFilter, Filters } from "../tables/Filters.tsx";
import { linkTo, useFilters, withQuery } from "../parts/hash.ts";
import { Empty, State } from "../parts/State.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { Day } from "../parts/When.tsx";
import { fill } from "../parts/words.ts";

type Row = CallDays["days"][number];

export function CallsDays() {
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
      <State
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
      </State>
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
  { id: "day", header: text.daysColumns.day, value: (row) => row.day, cell: (row) => <Day date={row.day} /> },
  { id: "agent", header: text.daysColumns.agent, value: agentOf },
  count("calls"),
  count("blocked"),
  count("unscreened"),
  count("off"),
  count("untold"),
  {
    id: "see",
    header: text.daysColumns.see,
    plain: true,
    value: () => null,
    cell: (row) =>
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
  },
];

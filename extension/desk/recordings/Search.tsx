/** The search for recordings by number, day and approximate time, agent and state. */
import { Anchor, Text } from "@mantine/core";
import { useMemo } from "react";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { Recording, RecordingsAnswer } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { useApi, usePages } from "../parts/api.ts";
import { linkTo, useFilters } from "../parts/location.ts";
import { PhoneNumber } from "../parts/PhoneNumber.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { useToday } from "../parts/useToday.ts";
import { sayTime, When } from "../parts/When.tsx";
import { dayColumn } from "../tables/columns.tsx";
import {
  ChoiceFilter,
  DateFilter,
  Filters,
  NumberFilter,
  TextFilter,
  TimeFilter,
} from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";
import { flagOf, sayLength, sayParty, sayPurpose, statesOf, stateTone } from "./format.ts";
import { Unread } from "./Unread.tsx";

const text = recordingsEn;
const names = ["number", "date", "time", "from", "to", "agent", "show"] as const;
const rowsOf = (answer: RecordingsAnswer) => answer.recordings;

export function RecordingsSearch() {
  const [filters] = useFilters(...names);
  const today = useToday();
  const columns = useMemo(() => columnsOf(today), [today]);
  // The Worker takes a time only together with a day.
  const time = filters.date === "" ? "" : filters.time;
  const pages = usePages<RecordingsAnswer, Recording>(
    "/v1/recordings",
    { ...filters, time, limit: 50 },
    rowsOf,
  );
  return (
    <>
      <Filters names={names}>
        <NumberFilter label={text.filters.number} />
        <DateFilter name="date" label={text.filters.date} />
        <TimeFilter name="time" label={text.filters.time} />
        <DateFilter name="from" label={text.filters.from} />
        <DateFilter name="to" label={text.filters.to} />
        <TextFilter name="agent" label={text.filters.agent} />
        <ChoiceFilter
          name="show"
          label={text.filters.show}
          any={text.filters.all}
          options={text.shows}
          width={190}
        />
      </Filters>
      {filters.time !== "" && <Around date={filters.date} time={filters.time} />}
      <Unread text={text.unread} answers={pages.answers} />
      <PagedTable
        label={text.label}
        columns={columns}
        idOf={(r) => r.id}
        pages={pages}
        csv="recordings"
        toneOf={(r) => (r.quarantined || r.failures > 0 ? "bad" : undefined)}
        filters={filters}
        empty={text.empty}
        emptyText={text.emptyText}
      />
    </>
  );
}

function Around({ date, time }: { date: string; time: string }) {
  const policy = useApi<PolicyAnswer>("/v1/policy").data?.policy;
  return (
    <Text size="sm" c="dimmed" role="status">
      {date === ""
        ? text.filters.timeWantsDay
        : policy && fill(text.filters.timeNote, { minutes: policy.requests.matchWindowMinutes, time })}
    </Text>
  );
}

export function RecordingStates({ of }: { of: Recording }) {
  return statesOf(of, useToday()).map((state) => (
    <Tag key={state} tone={stateTone[state]}>
      {text.states[state]}
    </Tag>
  ));
}

const columnsOf = (today: string): Column<Recording>[] => [
  {
    id: "at",
    header: text.columns.at,
    times: true,
    value: (r) => r.startedAt,
    cell: (r) => (
      <Anchor
        size="sm"
        href={linkTo(`/recordings/call/${r.id}`)}
        aria-label={fill(text.openLabel, { number: sayParty(r.number), at: sayTime(r.startedAt ?? r.at) })}
      >
        <When at={r.startedAt ?? r.at} />
      </Anchor>
    ),
  },
  {
    id: "number",
    header: text.columns.number,
    value: (r) => r.number,
    cell: (r) => (
      <>
        {r.number === null ? (
          <span className="desk-quiet">{text.withheld}</span>
        ) : (
          <PhoneNumber e164={r.number} />
        )}
        {r.flag && (
          <div>
            <Tag tone={flagOf(r.flag) === "blocked" ? "bad" : "warn"}>{text.flags[flagOf(r.flag)]}</Tag>
          </div>
        )}
      </>
    ),
  },
  { id: "agent", header: text.columns.agent, value: (r) => r.agent },
  {
    id: "direction",
    header: text.columns.direction,
    value: (r) => r.direction && text.directions[r.direction],
  },
  {
    id: "seconds",
    header: text.columns.seconds,
    value: (r) => r.seconds,
    align: "right",
    cell: (r) => <span className="desk-number">{r.seconds === null ? null : sayLength(r.seconds)}</span>,
  },
  { id: "provider", header: text.columns.provider, value: (r) => r.provider },
  {
    id: "state",
    header: text.columns.state,
    value: (r) =>
      statesOf(r, today)
        .map((state) => text.states[state])
        .join(", "),
    cell: (r) => <RecordingStates of={r} />,
  },
  dayColumn("eraseAfter", text.columns.eraseAfter, (r) => r.eraseAfter),
  {
    id: "flag",
    header: text.columns.flag,
    value: (r) => (!r.flag ? text.no : flagOf(r.flag) === "blocked" ? text.yes : text.flags.unjudged),
    csvOnly: true,
  },
  {
    id: "purpose",
    header: text.columns.purpose,
    value: (r) => r.purpose && sayPurpose(r.purpose),
    csvOnly: true,
  },
  { id: "store", header: text.columns.store, value: (r) => text.stores[r.storage.kind], csvOnly: true },
  { id: "region", header: text.columns.region, value: (r) => r.region, csvOnly: true },
  { id: "providerId", header: text.columns.providerId, value: (r) => r.providerId, csvOnly: true },
  { id: "id", header: text.columns.id, value: (r) => r.id, csvOnly: true },
];

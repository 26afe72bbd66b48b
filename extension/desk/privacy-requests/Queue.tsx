/** The open requests by what is owed next, overdue ones first. */
import { Alert, Anchor, Button, Group, NativeSelect, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import type { RequestsAnswer, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { deskDutiesEn } from "../../../shared/texts/privacy-requests/desk-duties.en.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { usePages } from "../parts/api.ts";
import { linkTo, useFilters } from "../parts/location.ts";
import { PhoneNumber } from "../parts/PhoneNumber.tsx";
import { fill, plural, texts } from "../parts/texts.ts";
import { useEach } from "../parts/useEach.ts";
import { usePeople } from "../parts/usePeople.ts";
import { Day } from "../parts/When.tsx";
import { dayColumn, numberColumn } from "../tables/columns.tsx";
import { ChoiceFilter, DateFilter, Filters, NumberFilter } from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { usePicks } from "../tables/picks.tsx";
import { type Column } from "../tables/Table.tsx";
import { isOverdue, nextDuty, RequestDaysLeft, RequestState } from "./format.tsx";
import { SystemTasks } from "./systems/Tasks.tsx";
import { useWaves, waveOptions } from "./waves.ts";

const all = deskRequestsEn;
const text = all.queue;
const names = ["show", "kind", "state", "number", "from", "to", "wave"] as const;
/** An older Worker names no steps here. */
const mayAssign = ({ actions = [] }: Partial<RequestSummary>) =>
  actions.some(({ action }) => action === "assign");
const picking = {
  idOf: (r: RequestSummary) => r.id,
  heading: text.pickColumn,
  nameOf: (r: RequestSummary) => fill(text.pick, { reference: r.reference }),
  may: mayAssign,
  most: 200,
};
/** The choice that takes requests from their officers; no person's id. */
const NOBODY = "-";
const rowsOf = (answer: RequestsAnswer) => answer.requests;

export function RequestsQueue() {
  const [filters] = useFilters(...names);
  const { people, nameOf } = usePeople();
  const pages = usePages<RequestsAnswer, RequestSummary>("/v1/requests", { ...filters, limit: 50 }, rowsOf);
  const overdue = pages.first?.overdue ?? 0;
  const { chosen, keep, column: pick, all: pickAll } = usePicks(pages.rows, picking);
  const [to, setTo] = useState("");
  const giving = useEach<RequestSummary>({
    request: ({ id }) => ({
      ...{
        method: "POST",
        path: `/v1/requests/${encodeURIComponent(id)}/assign`,
        body: { to: to === NOBODY ? null : to },
      },
    }),
    nameOf: ({ reference }) => reference,
    touches: ["/v1/requests"],
  });
  const officers = people.filter(
    ({ active, role, kind }) => kind === "person" && active && (role === "compliance" || role === "admin"),
  );
  async function give() {
    const form = to === NOBODY ? text.givenNobody : text.given;
    keep(await giving.run(chosen, (n) => plural(texts, form, n, { name: nameOf(to) })));
  }
  const columns = useMemo(() => [pick, ...columnsOf(nameOf)], [pick, nameOf]);
  const waves = waveOptions(useWaves(), filters.wave);
  return (
    <>
      {overdue > 0 && filters.show !== "overdue" && (
        <Alert color="red" title={plural(texts, text.overdue, overdue)} data-alarm="overdue">
          <Text size="sm">
            {text.overdueText}{" "}
            <Anchor href={linkTo("/requests", { show: "overdue" })} size="sm" fw={600}>
              {text.see}
            </Anchor>
          </Text>
        </Alert>
      )}
      <SystemTasks />
      <Filters names={names}>
        <ChoiceFilter name="show" label={text.show} options={text.shows} width={150} />
        <ChoiceFilter name="kind" label={text.kind} any={text.kindAll} options={all.kinds} width={150} />
        <ChoiceFilter name="state" label={text.state} any={text.stateAll} options={all.states} width={190} />
        <NumberFilter label={text.number} />
        <DateFilter name="from" label={text.from} />
        <DateFilter name="to" label={text.to} />
        {Object.keys(waves).length > 0 && (
          <ChoiceFilter name="wave" label={text.wave} any={text.waveAny} options={waves} width={210} />
        )}
      </Filters>
      {pages.rows.some(mayAssign) && (
        <Group gap="xs" align="flex-end">
          {pickAll}
          <NativeSelect
            label={text.giveTo}
            value={to}
            data={[
              { value: "", label: text.giveChoose, disabled: true },
              ...officers.map(({ id, name }) => ({ value: id, label: name })),
              { value: NOBODY, label: all.nobody },
            ]}
            onChange={({ currentTarget }) => setTo(currentTarget.value)}
          />
          <Button
            disabled={chosen.length === 0 || to === ""}
            loading={giving.busy}
            onClick={() => void give()}
          >
            {text.give}
          </Button>
        </Group>
      )}
      <PagedTable
        label={text.label}
        columns={columns}
        idOf={(r) => r.id}
        pages={pages}
        csv="requests"
        toneOf={(r) => (isOverdue(r) ? "bad" : undefined)}
        filters={filters}
        empty={text.empty}
        emptyText={text.emptyText}
      />
    </>
  );
}

function sayOwed(row: RequestSummary): string | null {
  const next = nextDuty(row);
  return next ? deskDutiesEn.kinds[next.kind] : null;
}

const columnsOf = (nameOf: (id: string) => string): Column<RequestSummary>[] => [
  {
    id: "reference",
    header: text.columns.reference,
    value: (r) => r.reference,
    cell: (r) => (
      <>
        <Anchor
          size="sm"
          className="desk-when"
          href={linkTo(`/requests/case/${r.id}`)}
          aria-label={fill(text.openLabel, { kind: all.kinds[r.kind], reference: r.reference })}
        >
          {r.reference}
        </Anchor>
        <div className="desk-quiet">{all.kinds[r.kind]}</div>
      </>
    ),
  },
  { id: "kind", header: text.columns.kind, value: (r) => all.kinds[r.kind], csvOnly: true },
  {
    // Sorted by the day.
    id: "by",
    header: text.columns.owed,
    value: (r) => nextDuty(r)?.due ?? null,
    csv: (r) => sayOwed(r),
    cell: (r) => {
      const next = nextDuty(r);
      return (
        next && (
          <>
            {sayOwed(r)}
            <div className="desk-due">
              {next.due !== null && <Day date={next.due} />} <RequestDaysLeft of={r} />
            </div>
          </>
        )
      );
    },
  },
  { id: "due", header: text.columns.by, value: (r) => nextDuty(r)?.due ?? null, csvOnly: true },
  {
    id: "state",
    header: text.columns.state,
    value: (r) => all.states[r.state],
    cell: (r) => <RequestState of={r} />,
  },
  {
    id: "name",
    header: text.columns.name,
    value: (r) => r.name,
    cell: (r) => (
      <>
        {r.name}
        <div className="desk-quiet">{r.number && <PhoneNumber e164={r.number} />}</div>
      </>
    ),
  },
  { ...numberColumn<RequestSummary>(text.columns.number), csvOnly: true },
  {
    id: "assignee",
    header: text.columns.assignee,
    value: (r) => (r.assignee === null ? null : nameOf(r.assignee)),
    cell: (r) =>
      r.assignee === null ? <span className="desk-quiet">{all.nobody}</span> : nameOf(r.assignee),
  },
  dayColumn("received", text.columns.received, (r) => r.receivedOn),
];

/** The audit trail: its rows with filters, verification and export; its daily heads and archives; what was sent to whom. */
import { Anchor, Button, Code } from "@mantine/core";
import { useState } from "react";
import { trailEn as words } from "../../../shared/texts/trail/desk.en.ts";
import type { AuditAnswer, AuditRow } from "../../../shared/trail/api.ts";
import { usePages } from "../parts/api.ts";
import { linkTo, useFilters } from "../parts/location.ts";
import { TabbedPage } from "../parts/TabbedPage.tsx";
import { sayFailure } from "../parts/toast.tsx";
import { usePeople } from "../parts/usePeople.ts";
import { timeColumn } from "../tables/columns.tsx";
import { ChoiceFilter, DateFilter, Filters } from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";
import { TrailCompare } from "./Compare.tsx";
import { exportTrail } from "./export.ts";
import { sayActor, sayCode } from "./format.ts";
import { TrailHeadsAndArchives } from "./HeadsAndArchives.tsx";
import { TrailRow } from "./Row.tsx";
import { TrailSent } from "./Sent.tsx";
import { TrailVerify } from "./Verify.tsx";

const columns: Column<AuditRow>[] = [
  {
    id: "seq",
    header: words.columns.seq,
    value: (r) => r.seq,
    align: "right",
    width: 80,
    cell: (r) => <RowLink row={r} />,
  },
  timeColumn("at", words.columns.at, (r) => r.at),
  { id: "who", header: words.columns.who, value: sayActor },
  {
    id: "what",
    header: words.columns.what,
    value: (r) => sayCode(r.code),
    csv: (r) => r.code,
    cell: (r) => (
      <>
        {sayCode(r.code)} <Code className="desk-code">{r.code}</Code>
      </>
    ),
  },
  {
    id: "subject",
    header: words.columns.subject,
    value: (r) => r.subject,
    cell: (r) => <span className="desk-id">{r.subject}</span>,
  },
  {
    id: "hash",
    header: words.columns.hash,
    value: (r) => r.hash,
    cell: (r) => <span className="desk-id">{r.hash.slice(0, 12)}</span>,
  },
];

/** Opens the row in a dialog over the list, and keeps the filters. */
function RowLink({ row }: { row: AuditRow }) {
  const [values] = useFilters(...filters);
  return (
    <Anchor size="sm" href={linkTo("/audit", { ...values, row: String(row.seq) })}>
      {row.seq}
    </Anchor>
  );
}

const filters = ["code", "actor", "subject", "from", "to", "sort"] as const;
const rowsOf = (answer: AuditAnswer) => answer.rows;

/** The options, with the one that a link names even if it is not among them. */
const withNamed = (all: Readonly<Record<string, string>>, named: string, say: string) =>
  named === "" ? all : { ...all, [named]: all[named] ?? say };

function Rows() {
  const [{ sort: _, ...query }] = useFilters(...filters);
  const pages = usePages<AuditAnswer, AuditRow>("/v1/audit", query, rowsOf, "before");
  const [{ row }, set] = useFilters("row");
  const { people } = usePeople();
  const actors = { ...words.actors, ...Object.fromEntries(people.map(({ id, name }) => [id, name])) };
  return (
    <>
      <Filters names={["code", "actor", "subject", "from", "to"]}>
        <ChoiceFilter
          name="code"
          label={words.filters.kind}
          width={180}
          any={words.filters.all}
          options={withNamed(words.kinds, query.code, sayCode(query.code))}
        />
        <ChoiceFilter
          name="actor"
          label={words.filters.who}
          width={180}
          any={words.filters.all}
          options={withNamed(actors, query.actor, query.actor)}
        />
        <DateFilter name="from" width={130} label={words.filters.from} />
        <DateFilter name="to" width={130} label={words.filters.to} />
        <Export from={query.from} to={query.to} />
      </Filters>
      <PagedTable
        label={words.tabs.rows}
        columns={columns}
        idOf={(r) => String(r.seq)}
        pages={pages}
        csv="audit"
        empty={words.empty}
        emptyText={words.emptyText}
      />
      {row !== "" && (
        <TrailRow
          seq={Number(row)}
          held={pages.rows.find((r) => String(r.seq) === row)}
          close={() => set({ row: "" })}
        />
      )}
    </>
  );
}

const panels = { rows: Rows, proofs: TrailHeadsAndArchives, sent: TrailSent };

export default function Trail() {
  return (
    <TabbedPage path="/audit" title={words.title} lead={words.lead} panels={panels} labels={words.tabs}>
      <TrailVerify />
      <TrailCompare />
    </TabbedPage>
  );
}

function Export({ from, to }: { from: string; to: string }) {
  const [busy, setBusy] = useState(false);
  async function run() {
    setBusy(true);
    await exportTrail(from, to).catch(sayFailure);
    setBusy(false);
  }
  return (
    <Button variant="default" title={words.export.note} loading={busy} onClick={() => void run()}>
      {words.export.open}
    </Button>
  );
}

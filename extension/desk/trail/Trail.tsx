/** The audit trail: newest first under filters, row by row, verified and exported; its proofs and archives. */
import { Anchor, Button, Code } from "@mantine/core";
import { useState } from "react";
import type { AuditAnswer, AuditRow } from "../../../shared/trail/api.ts";
import { trailEn as words } from "../../../shared/texts/trail/desk.en.ts";
import { AuditProofs } from "./Outside.tsx";
import { exportTrail, sayActor, sayCode } from "./words.ts";
import { AuditRowDialog } from "./Row.tsx";
import { usePages } from "../parts/api.ts";
import { ChoiceFilter, DateFilter, Filters } from "../tables/Filters.tsx";
import { linkTo, useFilters } from "../parts/hash.ts";
import { PagedTable } from "../tables/PagedTable.tsx";
import { usePeople } from "../parts/people.ts";
import { type Column } from "../tables/Table.tsx";
import { sayFailure } from "../parts/toast.ts";
import { When } from "../parts/When.tsx";
import { TabbedPage } from "../shell/TabbedPage.tsx";
import { Verify } from "./Verify.tsx";

const columns: Column<AuditRow>[] = [
  {
    id: "seq",
    header: words.columns.seq,
    value: (r) => r.seq,
    align: "right",
    width: 80,
    cell: (r) => <RowLink row={r} />,
  },
  { id: "at", header: words.columns.at, value: (r) => r.at, cell: (r) => <When at={r.at} /> },
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

/** Opens the row over the list, with its filters kept. */
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

/** A link may name what is not in the list. */
const withNamed = (all: Readonly<Record<string, string>>, named: string, say: string) =>
  named === "" ? all : { ...all, [named]: all[named] ?? say };

function Trail() {
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
        <AuditRowDialog
          seq={Number(row)}
          held={pages.rows.find((r) => String(r.seq) === row)}
          close={() => set({ row: "" })}
        />
      )}
    </>
  );
}

const panels = { rows: Trail, proofs: AuditProofs };

export default function Audit() {
  return (
    <TabbedPage path="/audit" title={words.title} lead={words.lead} panels={panels} labels={words.tabs}>
      <Verify />
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

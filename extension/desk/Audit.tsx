/** The audit trail: newest first under filters, row by row, verified and exported; its proofs and archives. */
import { Anchor, Button, Code, Tabs } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import type { AuditAnswer, AuditRow } from "../../shared/api-audit.ts";
import type { PeopleAnswer } from "../../shared/api-people.ts";
import { deskAuditEn as words } from "../../shared/texts/desk-people.en.ts";
import { AuditProofs } from "./AuditProofs.tsx";
import { exportTrail, sayActor, sayCode } from "./AuditWords.ts";
import { AuditRowDialog } from "./AuditRow.tsx";
import { useApi, usePages } from "./parts/api.ts";
import { ChoiceFilter, DateFilter, Filters } from "./parts/Filters.tsx";
import { go, linkTo, useFilters } from "./parts/hash.ts";
import { Page } from "./parts/Page.tsx";
import { Empty, State } from "./parts/State.tsx";
import { type Column, Table } from "./parts/Table.tsx";
import { sayFailure } from "./parts/toast.ts";
import { When } from "./parts/When.tsx";
import { Verify } from "./Verify.tsx";

export default function Audit() {
  const [path] = useLocation();
  const tab = path === "/audit/proofs" ? "proofs" : "rows";
  return (
    <Page title={words.title} lead={words.lead}>
      <Verify />
      <Tabs
        value={tab}
        onChange={(next) => go(next === "proofs" ? "/audit/proofs" : "/audit")}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="rows">{words.tabs.rows}</Tabs.Tab>
          <Tabs.Tab value="proofs">{words.tabs.proofs}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="rows">
          <Trail />
        </Tabs.Panel>
        <Tabs.Panel value="proofs">
          <AuditProofs />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

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

function Trail() {
  const [{ sort: _, ...query }] = useFilters(...filters);
  const pages = usePages<AuditAnswer, AuditRow>("/v1/audit", query, rowsOf, "before");
  const [{ row }, set] = useFilters("row");
  const people = useApi<PeopleAnswer>("/v1/people");
  const known = Object.entries(words.kinds);
  // A link may name one code, or somebody who is not in the list.
  const kinds = known.some(([code]) => code === query.code) ? [] : [query.code].filter(Boolean);
  const persons = people.data?.people.map((p): [string, string] => [p.id, p.name]) ?? [];
  const others = Object.entries(words.actors);
  const named = [...persons, ...others].some(([id]) => id === query.actor);
  const strangers = named ? [] : [query.actor].filter(Boolean);
  return (
    <>
      <Filters names={["code", "actor", "subject", "from", "to"]}>
        <ChoiceFilter
          name="code"
          label={words.filters.kind}
          width={180}
          options={[
            ["", words.filters.all],
            ...known,
            ...kinds.map((code): [string, string] => [code, sayCode(code)]),
          ]}
        />
        <ChoiceFilter
          name="actor"
          label={words.filters.who}
          width={180}
          options={[
            ["", words.filters.all],
            ...others,
            ...persons,
            ...strangers.map((id): [string, string] => [id, id]),
          ]}
        />
        <DateFilter name="from" width={130} label={words.filters.from} />
        <DateFilter name="to" width={130} label={words.filters.to} />
        <Export from={query.from} to={query.to} />
      </Filters>
      <div className="desk-below">
        <State
          of={{ data: pages.isPending ? undefined : pages.rows, error: pages.error, refetch: pages.refetch }}
          empty={{
            when: (rows) => rows.length === 0 && !pages.next,
            show: <Empty title={words.empty} text={words.emptyText} />,
          }}
        >
          {(rows) => (
            <Table
              label={words.tabs.rows}
              columns={columns}
              rows={rows}
              idOf={(r) => String(r.seq)}
              pages={pages}
              csv="audit"
            />
          )}
        </State>
      </div>
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

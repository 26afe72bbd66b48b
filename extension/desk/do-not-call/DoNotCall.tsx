/** The in-house do-not-call list: who is on it, why, and until when. */
import { Button, Group, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { isOver } from "../../../shared/do-not-call/end-date.ts";
import type { Suppression, SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { dncEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { askReason } from "../forms/Dialog.tsx";
import { type Change, type Pages, useMutate, usePages } from "../parts/api.ts";
import { linkTo, useFilters } from "../parts/location.ts";
import { useMay } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, plural, texts, words } from "../parts/texts.ts";
import { useEach } from "../parts/useEach.ts";
import { usePeople } from "../parts/usePeople.ts";
import { When } from "../parts/When.tsx";
import { actionColumn, numberColumn } from "../tables/columns.tsx";
import { ChoiceFilter, DateFilter, Filters, NumberFilter } from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { usePicks } from "../tables/picks.tsx";
import { type Column } from "../tables/Table.tsx";
import { DoNotCallAdd } from "./Add.tsx";
import { DoNotCallScope } from "./Scope.tsx";
import { DoNotCallBulk } from "./Bulk.tsx";
import { byColumn, untilColumn } from "./columns.tsx";

const text = dncEn;
const names = ["number", "kind", "state", "from", "to", "asks"] as const;
const rowsOf = (answer: SuppressionsAnswer) => answer.suppressions;
const stateOf = (s: Suppression): keyof typeof text.states =>
  s.endedAt !== null ? "ended" : isOver(s.until, Date.now()) ? "over" : "live";

export default function DoNotCall() {
  const [filters] = useFilters(...names);
  const officer = useMay("compliance", "admin");
  const pages = usePages<SuppressionsAnswer, Suppression>(
    "/v1/suppressions",
    { ...filters, limit: 50 },
    rowsOf,
  );
  const [dialog, setDialog] = useState<"add" | "bulk" | null>(null);
  return (
    <Page
      title={words.nav["do-not-call"]}
      lead={text.lead}
      actions={
        <>
          {officer && (
            <Button variant="subtle" component="a" href={linkTo("/do-not-call/lines")}>
              {text.lines}
            </Button>
          )}
          <Button variant="default" onClick={() => setDialog("bulk")}>
            {text.bulk}
          </Button>
          <Button onClick={() => setDialog("add")}>{text.add}</Button>
        </>
      }
    >
      <Filters names={names}>
        <NumberFilter label={text.number} />
        <ChoiceFilter name="kind" label={text.columns.kind} any={text.any} options={text.kinds} />
        <ChoiceFilter name="state" label={text.columns.state} any={text.any} options={text.stateFilter} />
        <DateFilter name="from" label={text.from} />
        <DateFilter name="to" label={text.to} />
        <ChoiceFilter
          name="asks"
          label={text.asks}
          any={text.asksAny}
          options={{ yes: text.asksYes }}
          width={240}
        />
      </Filters>
      <Entries pages={pages} filters={filters} officer={officer} />
      {dialog === "add" && <DoNotCallAdd close={() => setDialog(null)} />}
      {dialog === "bulk" && <DoNotCallBulk close={() => setDialog(null)} />}
    </Page>
  );
}

const endOf = ({ entry: { number, id }, reason }: Ending): Change => ({
  method: "DELETE",
  path: `/v1/suppressions/${encodeURIComponent(number)}`,
  body: { reason, id },
});
interface Ending {
  entry: Suppression;
  reason: string;
}
const touches = ["/v1/suppressions", "/v1/waiting"];
const picking = {
  idOf: (s: Suppression) => s.id,
  heading: text.pickColumn,
  nameOf: (s: Suppression) => fill(text.pick, { number: sayNumber(s.number) }),
  // Each objection that ends mails the officers: one by one, so that none ends unseen among many.
  may: (s: Suppression) => s.endedAt === null && s.kind === "house",
  most: 200,
};

interface EntriesProps {
  pages: Pages<Suppression>;
  filters: Record<string, string>;
  officer: boolean;
}

function Entries({ pages, filters, officer }: EntriesProps) {
  const [scoping, setScoping] = useState<Suppression | null>(null);
  const { nameOf } = usePeople();
  const { mutate, isPending } = useMutate<Ending, { back?: string }>(endOf, {
    touches,
    done: ({ back }, { entry }) =>
      fill(back === undefined ? text.ended : text.endedBack, { number: sayNumber(entry.number) }),
  });
  const { chosen, keep, column: pick, all } = usePicks(pages.rows, picking);
  const ending = useEach<Ending>({ request: endOf, nameOf: ({ entry }) => sayNumber(entry.number), touches });
  async function endChosen() {
    const reason = await askReason({
      title: plural(texts, text.endManyTitle, chosen.length),
      text: text.endManyText,
      yes: text.endYes,
      danger: true,
    });
    if (reason === null) return;
    const left = await ending.run(
      chosen.map((entry) => ({ entry, reason })),
      (n) => plural(texts, text.endedMany, n),
    );
    keep(left.map(({ entry }) => entry));
  }
  const columns = useMemo((): Column<Suppression>[] => {
    const end = async (entry: Suppression) => {
      const number = sayNumber(entry.number);
      const reason = await askReason({
        title: text.endTitle,
        text: fill(entry.kind === "objection" ? text.endObjection : text.endHouse, { number }),
        yes: text.endYes,
        danger: true,
      });
      if (reason !== null) mutate({ entry, reason });
    };
    return [
      pick,
      numberColumn(text.columns.number),
      { id: "kind", header: text.columns.kind, value: (s) => text.kinds[s.kind] },
      {
        id: "scope",
        header: text.columns.scope,
        value: (s) => (s.kind === "house" ? "" : text.scopes[s.scope]),
        cell: (s) =>
          s.kind === "objection" && (
            <>
              {s.asks && s.endedAt === null ? (
                <Tag tone="warn">{text.scopes[s.scope]}</Tag>
              ) : (
                text.scopes[s.scope]
              )}
              {s.origin !== null && <div className="desk-quiet">{text.spread}</div>}
              {s.keepsLine && <div className="desk-quiet">{text.keepsLine}</div>}
            </>
          ),
      },
      {
        id: "state",
        header: text.columns.state,
        value: (s) => text.states[stateOf(s)],
        cell: (s) => (
          <>
            <Tag tone={stateOf(s) === "live" ? "bad" : "plain"}>{text.states[stateOf(s)]}</Tag>
            {s.endedAt !== null && (
              <div>
                {s.endedReason} <When at={s.endedAt} />
              </div>
            )}
          </>
        ),
      },
      { id: "reason", header: text.columns.reason, value: (s) => s.reason },
      untilColumn(text.columns.until),
      byColumn(text.columns.by, nameOf),
      { id: "at", header: text.columns.at, value: (s) => s.at, csvOnly: true },
      { id: "source", header: text.columns.source, value: (s) => s.source, csvOnly: true },
      { id: "endedAt", header: text.columns.endedAt, value: (s) => s.endedAt, csvOnly: true },
      {
        id: "endedBy",
        header: text.columns.endedBy,
        value: (s) => s.endedBy && nameOf(s.endedBy),
        csvOnly: true,
      },
      { id: "endedReason", header: text.columns.endedReason, value: (s) => s.endedReason, csvOnly: true },
      actionColumn(
        "act",
        text.columns.act,
        (s) =>
          s.endedAt === null && (
            <Group gap={4}>
              {officer && s.kind === "objection" && s.origin === null && (
                <Button
                  size="compact-xs"
                  variant={s.asks ? "filled" : "default"}
                  aria-label={fill(text.sayLabel, { number: sayNumber(s.number) })}
                  onClick={() => setScoping(s)}
                >
                  {text.say}
                </Button>
              )}
              <Button
                size="compact-xs"
                variant="default"
                disabled={isPending}
                aria-label={fill(text.endLabel, { number: sayNumber(s.number) })}
                onClick={() => void end(s)}
              >
                {text.end}
              </Button>
            </Group>
          ),
      ),
    ];
  }, [nameOf, mutate, isPending, officer, pick]);
  return (
    <>
      {scoping && <DoNotCallScope key={scoping.id} entry={scoping} close={() => setScoping(null)} />}
      {pages.rows.some(picking.may) && (
        <Group gap="xs">
          {all}
          <Button
            variant="default"
            disabled={chosen.length === 0}
            loading={ending.busy}
            onClick={() => void endChosen()}
          >
            {text.endMany}
          </Button>
          <Text size="sm" c="dimmed">
            {text.endManyNote}
          </Text>
        </Group>
      )}
      <PagedTable
        label={text.label}
        columns={columns}
        idOf={(s) => s.id}
        pages={pages}
        csv="do-not-call"
        toneOf={(s) => (stateOf(s) === "live" ? undefined : "quiet")}
        filters={filters}
        empty={text.empty}
        emptyText={text.emptyText}
      />
    </>
  );
}

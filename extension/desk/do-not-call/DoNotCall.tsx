/** The in-house do-not-call list: who is on it, why, and until when. */
import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { isOver } from "../../../shared/do-not-call/end-date.ts";
import type { Suppression, SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { dncEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { askReason } from "../forms/Dialog.tsx";
import { type Pages, useMutate, usePages } from "../parts/api.ts";
import { useFilters } from "../parts/location.ts";
import { Page } from "../parts/Page.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, words } from "../parts/texts.ts";
import { usePeople } from "../parts/usePeople.ts";
import { When } from "../parts/When.tsx";
import { actionColumn, numberColumn } from "../tables/columns.tsx";
import { Filters, NumberFilter } from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";
import { DoNotCallAdd } from "./Add.tsx";
import { DoNotCallBulk } from "./Bulk.tsx";
import { byColumn, untilColumn } from "./columns.tsx";

const text = dncEn;
const rowsOf = (answer: SuppressionsAnswer) => answer.suppressions;
const stateOf = (s: Suppression): keyof typeof text.states =>
  s.endedAt !== null ? "ended" : isOver(s.until, Date.now()) ? "over" : "live";

export default function DoNotCall() {
  const [{ number }] = useFilters("number");
  const pages = usePages<SuppressionsAnswer, Suppression>("/v1/suppressions", { number, limit: 50 }, rowsOf);
  const [dialog, setDialog] = useState<"add" | "bulk" | null>(null);
  return (
    <Page
      title={words.nav["do-not-call"]}
      lead={text.lead}
      actions={
        <>
          <Button variant="default" onClick={() => setDialog("bulk")}>
            {text.bulk}
          </Button>
          <Button onClick={() => setDialog("add")}>{text.add}</Button>
        </>
      }
    >
      <Filters names={["number"]}>
        <NumberFilter label={text.number} />
      </Filters>
      <Entries pages={pages} number={number} />
      {dialog === "add" && <DoNotCallAdd close={() => setDialog(null)} />}
      {dialog === "bulk" && <DoNotCallBulk close={() => setDialog(null)} />}
    </Page>
  );
}

function Entries({ pages, number }: { pages: Pages<Suppression>; number: string }) {
  const { nameOf } = usePeople();
  const { mutate, isPending } = useMutate<{ entry: Suppression; reason: string }>(
    ({ entry: { number, kind }, reason }) => ({
      method: "DELETE",
      path: `/v1/suppressions/${encodeURIComponent(number)}`,
      body: { reason, kind },
    }),
    {
      touches: ["/v1/suppressions"],
      done: (_, { entry }) => fill(text.ended, { number: sayNumber(entry.number) }),
    },
  );
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
      numberColumn(text.columns.number),
      { id: "kind", header: text.columns.kind, value: (s) => text.kinds[s.kind] },
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
            <Button
              size="compact-xs"
              variant="default"
              disabled={isPending}
              aria-label={fill(text.endLabel, { number: sayNumber(s.number) })}
              onClick={() => void end(s)}
            >
              {text.end}
            </Button>
          ),
      ),
    ];
  }, [nameOf, mutate, isPending]);
  return (
    <PagedTable
      label={text.label}
      columns={columns}
      idOf={(s) => s.id}
      pages={pages}
      csv="do-not-call"
      toneOf={(s) => (stateOf(s) === "live" ? undefined : "quiet")}
      filters={{ number }}
      empty={text.empty}
      emptyText={text.emptyText}
    />
  );
}

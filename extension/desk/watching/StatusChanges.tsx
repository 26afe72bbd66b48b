/** Watched numbers whose verdict has changed, newest first: from what to what, why, who was told, and who has seen it. */
import { Button } from "@mantine/core";
import { useMemo } from "react";
import { sayNumber } from "../../../shared/phone/phone.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { sayReason } from "../../../shared/texts/check/verdicts.ts";
import { dialsEn } from "../../../shared/texts/dials/desk.en.ts";
import { watchEn as text } from "../../../shared/texts/watching/desk.en.ts";
import type { StatusChange, StatusChangesAnswer } from "../../../shared/watching/api.ts";
import { useApi, useMutate, usePages } from "../parts/api.ts";
import { useFilters } from "../parts/location.ts";
import { Tag } from "../parts/Tag.tsx";
import { fill, plural, texts } from "../parts/texts.ts";
import { verdictTone } from "../parts/Verdict.tsx";
import { sayTime } from "../parts/When.tsx";
import { numberColumn, timeColumn } from "../tables/columns.tsx";
import { ChoiceFilter, DateFilter, Filters, NumberFilter } from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";

const names = ["number", "to", "why", "seen", "from", "until"] as const;
const rowsOf = (answer: StatusChangesAnswer) => answer.turned;
const { verdicts } = dialsEn;

const sayTold = ({ mailedTo, hooks }: StatusChange): string =>
  [
    ...(mailedTo.length > 0 ? [fill(text.told.mail, { names: mailedTo.join(", ") })] : []),
    ...hooks.map((host) => fill(text.told.hook, { host })),
  ].join("; ") || text.told.none;

export function WatchingStatusChanges() {
  const [filters] = useFilters(...names);
  const pages = usePages<StatusChangesAnswer, StatusChange>(
    "/v1/watch/turned",
    { ...filters, limit: 50 },
    rowsOf,
  );
  const lists = useApi<{ lists: RegisterHead[] }>("/v1/lists").data?.lists;
  const { mutate } = useMutate<StatusChange, { seen: number }>(
    ({ num }) => ({ method: "POST", path: "/v1/watch/seen", body: { nums: [num] } }),
    { touches: ["/v1/watch"], done: ({ seen }) => plural(texts, text.seenDone, seen) },
  );
  const columns = useMemo((): Column<StatusChange>[] => {
    const says = ({ from, to }: StatusChange) =>
      fill(text.turned, { from: verdicts[from], verdict: verdicts[to] });
    const why = ({ reason, list, asOf }: StatusChange) =>
      sayReason(
        texts,
        { code: reason, ...(list === null ? {} : { list }), ...(asOf === null ? {} : { asOf }) },
        lists ?? [],
      );
    const version = ({ list, version: ver }: StatusChange) =>
      list === null || ver === null
        ? null
        : fill(text.version, { list: lists?.find(({ id }) => id === list)?.name ?? list, version: ver });
    return [
      numberColumn(text.columns.number),
      timeColumn("at", text.columns.at, (r) => r.at),
      {
        id: "to",
        header: text.columns.to,
        value: says,
        cell: (r) => <Tag tone={verdictTone[r.to]}>{says(r)}</Tag>,
      },
      { id: "why", header: text.columns.why, value: why },
      { id: "version", header: text.columns.version, value: version },
      { id: "told", header: text.columns.told, value: sayTold },
      { id: "row", header: text.columns.row, value: (r) => r.seq, csvOnly: true },
      {
        id: "seen",
        header: text.columns.seen,
        value: (r) =>
          r.seenAt === null
            ? null
            : fill(text.seenBy, { name: r.seenBy ?? dialsEn.somebody, at: sayTime(r.seenAt) }),
        cell: (r) =>
          r.seenAt === null ? (
            <Button
              size="compact-xs"
              variant="default"
              aria-label={fill(text.seenLabel, { number: sayNumber(r.number) })}
              onClick={() => mutate(r)}
            >
              {text.seenDo}
            </Button>
          ) : (
            <span className="desk-quiet">
              {fill(text.seenBy, { name: r.seenBy ?? dialsEn.somebody, at: sayTime(r.seenAt) })}
            </span>
          ),
      },
    ];
  }, [lists, mutate]);
  return (
    <>
      <Filters names={names}>
        <NumberFilter label={text.filters.number} />
        <ChoiceFilter name="to" label={text.filters.to} any={text.any} options={text.to} />
        <ChoiceFilter name="why" label={text.filters.why} any={text.any} options={text.whys} />
        <ChoiceFilter name="seen" label={text.filters.seen} any={text.any} options={text.seen} />
        <DateFilter name="from" label={text.filters.from} />
        <DateFilter name="until" label={text.filters.until} />
      </Filters>
      <PagedTable
        label={text.label}
        columns={columns}
        idOf={(r) => String(r.num)}
        pages={pages}
        csv="turned"
        toneOf={(r) => (r.seenAt === null ? (r.to === "blocked" ? "bad" : undefined) : "quiet")}
        filters={filters}
        empty={text.empty}
        emptyText={text.emptyText}
      />
    </>
  );
}

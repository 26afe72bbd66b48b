/** The recordings on hold, the next to be reviewed first. */
import { Anchor } from "@mantine/core";
import { useMemo } from "react";
import type { HoldsAnswer } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { usePages } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { Tag } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { useToday } from "../parts/useToday.ts";
import { Day } from "../parts/When.tsx";
import { timeColumn } from "../tables/columns.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import type { Column } from "../tables/Table.tsx";
import { isReviewDue } from "./format.ts";

const text = recordingsEn.holds;
type Hold = HoldsAnswer["holds"][number];

const columnsOf = (today: string): Column<Hold>[] => [
  {
    id: "reviewOn",
    header: text.columns.reviewOn,
    value: (h) => h.reviewOn,
    cell: (h) => (
      <>
        <Day date={h.reviewOn} /> {isReviewDue(h, today) && <Tag tone="warn">{text.due}</Tag>}
      </>
    ),
  },
  { id: "reason", header: text.columns.reason, value: (h) => h.reason },
  {
    id: "by",
    header: text.columns.by,
    value: (h) => (h.request === null ? (h.byName ?? text.somebody) : text.byItself),
  },
  timeColumn("at", text.columns.at, (h) => h.at),
  {
    id: "recording",
    header: text.columns.recording,
    value: (h) => h.recording,
    cell: (h) => (
      <Anchor
        size="sm"
        className="desk-id"
        href={linkTo(`/recordings/call/${h.recording}`)}
        aria-label={fill(text.open, { id: h.recording })}
      >
        {h.recording}
      </Anchor>
    ),
  },
];

const rowsOf = (answer: HoldsAnswer) => answer.holds;

export function RecordingsHolds() {
  const today = useToday();
  const columns = useMemo(() => columnsOf(today), [today]);
  const pages = usePages<HoldsAnswer, Hold>("/v1/recordings/holds", { limit: 100 }, rowsOf);
  return (
    <PagedTable
      label={text.label}
      columns={columns}
      idOf={(h) => `${h.id} ${h.recording}`}
      pages={pages}
      csv="holds"
      empty={text.empty}
      emptyText={text.emptyText}
    />
  );
}

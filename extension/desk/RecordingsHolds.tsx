/** The holds that stand, the next to be looked at again first. */
import { Anchor } from "@mantine/core";
import { useMemo } from "react";
import type { HoldsAnswer } from "../../shared/api-recordings.ts";
import { recordingsEn } from "../../shared/texts/desk-recordings.en.ts";
import { useApi } from "./parts/api.ts";
import { linkTo } from "./parts/hash.ts";
import { Empty, State } from "./parts/State.tsx";
import { type Column, Table } from "./parts/Table.tsx";
import { Tag } from "./parts/Tag.tsx";
import { useToday } from "./parts/today.ts";
import { Day, When } from "./parts/When.tsx";
import { fill } from "./parts/words.ts";
import { isReviewDue } from "./RecordingsWords.ts";

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
  { id: "at", header: text.columns.at, value: (h) => h.at, cell: (h) => <When at={h.at} /> },
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

export function RecordingsHolds() {
  const today = useToday();
  const columns = useMemo(() => columnsOf(today), [today]);
  const holds = useApi<HoldsAnswer>("/v1/recordings/holds");
  return (
    <State
      of={holds}
      empty={{
        when: (data) => data.holds.length === 0,
        show: <Empty title={text.empty} text={text.emptyText} />,
      }}
    >
      {(data) => (
        <Table
          label={text.label}
          columns={columns}
          rows={data.holds}
          idOf={(h) => `${h.id} ${h.recording}`}
          csv="holds"
        />
      )}
    </State>
  );
}

/** All earlier screenings: from the desk, the command line and the API. */
import { Anchor, Stack, Text } from "@mantine/core";
import type { ScreeningAnswer, ScreeningDetail, ScreeningsAnswer } from "../../../shared/screening/api.ts";
import { screeningEn } from "../../../shared/texts/screening/desk.en.ts";
import { Dialog } from "../forms/Dialog.tsx";
import { useApi, usePages } from "../parts/api.ts";
import { linkTo, useFilters } from "../parts/location.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";
import { countColumn, timeColumn } from "../tables/columns.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";
import { sayRows, ScreeningCounts } from "./Counts.tsx";

const text = screeningEn;
const rowsOf = ({ screenings }: ScreeningsAnswer) => screenings;

export function ScreeningsEarlier() {
  const pages = usePages<ScreeningsAnswer, ScreeningAnswer>("/v1/screenings", { limit: 50 }, rowsOf);
  const [{ screening }, set] = useFilters("screening");
  return (
    <>
      <PagedTable
        label={text.label}
        columns={columns}
        idOf={({ id }) => id}
        pages={pages}
        csv="screenings"
        empty={text.empty}
        emptyText={text.emptyText}
      />
      {screening !== "" && <Detail key={screening} id={screening} close={() => set({ screening: "" })} />}
    </>
  );
}

/** One of them in full. */
function Detail({ id, close }: { id: string; close: () => void }) {
  const answer = useApi<ScreeningDetail>(`/v1/screenings/${id}`);
  return (
    <Dialog opened onClose={close} size="lg" title={answer.data?.name ?? text.earlierOne}>
      <QueryState of={answer}>
        {(screening) => (
          <Stack gap="md">
            <Text size="sm">
              {fill(text.earlierText, {
                state: text.states[screening.state],
                date: sayTime(screening.at),
                by: screening.byName ?? screening.by,
                source: text.sources[screening.source],
              })}
            </Text>
            <Text size="sm" c="dimmed">
              {sayRows(screening)}
            </Text>
            <ScreeningCounts by={screening} reasons={screening.reasons} />
          </Stack>
        )}
      </QueryState>
    </Dialog>
  );
}

const count = (id: "rows" | "numbers" | "clear" | "caution" | "blocked" | "unknown") =>
  countColumn<ScreeningAnswer>(id, text.table[id], (s) => s[id]);

const columns: Column<ScreeningAnswer>[] = [
  {
    id: "name",
    header: text.table.name,
    value: (s) => s.name,
    cell: (s) => (
      <Anchor size="sm" href={linkTo("/screening", { screening: s.id })}>
        {s.name}
      </Anchor>
    ),
  },
  timeColumn("at", text.table.at, (s) => s.at),
  {
    id: "by",
    header: text.table.by,
    value: (s) => s.byName ?? s.by,
    cell: (s) => (
      <>
        {s.byName ?? s.by}
        <div className="desk-quiet">{text.sources[s.source]}</div>
      </>
    ),
  },
  { id: "source", header: text.table.source, value: (s) => text.sources[s.source], csvOnly: true },
  {
    id: "state",
    header: text.table.state,
    value: (s) => text.states[s.state],
    cell: (s) => <Tag tone={s.state === "done" ? "good" : "plain"}>{text.states[s.state]}</Tag>,
  },
  { ...count("rows"), csvOnly: true },
  ...(["numbers", "clear", "caution", "blocked", "unknown"] as const).map(count),
];

/** The screenings that there were, whoever made them and through what. */
import type { ScreeningAnswer, ScreeningsAnswer } from "../../shared/api-screenings.ts";
import { screeningEn } from "../../shared/texts/desk-screening.en.ts";
import { usePages } from "./parts/api.ts";
import { PagedTable } from "./parts/PagedTable.tsx";
import { type Column } from "./parts/Table.tsx";
import { Tag } from "./parts/Tag.tsx";
import { When } from "./parts/When.tsx";

const text = screeningEn;
const rowsOf = ({ screenings }: ScreeningsAnswer) => screenings;

export function ScreeningsEarlier() {
  const pages = usePages<ScreeningsAnswer, ScreeningAnswer>("/v1/screenings", { limit: 50 }, rowsOf);
  return (
    <PagedTable
      label={text.label}
      columns={columns}
      idOf={({ id }) => id}
      pages={pages}
      csv="screenings"
      empty={text.empty}
      emptyText={text.emptyText}
    />
  );
}

const count = (
  id: "rows" | "numbers" | "clear" | "caution" | "blocked" | "unknown",
): Column<ScreeningAnswer> => ({
  id,
  header: text.table[id],
  value: (s) => s[id],
  cell: (s) => s[id].toLocaleString("en-GB"),
  align: "right",
});

const columns: Column<ScreeningAnswer>[] = [
  { id: "name", header: text.table.name, value: (s) => s.name },
  { id: "at", header: text.table.at, value: (s) => s.at, cell: (s) => <When at={s.at} /> },
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

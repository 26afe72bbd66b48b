/** What would happen, or has happened, to each line of an imported file. */
import { NativeSelect, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { importEn as text } from "../../../shared/texts/desk-import.en.ts";
import type { Forms } from "../../../shared/texts/language.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { Tag, type Tone } from "../parts/Tag.tsx";
import { fill, plural, texts } from "../parts/texts.ts";
import { type Column, Table } from "../tables/Table.tsx";
import { ImportOutcome } from "./Progress.tsx";

export interface Outcome {
  status: "added" | "there" | "refused";
  why?: string | undefined;
  /** What is there takes something from the line. */
  learnt?: boolean;
}
/** The fields of a sent line that the report shows. */
export interface Sent {
  number: string | null;
  providerId?: unknown;
}
export type Line<Out extends Outcome> = Sent & Out & { line: number };

/**
 * Further remarks on lines, by name: which lines (`is`), how many in a sentence (`say`), as an option of the filter
 * (`show`), and beside each line (`note`).
 */
export type Notes<Out> = Record<
  string,
  { is: (outcome: Out) => boolean; say: Forms; show: string; note: string }
>;

/** Rows on the screen at first, and more with each press. The CSV has all. */
const SHOWN = 200;
const tones: Record<Outcome["status"], Tone> = { added: "good", there: "plain", refused: "bad" };
const statuses = ["added", "there", "refused"] as const;

interface ImportReportProps<Out extends Outcome> {
  dryRun: boolean;
  lines: Line<Out>[];
  /** Lines in the file. `lines` are fewer where the import was stopped. */
  of: number;
  notes: Notes<Out>;
  /** A further column. */
  column: Column<Line<Out>>;
  /** The link to what was added. */
  see: ReactNode;
}

export function ImportReport<Out extends Outcome>(props: ImportReportProps<Out>) {
  const { dryRun, lines, of, notes, column, see } = props;
  const [kind, setKind] = useState("");
  const [most, setMost] = useState(SHOWN);
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that had the focus is gone.
  useEffect(() => heading.current?.focus(), [lines]);

  const noted = Object.entries(notes).map(([id, { is, ...words }]) => ({
    id,
    ...words,
    is: lines.filter(is),
  }));
  const counted = statuses.map((id) => ({
    id,
    show: text.shows[id],
    is: lines.filter((l) => l.status === id),
  }));
  const [added, ...others] = counted;
  const kinds = [...counted, ...noted].filter(({ is }) => is.length > 0);
  const chosen = kinds.find(({ id }) => id === kind)?.is ?? lines;
  const rows = chosen.slice(0, most);
  const stopped = [fill(text.stopped, { n: lines.length, all: of }), ...(dryRun ? [] : [text.again])].join(
    " ",
  );
  return (
    <section aria-labelledby="report">
      <Title order={2} size="h3" id="report" mb="sm" tabIndex={-1} ref={heading}>
        {dryRun ? text.report : text.reportDone}
      </Title>
      <Stack gap="sm">
        <ImportOutcome
          fine={lines.length === of && lines.every(({ status }) => status !== "refused")}
          stopped={lines.length < of ? stopped : null}
          counts={[
            plural(texts, dryRun ? text.would : text.added, added!.is.length),
            ...others.flatMap(({ id, is }) => (is.length > 0 ? [plural(texts, text[id], is.length)] : [])),
          ]}
        >
          <Text size="sm">
            {noted.flatMap(({ say, is }) => (is.length > 0 ? [plural(texts, say, is.length)] : [])).join(" ")}
          </Text>
          {!dryRun && see}
        </ImportOutcome>
        <NativeSelect
          label={text.show}
          w={240}
          value={kind}
          data={[
            { value: "", label: fill(text.shows.all, { n: lines.length }) },
            ...kinds.map(({ id, show, is }) => ({ value: id, label: fill(show, { n: is.length }) })),
          ]}
          onChange={({ currentTarget }) => setKind(currentTarget.value)}
        />
        <Table
          label={text.label}
          columns={columnsOf(dryRun, Object.values(notes), column)}
          rows={rows}
          idOf={(line) => String(line.line)}
          csv="import"
          toneOf={({ status }) => (status === "refused" ? "bad" : undefined)}
          pages={{
            rows,
            first: undefined,
            answers: [],
            isPending: false,
            error: null,
            refetch: () => undefined,
            next: chosen.length > most,
            busy: false,
            more: () => setMost(most + SHOWN),
            all: () => Promise.resolve(chosen),
          }}
        />
      </Stack>
    </section>
  );
}

function columnsOf<Out extends Outcome>(
  dryRun: boolean,
  notes: Notes<Out>[string][],
  column: Column<Line<Out>>,
): Column<Line<Out>>[] {
  const { reportColumns: said } = text;
  const status = (line: Line<Out>) =>
    text.statuses[dryRun && line.status === "added" ? "would" : line.status];
  const why = (line: Line<Out>) => [
    ...(line.why === undefined ? [] : [line.why]),
    ...notes.flatMap(({ is, note }) => (is(line) ? [note] : [])),
  ];
  return [
    { id: "line", header: said.line, value: (l) => l.line, align: "right", width: 70 },
    {
      id: "providerId",
      header: said.providerId,
      value: (l) => (typeof l.providerId === "string" ? l.providerId : null),
    },
    {
      id: "number",
      header: said.number,
      value: (l) => l.number ?? recordingsEn.withheld,
      cell: (l) => <span className="desk-number">{l.number ?? recordingsEn.withheld}</span>,
    },
    {
      id: "status",
      header: said.status,
      value: status,
      cell: (l) => <Tag tone={tones[l.status]}>{status(l)}</Tag>,
    },
    column,
    { id: "why", header: said.why, value: (l) => why(l).join("; ") },
  ];
}

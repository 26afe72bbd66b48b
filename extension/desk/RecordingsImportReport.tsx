/** What would happen, or happened, with each line of an imported list. */
import { Anchor, NativeSelect, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { importEn } from "../../shared/texts/desk-recordings-import.en.ts";
import { recordingsEn } from "../../shared/texts/desk-recordings.en.ts";
import { linkTo } from "./parts/hash.ts";
import { LinesOutcome } from "./parts/Lines.tsx";
import { type Column, Table } from "./parts/Table.tsx";
import { Tag, type Tone } from "./parts/Tag.tsx";
import { Day } from "./parts/When.tsx";
import { fill, plural, texts } from "./parts/words.ts";
import type { ImportRow, Outcome } from "./recordings-file.ts";

const text = importEn;

type Line = Outcome & Pick<ImportRow, "providerId" | "number"> & { line: number };
export interface Report {
  dryRun: boolean;
  lines: Line[];
  /** How many lines there are: fewer were dealt with where it was stopped. */
  of: number;
}

/** Which lines each choice shows. */
const kinds: Record<keyof typeof text.shows, (line: Line) => boolean> = {
  all: () => true,
  refused: ({ status }) => status === "refused",
  added: ({ status }) => status === "added",
  there: ({ status }) => status === "there",
  due: ({ due }) => due,
  flagged: ({ flag }) => flag !== null,
  quarantined: ({ quarantined }) => quarantined,
};
type Kind = keyof typeof kinds;

/** Rows on the screen at first, and each time more are asked for: the file holds all. */
const SHOWN = 200;

export function ImportReport({ report: { dryRun, lines, of } }: { report: Report }) {
  const [kind, setKind] = useState<Kind>("all");
  const [shown, setShown] = useState(SHOWN);
  const count = (which: Kind) => lines.filter(kinds[which]).length;
  const chosen = lines.filter(kinds[kind]);
  const rows = chosen.slice(0, shown);
  const said = (which: Exclude<Kind, "all" | "added">) =>
    count(which) > 0 ? [plural(texts, text[which], count(which))] : [];
  return (
    <section aria-labelledby="report">
      <Title order={2} size="h3" id="report" mb="sm">
        {dryRun ? text.report : text.reportDone}
      </Title>
      <Stack gap="sm">
        <LinesOutcome
          fine={count("refused") === 0 && lines.length === of}
          stopped={lines.length < of ? fill(text.stopped, { n: lines.length, all: of }) : null}
          counts={[
            plural(texts, dryRun ? text.would : text.added, count("added")),
            ...said("there"),
            ...said("refused"),
          ]}
        >
          <Text size="sm">{[...said("due"), ...said("flagged"), ...said("quarantined")].join(" ")}</Text>
          {!dryRun && (
            <Anchor size="sm" fw={600} href={linkTo("/recordings")}>
              {text.done}
            </Anchor>
          )}
        </LinesOutcome>
        <NativeSelect
          label={text.show}
          w={240}
          value={kind}
          data={(Object.keys(kinds) as Kind[])
            .filter((which) => which === "all" || count(which) > 0)
            .map((which) => ({ value: which, label: fill(text.shows[which], { n: count(which) }) }))}
          onChange={({ currentTarget }) => setKind(currentTarget.value as Kind)}
        />
        <Table
          label={text.label}
          columns={columnsOf(dryRun)}
          rows={rows}
          idOf={(line) => String(line.line)}
          csv="import"
          toneOf={({ status }) => (status === "refused" ? "bad" : undefined)}
          pages={{
            rows,
            first: undefined,
            isPending: false,
            error: null,
            refetch: () => undefined,
            next: chosen.length > shown,
            busy: false,
            more: () => setShown(shown + SHOWN),
            all: () => Promise.resolve(chosen),
          }}
        />
      </Stack>
    </section>
  );
}

const tones: Record<Outcome["status"], Tone> = { added: "good", there: "plain", refused: "bad" };

const columnsOf = (dryRun: boolean): Column<Line>[] => {
  const status = (line: Line) => text.statuses[dryRun && line.status === "added" ? "would" : line.status];
  const notes = (line: Line) => [
    ...(line.why === undefined ? [] : [line.why]),
    ...(line.due ? [text.notes.due] : []),
    ...(line.flag ? [text.notes.flagged] : []),
    ...(line.quarantined ? [text.notes.quarantined] : []),
  ];
  const { reportColumns: said } = text;
  return [
    { id: "line", header: said.line, value: (l) => l.line, align: "right", width: 70 },
    { id: "providerId", header: said.providerId, value: (l) => l.providerId },
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
    {
      id: "eraseAfter",
      header: said.eraseAfter,
      value: (l) => l.eraseAfter,
      cell: (l) => l.eraseAfter && <Day date={l.eraseAfter} />,
    },
    { id: "why", header: said.why, value: (l) => notes(l).join("; ") },
  ];
};

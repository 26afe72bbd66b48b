/** What would become, or became, of each line of a log. */
import { Alert, Anchor, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { CallFinding } from "../../shared/api-calls.ts";
import { callsEn as text } from "../../shared/texts/desk-calls.en.ts";
import { dataEn } from "../../shared/texts/desk-data.en.ts";
import type { Outcome } from "./calls-file.ts";
import { linkTo } from "./parts/hash.ts";
import { type Column, Table } from "./parts/Table.tsx";
import { Tag, type Tone } from "./parts/Tag.tsx";
import { plural, texts } from "./parts/words.ts";

type Line = Outcome & { line: number; number: string };
export interface Report {
  dryRun: boolean;
  lines: Line[];
}

/** Rows on the screen at first, and each time more are asked for: the file holds all. */
const SHOWN = 200;
const tones: Record<Outcome["status"], Tone> = { added: "good", there: "plain", refused: "bad" };

export function CallsImportReport({ report: { dryRun, lines } }: { report: Report }) {
  const [shown, setShown] = useState(SHOWN);
  const count = (status: Outcome["status"]) => lines.filter((line) => line.status === status).length;
  const rows = lines.slice(0, shown);
  const found = (Object.keys(text.findings) as CallFinding[]).flatMap((finding) => {
    const n = lines.filter(({ findings }) => findings.includes(finding)).length;
    return n > 0 ? [`${text.findings[finding]}: ${n}`] : [];
  });
  return (
    <section aria-labelledby="report">
      <Title order={2} size="h3" id="report" mb="sm">
        {dryRun ? text.report : text.reportDone}
      </Title>
      <Stack gap="sm">
        <Alert color={count("refused") > 0 ? "yellow" : "green"} role="status">
          <Text size="sm">
            {[
              plural(texts, dryRun ? text.would : text.added, count("added")),
              plural(texts, text.there, count("there")),
              plural(texts, text.refused, count("refused")),
            ].join(", ")}
            . {found.join(". ")}
          </Text>
          {!dryRun && (
            <Anchor size="sm" fw={600} href={linkTo("/calls")}>
              {text.done}
            </Anchor>
          )}
        </Alert>
        <Table
          label={text.lines}
          columns={columnsOf(dryRun)}
          rows={rows}
          idOf={(line) => String(line.line)}
          csv="calls-import"
          toneOf={({ status }) => (status === "refused" ? "bad" : undefined)}
          pages={{
            rows,
            first: undefined,
            isPending: false,
            error: null,
            refetch: () => undefined,
            next: lines.length > shown,
            busy: false,
            more: () => setShown(shown + SHOWN),
            all: () => Promise.resolve(lines),
          }}
        />
      </Stack>
    </section>
  );
}

const columnsOf = (dryRun: boolean): Column<Line>[] => {
  const { lineColumns: said } = text;
  const status = (line: Line) => text.statuses[dryRun && line.status === "added" ? "would" : line.status];
  const why = (l: Line) => [
    ...l.findings.map((f) => text.findings[f]),
    ...(l.why === undefined ? [] : [l.why]),
  ];
  const verdict = (l: Line) => (l.verdict === null ? null : dataEn.dials.verdicts[l.verdict]);
  return [
    { id: "line", header: said.line, value: (l) => l.line, align: "right", width: 70 },
    {
      id: "number",
      header: said.number,
      value: (l) => l.number,
      cell: (l) => <span className="desk-number">{l.number}</span>,
    },
    {
      id: "status",
      header: said.status,
      value: status,
      cell: (l) => <Tag tone={tones[l.status]}>{status(l)}</Tag>,
    },
    { id: "verdict", header: said.verdict, value: verdict },
    {
      id: "why",
      header: said.why,
      value: (l) => why(l).join("; "),
      cell: (l) => <Group gap={4}>{why(l).join("; ")}</Group>,
    },
  ];
};

/**
 * The import of a provider's file of calls or recordings: choose the columns, try it line by line, then import it. The
 * section says what a line is, and which values it asks for that the file may lack.
 */
import {
  Anchor,
  Button,
  Fieldset,
  Group,
  NativeSelect,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { guess, type LogFile } from "../../../shared/call-logs/file.ts";
import { importEn } from "../../../shared/texts/desk-import.en.ts";
import type { Forms } from "../../../shared/texts/language.ts";
import { Form } from "../forms/Form.tsx";
import { touch } from "../parts/api.ts";
import { sayError } from "../parts/errors.ts";
import { linkTo } from "../parts/location.ts";
import { Page } from "../parts/Page.tsx";
import { plural, texts } from "../parts/texts.ts";
import type { Column } from "../tables/Table.tsx";
import { FileChoice, FileFault } from "./FileChoice.tsx";
import { readLog, sendLines } from "./log-file.ts";
import { ImportProgress } from "./Progress.tsx";
import { ImportReport, type Line, type Notes, type Outcome, type Sent } from "./Report.tsx";

/** Lines. Larger files go by the command line or the API: a page closed by accident would stop half way. */
const MOST = 20_000;

interface Words<Field extends string> {
  title: string;
  lead: string;
  tooMany: string;
  found: Forms;
  go: Forms;
  fields: Record<Field, string>;
  done: string;
}

type Cells = readonly string[];
export type Mapping<Field extends string> = Record<Field, number>;

interface ImportLogProps<Field extends string, Rest, Out extends Outcome> {
  words: Words<Field>;
  /** The section's path on the desk, and below `/v1` in the API. */
  path: "/calls" | "/recordings";
  back: string;
  /** What providers call the columns. */
  headings: Readonly<Record<Field, RegExp>>;
  /** Values for lines that lack their own: those given in advance, the names of all, and their inputs. */
  defaults: Partial<Rest>;
  needed: readonly (keyof Rest)[];
  inputs: (rest: Partial<Rest>, set: (part: Partial<Rest>) => void) => ReactNode;
  /** Columns that every line must have. */
  neededFor: (rest: Partial<Rest>) => readonly Field[];
  /** A line's cells as the API takes them. */
  rowOf: (cells: Cells, mapping: Mapping<Field>, rest: Rest) => Sent;
  /** Rows a request, where the API takes fewer than usual. */
  chunkOf?: (rest: Rest) => number;
  notes: Notes<Out>;
  /** A further column of the report. */
  column: Column<Line<Out>>;
}

interface NamedFile extends LogFile {
  name: string;
}

export function ImportLog<Field extends string, Rest, Out extends Outcome>(
  props: ImportLogProps<Field, Rest, Out>,
) {
  const { words, path, back } = props;
  const [file, setFile] = useState<NamedFile | null>(null);
  return (
    <Page
      title={words.title}
      lead={words.lead}
      above={
        <Anchor size="sm" href={linkTo(path)}>
          ← {back}
        </Anchor>
      }
    >
      {file ? (
        <Log {...props} file={file} another={() => setFile(null)} />
      ) : (
        <FileChoice
          words={{ file: importEn.file, none: importEn.none, tooMany: words.tooMany }}
          most={MOST}
          read={readLog}
          chosen={(read, name) => setFile({ ...read, name })}
        />
      )}
    </Page>
  );
}

interface LogProps<Field extends string, Rest, Out extends Outcome> extends ImportLogProps<Field, Rest, Out> {
  file: NamedFile;
  another: () => void;
}

function Log<Field extends string, Rest, Out extends Outcome>(props: LogProps<Field, Rest, Out>) {
  const { words, path, headings, needed, inputs, neededFor, rowOf, notes, column, file, another } = props;
  const queries = useQueryClient();
  const [mapping, setMapping] = useState(() => guess(headings, file.headings));
  const [chosen, setChosen] = useState(props.defaults);
  const [running, setRunning] = useState<number | null>(null);
  const [report, setReport] = useState<{ dryRun: boolean; lines: Line<Out>[] } | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const all = file.lines.length;

  /** The report was of other columns or values. */
  function forget() {
    setReport(null);
    setFault(null);
  }
  async function send(dryRun: boolean, rest: Rest) {
    stop.current = new AbortController();
    setFault(null);
    setRunning(0);
    const rows = file.lines.map(({ cells }) => rowOf(cells, mapping, rest));
    const lines: Line<Out>[] = [];
    try {
      const heard = (outcomes: Out[]) => {
        for (const outcome of outcomes) {
          const at = lines.length;
          lines.push({ ...rows[at]!, ...outcome, line: file.lines[at]!.line });
        }
        setRunning(lines.length);
      };
      await sendLines(`/v1${path}/import`, rows, dryRun, stop.current.signal, heard, props.chunkOf?.(rest));
    } catch (error) {
      setFault(sayError(error));
    }
    setRunning(null);
    // After a failure too: lines imported by then stay imported.
    setReport(lines.length > 0 ? { dryRun, lines } : null);
    if (!dryRun) await touch(queries, [`/v1${path}`]);
  }

  const missing = neededFor(chosen).filter((field) => mapping[field] === -1);
  const isWhole = (some: Partial<Rest>): some is Rest => needed.every((name) => (some[name] ?? "") !== "");
  const rest = isWhole(chosen) && missing.length === 0 ? chosen : null;
  const whole = report?.dryRun === true && report.lines.length === all;
  const would = whole
    ? report.lines.filter(({ status, learnt }) => status === "added" || learnt === true).length
    : 0;
  return (
    <>
      {fault !== null && <FileFault>{fault}</FileFault>}
      <Paper withBorder p="md">
        <Form send={() => rest !== null && void send(true, rest)}>
          <Stack gap="lg">
            <Group justify="space-between">
              <Text fw={600}>{plural(texts, words.found, all, { file: file.name })}</Text>
              <Button size="xs" variant="default" disabled={running !== null} onClick={another}>
                {importEn.another}
              </Button>
            </Group>
            <Fieldset variant="unstyled" mx={0} disabled={running !== null}>
              <Stack gap="lg">
                <section aria-labelledby="rest">
                  <Title order={2} size="h4" id="rest" mb="xs">
                    {importEn.all}
                  </Title>
                  <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm" style={{ alignItems: "end" }}>
                    {inputs(chosen, (part) => {
                      setChosen({ ...chosen, ...part });
                      forget();
                    })}
                  </SimpleGrid>
                </section>
                <Columns
                  {...{ words, mapping, missing }}
                  headings={file.headings}
                  set={(next) => {
                    setMapping(next);
                    forget();
                  }}
                />
              </Stack>
            </Fieldset>
            {running !== null ? (
              <ImportProgress
                label={words.title}
                done={running}
                all={all}
                stop={() => stop.current.abort()}
              />
            ) : (
              <Group justify="flex-end">
                <Button type="submit" variant={would > 0 ? "default" : "filled"}>
                  {importEn.try}
                </Button>
                {rest !== null && would > 0 && (
                  <Button onClick={() => void send(false, rest)}>{plural(texts, words.go, would)}</Button>
                )}
              </Group>
            )}
          </Stack>
        </Form>
      </Paper>
      {report && (
        <ImportReport
          key={String(report.dryRun)}
          {...report}
          {...{ of: all, notes, column }}
          see={
            <Anchor size="sm" fw={600} href={linkTo(path)}>
              {words.done}
            </Anchor>
          }
        />
      )}
    </>
  );
}

interface ColumnsProps<Field extends string> {
  words: Words<Field>;
  headings: string[];
  mapping: Mapping<Field>;
  missing: readonly Field[];
  set: (mapping: Mapping<Field>) => void;
}

function Columns<Field extends string>({ words, headings, mapping, missing, set }: ColumnsProps<Field>) {
  const columns = [
    { value: "-1", label: importEn.noColumn },
    ...headings.map((name, i) => ({ value: String(i), label: name })),
  ];
  return (
    <section aria-labelledby="columns">
      <Title order={2} size="h4" id="columns">
        {importEn.columns}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {importEn.columnsNote}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
        {(Object.keys(words.fields) as Field[]).map((field) => (
          <NativeSelect
            key={field}
            label={words.fields[field]}
            value={String(mapping[field])}
            data={columns}
            error={missing.includes(field) ? importEn.needed : undefined}
            onChange={({ currentTarget }) => set({ ...mapping, [field]: Number(currentTarget.value) })}
          />
        ))}
      </SimpleGrid>
    </section>
  );
}

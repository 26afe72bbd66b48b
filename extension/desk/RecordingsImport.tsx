/** A provider's list of what it keeps already, into the register: its columns, a dry run line by line, and then the import. */
import { Alert, Anchor, Button, Fieldset, Group, Paper, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { importEn } from "../../shared/texts/desk-recordings-import.en.ts";
import { recordingsEn } from "../../shared/texts/desk-recordings.en.ts";
import { FileDrop } from "./FileDrop.tsx";
import { touch } from "./parts/api.ts";
import { linkTo } from "./parts/hash.ts";
import { Page } from "./parts/Page.tsx";
import { sayError } from "./parts/say.ts";
import { fill, plural, texts } from "./parts/words.ts";
import {
  guessMapping,
  type Mapping,
  neededFor,
  type Otherwise,
  readFile,
  type RecordingsFile,
  requestOf,
  sendAll,
} from "./recordings-file.ts";
import { ImportForm } from "./RecordingsImportForm.tsx";
import { ImportReport, type Report } from "./RecordingsImportReport.tsx";
import { Progressing } from "./parts/Lines.tsx";

const text = importEn;
/** More is the API's: a page that is closed by accident stops in the middle. */
const MOST = 20_000;

export type Unsaid = Partial<Otherwise>;
const needs = ["provider", "store", "direction", "announced", "purpose", "zone"] as const;
const isSaid = (otherwise: Unsaid): otherwise is Otherwise =>
  needs.every((name) => (otherwise[name] ?? "") !== "");

export default function RecordingsImport() {
  const queries = useQueryClient();
  const [file, setFile] = useState<RecordingsFile | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [mapping, setMapping] = useState<Mapping | null>(null);
  const [otherwise, setOtherwise] = useState<Unsaid>({ zone: "utc" });
  const [running, setRunning] = useState<number | null>(null);
  const [report, setReport] = useState<Report | null>(null);
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);

  async function choose(chosen: File) {
    const read = readFile(chosen.name, await chosen.text());
    const n = read.lines.length;
    const wrong = n === 0 ? text.none : n > MOST ? fill(text.tooMany, { n, most: MOST }) : null;
    setFault(wrong);
    if (wrong !== null) return;
    setFile(read);
    setMapping(guessMapping(read.headings));
    setReport(null);
  }
  /** What was tried is no word on what is asked for now. */
  const change =
    <T,>(set: (next: T) => void) =>
    (next: T) => {
      set(next);
      setReport(null);
      setFault(null);
    };

  async function send(dryRun: boolean, lines: RecordingsFile["lines"], map: Mapping, rest: Otherwise) {
    stop.current = new AbortController();
    const { signal } = stop.current;
    setFault(null);
    setRunning(0);
    const rows = lines.map(({ cells }) => requestOf(cells, map, rest));
    try {
      const outcomes = await sendAll(rows, dryRun, signal, setRunning);
      const told = outcomes.map((outcome, i) => ({ ...rows[i]!, ...outcome, line: lines[i]!.line }));
      setReport({ dryRun, lines: told, of: lines.length });
    } catch (error) {
      setFault(sayError(error));
    } finally {
      setRunning(null);
    }
    if (!dryRun) await touch(queries, ["/v1/recordings"]);
  }

  const missing =
    mapping && otherwise.store ? neededFor(otherwise.store).filter((field) => mapping[field] === -1) : [];
  const ready = isSaid(otherwise) && missing.length === 0;
  const would = report?.dryRun ? report.lines.filter(({ status }) => status === "added").length : 0;

  return (
    <Page
      title={text.title}
      lead={text.lead}
      above={
        <Anchor size="sm" href={linkTo("/recordings")}>
          ← {recordingsEn.one.back}
        </Anchor>
      }
    >
      {fault !== null && (
        <Alert color="red" role="alert">
          {fault}
        </Alert>
      )}
      {(!file || !mapping) && <FileDrop label={text.file} onFile={(chosen) => void choose(chosen)} />}
      {file && mapping && (
        <>
          <Paper withBorder p="md">
            <Stack gap="lg">
              <Group justify="space-between">
                <Text fw={600}>{plural(texts, text.found, file.lines.length, { file: file.name })}</Text>
                <Button size="xs" variant="default" disabled={running !== null} onClick={() => setFile(null)}>
                  {text.another}
                </Button>
              </Group>
              <Fieldset variant="unstyled" mx={0} disabled={running !== null}>
                <Stack gap="lg">
                  <ImportForm
                    headings={file.headings}
                    mapping={mapping}
                    setMapping={change(setMapping)}
                    missing={missing}
                    otherwise={otherwise}
                    setOtherwise={change(setOtherwise)}
                  />
                </Stack>
              </Fieldset>
              {running !== null ? (
                <Progressing
                  label={text.title}
                  done={running}
                  all={file.lines.length}
                  stop={() => stop.current.abort()}
                />
              ) : (
                <Group justify="flex-end">
                  <Button
                    variant={would > 0 ? "default" : "filled"}
                    disabled={!ready}
                    onClick={() => ready && void send(true, file.lines, mapping, otherwise)}
                  >
                    {text.try}
                  </Button>
                  {would > 0 && (
                    <Button onClick={() => ready && void send(false, file.lines, mapping, otherwise)}>
                      {plural(texts, text.go, would)}
                    </Button>
                  )}
                </Group>
              )}
            </Stack>
          </Paper>
          {report && <ImportReport key={String(report.dryRun)} report={report} />}
        </>
      )}
    </Page>
  );
}

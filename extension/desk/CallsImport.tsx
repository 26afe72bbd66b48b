/** A log of calls as a file: its columns, a dry run line by line, and then the import. */
import {
  Alert,
  Anchor,
  Button,
  Fieldset,
  Group,
  NativeSelect,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  callFields,
  callOf,
  type CallMapping,
  type CallsOtherwise,
  guessCalls,
  type LogFile,
  neededOfCalls,
} from "../../shared/calllog.ts";
import { callsEn as text } from "../../shared/texts/desk-calls.en.ts";
import { CallsImportReport, type Report } from "./CallsImportReport.tsx";
import { readLog, sendCalls } from "./calls-file.ts";
import { FileDrop } from "./FileDrop.tsx";
import { touch } from "./parts/api.ts";
import { linkTo } from "./parts/hash.ts";
import { Page } from "./parts/Page.tsx";
import { sayError } from "./parts/say.ts";
import { fill, plural, texts, words } from "./parts/words.ts";

/** More is the command line's: a page that is closed by accident stops in the middle. */
const MOST = 20_000;

export default function CallsImport() {
  const [file, setFile] = useState<(LogFile & { name: string }) | null>(null);
  const [fault, setFault] = useState<string | null>(null);

  async function choose(chosen: File) {
    const read = readLog(await chosen.text());
    const n = read.lines.length;
    const wrong = n === 0 ? text.none : n > MOST ? fill(text.tooMany, { n, most: MOST }) : null;
    setFault(wrong);
    if (wrong === null) setFile({ ...read, name: chosen.name });
  }
  return (
    <Page
      title={text.importTitle}
      lead={text.importLead}
      above={
        <Anchor size="sm" href={linkTo("/calls")}>
          ← {words.nav.calls}
        </Anchor>
      }
    >
      {fault !== null && (
        <Alert color="red" role="alert">
          {fault}
        </Alert>
      )}
      {file ? (
        <Log key={file.name} file={file} another={() => setFile(null)} />
      ) : (
        <FileDrop label={text.file} onFile={(chosen) => void choose(chosen)} />
      )}
    </Page>
  );
}

function Log({ file, another }: { file: LogFile & { name: string }; another: () => void }) {
  const queries = useQueryClient();
  const [mapping, setMapping] = useState(() => guessCalls(file.headings));
  const [otherwise, setOtherwise] = useState<CallsOtherwise>({
    provider: "",
    direction: "outbound",
    zone: "utc",
  });
  const [running, setRunning] = useState<number | null>(null);
  const [report, setReport] = useState<Report | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  /** What was tried is no word on what is asked for now. */
  const change =
    <T,>(set: (next: T) => void) =>
    (next: T) => {
      set(next);
      setReport(null);
      setFault(null);
    };
  async function send(dryRun: boolean) {
    setFault(null);
    setRunning(0);
    const rows = file.lines.map(({ cells }) => callOf(cells, mapping, otherwise));
    try {
      const outcomes = await sendCalls(rows, dryRun, setRunning);
      const lines = outcomes.map((outcome, i) => ({
        ...outcome,
        number: rows[i]!.number,
        line: file.lines[i]!.line,
      }));
      setReport({ dryRun, lines });
    } catch (error) {
      setFault(sayError(error));
    } finally {
      setRunning(null);
    }
    if (!dryRun) await touch(queries, ["/v1/calls"]);
  }
  const missing = neededOfCalls.filter((field) => mapping[field] === -1);
  const ready = otherwise.provider !== "" && missing.length === 0 && running === null;
  const would = report?.dryRun ? report.lines.filter(({ status }) => status === "added").length : 0;
  return (
    <>
      {fault !== null && (
        <Alert color="red" role="alert">
          {fault}
        </Alert>
      )}
      <Paper withBorder p="md">
        <Stack gap="lg">
          <Group justify="space-between">
            <Text fw={600}>{plural(texts, text.found, file.lines.length, { file: file.name })}</Text>
            <Button size="xs" variant="default" disabled={running !== null} onClick={another}>
              {text.another}
            </Button>
          </Group>
          <Fieldset variant="unstyled" mx={0} disabled={running !== null}>
            <Stack gap="lg">
              <Rest otherwise={otherwise} set={change(setOtherwise)} />
              <Columns
                headings={file.headings}
                mapping={mapping}
                missing={missing}
                set={change(setMapping)}
              />
            </Stack>
          </Fieldset>
          <Group justify="flex-end">
            {running !== null && (
              <Text size="sm" role="status">
                {fill(text.progress, { done: running, all: file.lines.length })}
              </Text>
            )}
            <Button
              variant={would > 0 ? "default" : "filled"}
              disabled={!ready}
              onClick={() => void send(true)}
            >
              {text.try}
            </Button>
            {would > 0 && (
              <Button disabled={!ready} onClick={() => void send(false)}>
                {plural(texts, text.go, would)}
              </Button>
            )}
          </Group>
        </Stack>
      </Paper>
      {report && <CallsImportReport key={String(report.dryRun)} report={report} />}
    </>
  );
}

function Rest({ otherwise, set }: { otherwise: CallsOtherwise; set: (next: CallsOtherwise) => void }) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
      <TextInput
        label={text.provider}
        description={text.providerNote}
        required
        maxLength={31}
        value={otherwise.provider}
        onChange={({ currentTarget }) =>
          set({ ...otherwise, provider: currentTarget.value.trim().toLowerCase() })
        }
      />
      <NativeSelect
        label={text.zone}
        description={"\u00a0"}
        value={otherwise.zone}
        data={[
          { value: "utc", label: text.zones.utc },
          { value: "local", label: fill(text.zones.local, { zone: timeZone }) },
        ]}
        onChange={({ currentTarget }) =>
          set({ ...otherwise, zone: currentTarget.value as CallsOtherwise["zone"] })
        }
      />
      <NativeSelect
        label={text.otherwise}
        description={"\u00a0"}
        value={otherwise.direction}
        data={Object.entries(text.directions).map(([value, label]) => ({ value, label }))}
        onChange={({ currentTarget }) =>
          set({ ...otherwise, direction: currentTarget.value as CallsOtherwise["direction"] })
        }
      />
    </SimpleGrid>
  );
}

interface ColumnsProps {
  headings: string[];
  mapping: CallMapping;
  missing: readonly string[];
  set: (mapping: CallMapping) => void;
}

function Columns({ headings, mapping, missing, set }: ColumnsProps) {
  const columns = [
    { value: "-1", label: text.noColumn },
    ...headings.map((name, i) => ({ value: String(i), label: name })),
  ];
  return (
    <section aria-labelledby="columns">
      <Title order={2} size="h4" id="columns">
        {text.columnsTitle}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {text.columnsNote}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
        {callFields.map((field) => (
          <NativeSelect
            key={field}
            label={text.fields[field]}
            value={String(mapping[field])}
            data={columns}
            error={missing.includes(field) ? text.needed : undefined}
            onChange={({ currentTarget }) => set({ ...mapping, [field]: Number(currentTarget.value) })}
          />
        ))}
      </SimpleGrid>
    </section>
  );
}

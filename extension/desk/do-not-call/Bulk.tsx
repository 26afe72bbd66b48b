/** Adds many numbers to the do-not-call list from a CSV file, and reports the lines that were refused. */
import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import { dncBulkEn, dncEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { Dialog } from "../forms/Dialog.tsx";
import { FormError } from "../forms/FormDialog.tsx";
import { FileChoice } from "../import/FileChoice.tsx";
import { ImportOutcome, ImportProgress } from "../import/Progress.tsx";
import { touch } from "../parts/api.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import { type Column, Table } from "../tables/Table.tsx";
import { kinds } from "./Add.tsx";
import { type BulkLine, type BulkReport, enterAll, readBulk, type Refusal } from "./bulk-file.ts";

const text = dncBulkEn;
/** Lines. Larger files go by the command line: a page closed by accident would stop half way. */
const MOST = 50_000;

type State =
  | { at: "none" }
  | { at: "ready"; file: string; lines: BulkLine[]; error?: unknown }
  | { at: "entering"; lines: BulkLine[]; report: BulkReport | null }
  | { at: "done"; lines: BulkLine[]; report: BulkReport; stopped: boolean };

export function DoNotCallBulk({ close }: { close: () => void }) {
  const queries = useQueryClient();
  const [state, setState] = useState<State>({ at: "none" });
  const [kind, setKind] = useState<Suppression["kind"]>("objection");
  const [reason, setReason] = useState("");
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);

  async function enter(file: string, lines: BulkLine[]) {
    stop.current = new AbortController();
    const { signal } = stop.current;
    setState({ at: "entering", lines, report: null });
    try {
      const otherwise = { kind, reason, source: `file ${file}`.slice(0, 200) };
      const report = await enterAll(lines, otherwise, signal, (report) =>
        setState({ at: "entering", lines, report }),
      );
      setState({ at: "done", lines, report, stopped: report.done < lines.length });
    } catch (error) {
      stop.current.abort();
      setState({ at: "ready", file, lines, error });
    }
    await touch(queries, ["/v1/suppressions"]);
  }

  return (
    <Dialog opened onClose={close} size="lg" title={text.title}>
      <Stack gap="md">
        {(state.at === "none" || state.at === "ready") && (
          <Text size="sm" c="dimmed">
            {text.lead}
          </Text>
        )}
        {state.at === "none" && (
          <FileChoice
            words={text}
            most={MOST}
            read={(csv) => ({ lines: readBulk(csv) })}
            chosen={({ lines }, file) => setState({ at: "ready", file, lines })}
          />
        )}
        {state.at === "ready" && (
          <>
            <Text size="sm" fw={600}>
              {plural(texts, text.found, state.lines.length, { file: state.file })}
            </Text>
            <NativeSelect
              label={text.kind}
              value={kind}
              data={kinds.map((value) => ({ value, label: dncEn.kinds[value] }))}
              onChange={(event) => setKind(event.currentTarget.value as Suppression["kind"])}
            />
            <TextInput
              label={text.reason}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <FormError error={state.error} />
            <Group justify="flex-end">
              <Button onClick={() => void enter(state.file, state.lines)}>
                {plural(texts, text.go, state.lines.length)}
              </Button>
            </Group>
          </>
        )}
        {state.at === "entering" && (
          <ImportProgress
            label={text.title}
            done={state.report?.done ?? 0}
            all={state.lines.length}
            stop={() => stop.current.abort()}
          />
        )}
        {state.at === "done" && <Done {...state} close={close} />}
      </Stack>
    </Dialog>
  );
}

const columns: Column<Refusal>[] = [
  { id: "line", header: text.line, value: (r) => r.line },
  { id: "number", header: text.written, value: (r) => r.number },
  { id: "why", header: text.why, value: (r) => r.why },
];

function Done({ report, lines, stopped, close }: Extract<State, { at: "done" }> & { close: () => void }) {
  const { added, there, refused, done } = report;
  return (
    <>
      <ImportOutcome
        fine={refused.length === 0 && !stopped}
        stopped={stopped ? fill(text.stopped, { n: done, all: lines.length }) : null}
        counts={[
          plural(texts, text.added, added),
          ...(there > 0 ? [plural(texts, text.there, there)] : []),
          ...(refused.length > 0 ? [plural(texts, text.refused, refused.length)] : []),
        ]}
      />
      {refused.length > 0 && (
        <Table
          label={text.refusedLabel}
          columns={columns}
          rows={refused}
          idOf={(r) => String(r.line)}
          csv="refused-lines"
        />
      )}
      <Group justify="flex-end">
        <Button onClick={close}>{text.close}</Button>
      </Group>
    </>
  );
}

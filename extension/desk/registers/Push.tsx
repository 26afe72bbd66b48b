/** The push of a register's file: it is chosen, read in this browser, looked at, then compared with the current version and sent. */
import { Alert, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import type { Register } from "../../../shared/registers/api.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { registerFileEn } from "../../../shared/texts/registers/file.en.ts";
import { HOUR } from "../../../shared/core/time.ts";
import { ApiError } from "../../ui/api.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { Form } from "../forms/Form.tsx";
import { FileDrop } from "../import/FileDrop.tsx";
import { touch } from "../parts/api.ts";
import { sayError } from "../parts/errors.ts";
import { Working } from "../parts/ProgressBar.tsx";
import { fill, plural, sayDate, texts } from "../parts/texts.ts";
import { take } from "./dropped.ts";
import { dayOfFile, noDay } from "./guess.ts";
import { RegisterPreview } from "./Preview.tsx";
import type { FileReport } from "./push-worker.ts";
import { sayNumbers } from "./status.ts";
import { type PushState, usePush } from "./usePush.ts";

const text = listsEn.push;
/** The latest date that it is today anywhere on earth (UTC+14). */
const latestDate = () => new Date(Date.now() + 14 * HOUR).toISOString().slice(0, 10);
const codeOf = (error: unknown) => (error instanceof ApiError ? error.problem?.code : undefined);

/** What the person has confirmed, after the Worker asked back. */
interface Meant {
  allowShrink: boolean;
  attestSameFile: boolean;
}
const nothingMeant: Meant = { allowShrink: false, attestSameFile: false };

export function RegisterPush({ list }: { list: Register }) {
  const queries = useQueryClient();
  const push = usePush(() => void touch(queries, ["/v1/lists"]));
  const { state } = push;
  const [day, setDay] = useState(noDay);
  const [meant, setMeant] = useState(nothingMeant);

  function choose(file: File) {
    setMeant(nothingMeant);
    setDay((before) => dayOfFile(file.name, latestDate(), before));
    push.choose(file, list.regions[0] ?? "GB", list.id);
  }
  /** The next file may be of another day. */
  function end() {
    setDay(noDay);
    push.cancel();
  }
  const { id } = list;
  const begin = useEffectEvent((dropped: File | null) => dropped && choose(dropped));
  useEffect(() => void begin(take(id)), [id]);
  // After a roll-back, say, the result is of the past.
  const over = state.at === "done" && list.version > state.report.version;
  const forget = useEffectEvent(end);
  useEffect(() => {
    if (over) forget();
  }, [over]);

  function start(more: Partial<Meant> = {}) {
    const all = { ...meant, ...more };
    setMeant(all);
    push.start({ list: list.id, asOf: day.date, ...all });
  }

  return (
    <Paper withBorder p="md" component="section" aria-label={text.title} data-push={state.at}>
      <Stack gap="md">
        <div>
          <Title order={2} size="h3">
            {text.title}
          </Title>
          <Text c="dimmed" size="sm" mt={2}>
            {text.lead}
          </Text>
        </div>
        <Form send={() => start()}>
          <Stack gap="md">
            {state.at !== "done" && (
              <DateInput
                label={text.asOf}
                description={day.guessed ? text.guessed : text.asOfNote}
                value={day.date}
                required
                width={360}
                max={latestDate()}
                disabled={state.at === "pushing"}
                data-missing={text.needsDate}
                // It ends the day that is typed. A register is made live by its button alone.
                onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
                onChange={(date) => {
                  setDay({ date, guessed: false });
                  // The attestation was for another date.
                  setMeant(nothingMeant);
                }}
              />
            )}
            <Stage state={state} end={end} choose={choose} start={start} />
          </Stack>
        </Form>
        {state.at === "done" && !over && <Done list={list} state={state} close={end} />}
      </Stack>
    </Paper>
  );
}

interface StageProps {
  state: PushState;
  /** Cancels, or leaves the file. */
  end: () => void;
  choose: (file: File) => void;
  start: (more?: Partial<Meant>) => void;
}

function Stage({ state, end, choose, start }: StageProps) {
  switch (state.at) {
    case "none":
      return (
        <>
          {state.cancelled && <Alert color="gray" title={text.cancelled} role="status" />}
          <FileDrop label={text.file} note={text.dropNote} onFile={choose} />
        </>
      );
    case "reading":
      return (
        <Working
          label={fill(text.reading, { file: state.file.name })}
          share={state.share}
          cancel={end}
          cancelLabel={text.cancel}
        />
      );
    case "not-a-list":
      return (
        <>
          <Alert color="red" title={text.failed} role="alert">
            {state.file.name}: {state.fault === null ? text.failedRead : registerFileEn.faults[state.fault]}
          </Alert>
          <FileDrop label={text.file} onFile={choose} />
        </>
      );
    case "ready":
      return (
        <>
          <Found file={state.file} found={state.found} />
          <RegisterPreview of={state.compared} />
          {state.error ? (
            <Refused error={state.error} start={start} />
          ) : (
            <Text size="sm" c="dimmed">
              {text.goNote}
            </Text>
          )}
          <Group gap="xs">
            {!isQuestion(state.error) && (
              <Button type="submit" loading={state.compared === null}>
                {state.error ? text.again : text.go}
              </Button>
            )}
            <Button variant="default" onClick={end}>
              {text.other}
            </Button>
          </Group>
        </>
      );
    case "pushing":
      return (
        <>
          <Found file={state.file} found={state.found} />
          <Working
            label={state.last ? text.committing : text.comparing}
            share={state.share}
            cancel={state.last ? null : end}
            cancelLabel={text.cancel}
          />
        </>
      );
    case "done":
      return null;
  }
}

/** How many numbers the file has, and which of its lines have none. */
function Found({ file, found }: { file: File; found: FileReport }) {
  const { skipped, duplicates } = found;
  return (
    <div data-found>
      <Text size="sm" fw={600}>
        {fill(text.found, {
          file: file.name,
          read: plural(texts, registerFileEn.read, found.read),
          duplicates: duplicates > 0 ? `, ${plural(texts, registerFileEn.duplicates, duplicates)}` : "",
        })}
      </Text>
      {skipped.total > 0 && (
        <Alert color="yellow" mt="xs" title={plural(texts, text.skippedTitle, skipped.total)}>
          {Object.entries(skipped.reasons).map(([why, n]) => (
            <Text key={why} size="sm">
              {plural(texts, text.skips[why as keyof typeof text.skips], n)}{" "}
              {fill(registerFileEn.skippedLines, { lines: linesOf(found, why) })}
            </Text>
          ))}
        </Alert>
      )}
    </div>
  );
}

/** The numbers of the first such lines, as the command line lists them. */
function linesOf({ skipped }: FileReport, why: string): string {
  const lines = skipped.first.filter((s) => s.why === why).map((s) => s.line);
  const more = (skipped.reasons[why as keyof typeof skipped.reasons] ?? 0) > 20;
  return lines.slice(0, 20).join(", ") + (more ? ", …" : "");
}

/** Refusals that a person may override, by the problem's code: the note, the button, and what it confirms. */
const questions: Record<string, { note: string; yes: string; meant: Partial<Meant> }> = {
  "list-shrinks": { note: text.shrinkNote, yes: text.allowShrink, meant: { allowShrink: true } },
  "same-file": { note: text.sameNote, yes: text.attest, meant: { attestSameFile: true } },
};
const isQuestion = (error: unknown): boolean => (codeOf(error) ?? "") in questions;

function Refused({ error, start }: { error: unknown; start: StageProps["start"] }) {
  const question = questions[codeOf(error) ?? ""];
  return (
    <Alert color={question ? "yellow" : "red"} title={text.failed} role="alert">
      <Text size="sm">{sayError(error)}</Text>
      {question && (
        <>
          <Text size="sm" mt={4}>
            {question.note}
          </Text>
          <Button size="xs" variant="default" mt="sm" onClick={() => start(question.meant)}>
            {question.yes}
          </Button>
        </>
      )}
    </Alert>
  );
}

interface DoneProps {
  list: Register;
  state: Extract<PushState, { at: "done" }>;
  close: () => void;
}

function Done({ list, state: { file, found, report, asOf }, close }: DoneProps) {
  const said = fill(report.unchanged ? text.resultUnchanged : text.result, {
    list: list.name,
    version: report.version,
    numbers: sayNumbers(report.numbers),
    date: sayDate(texts, asOf),
  });
  const counts = [
    plural(texts, text.added, report.added),
    plural(texts, text.removed, report.removed),
    plural(texts, text.blocks, report.changedBlocks, { all: report.blocks.toLocaleString(texts.language) }),
  ];
  return (
    <>
      <Alert
        color={report.unchanged ? "gray" : "green"}
        title={report.unchanged ? text.unchanged : text.done}
        role="status"
      >
        <Text size="sm">{said}</Text>
        {!report.unchanged && <Text size="sm">{counts.join(", ")}.</Text>}
      </Alert>
      <Found file={file} found={found} />
      <div>
        <Button variant="default" onClick={close}>
          {text.close}
        </Button>
      </div>
    </>
  );
}

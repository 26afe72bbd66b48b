/** The push of a register's file: it is chosen, read in this browser, compared with the current version, looked at, then made live. */
import { Alert, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import type { Register } from "../../../shared/registers/api.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { registerFileEn } from "../../../shared/texts/registers/file.en.ts";
import { HOUR } from "../../../shared/core/time.ts";
import type { Meant } from "../../../shared/registers/push.ts";
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
import { FileFound } from "./Found.tsx";
import { RegisterPreview } from "./Preview.tsx";
import { sayNumbers } from "./status.ts";
import { type PushState, usePush } from "./usePush.ts";

const text = listsEn.push;
/** The latest date that it is today anywhere on earth (UTC+14). */
const latestDate = () => new Date(Date.now() + 14 * HOUR).toISOString().slice(0, 10);
const codeOf = (error: unknown) => (error instanceof ApiError ? error.problem?.code : undefined);

/** After a change of the date, before it is sent under the new one: it may be typed still. */
const SETTLES_MS = 600;

export function RegisterPush({ list }: { list: Register }) {
  const queries = useQueryClient();
  const push = usePush(() => void touch(queries, ["/v1/lists"]));
  const { state } = push;
  const [day, setDay] = useState(noDay);
  const [meant, setMeant] = useState<Meant>({});

  function choose(file: File) {
    setMeant({});
    setDay((before) => dayOfFile(file.name, latestDate(), before));
    push.choose(file, list.regions[0] ?? "GB");
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

  // What was compared with a version that is no longer in force is compared again.
  const moved = state.at === "staged" && list.version > state.compared.version;
  const waits = (state.at === "ready" && state.error === null) || moved;
  /** What was confirmed was confirmed of another comparison. */
  function stage() {
    setMeant({});
    push.stage(id, day.date);
  }
  const stageAlone = useEffectEvent(stage);
  useEffect(() => {
    if (!waits || day.date === "") return;
    const timer = setTimeout(() => stageAlone(), day.guessed ? 0 : SETTLES_MS);
    return () => clearTimeout(timer);
  }, [waits, day]);

  function commit(more: Meant = {}) {
    const all = { ...meant, ...more };
    setMeant(all);
    push.commit(all);
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
        <Form send={() => (state.at === "ready" ? stage() : commit())}>
          <Stack gap="md">
            {state.at !== "done" && (
              <DateInput
                label={text.asOf}
                description={day.guessed ? text.guessed : text.asOfNote}
                value={day.date}
                required
                width={360}
                max={latestDate()}
                disabled={state.at === "committing"}
                data-missing={text.needsDate}
                // It ends the day that is typed. A register is made live by its button alone.
                onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
                onChange={(date) => {
                  setDay({ date, guessed: false });
                  // What was compared, and the attestation, were for another date.
                  push.leave();
                  setMeant({});
                }}
              />
            )}
            <Stage {...{ state, end, choose, commit }} again={push.leave} />
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
  commit: (more?: Meant) => void;
  /** Compares once more. */
  again: () => void;
}

function Stage({ state, end, choose, commit, again }: StageProps) {
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
          <FileFound {...state} />
          {state.error ? (
            <Alert color="red" title={text.failedStage} role="alert">
              {sayError(state.error)}
            </Alert>
          ) : (
            <Text size="sm" c="dimmed">
              {text.dayFirst}
            </Text>
          )}
          <Group gap="xs">
            {state.error ? (
              <Button onClick={again}>{text.again}</Button>
            ) : (
              <Button type="submit">{text.compare}</Button>
            )}
            <Button variant="default" onClick={end}>
              {text.other}
            </Button>
          </Group>
        </>
      );
    case "staging":
      return (
        <>
          <FileFound {...state} />
          <Working label={text.staging} share={state.share} cancel={end} cancelLabel={text.cancel} />
        </>
      );
    case "staged":
      return (
        <>
          <FileFound {...state} />
          <RegisterPreview of={state.compared} />
          {state.error ? (
            <Refused error={state.error} commit={commit} />
          ) : (
            <Text size="sm" c="dimmed">
              {text.goNote}
            </Text>
          )}
          <Group gap="xs">
            {!state.error && <Button type="submit">{text.go}</Button>}
            {state.error !== null && !isQuestion(state.error) && (
              <Button onClick={again}>{text.again}</Button>
            )}
            <Button variant="default" onClick={end}>
              {text.other}
            </Button>
          </Group>
        </>
      );
    case "committing":
      return (
        <>
          <FileFound {...state} />
          <RegisterPreview of={state.compared} />
          <Text size="sm" c="dimmed" role="status">
            {text.committing}
          </Text>
          <Group gap="xs">
            <Button loading>{text.go}</Button>
          </Group>
        </>
      );
    case "done":
      return null;
  }
}

/** Refusals that a person may override, by the problem's code: the note, the button, and what it confirms. */
const questions: Record<string, { note: string; yes: string; meant: Meant }> = {
  "list-shrinks": { note: text.shrinkNote, yes: text.allowShrink, meant: { allowShrink: true } },
  "same-file": { note: text.sameNote, yes: text.attest, meant: { attestSameFile: true } },
};
const isQuestion = (error: unknown): boolean => (codeOf(error) ?? "") in questions;

function Refused({ error, commit }: { error: unknown; commit: StageProps["commit"] }) {
  const question = questions[codeOf(error) ?? ""];
  return (
    <Alert color={question ? "yellow" : "red"} title={text.failed} role="alert">
      <Text size="sm">{sayError(error)}</Text>
      {question && (
        <>
          <Text size="sm" mt={4}>
            {question.note}
          </Text>
          <Button size="xs" variant="default" mt="sm" onClick={() => commit(question.meant)}>
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
      <FileFound file={file} found={found} />
      <div>
        <Button variant="default" onClick={close}>
          {text.close}
        </Button>
      </div>
    </>
  );
}

/** Recordings whose audio cannot be had stop a copy. They are named, and one click leaves them out with a reason. */
import { Alert, Button, Group, List, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { RequestSummary } from "../../../../shared/privacy-requests/api.ts";
import { lostEn as text } from "../../../../shared/texts/privacy-requests/lost.en.ts";
import { ReasonField } from "../../forms/fields.tsx";
import { Form } from "../../forms/Form.tsx";
import { ApiError } from "../../../ui/api.ts";
import { refusedFields } from "../../parts/errors.ts";
import { plural, texts } from "../../parts/texts.ts";
import { sayFailure } from "../../parts/toast.tsx";
import { useStep } from "../step.ts";

interface LostRecording {
  /** Of the item. */
  id: string;
  /** Its day and number, and what is wrong. */
  says: string;
}

/** Makes the copy, and says which recordings stop it. */
export function useCopy(row: RequestSummary) {
  const { mutate, isPending, error, reset } = useStep(row, true);
  const lost = refusedFields(error)
    .filter(({ path }) => path.startsWith("recording."))
    .map(({ path: id, message: says }): LostRecording => ({ id, says }));
  const make = () =>
    mutate(
      { path: "export" },
      // Those that name no recording.
      { onError: (failed) => refusedFields(failed).length === 0 && sayFailure(failed, make) },
    );
  const code = error instanceof ApiError ? (error.problem?.code ?? "") : "";
  return { make, isPending, reset, lost, code };
}

interface LostProps {
  row: RequestSummary;
  lost: readonly LostRecording[];
  /** Of the problem, for the reason that is written before the officer does. */
  code: string;
  /** Makes the copy once the note is there. */
  then: () => void;
  /** Absent where it waits by itself. */
  wait?: () => void;
}

export function RequestLost({ row, lost, code, then, wait }: LostProps) {
  const [why, setWhy] = useState(text.reasons[code] ?? text.reason);
  const note = useStep(row);
  const leave = () =>
    note.mutate(
      { path: "note", body: { text: why.trim(), without: lost.map(({ id }) => id) } },
      { onSuccess: then },
    );
  return (
    <Alert color="yellow" role="alert" title={plural(texts, text.title, lost.length)}>
      <Form send={leave} error={note.error}>
        <Stack gap="sm">
          <List size="sm">
            {lost.map(({ id, says }) => (
              <List.Item key={id}>{says}</List.Item>
            ))}
          </List>
          <Text size="sm">{text.text}</Text>
          <ReasonField label={text.why} description={text.whyNote} value={why} onChange={setWhy} />
          <Group gap="xs">
            <Button type="submit" loading={note.isPending}>
              {plural(texts, text.leave, lost.length)}
            </Button>
            {wait && (
              <Button variant="default" onClick={wait}>
                {text.wait}
              </Button>
            )}
          </Group>
        </Stack>
      </Form>
    </Alert>
  );
}

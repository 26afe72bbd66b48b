/** A recording's audio. The person gives a purpose first; the audio is only ever in this window's memory. */
import { Button, Group, NativeSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { Recording } from "../../../shared/recordings/api.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { fetchAudio } from "../../ui/audio.ts";
import { ApiError } from "../../ui/api.ts";
import { Form } from "../forms/Form.tsx";
import { useMe } from "../parts/me.ts";
import { ProgressBar } from "../parts/ProgressBar.tsx";
import { Failed } from "../parts/QueryState.tsx";
import { fill, texts } from "../parts/texts.ts";
import { useToday } from "../parts/useToday.ts";
import { sayPurpose } from "./format.ts";
import { RecordingLook } from "./Look.tsx";
import { RecordingPlayer } from "./Player.tsx";

const text = recordingsEn.audio;

type State =
  | { at: "closed"; error?: unknown }
  | { at: "loading"; part: number | null }
  | { at: "open"; audio: Blob };

export function RecordingAudio({ row, policy }: { row: Recording; policy: Policy }) {
  const { role } = useMe().person;
  const why = closedTo(row, policy, role, useToday());
  return (
    <section aria-labelledby="audio">
      <Title order={2} size="h3" id="audio" mb="sm">
        {text.title}
      </Title>
      <Paper withBorder p="md">
        {why === null ? (
          <Opening row={row} purposes={policy.recording.purposes} />
        ) : (
          <Text size="sm" c="dimmed">
            {why}
          </Text>
        )}
      </Paper>
    </section>
  );
}

/** Why it cannot be opened, by the Worker's own rules; null where it can. */
function closedTo(
  row: Recording,
  { recording }: Policy,
  role: Policy["recording"]["openedBy"][number],
  today: string,
) {
  if (row.state !== "kept" || (!row.hold && row.eraseAfter <= today)) return text.closed.erased;
  if (row.quarantined) return text.closed.quarantined;
  if (recording.openedBy.includes(role)) return null;
  const roles = new Intl.ListFormat(texts.language).format(recording.openedBy.map((r) => rolesEn[r]));
  return fill(text.closed.role, { roles });
}

function Opening({ row, purposes }: { row: Recording; purposes: Policy["recording"]["purposes"] }) {
  const [purpose, setPurpose] = useState("");
  const [state, setState] = useState<State>({ at: "closed" });
  const call = useRef(new AbortController());
  useEffect(() => () => call.current.abort(), []);
  const select = useRef<HTMLSelectElement>(null);
  const before = useRef(state.at);
  useEffect(() => {
    // The button that had the focus is gone: focus the form that opens the audio.
    if (before.current !== "closed" && state.at === "closed") select.current?.focus();
    before.current = state.at;
  }, [state.at]);

  async function open() {
    call.current = new AbortController();
    const { signal } = call.current;
    setState({ at: "loading", part: null });
    try {
      const progress = (part: number | null) => setState({ at: "loading", part });
      const audio = await fetchAudio({ id: row.id, purpose, signal, progress });
      setState({ at: "open", audio });
    } catch (error) {
      setState(signal.aborted ? { at: "closed" } : { at: "closed", error });
    }
  }

  if (state.at === "loading") return <Loading part={state.part} cancel={() => call.current.abort()} />;
  if (state.at === "open")
    return (
      <Stack gap="md">
        <RecordingPlayer audio={state.audio} seconds={row.seconds ?? 0} />
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {fill(text.opened, { purpose: sayPurpose(purpose) })}
          </Text>
          <Button variant="default" onClick={() => setState({ at: "closed" })}>
            {text.close}
          </Button>
        </Group>
      </Stack>
    );
  return (
    <Form send={() => void open()}>
      <Stack gap="sm">
        {state.error !== undefined &&
          (isChanged(state.error) ? <RecordingLook row={row} /> : <Failed error={state.error} />)}
        <Group align="flex-start" gap="sm">
          <NativeSelect
            ref={select}
            label={text.purpose}
            w={260}
            required
            value={purpose}
            data={[
              { value: "", label: text.choose, disabled: true },
              ...purposes.map((value) => ({ value, label: sayPurpose(value) })),
            ]}
            onChange={(event) => setPurpose(event.currentTarget.value)}
          />
          <Button type="submit" className="desk-beside">
            {text.open}
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          {text.note}
        </Text>
      </Stack>
    </Form>
  );
}

const isChanged = (error: unknown): boolean =>
  error instanceof ApiError && error.problem?.code === "object-changed";

function Loading({ part, cancel }: { part: number | null; cancel: () => void }) {
  const percent = Math.round(100 * (part ?? 0));
  return (
    <Stack gap="sm">
      <ProgressBar
        label={text.loading}
        says={part === null ? text.loading : fill(text.loadingPart, { part: percent })}
        percent={percent}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={cancel}>
          {text.cancel}
        </Button>
      </Group>
    </Stack>
  );
}

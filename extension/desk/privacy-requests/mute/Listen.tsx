/** Listens to a recording of a request, and marks on its waveform what is silenced in the copy. */
import { Button, Group, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { PolicyAnswer } from "../../../../shared/policy/api.ts";
import type { Recording } from "../../../../shared/recordings/api.ts";
import { deskRequestsEn } from "../../../../shared/texts/privacy-requests/desk.en.ts";
import { api } from "../../../ui/api.ts";
import { fetchAudio } from "../../../ui/audio.ts";
import { useApi } from "../../parts/api.ts";
import { useMe } from "../../parts/me.ts";
import { ProgressBar } from "../../parts/ProgressBar.tsx";
import { Failed } from "../../parts/QueryState.tsx";
import { RecordingPlayer } from "../../recordings/Player.tsx";
import type { MutedPart } from "./parts.ts";

const text = deskRequestsEn.mute;
/** What the trail says that it was opened for. */
const PURPOSE = "request";

interface ListenProps {
  recording: string;
  parts: readonly MutedPart[];
  mark: (parts: MutedPart[]) => void;
}

type State =
  | { at: "closed"; error?: unknown }
  | { at: "loading"; share: number }
  | { at: "open"; audio: Blob; seconds: number };

export function RequestListen({ recording, parts, mark }: ListenProps) {
  const { role } = useMe().person;
  const policy = useApi<PolicyAnswer>("/v1/policy").data?.policy.recording;
  const [state, setState] = useState<State>({ at: "closed" });
  const call = useRef(new AbortController());
  useEffect(() => () => call.current.abort(), []);
  async function open() {
    call.current = new AbortController();
    const { signal } = call.current;
    setState({ at: "loading", share: 0 });
    try {
      const progress = (share: number | null) => setState({ at: "loading", share: share ?? 0 });
      const { seconds } = await api<Recording>("GET", `/v1/recordings/${encodeURIComponent(recording)}`);
      const audio = await fetchAudio({ id: recording, purpose: PURPOSE, signal, progress });
      setState({ at: "open", audio, seconds: seconds ?? 0 });
    } catch (error) {
      setState(signal.aborted ? { at: "closed" } : { at: "closed", error });
    }
  }
  if (!policy) return null;
  if (role === "agent" || !policy.openedBy.includes(role) || !policy.purposes.includes(PURPOSE))
    return (
      <Text size="sm" c="dimmed">
        {text.mayNot}
      </Text>
    );
  if (state.at === "open")
    return <RecordingPlayer audio={state.audio} seconds={state.seconds} parts={parts} mark={mark} />;
  return (
    <>
      {state.at === "closed" && state.error !== undefined && <Failed error={state.error} />}
      {state.at === "loading" && (
        <ProgressBar label={text.listening} percent={Math.round(100 * state.share)} />
      )}
      <Group>
        {state.at === "loading" ? (
          <Button variant="default" onClick={() => call.current.abort()}>
            {text.cancel}
          </Button>
        ) : (
          <Button variant="default" onClick={() => void open()}>
            {text.listen}
          </Button>
        )}
      </Group>
    </>
  );
}

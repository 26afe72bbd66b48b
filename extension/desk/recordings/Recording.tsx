/** One recording: its warnings, hold, audio and facts, and the actions on it. */
import { Alert, Anchor, List, Paper, Text } from "@mantine/core";
import { useParams } from "wouter";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { Recording as Row } from "../../../shared/recordings/api.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { sayReason } from "../../../shared/texts/check/verdicts.ts";
import { isOtherObject } from "../../../shared/recordings/limits.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { Page } from "../parts/Page.tsx";
import { QueryState } from "../parts/QueryState.tsx";
import { fill, texts } from "../parts/texts.ts";
import { RecordingActions, RecordingHold } from "./Actions.tsx";
import { RecordingAudio } from "./Audio.tsx";
import { RecordingFacts } from "./Facts.tsx";
import { flagOf, sayParty, sayRegion } from "./format.ts";
import { RecordingLook } from "./Look.tsx";
import { RecordingStates } from "./Search.tsx";

const text = recordingsEn.one;

export default function Recording() {
  const { id = "" } = useParams<{ id: string }>();
  const recording = useApi<Row>(`/v1/recordings/${encodeURIComponent(id)}`);
  const policy = useApi<PolicyAnswer>("/v1/policy");
  const row = recording.data;
  const of = {
    data: row && policy.data && { row, policy: policy.data.policy },
    error: recording.error ?? policy.error,
    refetch: () => Promise.all([recording.refetch(), policy.refetch()]),
  };
  return (
    <Page
      title={
        row
          ? row.state === "erased"
            ? text.titleErased
            : fill(text.title, { number: sayParty(row.number) })
          : text.back
      }
      above={
        <Anchor size="sm" href={linkTo("/recordings")}>
          ← {text.back}
        </Anchor>
      }
      lead={row && <RecordingStates of={row} />}
      actions={row && <RecordingActions row={row} />}
    >
      <QueryState of={of}>
        {({ row, policy }) => (
          <>
            <Warnings row={row} policy={policy} />
            {isOtherObject(row.error) && <RecordingLook row={row} />}
            {row.hold && <RecordingHold hold={row.hold} />}
            {row.state !== "erased" && <RecordingAudio row={row} policy={policy} />}
            <Paper withBorder p="md">
              <RecordingFacts row={row} />
            </Paper>
          </>
        )}
      </QueryState>
    </Page>
  );
}

function Warnings({ row, policy }: { row: Row; policy: Policy }) {
  const lists = useApi<{ lists: RegisterHead[] }>(row.flag ? "/v1/lists" : null).data?.lists ?? [];
  const judged = row.flag === null || flagOf(row.flag) === "blocked";
  return (
    <>
      {row.quarantined && row.state === "kept" && (
        <Alert color="red" title={text.quarantined}>
          {fill(text.quarantinedText, {
            region: sayRegion(row.region),
            regions: policy.recording.regions.map(sayRegion).join(", "),
          })}
        </Alert>
      )}
      {row.flag && (
        <Alert color={judged ? "red" : "yellow"} title={judged ? text.flagTitle : text.unjudgedTitle}>
          <List size="sm">
            {row.flag.map((reason, i) => (
              <List.Item key={i}>{sayReason(texts, reason, lists)}</List.Item>
            ))}
          </List>
          <Text size="sm">{judged ? text.flagText : text.unjudgedText}</Text>
        </Alert>
      )}
    </>
  );
}

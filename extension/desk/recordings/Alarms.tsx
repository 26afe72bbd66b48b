/** What needs attention among the recordings, the worst first, each with a link. The overview lists the same. */
import { Alert, Anchor, Stack, Text } from "@mantine/core";
import type { RecordingsState } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { fill, plural, sayDate, texts } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";
import { RefusedAnswers } from "./Refused.tsx";

const text = recordingsEn;

type Alarm = keyof Omit<typeof text.alarms, "label">;

export const recordingAlarms: readonly { alarm: Alarm; tone: "bad" | "warn"; link: string }[] = [
  { alarm: "quarantined", tone: "bad", link: linkTo("/recordings", { show: "quarantined" }) },
  { alarm: "failing", tone: "bad", link: linkTo("/recordings/erasures") },
  { alarm: "overdue", tone: "warn", link: linkTo("/recordings/erasures") },
  { alarm: "prefixless", tone: "warn", link: linkTo("/people", { kind: "integration" }) },
  { alarm: "refused", tone: "bad", link: linkTo("/recordings/import") },
  { alarm: "lengthened", tone: "warn", link: linkTo("/recordings/erasures") },
  { alarm: "holdsToReview", tone: "warn", link: linkTo("/recordings/holds") },
];

/** An older Worker does not say who was refused. */
export const alarmCount = (alarm: Alarm, state: RecordingsState): number =>
  alarm === "refused" ? new Set(state.refused?.map(({ id }) => id)).size : state[alarm];

export const alarmText = (alarm: Alarm, { prefixlessEnd, refused = [] }: RecordingsState): string =>
  fill(text.alarms[alarm].text, {
    date: sayDate(texts, prefixlessEnd),
    systems: refused
      .map(({ name, why, first, last, n }) =>
        plural(texts, text.alarms.refused.system, n, {
          ...{ name, why: text.alarms.refused.whys[why] },
          ...{ first: sayTime(first), last: sayTime(last) },
        }),
      )
      .join(", "),
  });

export function RecordingsAlarms() {
  const state = useApi<RecordingsState>("/v1/recordings/state").data;
  const up = state ? recordingAlarms.filter(({ alarm }) => alarmCount(alarm, state) > 0) : [];
  if (!state || up.length === 0) return null;
  return (
    <Stack gap="xs" role="region" aria-label={text.alarms.label}>
      {up.map(({ alarm, tone, link }) => (
        <Alert
          key={alarm}
          color={tone === "bad" ? "red" : "yellow"}
          title={plural(texts, text.alarms[alarm].title, alarmCount(alarm, state))}
          data-alarm={alarm}
        >
          <Text size="sm">
            {alarmText(alarm, state)}{" "}
            <Anchor href={link} size="sm" fw={600}>
              {text.alarms[alarm].do}
            </Anchor>
          </Text>
          {alarm === "refused" && <RefusedAnswers refused={state.refused ?? []} />}
        </Alert>
      ))}
    </Stack>
  );
}

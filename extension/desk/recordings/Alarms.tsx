/** What needs attention among the recordings, the worst first, each with a link. The overview lists the same. */
import { Alert, Anchor, Stack, Text } from "@mantine/core";
import type { RecordingsState } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { fill, plural, sayDate, texts } from "../parts/texts.ts";

const text = recordingsEn;

type Alarm = keyof Omit<typeof text.alarms, "label">;

export const recordingAlarms: readonly { alarm: Alarm; tone: "bad" | "warn"; link: string }[] = [
  { alarm: "quarantined", tone: "bad", link: linkTo("/recordings", { show: "quarantined" }) },
  { alarm: "failing", tone: "bad", link: linkTo("/recordings/erasures") },
  { alarm: "overdue", tone: "warn", link: linkTo("/recordings/erasures") },
  { alarm: "prefixless", tone: "warn", link: linkTo("/people", { kind: "integration" }) },
  { alarm: "lengthened", tone: "warn", link: linkTo("/recordings/erasures") },
  { alarm: "holdsToReview", tone: "warn", link: linkTo("/recordings/holds") },
];

export const alarmText = (alarm: Alarm, { prefixlessEnd }: RecordingsState): string =>
  fill(text.alarms[alarm].text, { date: sayDate(texts, prefixlessEnd) });

export function RecordingsAlarms() {
  const state = useApi<RecordingsState>("/v1/recordings/state").data;
  const up = recordingAlarms.filter(({ alarm }) => (state?.[alarm] ?? 0) > 0);
  if (!state || up.length === 0) return null;
  return (
    <Stack gap="xs" role="region" aria-label={text.alarms.label}>
      {up.map(({ alarm, tone, link }) => (
        <Alert
          key={alarm}
          color={tone === "bad" ? "red" : "yellow"}
          title={plural(texts, text.alarms[alarm].title, state[alarm])}
          data-alarm={alarm}
        >
          <Text size="sm">
            {alarmText(alarm, state)}{" "}
            <Anchor href={link} size="sm" fw={600}>
              {text.alarms[alarm].do}
            </Anchor>
          </Text>
        </Alert>
      ))}
    </Stack>
  );
}

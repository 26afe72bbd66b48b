/** The store has another object than was registered: an officer says why it is the recording, and a second person approves. */
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import type { Recording, RecordingLook as Look } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { askReason } from "../forms/Dialog.tsx";
import { useApi, useMutate } from "../parts/api.ts";
import { useMay } from "../parts/me.ts";
import { fill } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";

const text = recordingsEn.look;
const touches = ["/v1/recordings"];

export function RecordingLook({ row }: { row: Recording }) {
  const may = useMay("compliance", "admin");
  const path = `/v1/recordings/${encodeURIComponent(row.id)}/look`;
  // Nobody has looked for a week: not found.
  const look = useApi<Look>(may ? path : null).data;
  const say = useMutate<string>((why) => ({ method: "POST", path, body: { why } }), {
    touches,
    done: text.said,
  });
  const approve = useMutate<null>(() => ({ method: "POST", path: `${path}/approve` }), {
    touches,
    done: text.approved,
  });
  if (approve.isSuccess) return null;
  async function ask() {
    const why = await askReason({ title: text.title, text: text.text, yes: text.yes });
    if (why !== null) say.mutate(why);
  }
  return (
    <Alert color="red" title={text.changed}>
      <Stack gap="sm">
        <Text size="sm">{text.changedText}</Text>
        {look && (
          <Text size="sm">
            {fill(text.waits, { name: look.byName, at: sayTime(look.at), why: look.why })}
          </Text>
        )}
        {may && (
          <Group gap="sm">
            {look && (
              <Button loading={approve.isPending} onClick={() => approve.mutate(null)}>
                {text.approve}
              </Button>
            )}
            <Button variant="default" loading={say.isPending} onClick={() => void ask()}>
              {text.button}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

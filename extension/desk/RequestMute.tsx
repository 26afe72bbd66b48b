/** Which seconds of a recording are silenced in the requester's copy: those in which other people's data is heard. */
import { Alert, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import type { RequestItem, RequestSummary } from "../../shared/api-requests.ts";
import { deskRequestsEn } from "../../shared/texts/desk-requests.en.ts";
import { readMutes, sayMutes } from "./mutes.ts";
import { Dialog } from "./parts/Dialog.tsx";
import { sayError } from "./parts/say.ts";
import { fill } from "./parts/words.ts";
import { useStep } from "./request-step.ts";
import { sayItem } from "./RequestsWords.tsx";

const text = deskRequestsEn.mute;

interface MuteProps {
  row: RequestSummary;
  item: RequestItem;
  close: () => void;
}

export function MuteDialog({ row, item, close }: MuteProps) {
  const [written, setWritten] = useState(sayMutes(item.mute).join("\n"));
  const step = useStep(row, true);
  const read = readMutes(written);
  const wrong = "wrong" in read ? fill(text.wrong, { line: read.wrong }) : null;
  function save() {
    if ("wrong" in read) return;
    const judged = { id: item.id, verdict: "confirmed", mute: read.mutes };
    step.mutate({ path: "items", body: { items: [judged] } }, { onSuccess: close });
  }
  return (
    <Dialog opened onClose={close} title={fill(text.title, { item: sayItem(item) })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Stack gap="md">
          <Text size="sm">{text.text}</Text>
          <Textarea
            label={text.stretches}
            description={text.note}
            autosize
            minRows={3}
            data-autofocus
            error={wrong}
            value={written}
            onChange={({ currentTarget }) => setWritten(currentTarget.value)}
          />
          {step.error && (
            <Alert color="red" role="alert">
              {sayError(step.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button type="submit" loading={step.isPending} disabled={wrong !== null}>
              {text.yes}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

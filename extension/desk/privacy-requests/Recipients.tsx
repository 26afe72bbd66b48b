/** Others who received the erased data, and whether the company has told each of them (UK GDPR art 19). */
import { Button, Group, List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RequestAnswer, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { api } from "../../ui/api.ts";
import { CopyText } from "../forms/CopyText.tsx";
import { askReason, Dialog } from "../forms/Dialog.tsx";
import { withQuery } from "../parts/location.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { RequestRecipientDialog } from "./Dialogs.tsx";
import { useStep } from "./step.ts";

const all = deskRequestsEn;
const text = all.one;
const said = text.recipientSaid;

interface RecipientsProps {
  row: RequestSummary;
  recipients: RequestAnswer["recipients"];
}

export function RequestRecipients({ row, recipients }: RecipientsProps) {
  const [open, setOpen] = useState<{ what: "letter" | "told"; name: string } | null>(null);
  const step = useStep(row);
  const mayAdd = row.actions.some(({ action, wants }) => action === "recipient" && wants === null);
  const close = () => setOpen(null);
  if (recipients.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {text.recipientsNone}
      </Text>
    );
  async function mistake(name: string) {
    const why = await askReason({
      title: `${all.recipient.mistake}: ${name}`,
      text: all.recipient.mistakeText,
      reasonLabel: all.recipient.mistakeWhy,
      yes: all.recipient.mistake,
    });
    if (why !== null) step.mutate({ path: "recipients", body: { name, mistake: why } });
  }
  const button = (what: keyof typeof text.recipientDo, name: string, press: () => void) => (
    <Button
      size="compact-xs"
      variant="default"
      disabled={step.isPending}
      aria-label={`${text.recipientDo[what]} ${name}`}
      onClick={press}
    >
      {text.recipientDo[what]}
    </Button>
  );
  return (
    <>
      <List size="sm">
        {recipients.map(({ id, name, toldOn, how, mistaken = false, owed = toldOn === null }) => (
          <List.Item key={id}>
            {fill(said[mistaken ? "mistaken" : toldOn === null ? "untold" : owed ? "owed" : "told"], {
              name,
              date: toldOn === null ? "" : sayDate(texts, toldOn),
            })}
            {how !== "" && `: ${how}`}
            {mayAdd && owed && (
              <Group gap={6}>
                {button("letter", name, () => setOpen({ what: "letter", name }))}
                {button("told", name, () => setOpen({ what: "told", name }))}
                {toldOn === null && button("mistake", name, () => void mistake(name))}
              </Group>
            )}
          </List.Item>
        ))}
      </List>
      {open?.what === "letter" && <Letter key={open.name} row={row} name={open.name} close={close} />}
      {open?.what === "told" && (
        <RequestRecipientDialog key={open.name} row={row} name={open.name} listed close={close} />
      )}
    </>
  );
}

/** A letter to copy: the company sends it by its own means. */
function Letter({ row, name, close }: { row: RequestSummary; name: string; close: () => void }) {
  const draft = useQuery({
    queryKey: ["letter", row.id, "recipient", name],
    queryFn: () =>
      api<{ text: string }>(
        "GET",
        withQuery(`/v1/requests/${encodeURIComponent(row.id)}/letters/recipient`, { recipient: name }),
      ),
  });
  return (
    <Dialog opened onClose={close} title={text.letterKinds.recipient} size="lg">
      <QueryState of={draft}>
        {(data) => (
          <Stack gap="md">
            <Text size="sm">{all.recipient.letter}</Text>
            <CopyText text={data.text} label={text.letterKinds.recipient} />
          </Stack>
        )}
      </QueryState>
    </Dialog>
  );
}

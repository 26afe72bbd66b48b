/** Silences parts of a recording in the requester's copy: those in which other people's data is heard. */
import { Text, Textarea } from "@mantine/core";
import { useState } from "react";
import type { RequestItem, RequestSummary } from "../../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../../shared/texts/privacy-requests/desk.en.ts";
import { ReasonField } from "../../forms/fields.tsx";
import { FormDialog } from "../../forms/FormDialog.tsx";
import { fill } from "../../parts/texts.ts";
import { sayItem } from "../format.tsx";
import { RequestListen } from "./Listen.tsx";
import { readMutedParts, sayMutedParts, writeMutedParts } from "./parts.ts";
import { useStep } from "../step.ts";

const text = deskRequestsEn.mute;

interface MuteProps {
  row: RequestSummary;
  item: RequestItem;
  close: () => void;
}

export function RequestMute({ row, item, close }: MuteProps) {
  const [written, setWritten] = useState(sayMutedParts(item.mute).join("\n"));
  const [reason, setReason] = useState("");
  const step = useStep(row, true);
  const read = readMutedParts(written);
  const [line] = read.wrong;
  const wrong = line === undefined ? null : fill(text.wrong, { line });
  const silences = read.mutes.length > 0;
  function save() {
    if (wrong !== null) return;
    const judged = { id: item.id, verdict: "confirmed", mute: read.mutes };
    const why = silences ? { reason: reason.trim() } : {};
    step.mutate({ path: "items", body: { items: [judged], ...why } }, { onSuccess: close });
  }
  return (
    <FormDialog
      size="lg"
      title={fill(text.title, { item: sayItem(item) })}
      close={close}
      yes={text.yes}
      sending={step}
      send={save}
    >
      <Text size="sm">{text.text}</Text>
      <RequestListen
        recording={item.ref}
        parts={read.mutes}
        mark={(parts) => setWritten((before) => writeMutedParts(before, parts))}
      />
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
      {silences && (
        <ReasonField
          label={deskRequestsEn.one.notTheirs.reasonLabel}
          description={deskRequestsEn.timelineNote}
          value={reason}
          onChange={setReason}
        />
      )}
    </FormDialog>
  );
}

/** Which seconds of a recording are silenced in the requester's copy: those in which other people's data is heard. */
import { Text, Textarea } from "@mantine/core";
import { useState } from "react";
import type { RequestItem, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { readMutes, sayMutes } from "./mutes.ts";
import { FormDialog } from "../parts/FormDialog.tsx";
import { fill } from "../parts/words.ts";
import { useStep } from "./step.ts";
import { sayItem } from "./words.tsx";

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
    <FormDialog
      title={fill(text.title, { item: sayItem(item) })}
      close={close}
      yes={text.yes}
      ready={wrong === null}
      sending={step}
      send={save}
    >
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
    </FormDialog>
  );
}

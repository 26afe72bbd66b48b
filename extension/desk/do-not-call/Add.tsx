/** One number onto the do-not-call list, by hand. */
import { Radio, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Suppression, SuppressionRequest } from "../../../shared/do-not-call/api.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { dncEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { useMutate } from "../parts/api.ts";
import { DateInput } from "../parts/DateInput.tsx";
import { FormDialog } from "../parts/FormDialog.tsx";
import { fill } from "../parts/words.ts";

const text = dncEn;
type Kind = Suppression["kind"];
export const kinds: readonly Kind[] = ["objection", "house"];

export function DoNotCallAdd({ close }: { close: () => void }) {
  const [number, setNumber] = useState("");
  const [kind, setKind] = useState<Kind>("objection");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const adding = useMutate<SuppressionRequest, Suppression>(
    (body) => ({ method: "POST", path: "/v1/suppressions", body }),
    {
      touches: ["/v1/suppressions"],
      quiet: true,
      done: (entry) => fill(text.added, { number: sayNumber(entry.number) }),
    },
  );
  return (
    <FormDialog
      title={text.addTitle}
      close={close}
      yes={text.save}
      sending={adding}
      send={() => {
        const last = kind === "house" && until !== "" ? { until } : {};
        adding.mutate({ number, kind, reason, source: "desk", ...last }, { onSuccess: close });
      }}
    >
      <TextInput
        label={text.number}
        type="tel"
        required
        maxLength={100}
        data-autofocus
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
      />
      <Radio.Group label={text.columns.kind} value={kind} onChange={(value) => setKind(value)}>
        <Stack gap="xs" mt={4}>
          {kinds.map((k) => (
            <Radio key={k} value={k} label={text.kinds[k]} description={text.kindNotes[k]} />
          ))}
        </Stack>
      </Radio.Group>
      <Textarea
        label={text.reason}
        description={text.reasonNote}
        required
        maxLength={500}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {kind === "house" && (
        <DateInput
          label={text.until}
          description={text.untilNote}
          value={until}
          onChange={setUntil}
          width={240}
        />
      )}
    </FormDialog>
  );
}

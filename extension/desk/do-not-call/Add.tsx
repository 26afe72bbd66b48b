/** Adds one number to the do-not-call list, by hand. */
import { useState } from "react";
import type {
  ObjectionScope,
  Suppression,
  SuppressionEntered,
  SuppressionRequest,
} from "../../../shared/do-not-call/api.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { dncEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { PhoneField, RadioField, ReasonField } from "../forms/fields.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useMutate } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";

const text = dncEn;
type Kind = Suppression["kind"];
const scopes: readonly ObjectionScope[] = ["line", "person", "company", "unsaid"];
export const kinds: readonly Kind[] = ["objection", "house"];

export function DoNotCallAdd({ close }: { close: () => void }) {
  const [number, setNumber] = useState("");
  const [kind, setKind] = useState<Kind>("objection");
  const [scope, setScope] = useState<ObjectionScope>("unsaid");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const adding = useMutate<SuppressionRequest, SuppressionEntered>(
    (body) => ({ method: "POST", path: "/v1/suppressions", body }),
    {
      touches: ["/v1/suppressions", "/v1/waiting"],
      quiet: true,
      done: (entry) => fill(text.added, { number: sayNumber(entry.number) }),
      undo: ({ id, undoUntil }) =>
        undoUntil === undefined
          ? null
          : { method: "POST", path: `/v1/suppressions/${encodeURIComponent(id)}/undo` },
    },
  );
  return (
    <FormDialog
      title={text.addTitle}
      close={close}
      yes={text.save}
      sending={adding}
      send={() => {
        const more = kind === "objection" ? { scope } : until === "" ? {} : { until };
        adding.mutate({ number, kind, reason, source: "desk", ...more }, { onSuccess: close });
      }}
    >
      <PhoneField label={text.number} value={number} onChange={setNumber} />
      <RadioField
        label={text.columns.kind}
        value={kind}
        options={kinds.map((k) => ({ value: k, label: text.kinds[k], description: text.kindNotes[k] }))}
        onChange={setKind}
      />
      {kind === "objection" && (
        <RadioField
          label={text.scope}
          value={scope}
          options={scopes.map((s) => ({ value: s, label: text.scopes[s], description: text.scopeNotes[s] }))}
          onChange={setScope}
        />
      )}
      <ReasonField label={text.reason} description={text.reasonNote} value={reason} onChange={setReason} />
      {/* An objection has no end. */}
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

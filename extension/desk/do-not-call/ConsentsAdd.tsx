/** Records a consent with its evidence. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { Consent, ConsentRequest } from "../../../shared/do-not-call/api-consents.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { PhoneField, RadioField, ReasonField } from "../forms/fields.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useMutate } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";

const text = consentsEn;
type Basis = Consent["basis"];
const bases: readonly Basis[] = ["consent", "solicited", "service", "soft-opt-in"];

/** A time (milliseconds) as `<input type="datetime-local">` has it: in this device's zone, to the minute. */
function localTime(time: number): string {
  const at = new Date(time);
  return new Date(time - at.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
}

export function ConsentsAdd({ close }: { close: () => void }) {
  const [number, setNumber] = useState("");
  const [basis, setBasis] = useState<Basis>("consent");
  const [givenBy, setGivenBy] = useState("");
  const [givenAt, setGivenAt] = useState(() => localTime(Date.now()));
  const [evidence, setEvidence] = useState("");
  const [until, setUntil] = useState("");
  const future = givenAt > localTime(Date.now());
  const adding = useMutate<ConsentRequest, Consent>(
    (body) => ({ method: "POST", path: "/v1/consents", body }),
    {
      touches: ["/v1/consents"],
      quiet: true,
      done: (consent) => fill(text.added, { number: sayNumber(consent.number) }),
    },
  );
  function send() {
    if (future) return;
    const given = new Date(givenAt).toISOString();
    const last = until === "" ? {} : { until };
    adding.mutate({ number, basis, givenBy, givenAt: given, evidence, ...last }, { onSuccess: close });
  }
  return (
    <FormDialog
      title={text.addTitle}
      close={close}
      yes={text.save}
      ready={givenAt !== ""}
      sending={adding}
      send={send}
    >
      <PhoneField label={text.number} value={number} onChange={setNumber} />
      <RadioField
        label={text.basis}
        value={basis}
        options={bases.map((b) => ({ value: b, label: text.bases[b], description: text.basisNotes[b] }))}
        onChange={setBasis}
      />
      <TextInput
        label={text.givenBy}
        description={text.givenByNote}
        required
        maxLength={200}
        value={givenBy}
        onChange={(event) => setGivenBy(event.currentTarget.value)}
      />
      <TextInput
        label={text.givenAt}
        type="datetime-local"
        required
        w={240}
        value={givenAt}
        error={future ? text.future : undefined}
        onChange={(event) => setGivenAt(event.currentTarget.value)}
      />
      <ReasonField
        label={text.evidence}
        description={text.evidenceNote}
        maxLength={2000}
        value={evidence}
        onChange={setEvidence}
      />
      <DateInput
        label={text.until}
        description={text.untilNote}
        width={240}
        value={until}
        onChange={setUntil}
      />
    </FormDialog>
  );
}

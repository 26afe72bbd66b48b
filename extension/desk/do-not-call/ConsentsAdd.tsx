/** Records a consent: from whom, for which calls, in which words, and where the proof lies. */
import { Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ConsentKind } from "../../../shared/do-not-call/api.ts";
import type {
  Consent,
  ConsentGiver,
  ConsentHow,
  ConsentRequest,
} from "../../../shared/do-not-call/api-consents.ts";
import { callsOf } from "../../../shared/do-not-call/kind.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { PhoneField, RadioField } from "../forms/fields.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { momentOf, MomentInput, writeMoment } from "../forms/MomentInput.tsx";
import { useFault } from "../forms/useFault.ts";
import { useMutate } from "../parts/api.ts";
import { fill, words } from "../parts/texts.ts";

const text = consentsEn;
const kinds: readonly ConsentKind[] = ["notification", "prior", "solicited", "service", "soft-opt-in"];
const givers: readonly ConsentGiver[] = ["subscriber", "other"];
const ways = Object.keys(text.hows) as ConsentHow[];

const empty = { number: "", givenBy: "", words: "", how: "" as ConsentHow | "", proof: "", product: "" };

export function ConsentsAdd({ close }: { close: () => void }) {
  const [said, setSaid] = useState({ ...empty, givenAt: writeMoment(Date.now()), until: "", day: "" });
  const [kind, setKind] = useState<ConsentKind>("notification");
  const [calls, setCalls] = useState<Campaign[]>(["general"]);
  const [giver, setGiver] = useState<ConsentGiver | null>(null);
  const [lasting, setLasting] = useState(false);
  const future = momentOf(said.givenAt) > Date.now();
  const set = (field: keyof typeof said) => (value: string) => setSaid((now) => ({ ...now, [field]: value }));
  const field = (name: keyof typeof said) => ({
    value: said[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => set(name)(currentTarget.value),
  });
  const adding = useMutate<ConsentRequest, Consent>(
    (body) => ({ method: "POST", path: "/v1/consents", body }),
    {
      touches: ["/v1/consents", "/v1/waiting"],
      quiet: true,
      done: ({ number, state }) =>
        fill({ review: text.addedReview, refused: text.addedOther, good: text.added }[state], {
          number: sayNumber(number),
        }),
    },
  );
  const possible = callsOf(kind);
  const chosen = calls.filter((call) => possible.includes(call));
  const firstCall = useFault<HTMLInputElement>(
    possible.length > 1 && chosen.length === 0 ? words.form.choose : "",
  );
  function send() {
    if (giver === null) return;
    const { number, givenBy, givenAt, how, ...rest } = said;
    const filled = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ""));
    const { day, ...others } = filled;
    adding.mutate(
      {
        ...{ number, kind, givenBy, giver, givenAt: new Date(momentOf(givenAt)).toISOString(), ...others },
        ...(how === "" ? {} : { how }),
        ...(possible.length > 1 ? { calls: chosen } : {}),
        ...(lasting ? { lasting } : {}),
        ...(kind === "solicited" && day !== undefined ? { day } : {}),
      },
      { onSuccess: close },
    );
  }
  return (
    <FormDialog title={text.addTitle} size="lg" close={close} yes={text.save} sending={adding} send={send}>
      <PhoneField label={text.number} value={said.number} onChange={set("number")} />
      <RadioField
        label={text.kind}
        value={kind}
        options={kinds.map((k) => ({ value: k, label: text.kinds[k], description: text.kindNotes[k] }))}
        onChange={setKind}
      />
      {possible.length > 1 && (
        <Checkbox.Group
          label={text.calls}
          value={chosen}
          onChange={(now) => setCalls(possible.filter((c) => now.includes(c)))}
        >
          {possible.map((campaign, i) => (
            <Checkbox
              key={campaign}
              ref={i === 0 ? firstCall : null}
              value={campaign}
              mt={4}
              label={policyEn.values[campaign] ?? campaign}
            />
          ))}
        </Checkbox.Group>
      )}
      <TextInput
        label={text.givenBy}
        description={text.givenByNote}
        required
        maxLength={200}
        {...field("givenBy")}
      />
      <RadioField
        label={text.giver}
        value={giver}
        options={givers.map((who) => ({
          value: who,
          label: text.givers[who],
          description: text.giverNotes[who],
        }))}
        onChange={setGiver}
      />
      <MomentInput
        label={text.givenAt}
        value={said.givenAt}
        onChange={set("givenAt")}
        error={future ? text.future : undefined}
      />
      <Textarea
        label={text.words}
        description={text.wordsNote}
        required
        maxLength={2000}
        autosize
        minRows={2}
        {...field("words")}
      />
      <NativeSelect
        label={text.how}
        required={kind !== "service"}
        w={240}
        data={[
          { value: "", label: text.unsaid },
          ...ways.map((way) => ({ value: way, label: text.hows[way] })),
        ]}
        {...field("how")}
      />
      <TextInput
        label={text.proof}
        description={text.proofNote}
        required={kind !== "service" && kind !== "solicited"}
        maxLength={500}
        {...field("proof")}
      />
      <TextInput
        label={text.product}
        description={kind === "soft-opt-in" ? text.productSimilar : text.productNote}
        required={kind === "soft-opt-in"}
        maxLength={200}
        {...field("product")}
      />
      {kind === "solicited" && (
        <DateInput
          label={text.day}
          description={text.dayNote}
          width={240}
          value={said.day}
          onChange={set("day")}
        />
      )}
      <Checkbox
        label={text.lasting}
        checked={lasting}
        onChange={({ currentTarget }) => setLasting(currentTarget.checked)}
      />
      <DateInput
        label={text.until}
        description={text.untilNote}
        width={240}
        value={said.until}
        onChange={set("until")}
      />
    </FormDialog>
  );
}

/** Says whether a consent counts that somebody entered who may not record consents. */
import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import type {
  Consent,
  ConsentHow,
  ConsentReview as Review,
} from "../../../shared/do-not-call/api-consents.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { RadioField, ReasonField } from "../forms/fields.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useMutate } from "../parts/api.ts";
import { Fact } from "../parts/Fact.tsx";
import { fill } from "../parts/texts.ts";
import { When } from "../parts/When.tsx";

const text = consentsEn;
type Verdict = Review["verdict"];
const ways = Object.keys(text.hows) as ConsentHow[];

export function ConsentReview({ consent, close }: { consent: Consent; close: () => void }) {
  const [verdict, setVerdict] = useState<Verdict>("refused");
  const [review, setReview] = useState("");
  const [isTheirs, setTheirs] = useState(false);
  const [way, setWay] = useState<ConsentHow | "">("");
  const [where, setWhere] = useState("");
  const reviewing = useMutate<Review, Consent>(
    (body) => ({ method: "POST", path: `/v1/consents/${encodeURIComponent(consent.id)}/review`, body }),
    {
      touches: ["/v1/consents", "/v1/waiting"],
      quiet: true,
      done: ({ number }) => fill(text.reviewed[verdict], { number: sayNumber(number) }),
    },
  );
  const { givenBy, giver, givenAt, caller, words, how, proof, evidence, kind } = consent;
  const good = verdict === "good";
  const asks = { giver: good && giver === null, how: good && how === "", proof: good && proof === "" };
  const says = {
    ...(asks.giver && isTheirs && { giver: "subscriber" as const }),
    ...(asks.how && way && { how: way }),
    ...(asks.proof && where.trim() && { proof: where }),
  };
  return (
    <FormDialog
      title={fill(text.reviewTitle, { number: sayNumber(consent.number) })}
      close={close}
      yes={text.reviewYes[verdict]}
      danger={verdict === "refused"}
      sending={reviewing}
      send={() => reviewing.mutate({ verdict, review, ...says }, { onSuccess: close })}
    >
      <dl className="desk-terms">
        <Fact label={text.columns.kind}>{kind === null ? text.bases[consent.basis] : text.kinds[kind]}</Fact>
        <Fact label={text.columns.givenBy}>{givenBy}</Fact>
        <Fact label={text.columns.giver}>{giver ? text.givers[giver] : text.giverUnsaid}</Fact>
        <Fact label={text.givenAt}>
          <When at={givenAt} />
        </Fact>
        <Fact label={text.columns.caller}>{caller || text.nothing}</Fact>
        <Fact label={text.columns.words}>{words || evidence || text.nothing}</Fact>
        <Fact label={text.columns.how}>{text.hows[how as keyof typeof text.hows] ?? text.nothing}</Fact>
        <Fact label={text.columns.proof}>{proof || text.nothing}</Fact>
      </dl>
      <RadioField
        label={text.reviewVerdict}
        value={verdict}
        options={(["refused", "good"] as const).map((v) => ({
          value: v,
          label: text.verdicts[v],
          description: text.verdictNotes[v],
        }))}
        onChange={setVerdict}
      />
      {asks.giver && (
        <Checkbox
          label={text.reviewGiver}
          description={text.reviewGiverNote}
          required
          checked={isTheirs}
          onChange={({ currentTarget }) => setTheirs(currentTarget.checked)}
        />
      )}
      {asks.how && (
        <NativeSelect
          label={text.how}
          required
          w={240}
          data={[
            { value: "", label: text.unsaid },
            ...ways.map((one) => ({ value: one, label: text.hows[one] })),
          ]}
          value={way}
          onChange={({ currentTarget }) => setWay(currentTarget.value as ConsentHow | "")}
        />
      )}
      {asks.proof && (
        <TextInput
          label={text.proof}
          description={text.proofNote}
          required
          maxLength={500}
          value={where}
          onChange={({ currentTarget }) => setWhere(currentTarget.value)}
        />
      )}
      <ReasonField
        label={text.review}
        description={text.reviewNote}
        value={review}
        onChange={setReview}
        autofocus
      />
    </FormDialog>
  );
}

/** Says whether a consent counts that somebody entered who may not record consents. */
import { useState } from "react";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { RadioField, ReasonField } from "../forms/fields.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useMutate } from "../parts/api.ts";
import { Fact } from "../parts/Fact.tsx";
import { fill } from "../parts/texts.ts";
import { When } from "../parts/When.tsx";

const text = consentsEn;
type Verdict = "good" | "refused";

export function ConsentReview({ consent, close }: { consent: Consent; close: () => void }) {
  const [verdict, setVerdict] = useState<Verdict>("refused");
  const [review, setReview] = useState("");
  const reviewing = useMutate<{ verdict: Verdict; review: string }, Consent>(
    (body) => ({ method: "POST", path: `/v1/consents/${encodeURIComponent(consent.id)}/review`, body }),
    {
      touches: ["/v1/consents", "/v1/waiting"],
      quiet: true,
      done: ({ number }) => fill(text.reviewed[verdict], { number: sayNumber(number) }),
    },
  );
  const { givenBy, giver, givenAt, caller, words, how, proof, evidence, kind } = consent;
  return (
    <FormDialog
      title={fill(text.reviewTitle, { number: sayNumber(consent.number) })}
      close={close}
      yes={text.reviewYes[verdict]}
      danger={verdict === "refused"}
      sending={reviewing}
      send={() => reviewing.mutate({ verdict, review }, { onSuccess: close })}
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

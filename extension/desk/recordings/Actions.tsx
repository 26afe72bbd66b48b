/** The actions on one recording (place a legal hold, prolong it, release it, erase now), and the note on its hold. */
import { Alert, Anchor, Button, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Recording } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { ApiError } from "../../ui/api.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { askReason } from "../forms/Dialog.tsx";
import { ReasonField } from "../forms/fields.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { touch, useMutate } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { useMay } from "../parts/me.ts";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { sayFailure } from "../parts/toast.tsx";
import { useToday } from "../parts/useToday.ts";
import { sayTime } from "../parts/When.tsx";
import { isAhead, isReviewDue } from "./format.ts";

const { hold: text, erase } = recordingsEn;
const touches = ["/v1/recordings"];
/**
 * The Worker erases in the background, as fast as the store allows. The page looks again after these pauses, and no more
 * often: the Worker logs each look.
 */
const LOOKS_MS = [1500, 3000, 6000, 12_000];

export function RecordingActions({ row }: { row: Recording }) {
  const queries = useQueryClient();
  const may = useMay("compliance", "admin");
  const [holding, setHolding] = useState(false);
  const path = `/v1/recordings/${encodeURIComponent(row.id)}`;
  const release = useMutate<string>(
    (reason) => ({ method: "POST", path: `${path}/release`, body: { reason } }),
    {
      touches,
      done: fill(text.released, { date: sayDate(texts, row.eraseAfter) }),
    },
  );
  const eraseNow = useMutate<{ why: string; anyway?: true }>(
    (body) => ({ method: "POST", path: `${path}/erase`, body }),
    {
      touches,
      quiet: true,
      done: () => {
        if (isAhead(row.waitsUntil)) return fill(erase.doneLater, { at: sayTime(row.waitsUntil) });
        void follow();
        return erase.done;
      },
    },
  );
  async function follow() {
    for (const ms of LOOKS_MS) {
      await new Promise((done) => setTimeout(done, ms));
      await touch(queries, touches);
      const now = queries.getQueryData<Recording>([path]);
      if (now?.state === "erased" || (now?.failures ?? 0) > row.failures) return;
    }
  }
  if (!may || row.state !== "kept") return null;

  async function askRelease() {
    const reason = await askReason({
      title: text.releaseTitle,
      text: text.releaseText,
      yes: text.releaseYes,
    });
    if (reason !== null) release.mutate(reason);
  }
  async function askErase() {
    const why = await askReason({
      title: erase.title,
      text: erase.text,
      yes: erase.yes,
      danger: true,
      reasonNote: erase.reasonNote,
      // The certificate has no more room.
      most: 200,
    });
    if (why !== null) eraseNow.mutate({ why }, { onError: (error) => void askUnlike(error) });
  }
  /** It is not as the trail has it: the officer is told what differs, and says so or leaves it. */
  async function askUnlike(error: Error) {
    const problem = error instanceof ApiError ? error.problem : null;
    if (problem?.code !== "recording-unlike") return sayFailure(error);
    const fields = problem.errors?.map((field) => field.path).join(", ");
    const why = await askReason({
      title: erase.unlikeTitle,
      text: `${fields ? fill(erase.unlike, { fields }) : (problem.detail ?? "")} ${erase.unlikeText}`,
      yes: erase.unlikeYes,
      danger: true,
      reasonNote: erase.reasonNote,
      most: 200,
    });
    if (why !== null) eraseNow.mutate({ why, anyway: true }, { onError: (error) => sayFailure(error) });
  }
  return (
    <>
      {row.hold?.request === null ? (
        <>
          <Button variant="default" onClick={() => setHolding(true)}>
            {text.keep}
          </Button>
          <Button variant="default" loading={release.isPending} onClick={() => void askRelease()}>
            {text.release}
          </Button>
        </>
      ) : (
        <Button variant="default" onClick={() => setHolding(true)}>
          {text.place}
        </Button>
      )}
      {row.hold === null && (
        <Button
          variant="default"
          c="var(--desk-bad)"
          loading={eraseNow.isPending}
          onClick={() => void askErase()}
        >
          {erase.button}
        </Button>
      )}
      {holding && (
        <HoldDialog path={`${path}/hold`} held={row.hold?.request === null} close={() => setHolding(false)} />
      )}
    </>
  );
}

/** Places a legal hold, or gives the existing one a new reason and a later day of review. */
function HoldDialog({ path, held, close }: { path: string; held: boolean; close: () => void }) {
  const [reason, setReason] = useState("");
  const [reviewOn, setReviewOn] = useState("");
  const today = useToday();
  const holding = useMutate<{ reason: string; reviewOn: string }>(
    (body) => ({ method: held ? "PUT" : "POST", path, body }),
    { touches, quiet: true, done: text.done },
  );
  return (
    <FormDialog
      title={held ? text.keepTitle : text.title}
      close={close}
      yes={text.save}
      sending={holding}
      send={() => holding.mutate({ reason: reason.trim(), reviewOn }, { onSuccess: close })}
    >
      <Text size="sm">{held ? text.keepText : text.text}</Text>
      <ReasonField label={text.reason} autofocus value={reason} onChange={setReason} />
      <DateInput
        label={text.reviewOn}
        required
        min={today}
        value={reviewOn}
        onChange={setReviewOn}
        width={240}
      />
    </FormDialog>
  );
}

/** The recording's hold: a person's legal hold, or the automatic hold of an access request. */
export function RecordingHold({ hold }: { hold: NonNullable<Recording["hold"]> }) {
  const today = useToday();
  const mayRequests = useMay("compliance", "admin");
  const due = isReviewDue(hold, today);
  const title = fill(text.stands, { reason: hold.reason });
  if (hold.request !== null)
    return (
      <Alert color="blue" title={title}>
        <Text size="sm">
          {fill(text.byRequest, { date: sayDate(texts, hold.reviewOn) })}{" "}
          {mayRequests && (
            <Anchor size="sm" href={linkTo(`/requests/case/${hold.request}`)}>
              {text.request}
            </Anchor>
          )}
        </Text>
      </Alert>
    );
  return (
    <Alert color={due ? "yellow" : "blue"} title={title}>
      <Text size="sm">
        {fill(text.by, {
          name: hold.byName ?? recordingsEn.holds.somebody,
          at: sayTime(hold.at),
          date: sayDate(texts, hold.reviewOn),
        })}{" "}
        {due && text.reviewDue}
      </Text>
    </Alert>
  );
}

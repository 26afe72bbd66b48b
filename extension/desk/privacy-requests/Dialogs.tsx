/** The dialogs of three steps: the search, a proof of identity that came on paper, and a recipient of the data. */
import { Button, Checkbox, Group, NativeSelect, NumberInput, Text, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { RequestAnswer, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { ApiError } from "../../ui/api.ts";
import { useApi } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";
import { useToday } from "../parts/useToday.ts";
import { type Sent, useStep } from "./step.ts";

const all = deskRequestsEn;

interface StepProps {
  row: RequestSummary;
  close: () => void;
}
interface StepFormProps extends StepProps {
  title: string;
  text?: string;
  yes: string;
  sent: () => Sent;
  /** A further button, in front of the one that sends. */
  beside?: (send: (sent: Sent) => void) => ReactNode;
  /** What further fields a failure asks for. */
  after?: (error: Error) => ReactNode;
  children: ReactNode;
}

function StepForm({ row, close, title, text, yes, sent, beside, after, children }: StepFormProps) {
  const step = useStep(row, true);
  const send = (what: Sent) => step.mutate(what, { onSuccess: close });
  return (
    <FormDialog
      title={title}
      close={close}
      yes={yes}
      sending={step}
      send={() => send(sent())}
      beside={beside?.(send)}
    >
      {text !== undefined && <Text size="sm">{text}</Text>}
      {children}
      {step.error && after?.(step.error)}
    </FormDialog>
  );
}

export function RequestSearchDialog({ files, ...props }: StepProps & Pick<RequestAnswer, "files">) {
  const { row } = props;
  const text = all.search;
  const today = useToday();
  const [date, setDate] = useState(row.callDate ?? "");
  const [time, setTime] = useState(row.callTime ?? "");
  const [numbers, setNumbers] = useState("");
  // Of an erasure the Worker goes by what the request says, unless the officer says it.
  const usually = row.callDate === null || row.kind === "erasure" || row.narrowed === null;
  const [said, setSaid] = useState(row.kind === "erasure" ? null : usually);
  const everything = said ?? usually;
  const [narrowed, setNarrowed] = useState("");
  const letters = files.filter(({ purpose, erasedAt }) => purpose === "scan" && erasedAt === null);
  const [narrowedIn, setNarrowedIn] = useState(letters.at(-1)?.id ?? "");
  const asksHow = row.narrowed === null && !everything;
  const usual = useApi<PolicyAnswer>("/v1/policy").data?.policy.requests.matchWindowMinutes;
  const [within, setWithin] = useState<number | null>(null);
  const minutes = within ?? usual;
  const [unread, setUnread] = useState(false);
  function sent(): Sent {
    const further = numbers
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    return {
      path: "match",
      body: {
        ...(said === null ? {} : { everything }),
        ...(!everything && narrowed !== "" ? { narrowed, narrowedIn } : {}),
        ...(unread ? { unread } : {}),
        ...(further.length === 0 ? {} : { numbers: further }),
        ...(everything || date === "" ? {} : { date }),
        ...(everything || date === "" || time === "" ? {} : { time, windowMinutes: minutes }),
      },
    };
  }
  const how = (
    <>
      <TextInput
        label={text.narrowed}
        description={text.narrowedNote}
        required
        maxLength={500}
        value={narrowed}
        onChange={({ currentTarget }) => setNarrowed(currentTarget.value)}
      />
      {letters.length === 0 ? (
        <Text size="sm">{text.narrowedNoFile}</Text>
      ) : (
        <NativeSelect
          label={text.narrowedIn}
          data={letters.map(({ id, name }) => ({ value: id, label: name }))}
          value={narrowedIn}
          onChange={({ currentTarget }) => setNarrowedIn(currentTarget.value)}
        />
      )}
    </>
  );
  /** What a search asks that was refused. */
  const asked = {
    "archive-broken": (
      <Checkbox
        label={text.unread}
        description={text.unreadNote}
        checked={unread}
        onChange={({ currentTarget }) => setUnread(currentTarget.checked)}
      />
    ),
    "request-unlike": everything ? (
      <Checkbox
        label={text.whole}
        description={text.wholeNote}
        checked={said === true}
        onChange={({ currentTarget }) => setSaid(currentTarget.checked ? true : null)}
      />
    ) : (
      !asksHow && how
    ),
  };
  return (
    <StepForm
      {...props}
      title={text.title}
      text={text.text}
      yes={text.yes}
      sent={sent}
      after={(error) => error instanceof ApiError && asked[error.problem?.code as keyof typeof asked]}
    >
      <Checkbox
        label={text.everything}
        {...(row.narrowed !== null && everything ? { description: text.everythingNote } : {})}
        checked={everything}
        onChange={({ currentTarget }) => setSaid(currentTarget.checked)}
      />
      {!everything && (
        <Group gap="md">
          <DateInput label={text.date} required max={today} value={date} onChange={setDate} width={180} />
          <TextInput
            label={text.time}
            type="time"
            value={time}
            onChange={({ currentTarget }) => setTime(currentTarget.value)}
          />
          {time !== "" && (
            <NumberInput
              label={text.window}
              {...(usual === undefined ? {} : { description: fill(text.windowNote, { n: usual }) })}
              inputWrapperOrder={["label", "input", "description", "error"]}
              required
              // The API's limits.
              min={5}
              max={10_080}
              allowDecimal={false}
              w={220}
              value={minutes ?? ""}
              onChange={(value) => setWithin(typeof value === "number" ? value : null)}
            />
          )}
        </Group>
      )}
      {asksHow && how}
      <Textarea
        label={text.numbers}
        autosize
        minRows={2}
        value={numbers}
        onChange={({ currentTarget }) => setNumbers(currentTarget.value)}
      />
    </StepForm>
  );
}

export function RequestProofDialog(props: StepProps) {
  const text = all.proof;
  const today = useToday();
  const [receivedOn, setReceivedOn] = useState(today);
  return (
    <StepForm
      {...props}
      title={text.title}
      yes={text.yes}
      sent={() => ({ path: "identity", body: { step: "received", receivedOn } })}
    >
      <DateInput
        label={text.on}
        required
        max={today}
        value={receivedOn}
        onChange={setReceivedOn}
        width={180}
      />
    </StepForm>
  );
}

/** `listed`: recipients are on record, so that it is not said that no one had the data. */
export function RequestRecipientDialog({
  name: known = "",
  listed,
  ...props
}: StepProps & { name?: string; listed: boolean }) {
  const text = all.recipient;
  const today = useToday();
  const [name, setName] = useState(known);
  const [toldOn, setToldOn] = useState("");
  const [how, setHow] = useState("");
  return (
    <StepForm
      {...props}
      title={text.title}
      text={text.text}
      yes={text.yes}
      sent={() => ({ path: "recipients", body: { name, toldOn: toldOn || null, how } })}
      beside={(send) =>
        !listed && (
          <Button variant="default" onClick={() => send({ path: "recipients", body: { none: true } })}>
            {text.nobody}
          </Button>
        )
      }
    >
      <TextInput
        label={text.name}
        required
        readOnly={known !== ""}
        maxLength={200}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <DateInput label={text.toldOn} max={today} value={toldOn} onChange={setToldOn} width={180} />
      <TextInput
        label={text.how}
        maxLength={500}
        value={how}
        onChange={({ currentTarget }) => setHow(currentTarget.value)}
      />
    </StepForm>
  );
}

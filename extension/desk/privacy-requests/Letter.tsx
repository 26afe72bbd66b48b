/** A letter of a request: the Worker drafts it, the officer edits and previews it, then mails it or records it as sent. */
import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { LetterKind, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { api } from "../../ui/api.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { Dialog } from "../forms/Dialog.tsx";
import { Form } from "../forms/Form.tsx";
import { FormError } from "../forms/FormDialog.tsx";
import { withQuery } from "../parts/location.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { useToday } from "../parts/useToday.ts";
import { type LetterView, RequestLetterText } from "./LetterText.tsx";
import { type Sent, useStep } from "./step.ts";

const all = deskRequestsEn;
const text = all.letter;
type How = keyof typeof all.one.hows;
interface Letter {
  text: string;
  how: How;
  sentOn: string;
  /** Of an e-mail from the company's own mailbox. */
  sentTo?: string;
}

export interface LetterStep {
  kind: LetterKind;
  /** The reason of an extension. */
  why?: string;
  /** The step that the letter is part of, where that is not `letters`. */
  sent?: (letter: Letter) => Sent;
}

interface LetterProps {
  row: RequestSummary;
  step: LetterStep;
  close: () => void;
}

export function RequestLetter({ row, step, close }: LetterProps) {
  const { kind, why = "" } = step;
  // Mail only goes to a verified address, whose click acknowledged a complaint already. The notice to the authority is never mailed from here: "mail" records it only.
  const hows: How[] =
    kind === "authority"
      ? ["form", "mail", "post", "telephone"]
      : [
          ...(row.emailProved && kind !== "acknowledgement" ? (["mail"] as const) : []),
          ...(["post", "telephone", "own-mailbox"] as const),
        ];
  const [how, setHow] = useState(hows[0]!);
  const [opened] = useState(Date.now);
  const draft = useQuery({
    queryKey: ["letter", opened, row.id, kind, why, how],
    queryFn: () =>
      api<{ text: string }>(
        "GET",
        withQuery(`/v1/requests/${encodeURIComponent(row.id)}/letters/${kind}`, { why, how }),
      ),
    // One draft for each way of sending while the dialog is open; `opened` in the key gives the next letter its own.
    staleTime: Infinity,
  });
  // Keep showing the form with its edits while another draft loads, and if that fails.
  const last = useRef(draft.data);
  last.current = draft.data ?? last.current;
  return (
    <Dialog opened onClose={close} title={all.one.letterKinds[kind]} size="lg">
      <QueryState of={{ ...draft, data: last.current }}>
        {({ text: words }) => (
          <Written
            {...{ row, step, close, how, hows, setHow }}
            draft={words}
            drafted={draft.data !== undefined}
          />
        )}
      </QueryState>
    </Dialog>
  );
}

interface WrittenProps extends LetterProps {
  draft: string;
  /** The draft is for the chosen way of sending. */
  drafted: boolean;
  how: How;
  hows: How[];
  setHow: (how: How) => void;
}

function Written({ row, step: { kind, sent }, close, draft, drafted, how, hows, setHow }: WrittenProps) {
  const authority = kind === "authority";
  const today = useToday();
  // A new draft must not replace an officer's edits. `from` is the draft that they edited.
  const [edited, setEdited] = useState<{ text: string; from: string } | null>(null);
  const written = edited?.text ?? draft;
  const outdated = edited !== null && edited.from !== draft;
  const [view, setView] = useState<LetterView>("edit");
  const [sentOn, setSentOn] = useState(today);
  const [sentTo, setSentTo] = useState(row.email ?? "");
  const step = useStep(row, true);
  const own = how === "own-mailbox";
  const mailed = how === "mail" && !authority;
  function send() {
    if (written.trim() === "") return setView("edit");
    const letter = { text: written, how, sentOn: mailed ? today : sentOn, ...(own && { sentTo }) };
    step.mutate(sent ? sent(letter) : { path: "letters", body: { kind, ...letter } }, { onSuccess: close });
  }
  return (
    <Form send={send} error={step.error}>
      <Stack gap="md">
        <RequestLetterText
          label={text.text}
          {...{ view, setView }}
          value={written}
          onChange={(next) => setEdited({ text: next, from: edited?.from ?? draft })}
          maxRows={18}
          preview={
            <div className="desk-letter" data-preview>
              {written}
            </div>
          }
        />
        <Group gap="md" align="flex-start">
          <NativeSelect
            label={text.how}
            value={how}
            data={hows.map((value) => ({ value, label: all.one.hows[value] }))}
            onChange={({ currentTarget }) => setHow(currentTarget.value as How)}
          />
          {!mailed && (
            <DateInput
              label={text.sentOn}
              required
              max={today}
              value={sentOn}
              onChange={setSentOn}
              width={180}
            />
          )}
          {own && (
            <TextInput
              label={text.sentTo}
              type="email"
              required
              value={sentTo}
              onChange={({ currentTarget }) => setSentTo(currentTarget.value)}
            />
          )}
        </Group>
        {outdated && (
          <Group gap="xs">
            <Text size="sm">{text.changedNote}</Text>
            <Button size="compact-sm" variant="default" onClick={() => setEdited(null)}>
              {text.again}
            </Button>
          </Group>
        )}
        {(authority || mailed || own) && (
          <Text size="sm" c="dimmed">
            {authority ? text.authorityNote : own ? text.ownNote : text.mailNote}
          </Text>
        )}
        <FormError error={step.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={step.isPending} disabled={!drafted}>
            {mailed ? text.sendMail : text.record}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

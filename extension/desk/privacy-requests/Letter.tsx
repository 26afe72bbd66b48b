/** A letter of a request: drafted by the Worker, edited and looked at here, then sent or recorded as sent. */
import { useToday } from "../parts/today.ts";
import { Alert, Button, Group, NativeSelect, SegmentedControl, Stack, Text, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { LetterKind, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { api } from "../../ui/api.ts";
import { DateInput } from "../parts/DateInput.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { withQuery } from "../parts/hash.ts";
import { sayError } from "../parts/say.ts";
import { State } from "../parts/State.tsx";
import { type Sent, useStep } from "./step.ts";

const all = deskRequestsEn;
const text = all.letter;
type How = keyof typeof all.one.hows;
interface Letter {
  text: string;
  how: How;
  sentOn: string;
}

export interface LetterStep {
  kind: LetterKind;
  /** An extension's reason. */
  why?: string;
  /** How it is sent, where the letter is a part of another step. */
  sent?: (letter: Letter) => Sent;
}

interface LetterProps {
  row: RequestSummary;
  step: LetterStep;
  close: () => void;
}

export function LetterDialog({ row, step, close }: LetterProps) {
  const { kind, why = "" } = step;
  // Nothing is mailed to an address that nobody has confirmed, and to the authority nothing is mailed from here.
  const hows: How[] =
    kind === "authority"
      ? ["form", "mail", "post", "telephone"]
      : [...(row.emailProved ? (["mail"] as const) : []), "post", "telephone"];
  const [how, setHow] = useState(hows[0]!);
  const [opened] = useState(Date.now);
  const draft = useQuery({
    queryKey: ["letter", opened, row.id, kind, why, how],
    queryFn: () =>
      api<{ text: string }>(
        "GET",
        withQuery(`/v1/requests/${encodeURIComponent(row.id)}/letters/${kind}`, { why, how }),
      ),
    // While the dialog is open each way has one draft, and the next letter is drafted anew.
    staleTime: Infinity,
  });
  // The form, with what was edited in it, stays while another draft is made, also where that fails.
  const last = useRef(draft.data);
  last.current = draft.data ?? last.current;
  return (
    <Dialog opened onClose={close} title={all.one.letterKinds[kind]} size="lg">
      <State of={{ ...draft, data: last.current }}>
        {({ text: words }) => (
          <Form
            {...{ row, step, close, how, hows, setHow }}
            draft={words}
            drafted={draft.data !== undefined}
          />
        )}
      </State>
    </Dialog>
  );
}

interface FormProps extends LetterProps {
  draft: string;
  /** The draft is of the way that is chosen. */
  drafted: boolean;
  how: How;
  hows: How[];
  setHow: (how: How) => void;
}

function Form({ row, step: { kind, sent }, close, draft, drafted, how, hows, setHow }: FormProps) {
  const authority = kind === "authority";
  const today = useToday();
  // What an officer has edited is not replaced under their hands: `from` is the draft that they edited.
  const [edited, setEdited] = useState<{ text: string; from: string } | null>(null);
  const written = edited?.text ?? draft;
  const outdated = edited !== null && edited.from !== draft;
  const [view, setView] = useState("edit");
  const [sentOn, setSentOn] = useState(today);
  const step = useStep(row, true);
  const mailed = how === "mail" && !authority;
  function send() {
    const letter = { text: written, how, sentOn: mailed ? today : sentOn };
    step.mutate(sent ? sent(letter) : { path: "letters", body: { kind, ...letter } }, { onSuccess: close });
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap="md">
        <SegmentedControl
          aria-label={text.mode}
          w="fit-content"
          value={view}
          onChange={setView}
          data={[
            { value: "edit", label: text.edit },
            { value: "preview", label: text.preview },
          ]}
        />
        {view === "edit" ? (
          <Textarea
            label={text.text}
            required
            maxLength={20_000}
            autosize
            minRows={8}
            maxRows={18}
            value={written}
            onChange={({ currentTarget }) =>
              setEdited({ text: currentTarget.value, from: edited?.from ?? draft })
            }
          />
        ) : (
          <div className="desk-letter" data-preview>
            {written}
          </div>
        )}
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
        </Group>
        {outdated && (
          <Group gap="xs">
            <Text size="sm">{text.changedNote}</Text>
            <Button size="compact-sm" variant="default" onClick={() => setEdited(null)}>
              {text.again}
            </Button>
          </Group>
        )}
        {(authority || mailed) && (
          <Text size="sm" c="dimmed">
            {authority ? text.authorityNote : text.mailNote}
          </Text>
        )}
        {step.error && (
          <Alert color="red" role="alert">
            {sayError(step.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={step.isPending} disabled={!drafted || written.trim() === ""}>
            {mailed ? text.sendMail : text.record}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

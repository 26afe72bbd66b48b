/** A dialog of ours, and the two questions that the desk asks most: are you sure, and why. */
import { Button, Group, Modal, type ModalProps, Stack, Text, Textarea } from "@mantine/core";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { words } from "./words.ts";

interface DialogProps extends Pick<ModalProps, "opened" | "onClose" | "size"> {
  title: string;
  children: ReactNode;
}

export const Dialog = ({ title, children, ...rest }: DialogProps) => (
  <Modal
    {...rest}
    title={title}
    // It hangs from the top: what comes and goes in it moves nothing above, as in the middle of the window it would.
    // While it fades out it has lost its name, and would still be heard.
    transitionProps={{ duration: 0 }}
    // A header inside of a dialog is no banner of the page's.
    attributes={{ header: { role: "presentation" } }}
    closeButtonProps={{ "aria-label": words.dialog.close }}
  >
    {children}
  </Modal>
);

export interface Question {
  title: string;
  text?: ReactNode;
  /** What the button says that does it. */
  yes: string;
  /** It takes something away. */
  danger?: boolean;
  /** What is to be written, if that is no reason. */
  reasonLabel?: string;
  /** Where the reason goes, if not to the audit trail alone. */
  reasonNote?: string;
  /** Characters of the reason; 500 unless named. */
  most?: number;
}

interface Asked extends Question {
  wantsReason: boolean;
  answer: (reason: string | null) => void;
}

let asked: Asked | null = null;
const listeners = new Set<() => void>();
function put(next: Asked | null) {
  asked = next;
  listeners.forEach((changed) => changed());
}
function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

const putQuestion = (question: Question, wantsReason: boolean): Promise<string | null> =>
  new Promise((answer) => {
    asked?.answer(null);
    put({ ...question, wantsReason, answer });
  });

/** True where the person said yes. */
export const confirm = async (question: Question): Promise<boolean> =>
  (await putQuestion(question, false)) !== null;

/** The reason that the person gave; null where it was called off. */
export const askReason = (question: Question): Promise<string | null> => putQuestion(question, true);

/** Stands once in the shell; `confirm` and `askReason` show in it. */
export function Questions() {
  const question = useSyncExternalStore(subscribe, () => asked);
  const [reason, setReason] = useState("");
  function close(answer: string | null) {
    question?.answer(answer);
    setReason("");
    put(null);
  }
  const missing = question?.wantsReason === true && reason.trim() === "";
  return (
    <Dialog opened={question !== null} onClose={() => close(null)} title={question?.title ?? ""}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!missing) close(reason.trim());
        }}
      >
        <Stack gap="md">
          {question?.text !== undefined && (
            <Text size="sm" component="div">
              {question.text}
            </Text>
          )}
          {question?.wantsReason && (
            <Textarea
              label={question.reasonLabel ?? words.confirm.reason}
              description={question.reasonNote ?? words.confirm.reasonNote}
              required
              maxLength={question.most ?? 500}
              autosize
              minRows={2}
              data-autofocus
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => close(null)}>
              {words.confirm.no}
            </Button>
            <Button type="submit" disabled={missing} {...(question?.danger ? { color: "red" } : {})}>
              {question?.yes ?? words.confirm.yes}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

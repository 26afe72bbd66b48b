/** The desk's dialog, and its two usual questions: "are you sure?" (`confirm`) and "why?" (`askReason`). */
import { Button, Group, Modal, type ModalProps, Stack, Text } from "@mantine/core";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { words } from "../parts/texts.ts";
import { ReasonField } from "./fields.tsx";
import { Form } from "./Form.tsx";

interface DialogProps extends Pick<ModalProps, "opened" | "onClose" | "size"> {
  title: string;
  children: ReactNode;
}

export const Dialog = ({ title, children, ...rest }: DialogProps) => (
  <Modal
    {...rest}
    title={title}
    // No fading: a dialog that fades out has lost its name already, and screen readers would still find it.
    transitionProps={{ duration: 0 }}
    // A header inside a dialog is not the page's banner.
    attributes={{ header: { role: "presentation" } }}
    closeButtonProps={{ "aria-label": words.dialog.close }}
  >
    {children}
  </Modal>
);

export interface Question {
  title: string;
  text?: ReactNode;
  /** The label of the button that does it. */
  yes: string;
  /** It takes something away: the button is red. */
  danger?: boolean;
  /** The label of a further button, which answers the question in another way. */
  other?: string;
  /** The label of the reason, where something else is to be written. */
  reasonLabel?: string;
  /** Where the reason is kept, where that is not only the audit trail. */
  reasonNote?: string;
  /** Characters of the reason; 500 unless given. */
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

/** Asks "are you sure?". False where the person cancelled. */
export const confirm = async (question: Question): Promise<boolean> =>
  (await putQuestion(question, false)) !== null;

/** Asks a question with two answers beside "cancel", which is null. */
export async function choose(question: Question & { other: string }): Promise<"yes" | "other" | null> {
  const answer = await putQuestion(question, false);
  return answer === null ? null : answer === "" ? "yes" : "other";
}

/** Asks for a reason. Null where the person cancelled. */
export const askReason = (question: Question): Promise<string | null> => putQuestion(question, true);

/** Shows the questions of `confirm` and `askReason`. Rendered once, in tabs/desk.tsx. */
export function Questions() {
  const question = useSyncExternalStore(subscribe, () => asked);
  const [reason, setReason] = useState("");
  function close(answer: string | null) {
    question?.answer(answer);
    setReason("");
    put(null);
  }
  return (
    <Dialog
      opened={question !== null}
      onClose={() => close(null)}
      title={question?.title ?? ""}
      size={question?.other === undefined ? "md" : "lg"}
    >
      <Form send={() => close(reason.trim())}>
        <Stack gap="md">
          {question?.text !== undefined && (
            <Text size="sm" component="div">
              {question.text}
            </Text>
          )}
          {question?.wantsReason && (
            <ReasonField
              label={question.reasonLabel ?? words.confirm.reason}
              description={question.reasonNote ?? words.confirm.reasonNote}
              maxLength={question.most ?? 500}
              autofocus
              value={reason}
              onChange={setReason}
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => close(null)}>
              {words.confirm.no}
            </Button>
            {question?.other !== undefined && (
              <Button variant="default" onClick={() => close("other")}>
                {question.other}
              </Button>
            )}
            <Button type="submit" {...(question?.danger ? { color: "red" } : {})}>
              {question?.yes ?? words.confirm.yes}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Dialog>
  );
}

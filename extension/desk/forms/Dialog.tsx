/**
 * What the desk asks or shows beside a page: a panel, and a modal dialog only where something is taken away. Its two usual
 * questions: "are you sure?" (`confirm`) and "why?" (`askReason`).
 */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { pathNow, useHashPath } from "../parts/location.ts";
import { words } from "../parts/texts.ts";
import { ReasonField } from "./fields.tsx";
import { Form } from "./Form.tsx";
import { Panel, type PanelSize, useFocusBack } from "./Panel.tsx";

interface DialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  size?: PanelSize | undefined;
  /** It takes something away: nothing else can be done meanwhile. What it is when it opens it stays. */
  danger?: boolean;
  children: ReactNode;
}

export function Dialog({ opened, danger = false, ...rest }: DialogProps) {
  const [isModal] = useState(danger);
  if (!opened) return null;
  return isModal ? <Grave {...rest} /> : <Panel {...rest} />;
}

function Grave({ children, size = "md", ...rest }: Omit<DialogProps, "opened" | "danger">) {
  useFocusBack();
  return (
    <Modal
      {...rest}
      size={size}
      opened
      // No fading: a dialog that fades out has lost its name already, and screen readers would still find it.
      transitionProps={{ duration: 0 }}
      // A header inside a dialog is not the page's banner.
      attributes={{ header: { role: "presentation" } }}
      closeButtonProps={{ "aria-label": words.dialog.close }}
    >
      {children}
    </Modal>
  );
}

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
  n: number;
  /** The page that asks. */
  path: string;
  wantsReason: boolean;
  answer: (reason: string | null) => void;
}

let count = 0;
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
    put({ ...question, n: ++count, path: pathNow(), wantsReason, answer });
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
  const [path] = useHashPath();
  // A question of the page before is answered on no other.
  const isLeft = question !== null && question.path !== path;
  useEffect(() => {
    if (!isLeft) return;
    asked?.answer(null);
    put(null);
  }, [isLeft]);
  return question && <Ask key={question.n} {...question} />;
}

function Ask({ title, text, yes, danger = false, other, wantsReason, answer, ...question }: Asked) {
  const [reason, setReason] = useState("");
  function close(said: string | null) {
    answer(said);
    put(null);
  }
  return (
    <Dialog
      opened
      onClose={() => close(null)}
      title={title}
      size={other === undefined ? "md" : "lg"}
      danger={danger}
    >
      <Form send={() => close(reason.trim())}>
        <Stack gap="md">
          {text !== undefined && (
            <Text size="sm" component="div">
              {text}
            </Text>
          )}
          {wantsReason && (
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
            {other !== undefined && (
              <Button variant="default" onClick={() => close("other")}>
                {other}
              </Button>
            )}
            <Button type="submit" {...(danger ? { color: "red" } : {})}>
              {yes}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Dialog>
  );
}

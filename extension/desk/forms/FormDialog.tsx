/** A panel, or a dialog where it is dangerous, with a form: its fields, why the Worker refused it, and the button that sends it. */
import { Alert, Button, Group, Stack } from "@mantine/core";
import { type ReactNode, useContext } from "react";
import { sayError } from "../parts/errors.ts";
import { Dialog } from "./Dialog.tsx";
import type { PanelSize } from "./Panel.tsx";
import { Form, Placed } from "./Form.tsx";

/** Why a form was not accepted, but for what shows next to its fields; nothing without an error. */
export function FormError({ error, title }: { error: unknown; title?: string | undefined }) {
  const placed = useContext(Placed);
  if (error === null || error === undefined) return null;
  const says = sayError(error, placed);
  if (says === "") return null;
  return (
    <Alert color="red" role="alert" title={title}>
      {says}
    </Alert>
  );
}

interface FormDialogProps {
  title: string;
  size?: PanelSize;
  close: () => void;
  /** The label of the button that sends. */
  yes: string;
  /** Sending it takes something away: the button is red. */
  danger?: boolean;
  sending: { isPending: boolean; error: Error | null };
  /** The form shows failures among its fields. */
  ownFailures?: boolean;
  send: () => void;
  /** A further button, in front of the one that sends. */
  beside?: ReactNode;
  children: ReactNode;
}

export const FormDialog = ({
  title,
  size = "md",
  close,
  yes,
  danger = false,
  sending: { isPending, error },
  ownFailures = false,
  send,
  beside,
  children,
}: FormDialogProps) => (
  <Dialog opened onClose={close} title={title} size={size} danger={danger}>
    <Form send={send} error={error}>
      <Stack gap="md">
        {children}
        {!ownFailures && <FormError error={error} />}
        <Group justify="flex-end" className="desk-send">
          {beside}
          <Button type="submit" loading={isPending} {...(danger ? { color: "red" } : {})}>
            {yes}
          </Button>
        </Group>
      </Stack>
    </Form>
  </Dialog>
);

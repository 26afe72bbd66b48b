/** A dialog with a form: its fields, what the Worker said against it, and the button that sends it. */
import { Alert, Button, Group, type ModalProps, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { Dialog } from "./Dialog.tsx";
import { sayError } from "./say.ts";

interface FormDialogProps {
  title: string;
  size?: ModalProps["size"];
  close: () => void;
  /** What the button says. */
  yes: string;
  /** It takes something away. */
  danger?: boolean;
  /** Nothing is missing in the fields; true unless said. */
  ready?: boolean;
  sending: { isPending: boolean; error: Error | null };
  send: () => void;
  /** Another way out, beside the button. */
  beside?: ReactNode;
  children: ReactNode;
}

export const FormDialog = ({
  title,
  size = "md",
  close,
  yes,
  danger = false,
  ready = true,
  sending: { isPending, error },
  send,
  beside,
  children,
}: FormDialogProps) => (
  <Dialog opened onClose={close} title={title} size={size}>
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap="md">
        {children}
        {error && (
          <Alert color="red" role="alert">
            {sayError(error)}
          </Alert>
        )}
        <Group justify="flex-end">
          {beside}
          <Button type="submit" loading={isPending} disabled={!ready} {...(danger ? { color: "red" } : {})}>
            {yes}
          </Button>
        </Group>
      </Stack>
    </form>
  </Dialog>
);

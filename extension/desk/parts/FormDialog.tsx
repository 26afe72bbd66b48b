/** A dialog with a form: its fields, what the Worker said against it, and the button that sends it. */
import { Alert, Button, Group, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { Dialog } from "./Dialog.tsx";
import { sayError } from "./say.ts";

interface FormDialogProps {
  title: string;
  close: () => void;
  /** What the button says. */
  yes: string;
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
  close,
  yes,
  ready = true,
  sending: { isPending, error },
  send,
  beside,
  children,
}: FormDialogProps) => (
  <Dialog opened onClose={close} title={title}>
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
          <Button type="submit" loading={isPending} disabled={!ready}>
            {yes}
          </Button>
        </Group>
      </Stack>
    </form>
  </Dialog>
);

/** A dialog with a form: its fields, why the Worker refused it, and the button that sends it. */
import { Alert, Button, Group, type ModalProps, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { sayError } from "../parts/errors.ts";
import { Dialog } from "./Dialog.tsx";

/** Why a form was not accepted; nothing without an error. */
export const FormError = ({ error, title }: { error: unknown; title?: string }) =>
  error !== null &&
  error !== undefined && (
    <Alert color="red" role="alert" title={title}>
      {sayError(error)}
    </Alert>
  );

interface FormDialogProps {
  title: string;
  size?: ModalProps["size"];
  close: () => void;
  /** The label of the button that sends. */
  yes: string;
  /** Sending it takes something away: the button is red. */
  danger?: boolean;
  /** The fields are complete; true unless given. */
  ready?: boolean;
  /** A null error where the form shows failures among its fields. */
  sending: { isPending: boolean; error: Error | null };
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
        <FormError error={error} />
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

/** A secret that the Worker shows only once: to be copied before the dialog closes. */
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { CopyText } from "./CopyText.tsx";
import { Dialog } from "./Dialog.tsx";

interface ShownOnceProps {
  title: string;
  lead?: ReactNode;
  items: { label: string; text: string }[];
  /** Says that it is not shown again. */
  note: string;
  closeLabel: string;
  close: () => void;
}

export const ShownOnce = ({ title, lead, items, note, closeLabel, close }: ShownOnceProps) => (
  <Dialog opened onClose={close} title={title}>
    <Stack gap="md">
      {lead}
      {items.map(({ label, text }) => (
        <div key={label}>
          <Text size="sm" fw={600} mb={4}>
            {label}
          </Text>
          <CopyText text={text} label={label} />
        </div>
      ))}
      <Alert color="yellow" role="note">
        {note}
      </Alert>
      <Group justify="flex-end">
        <Button onClick={close}>{closeLabel}</Button>
      </Group>
    </Stack>
  </Dialog>
);

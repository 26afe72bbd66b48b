/** How far a long task is. */
import { Button, Progress, Stack, Text } from "@mantine/core";

interface ProgressBarProps {
  /** Names the bar for screen readers. */
  label: string;
  /** Shown above the bar, and read out as it changes; the label unless given. */
  says?: string;
  /** 0 to 100. */
  percent: number;
}

export const ProgressBar = ({ label, says = label, percent }: ProgressBarProps) => (
  <>
    <Text size="sm" role="status">
      {says}
    </Text>
    <Progress.Root size="lg">
      <Progress.Section value={percent} aria-label={label} />
    </Progress.Root>
  </>
);

interface WorkingProps {
  label: string;
  /** 0 to 1. */
  share: number;
  /** Null once it can no longer be cancelled. */
  cancel: (() => void) | null;
  cancelLabel: string;
}

export const Working = ({ label, share, cancel, cancelLabel }: WorkingProps) => (
  <Stack gap="xs">
    <ProgressBar label={label} percent={Math.round(share * 100)} />
    <div>
      <Button variant="default" disabled={cancel === null} onClick={() => cancel?.()}>
        {cancelLabel}
      </Button>
    </div>
  </Stack>
);

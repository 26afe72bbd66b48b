/** How far the lines of a file are, and what came of them. */
import { Alert, Button, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { ProgressBar } from "../parts/ProgressBar.tsx";
import { fill, words } from "../parts/texts.ts";

const text = words.lines;

interface ImportProgressProps {
  label: string;
  /** Lines. */
  done: number;
  all: number;
  stop: () => void;
}

export const ImportProgress = ({ label, done, all, stop }: ImportProgressProps) => (
  <>
    <ProgressBar label={label} says={fill(text.progress, { done, all })} percent={(100 * done) / all} />
    <Group justify="flex-end">
      <Button variant="default" onClick={stop}>
        {text.stop}
      </Button>
    </Group>
  </>
);

interface ImportOutcomeProps {
  /** All lines were sent, and none was refused. */
  fine: boolean;
  /** Says after how many lines it was stopped; null where it was not. */
  stopped: string | null;
  /** "12 added", "3 refused", … */
  counts: string[];
  children?: ReactNode;
}

export const ImportOutcome = ({ fine, stopped, counts, children }: ImportOutcomeProps) => (
  <Alert color={fine ? "green" : "yellow"} role="status">
    {stopped !== null && <Text size="sm">{stopped}</Text>}
    <Text size="sm">{counts.join(", ")}.</Text>
    {children}
  </Alert>
);

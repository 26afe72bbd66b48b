/** A file whose lines are entered one after the other: how far it is, and what came of them. */
import { Alert, Button, Group, Progress, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { fill, words } from "./words.ts";

const text = words.lines;

interface ProgressingProps {
  label: string;
  done: number;
  all: number;
  stop: () => void;
}

export const Progressing = ({ label, done, all, stop }: ProgressingProps) => (
  <>
    <Text size="sm" role="status">
      {fill(text.progress, { done, all })}
    </Text>
    <Progress.Root size="lg">
      <Progress.Section value={(100 * done) / all} aria-label={label} />
    </Progress.Root>
    <Group justify="flex-end">
      <Button variant="default" onClick={stop}>
        {text.stop}
      </Button>
    </Group>
  </>
);

interface OutcomeProps {
  /** Nothing was refused, and it went on to the end. */
  fine: boolean;
  /** Where it was stopped: after how many. */
  stopped: string | null;
  /** How many came to what. */
  counts: string[];
  children?: ReactNode;
}

export const LinesOutcome = ({ fine, stopped, counts, children }: OutcomeProps) => (
  <Alert color={fine ? "green" : "yellow"} role="status">
    {stopped !== null && <Text size="sm">{stopped}</Text>}
    <Text size="sm">{counts.join(", ")}.</Text>
    {children}
  </Alert>
);

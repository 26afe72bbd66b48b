/** What stands where an answer will: its outline while it loads, what to do where there is none, why there is none. */
import { Alert, Button, Group, Paper, Skeleton, Stack, Text, VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import { failureOf } from "./say.ts";
import { words } from "./words.ts";

/** As much as is used of a query of react-query, or of `usePages`. */
export interface Answered<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

interface StateProps<T> {
  of: Answered<T>;
  /** Shown in place of an answer that holds nothing. */
  empty?: { when: (data: T) => boolean; show: ReactNode };
  children: (data: T) => ReactNode;
}

/** An old answer stays in sight while a new one is asked for; a failure is then said above it. */
export function State<T>({ of, empty, children }: StateProps<T>) {
  const { data, error, refetch } = of;
  if (data === undefined) return error ? <Failed error={error} again={() => void refetch()} /> : <Loading />;
  return (
    <>
      {error && <Failed error={error} again={() => void refetch()} />}
      {empty?.when(data) ? empty.show : children(data)}
    </>
  );
}

export function Loading({ lines = 5 }: { lines?: number }) {
  return (
    <Stack gap="sm" role="status">
      <VisuallyHidden>{words.state.loading}</VisuallyHidden>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={28} radius="sm" />
      ))}
    </Stack>
  );
}

const openOptions = () => void chrome.runtime.openOptionsPage();

export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const { kind, title, text } = failureOf(error);
  const signIn = kind === "signed-out" || kind === "not-joined";
  return (
    <Alert color={kind === "refused" || kind === "broken" ? "red" : "yellow"} title={title} role="alert">
      <Text size="sm">{text}</Text>
      <Group gap="xs" mt="sm">
        {again && !signIn && (
          <Button size="xs" variant="default" onClick={again}>
            {words.state.again}
          </Button>
        )}
        {signIn && (
          <Button size="xs" variant="default" onClick={openOptions}>
            {words.state["signed-out"].connect}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** There is nothing, and what to do about it. */
export function Empty({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  return (
    <Paper withBorder className="desk-empty">
      <Text fw={600}>{title}</Text>
      {text !== undefined && (
        <Text c="dimmed" size="sm" maw="60ch">
          {text}
        </Text>
      )}
      {action !== undefined && <div>{action}</div>}
    </Paper>
  );
}

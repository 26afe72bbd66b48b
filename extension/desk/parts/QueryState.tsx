/** The states of a query: an outline while it loads, why it failed, what to do when it is empty, and its data. */
import { Alert, Button, Group, Paper, Skeleton, Stack, Text, VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import { failureOf } from "./errors.ts";
import { words } from "./texts.ts";

/** The fields of a react-query result that are used here. */
export interface Answered<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

interface QueryStateProps<T> {
  of: Answered<T>;
  /** Shown in place of empty data. */
  empty?: { when: (data: T) => boolean; show: ReactNode };
  children: (data: T) => ReactNode;
}

/** While a query is refetched its old data stays, with any failure above it. */
export function QueryState<T>({ of, empty, children }: QueryStateProps<T>) {
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
    <Stack gap="sm" role="status" className="desk-loading">
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

/** There is no data, and what to do about it. */
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

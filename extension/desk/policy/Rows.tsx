/** A clause of several rows, each with its own fields: rows are added, changed and removed one by one. */
import { Button, CloseButton, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { fill } from "../parts/texts.ts";

interface PolicyRowsProps<Row> {
  value: Row[];
  /** What a new row begins as. */
  blank: Row;
  words: { none: string; remove: string; add: string };
  /** One row in words, for those who may not change it. */
  say: (row: Row) => string;
  /** What the button that removes a row calls it. */
  nameOf: (row: Row) => string;
  fields: (row: Row, change: (next: Row) => void) => ReactNode;
  error: string | undefined;
  readOnly: boolean;
  set: (rows: Row[]) => void;
  /** The class of a row that is changed: `desk-rule` unless given. */
  rowClass?: string;
}

export function PolicyRows<Row>(props: PolicyRowsProps<Row>) {
  const { value, blank, words, say, nameOf, fields, error, readOnly, set, rowClass = "desk-rule" } = props;
  return (
    <Stack gap="xs">
      {value.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      )}
      {value.map((row, i) =>
        readOnly ? (
          <Text key={i} size="sm">
            {say(row)}
          </Text>
        ) : (
          <div key={i} className={rowClass}>
            {fields(row, (next) => set(value.with(i, next)))}
            <CloseButton
              aria-label={fill(words.remove, { value: nameOf(row) })}
              onClick={() => set(value.filter((_, at) => at !== i))}
            />
          </div>
        ),
      )}
      {error !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
      {!readOnly && (
        <div>
          <Button size="xs" variant="default" onClick={() => set([...value, blank])}>
            {words.add}
          </Button>
        </div>
      )}
    </Stack>
  );
}

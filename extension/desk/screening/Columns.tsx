/** The columns of numbers and of countries that were found in a file, for the person to correct before the screening. */
import { Alert, Button, Checkbox, Group, NativeSelect, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Campaign } from "../../../shared/policy/policy.ts";
import type { Columns } from "../../../shared/screening/columns.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { screeningEn } from "../../../shared/texts/screening/desk.en.ts";
import { FormError } from "../forms/FormDialog.tsx";
import { fill, plural, texts } from "../parts/texts.ts";
import type { FoundTable } from "./screen-worker.ts";

const text = screeningEn;

interface ScreeningColumnsProps {
  file: File;
  found: FoundTable;
  error: unknown;
  /** The kinds of campaign that policy allows. */
  runs: readonly Campaign[];
  start: (columns: Columns, purpose: Campaign | undefined) => void;
  other: () => void;
}

export function ScreeningColumns({ file, found, error, runs, start, other }: ScreeningColumnsProps) {
  const [phones, setPhones] = useState(found.columns.phones);
  const [places, setPlaces] = useState(found.columns.places);
  const [purpose, setPurpose] = useState<Campaign>();
  const none = phones.length === 0;
  const unchecked = found.columns.phones.filter((at) => !phones.includes(at));
  return (
    <Stack gap="md">
      <Text fw={600}>{file.name}</Text>
      <Choice label={text.columns} found={found} chosen={phones} choose={setPhones} />
      {none && (
        <Text c="red.8" size="sm" role="alert">
          {text.noneFound}
        </Text>
      )}
      {!none && unchecked.length > 0 && (
        <Alert color="yellow" role="status">
          {plural(texts, text.unchecked, unchecked.length, {
            names: unchecked.map((at) => nameOf(found, at)).join(", "),
          })}
        </Alert>
      )}
      <Choice label={text.places} found={found} chosen={places} choose={setPlaces} without={phones} />
      {runs.length > 1 && (
        <NativeSelect
          label={text.purpose}
          w={280}
          value={purpose ?? ""}
          data={[
            { value: "", label: text.purposeUnsaid },
            ...runs.map((kind) => ({ value: kind, label: policyEn.values[kind] ?? kind })),
          ]}
          onChange={({ currentTarget }) =>
            setPurpose((currentTarget.value || undefined) as Campaign | undefined)
          }
        />
      )}
      <FormError error={error} />
      <Group gap="xs">
        <Button
          disabled={none}
          onClick={() =>
            start({ ...found.columns, phones, places: places.filter((at) => !phones.includes(at)) }, purpose)
          }
        >
          {error === null ? text.go : text.again}
        </Button>
        <Button variant="default" onClick={other}>
          {text.other}
        </Button>
      </Group>
    </Stack>
  );
}

const nameOf = ({ columns: { names } }: FoundTable, at: number): string =>
  names[at] || fill(text.column, { n: at + 1 });

interface ChoiceProps {
  label: string;
  found: FoundTable;
  chosen: readonly number[];
  choose: (chosen: number[]) => void;
  /** Columns that are not offered: they are chosen for something else. */
  without?: readonly number[];
}

function Choice({ label, found, chosen, choose, without = [] }: ChoiceProps) {
  const { columns, example } = found;
  const offered = columns.names.flatMap((_, at) => (without.includes(at) ? [] : [at]));
  return (
    <Checkbox.Group
      label={label}
      value={chosen.map(String)}
      onChange={(values) => choose(values.map(Number).sort((a, b) => a - b))}
    >
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="xs" mt="xs">
        {offered.map((at) => (
          <Checkbox
            key={at}
            value={String(at)}
            label={nameOf(found, at)}
            description={(example[at] ?? "").slice(0, 60) || "\u00a0"}
          />
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  );
}

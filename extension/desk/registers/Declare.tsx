/** A register declared, or what is said of one changed. Those that the regions' rules know need no typing. */
import {
  Alert,
  Button,
  Group,
  MultiSelect,
  NativeSelect,
  NumberInput,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import type { Register, RegisterHead, RegisterRequest } from "../../../shared/registers/api.ts";
import { regions } from "../../../shared/law/regions.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { useMutate } from "../parts/api.ts";
import { countryName } from "../parts/countries.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { go } from "../parts/hash.ts";
import { sayError } from "../parts/say.ts";
import { fill } from "../parts/words.ts";

const text = listsEn.declare;
type Declared = { [K in keyof RegisterRequest]-?: NonNullable<RegisterRequest[K]> } & { id: string };

const known: Declared[] = Object.values(regions).flatMap(({ region, registers }) =>
  registers.map((register) => ({ ...register, regions: [region] })),
);
const covers = ["both", "individuals", "businesses"] as const;
const countries = Object.keys(regions).map((code) => ({ value: code, label: countryName(code) }));
const nothing: Declared = {
  ...{ id: "", name: "", regions: [], maxAgeDays: 28, daysUntilEffective: 0 },
  ...{ covers: "both", source: "" },
};
const startOf = (list: Register | undefined): Declared => ({
  ...nothing,
  ...list,
  daysUntilEffective: list?.daysUntilEffective ?? 0,
});

interface DeclareProps {
  /** The registers that there are: one of them is changed on its own page. */
  lists: RegisterHead[];
  /** The one that is changed; a new one without it. */
  list?: Register;
  close: () => void;
}

export function ListDeclare({ lists, list, close }: DeclareProps) {
  const [said, setSaid] = useState<Declared>(() => startOf(list));
  const put = (patch: Partial<Declared>) => setSaid((before) => ({ ...before, ...patch }));
  const { mutate, error, isPending } = useMutate<Declared, Register>(
    ({ id, name, regions, maxAgeDays, daysUntilEffective, covers, source }) => ({
      method: "PUT",
      path: `/v1/lists/${encodeURIComponent(id)}`,
      body: { name, regions, maxAgeDays, daysUntilEffective, covers, source } satisfies RegisterRequest,
    }),
    {
      touches: ["/v1/lists"],
      quiet: true,
      done: ({ name }) => fill(list ? text.changed : text.done, { list: name }),
    },
  );
  const taken = !list && lists.some((l) => l.id === said.id);
  const missing = said.id === "" || taken || said.name.trim() === "" || said.regions.length === 0;
  const offered = known.filter(({ id }) => !lists.some((l) => l.id === id));
  const done = () => {
    close();
    if (!list) go(`/lists/${said.id}`);
  };

  return (
    <Dialog
      opened
      onClose={close}
      size="lg"
      title={list ? fill(text.changeTitle, { list: list.name }) : text.title}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!missing) mutate(said, { onSuccess: done });
        }}
      >
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {list ? text.changeLead : text.lead}
          </Text>
          {!list && offered.length > 0 && (
            <NativeSelect
              label={text.known}
              description={text.knownNote}
              data-autofocus
              value={offered.some(({ id }) => id === said.id) ? said.id : ""}
              data={[
                { value: "", label: text.other },
                ...offered.map(({ id, name, regions: [region = ""] }) => ({
                  value: id,
                  label: fill(text.knownOne, { name, country: countryName(region) }),
                })),
              ]}
              onChange={({ currentTarget: { value } }) =>
                setSaid(offered.find(({ id }) => id === value) ?? nothing)
              }
            />
          )}
          {!list && (
            <TextInput
              label={text.id}
              description={text.idNote}
              required
              maxLength={31}
              value={said.id}
              error={taken ? text.taken : undefined}
              onChange={(event) => put({ id: event.currentTarget.value })}
            />
          )}
          <TextInput
            label={text.name}
            required
            maxLength={80}
            value={said.name}
            onChange={(event) => put({ name: event.currentTarget.value })}
          />
          <MultiSelect
            label={text.regions}
            description={text.regionsNote}
            required
            data={countries}
            value={said.regions}
            onChange={(codes) => put({ regions: codes })}
            comboboxProps={{ withinPortal: true }}
          />
          <Days
            label={text.maxAge}
            note={text.maxAgeNote}
            min={1}
            value={said.maxAgeDays}
            put={(maxAgeDays) => put({ maxAgeDays })}
          />
          <Days
            label={text.effective}
            note={text.effectiveNote}
            min={0}
            value={said.daysUntilEffective}
            put={(daysUntilEffective) => put({ daysUntilEffective })}
          />
          <NativeSelect
            label={text.covers}
            value={said.covers}
            data={covers.map((value) => ({ value, label: text.whom[value] }))}
            onChange={(event) => put({ covers: event.currentTarget.value as Declared["covers"] })}
          />
          <TextInput
            label={text.source}
            description={text.sourceNote}
            maxLength={500}
            value={said.source}
            onChange={(event) => put({ source: event.currentTarget.value })}
          />
          {error && (
            <Alert color="red" title={listsEn.push.failed} role="alert">
              {sayError(error)}
            </Alert>
          )}
          <Text size="sm" c="dimmed">
            {text.notAdvice}
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button type="submit" loading={isPending} disabled={missing}>
              {list ? text.save : text.yes}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

interface DaysProps {
  label: string;
  note: string;
  min: number;
  value: number;
  put: (days: number) => void;
}

const Days = ({ label, note, min, value, put }: DaysProps) => (
  <NumberInput
    label={label}
    description={note}
    min={min}
    max={366}
    allowDecimal={false}
    clampBehavior="strict"
    w={220}
    value={value}
    onChange={(days) => typeof days === "number" && put(days)}
  />
);

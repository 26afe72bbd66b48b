/** Declares a register, or changes a declared one. For registers that the regions' law names, the form fills itself in. */
import { MultiSelect, NativeSelect, NumberInput, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { declaredAs } from "../../../shared/law/declared.ts";
import { regions } from "../../../shared/law/regions.ts";
import { hasEnded } from "../../../shared/law/registers.ts";
import type {
  Register,
  RegisterDeclared,
  RegisterHead,
  RegisterRequest,
} from "../../../shared/registers/api.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { FormDialog, FormError } from "../forms/FormDialog.tsx";
import { useFault } from "../forms/useFault.ts";
import { useMutate } from "../parts/api.ts";
import { countryName } from "../../ui/countries.ts";
import { go } from "../parts/location.ts";
import { fill, words } from "../parts/texts.ts";

const text = listsEn.declare;
type Declared = { [K in keyof RegisterRequest]-?: NonNullable<RegisterRequest[K]> } & { id: string };

const known: Declared[] = Object.values(regions).flatMap(({ region, registers }) =>
  registers.map(({ id }) => ({ ...declaredAs(id)!, regions: [region] })),
);
const covers = ["both", "individuals", "businesses"] as const;
const countries = Object.keys(regions).map((code) => ({ value: code, label: countryName(code) }));
const blank: Declared = {
  ...{ id: "", name: "", regions: [], maxAgeDays: 28, daysUntilEffective: 0 },
  ...{ covers: "both", source: "" },
};
const startOf = (list: Register | undefined): Declared => ({
  ...blank,
  ...list,
  daysUntilEffective: list?.daysUntilEffective ?? 0,
});

interface DeclareProps {
  /** The declared registers. */
  lists: RegisterHead[];
  /** The register to change. Without it a new one is declared. */
  list?: Register;
  close: () => void;
}

export function RegisterDeclare({ lists, list, close }: DeclareProps) {
  const [typed, setTyped] = useState<Declared>(() => startOf(list));
  const put = (patch: Partial<Declared>) => setTyped((before) => ({ ...before, ...patch }));
  const { mutate, error, isPending } = useMutate<Declared, RegisterDeclared>(
    ({ id, name, regions, maxAgeDays, daysUntilEffective, covers, source }) => ({
      method: "PUT",
      path: `/v1/lists/${encodeURIComponent(id)}`,
      body: { name, regions, maxAgeDays, daysUntilEffective, covers, source } satisfies RegisterRequest,
    }),
    {
      touches: ["/v1/lists", "/v1/proposals"],
      quiet: true,
      done: ({ name, proposed, setUpDay }) =>
        fill(proposed ? text.waits : setUpDay ? text.atOnce : list ? text.changed : text.done, {
          list: name,
        }),
    },
  );
  const taken = !list && lists.some((l) => l.id === typed.id);
  const places = useFault<HTMLInputElement>(typed.regions.length === 0 ? words.form.choose : "");
  // One that has ended is kept for the past, and not begun.
  const today = new Date().toISOString().slice(0, 10);
  const offered = known.filter(({ id }) => !hasEnded(id, today) && !lists.some((l) => l.id === id));
  const done = () => {
    close();
    if (!list) go(`/lists/${typed.id}`);
  };

  return (
    <FormDialog
      title={list ? fill(text.changeTitle, { list: list.name }) : text.title}
      size="lg"
      close={close}
      yes={list ? text.save : text.yes}
      ownFailures
      sending={{ isPending, error }}
      send={() => mutate(typed, { onSuccess: done })}
    >
      <Text size="sm" c="dimmed">
        {list ? text.changeLead : text.lead}
      </Text>
      {!list && offered.length > 0 && (
        <NativeSelect
          label={text.known}
          description={text.knownNote}
          data-autofocus
          value={offered.some(({ id }) => id === typed.id) ? typed.id : ""}
          data={[
            { value: "", label: text.other },
            ...offered.map(({ id, name, regions: [region = ""] }) => ({
              value: id,
              label: fill(text.knownOne, { name, country: countryName(region) }),
            })),
          ]}
          onChange={({ currentTarget: { value } }) =>
            setTyped(offered.find(({ id }) => id === value) ?? blank)
          }
        />
      )}
      {!list && (
        <TextInput
          label={text.id}
          description={text.idNote}
          required
          maxLength={31}
          value={typed.id}
          error={taken ? text.taken : undefined}
          onChange={(event) => put({ id: event.currentTarget.value })}
        />
      )}
      <TextInput
        label={text.name}
        required
        maxLength={80}
        value={typed.name}
        onChange={(event) => put({ name: event.currentTarget.value })}
      />
      <MultiSelect
        ref={places}
        label={text.regions}
        description={text.regionsNote}
        required
        data={countries}
        value={typed.regions}
        onChange={(codes) => put({ regions: codes })}
        comboboxProps={{ withinPortal: true }}
      />
      <Days
        label={text.maxAge}
        note={text.maxAgeNote}
        min={1}
        value={typed.maxAgeDays}
        put={(maxAgeDays) => put({ maxAgeDays })}
      />
      <Days
        label={text.effective}
        note={text.effectiveNote}
        min={0}
        value={typed.daysUntilEffective}
        put={(daysUntilEffective) => put({ daysUntilEffective })}
      />
      <NativeSelect
        label={text.covers}
        value={typed.covers}
        data={covers.map((value) => ({ value, label: text.whom[value] }))}
        onChange={(event) => put({ covers: event.currentTarget.value as Declared["covers"] })}
      />
      <TextInput
        label={text.source}
        description={text.sourceNote}
        maxLength={500}
        value={typed.source}
        onChange={(event) => put({ source: event.currentTarget.value })}
      />
      <FormError error={error} title={listsEn.push.failed} />
      <Text size="sm" c="dimmed">
        {text.notAdvice}
      </Text>
    </FormDialog>
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
    styles={{ wrapper: { width: 220 } }}
    value={value}
    onChange={(days) => typeof days === "number" && put(days)}
  />
);

/** What a list's columns mean, and what holds for lines that say nothing else. */
import { NativeSelect, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import type { RecordingsState } from "../../shared/api-recordings.ts";
import { importEn } from "../../shared/texts/desk-recordings-import.en.ts";
import { recordingsEn } from "../../shared/texts/desk-recordings.en.ts";
import { useApi } from "./parts/api.ts";
import { fill } from "./parts/words.ts";
import { type Field, fields, type Mapping, type Otherwise } from "./recordings-file.ts";
import type { Unsaid } from "./RecordingsImport.tsx";
import { sayPurpose, sayRegion } from "./RecordingsWords.ts";

const text = importEn;
const purposes: Otherwise["purpose"][] = ["training", "quality", "protection", "request"];

interface FormProps {
  headings: string[];
  mapping: Mapping;
  setMapping: (mapping: Mapping) => void;
  /** Fields that a line cannot be taken without, and that have no column. */
  missing: readonly Field[];
  otherwise: Unsaid;
  setOtherwise: (otherwise: Unsaid) => void;
}

export function ImportForm(props: FormProps) {
  const { headings, mapping, setMapping, missing } = props;
  const columns = [
    { value: "-1", label: text.noColumn },
    ...headings.map((name, i) => ({ value: String(i), label: name })),
  ];
  return (
    <>
      <section aria-labelledby="rest">
        <Title order={2} size="h4" id="rest" mb="xs">
          {text.all}
        </Title>
        <Rest {...props} />
      </section>
      <section aria-labelledby="columns">
        <Title order={2} size="h4" id="columns">
          {text.columns}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {text.columnsNote}
        </Text>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
          {fields.map((field) => (
            <NativeSelect
              key={field}
              label={text.fields[field]}
              value={String(mapping[field])}
              data={columns}
              error={missing.includes(field) ? text.needed : undefined}
              onChange={({ currentTarget }) =>
                setMapping({ ...mapping, [field]: Number(currentTarget.value) })
              }
            />
          ))}
        </SimpleGrid>
      </section>
    </>
  );
}

function Rest({ otherwise, setOtherwise }: FormProps) {
  const stores = useApi<RecordingsState>("/v1/recordings/state").data?.stores ?? [];
  const put = (part: Unsaid) => setOtherwise({ ...otherwise, ...part });
  const store = stores.find(({ kind }) => kind === otherwise.store);
  const choice = (label: string, value: string | undefined, options: [string, string][]) => ({
    label,
    required: true,
    value: value ?? "",
    data: [
      { value: "", label: text.choose, disabled: true },
      ...options.map(([of, said]) => ({ value: of, label: said })),
    ],
  });
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
        <TextInput
          label={text.provider}
          description={text.providerNote}
          required
          maxLength={31}
          value={otherwise.provider ?? ""}
          onChange={({ currentTarget }) => put({ provider: currentTarget.value.trim().toLowerCase() })}
        />
        <NativeSelect
          {...choice(
            text.store,
            otherwise.store,
            stores.filter((s) => s.configured).map(({ kind }) => [kind, recordingsEn.stores[kind]]),
          )}
          description={store ? fill(text.storeNote, { region: sayRegion(store.region ?? "ZZ") }) : "\u00a0"}
          onChange={({ currentTarget }) => put({ store: currentTarget.value as Otherwise["store"] })}
        />
        <NativeSelect
          {...choice(text.zone, otherwise.zone, [
            ["utc", text.zones.utc],
            ["local", fill(text.zones.local, { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })],
          ])}
          description={"\u00a0"}
          onChange={({ currentTarget }) => put({ zone: currentTarget.value as Otherwise["zone"] })}
        />
        <NativeSelect
          {...choice(text.direction, otherwise.direction, Object.entries(recordingsEn.directions))}
          onChange={({ currentTarget }) => put({ direction: currentTarget.value as Otherwise["direction"] })}
        />
        <NativeSelect
          {...choice(
            text.announced,
            otherwise.announced === undefined ? undefined : otherwise.announced ? "yes" : "no",
            [
              ["yes", recordingsEn.yes],
              ["no", recordingsEn.no],
            ],
          )}
          onChange={({ currentTarget }) => put({ announced: currentTarget.value === "yes" })}
        />
        <NativeSelect
          {...choice(
            text.purpose,
            otherwise.purpose,
            purposes.map((purpose) => [purpose, sayPurpose(purpose)]),
          )}
          onChange={({ currentTarget }) => put({ purpose: currentTarget.value as Otherwise["purpose"] })}
        />
      </SimpleGrid>
    </Stack>
  );
}

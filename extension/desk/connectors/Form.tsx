/** Connects a CRM, or changes its set-up. shared/connectors/kinds.ts says what each kind of CRM asks for. */
import { Anchor, Fieldset, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Connector, ConnectorRequest, ConnectorSetup } from "../../../shared/connectors/api.ts";
import {
  type ConnectorKind,
  connectorKinds,
  kinds,
  optionalFields,
  SIGN_IN,
} from "../../../shared/connectors/kinds.ts";
import type { Setting } from "../../../shared/connectors/settings.ts";
import { deskConnectorsEn } from "../../../shared/texts/connectors/desk.en.ts";
import { connectorPlaces } from "../../../shared/texts/connectors/places.en.ts";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useMutate } from "../parts/api.ts";
import { go } from "../parts/location.ts";
import { fill } from "../parts/texts.ts";

const text = deskConnectorsEn.form;

/** As typed. `numbers` are field names with commas between them; an empty line leaves out that kind of record. */
interface Typed {
  kind: ConnectorKind;
  name: string;
  settings: Record<string, string>;
  way: string;
  secret: Record<string, string>;
  objects: ({ name: string; numbers: string } & Record<OptionalField, string>)[];
  fields: ConnectorSetup["fields"];
  dates: ConnectorSetup["dates"];
}

function startOf(kind: ConnectorKind, connector?: Connector): Typed {
  const facts = kinds[kind];
  const stored = connector?.setup.objects;
  return {
    kind,
    name: connector?.name ?? "",
    // A required choice begins with its first option.
    settings: connector?.setup.settings ?? Object.fromEntries(facts.settings.flatMap(chosen)),
    way: connector?.way ?? Object.keys(facts.ways)[0]!,
    secret: {},
    objects: facts.objects.map((given) => {
      const object = stored ? stored.find(({ name }) => name === given.name) : given;
      return {
        name: given.name,
        numbers: object?.numbers.join(", ") ?? "",
        ...optional((key) => object?.[key] ?? ""),
      };
    }),
    fields: connector?.setup.fields ?? { ...facts.fields },
    dates: connector?.setup.dates ?? "changed",
  };
}
type OptionalField = (typeof optionalFields)[number];
const optional = (of: (key: OptionalField) => string) =>
  Object.fromEntries(optionalFields.map((key) => [key, of(key)])) as Record<OptionalField, string>;
const chosen = ({ key, options, optional }: Setting): [string, string][] =>
  options && !optional ? [[key, options[0]!]] : [];

const listed = (line: string): string[] =>
  line
    .split(",")
    .map((field) => field.trim())
    .filter((field) => field !== "");

function requestOf({ kind, name, settings, way, secret, objects, fields, dates }: Typed): ConnectorRequest {
  const given = Object.entries(secret).filter(([, value]) => value !== "");
  return {
    kind,
    name: name.trim(),
    way,
    setup: {
      settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value.trim() !== "")),
      objects: objects
        .filter(({ numbers }) => listed(numbers).length > 0)
        .map(({ name, numbers, ...others }) => ({
          name,
          numbers: listed(numbers),
          ...Object.fromEntries(
            optionalFields.flatMap((key) => (others[key].trim() === "" ? [] : [[key, others[key].trim()]])),
          ),
        })),
      fields,
      dates,
    },
    ...(given.length === 0 ? {} : { secret: Object.fromEntries(given) }),
  };
}

interface FormProps {
  connector?: Connector;
  /** Where a CRM's app sends the browser back to. */
  callback: string | undefined;
  close: () => void;
}

export function ConnectorForm({ connector, callback, close }: FormProps) {
  const [typed, setTyped] = useState<Typed>(() => startOf(connector?.kind ?? "hubspot", connector));
  const put = (patch: Partial<Typed>) => setTyped((before) => ({ ...before, ...patch }));
  const facts = kinds[typed.kind];
  const ways = Object.keys(facts.ways);
  const save = useMutate<Typed, Connector>(
    (input) => ({
      method: connector ? "PUT" : "POST",
      path: connector ? `/v1/connectors/${connector.id}` : "/v1/connectors",
      body: requestOf(input),
    }),
    { touches: ["/v1/connectors"], quiet: true, done: ({ name }) => fill(text.saved, { name }) },
  );
  function done({ id }: Connector) {
    close();
    if (!connector) go(`/connectors/${id}`);
  }
  return (
    <FormDialog
      title={connector ? fill(text.changeTitle, { name: connector.name }) : text.title}
      size="lg"
      close={close}
      yes={text.save}
      sending={save}
      send={() => save.mutate(typed, { onSuccess: done })}
    >
      {!connector && (
        <NativeSelect
          label={text.kind}
          data-autofocus
          value={typed.kind}
          data={connectorKinds.map((value) => ({ value, label: deskConnectorsEn.kinds[value] }))}
          onChange={({ currentTarget: { value } }) =>
            setTyped({ ...startOf(value as ConnectorKind), name: typed.name })
          }
        />
      )}
      {!facts.verified && (
        <Text size="sm" c="dimmed">
          {deskConnectorsEn.untried}.{" "}
          <Anchor size="sm" href={facts.document} target="_blank" rel="noreferrer">
            {deskConnectorsEn.document}
          </Anchor>
        </Text>
      )}
      <TextInput
        label={text.name}
        description={text.nameHint}
        required
        maxLength={100}
        value={typed.name}
        onChange={(event) => put({ name: event.currentTarget.value })}
      />
      {facts.settings.map((setting) => (
        <SettingInput
          key={setting.key}
          setting={setting}
          value={typed.settings[setting.key] ?? ""}
          put={(value) => put({ settings: { ...typed.settings, [setting.key]: value } })}
        />
      ))}
      {ways.length > 1 && (
        <NativeSelect
          label={text.way}
          value={typed.way}
          data={ways.map((value) => ({ value, label: text.ways[value] ?? value }))}
          onChange={(event) => put({ way: event.currentTarget.value, secret: {} })}
        />
      )}
      {typed.way === SIGN_IN && callback && (
        <Text size="sm">{fill(deskConnectorsEn.signIn.callback, { callback })}</Text>
      )}
      {facts.ways[typed.way]?.map((key) => (
        <TextInput
          key={key}
          label={text.credentials[key]}
          {...(connector ? { description: text.keep } : {})}
          required={!connector}
          type={key === "clientId" || key === "header" ? "text" : "password"}
          autoComplete="new-password"
          maxLength={4000}
          value={typed.secret[key] ?? ""}
          onChange={(event) => put({ secret: { ...typed.secret, [key]: event.currentTarget.value } })}
        />
      ))}
      <FieldNames typed={typed} put={put} />
    </FormDialog>
  );
}

interface SettingProps {
  setting: Setting;
  value: string;
  put: (value: string) => void;
}

const SettingInput = ({ setting: { key, example, options, optional }, value, put }: SettingProps) =>
  options ? (
    <NativeSelect
      label={text.settings[key]}
      value={value}
      data={[...options]}
      onChange={(event) => put(event.currentTarget.value)}
    />
  ) : (
    <TextInput
      label={text.settings[key]}
      description={fill(text.like, { example })}
      required={!optional}
      maxLength={500}
      value={value}
      onChange={(event) => put(event.currentTarget.value)}
    />
  );

/** The CRM's own names of the fields that are read and written. */
function FieldNames({ typed, put }: { typed: Typed; put: (patch: Partial<Typed>) => void }) {
  const change = (n: number, patch: Partial<Typed["objects"][number]>) =>
    put({ objects: typed.objects.map((object, i) => (i === n ? { ...object, ...patch } : object)) });
  return (
    <>
      <Fieldset legend={text.objects}>
        <Stack gap="sm">
          <Text size="xs" c="dimmed">
            {connectorPlaces[typed.kind]}
          </Text>
          {typed.objects.map((object, n) => (
            <Stack key={object.name} gap="xs">
              <TextInput
                label={fill(text.numbers, { object: object.name })}
                description={fill(text.numbersHint, { object: object.name })}
                value={object.numbers}
                onChange={(event) => change(n, { numbers: event.currentTarget.value })}
              />
              <SimpleGrid cols={3} spacing="sm" style={{ alignItems: "end" }}>
                {optionalFields.map((key) => (
                  <TextInput
                    key={key}
                    aria-label={fill(text.fieldOf, { object: object.name, field: text.optional[key].label })}
                    label={text.optional[key].label}
                    description={text.optional[key].hint}
                    value={object[key]}
                    onChange={(event) => change(n, { [key]: event.currentTarget.value })}
                  />
                ))}
              </SimpleGrid>
            </Stack>
          ))}
        </Stack>
      </Fieldset>
      <Fieldset legend={text.fields}>
        <Stack gap="sm">
          <Text size="xs" c="dimmed">
            {text.fieldsHint}
          </Text>
          <Group grow>
            {(["verdict", "date", "reasons"] as const).map((field) => (
              <TextInput
                key={field}
                label={text.field[field]}
                required
                value={typed.fields[field]}
                onChange={(event) => put({ fields: { ...typed.fields, [field]: event.currentTarget.value } })}
              />
            ))}
          </Group>
          <NativeSelect
            label={text.dates}
            value={typed.dates}
            data={(["changed", "screened"] as const).map((value) => ({
              value,
              label: text.datesOptions[value],
            }))}
            onChange={(event) => put({ dates: event.currentTarget.value as Typed["dates"] })}
          />
        </Stack>
      </Fieldset>
    </>
  );
}

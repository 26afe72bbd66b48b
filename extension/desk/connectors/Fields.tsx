/** Makes ClearDial's fields in a CRM: says first which of them are there, then what came of it. */
import { Alert, List, Text, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { ConnectorFieldsAnswer, Connector } from "../../../shared/connectors/api.ts";
import { kinds } from "../../../shared/connectors/kinds.ts";
import { deskConnectorsEn } from "../../../shared/texts/connectors/desk.en.ts";
import { connectorFieldsEn as text } from "../../../shared/texts/connectors/fields.en.ts";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useMutate } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";
import { sayError } from "./status.ts";

interface Props {
  of: Pick<Connector, "id" | "kind">;
  close: () => void;
}

/** EspoCRM has no API user who may make fields. */
const isNeeded = (kind: Connector["kind"]): boolean => kind === "espocrm";

export function MakeFields({ of: { id, kind }, close }: Props) {
  const [secret, setSecret] = useState<Record<string, string>>({});
  const given = Object.entries(secret).filter(([, value]) => value !== "");
  const ask = (make: boolean) => ({
    method: "POST" as const,
    path: `/v1/connectors/${id}/fields`,
    body: { make, ...(make && given.length > 0 && { secret: Object.fromEntries(given) }) },
  });
  const look = useMutate<void, ConnectorFieldsAnswer>(() => ask(false), { touches: [], quiet: true });
  const make = useMutate<void, ConnectorFieldsAnswer>(() => ask(true), {
    touches: ["/v1/connectors"],
    quiet: true,
  });
  const { mutate } = look;
  useEffect(() => mutate(), [mutate]);
  const answer = make.data ?? look.data;
  const takes = kinds[kind].makes ?? [];
  return (
    <FormDialog
      title={fill(text.title, { crm: deskConnectorsEn.kinds[kind] })}
      size="lg"
      close={close}
      yes={text.yes}
      sending={{ isPending: make.isPending || look.isPending, error: make.error ?? look.error }}
      send={() => make.mutate()}
    >
      <Text size="sm">{text.lead}</Text>
      {!answer && !look.error && <Text size="sm">{text.looking}</Text>}
      {answer && <Found {...answer} />}
      {takes.length > 0 && (
        <Text size="sm" c="dimmed">
          {isNeeded(kind) ? text.needed : text.once}
        </Text>
      )}
      {takes.map((key) => (
        <TextInput
          key={key}
          label={text.credentials[key]}
          required={isNeeded(kind)}
          type={key === "user" ? "text" : "password"}
          autoComplete="new-password"
          maxLength={4000}
          value={secret[key] ?? ""}
          onChange={(event) => setSecret({ ...secret, [key]: event.currentTarget.value })}
        />
      ))}
    </FormDialog>
  );
}

function Found({ ok, error, fields }: ConnectorFieldsAnswer) {
  return (
    <>
      <List size="sm">
        {fields.map(({ object, name, state, is, why }) => (
          <List.Item key={`${object} ${name}`}>
            {fill(text.line, {
              object,
              name,
              said: fill(text.states[state], { is: is ?? "", why: why ?? "" }),
            })}
          </List.Item>
        ))}
      </List>
      {error !== null && (
        <Alert color="red" role="alert" title={text.failed}>
          {sayError(error)}
        </Alert>
      )}
      {fields.some(({ state }) => state === "refused") && (
        <Alert color="yellow" role="note">
          {text.byHand}
        </Alert>
      )}
      {ok && (
        <Text size="sm" role="status">
          {text.done}
        </Text>
      )}
    </>
  );
}

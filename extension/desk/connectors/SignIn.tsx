/** Whether somebody has signed in to the CRM, and the button with which they do: it opens the CRM's own page. */
import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Connector } from "../../../shared/connectors/api.ts";
import { deskConnectorsEn } from "../../../shared/texts/connectors/desk.en.ts";
import { Form } from "../forms/Form.tsx";
import { useMutate } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";
import { sayError } from "./status.ts";

const text = deskConnectorsEn.signIn;
type Of = Pick<Connector, "id" | "kind" | "signIn">;

interface Begun {
  url: string;
  /** Until when it can be agreed to, in ISO 8601. */
  until: string;
}

export function SignInButton({
  of: { id, kind, signIn },
  begun,
}: {
  of: Of;
  begun: (answer: Begun) => void;
}) {
  const begin = useMutate<void, Begun>(() => ({ method: "POST", path: `/v1/connectors/${id}/sign-in` }), {
    touches: [],
    done: text.begun,
  });
  const crm = deskConnectorsEn.kinds[kind];
  function open(answer: Begun) {
    begun(answer);
    void chrome.tabs.create({ url: answer.url });
  }
  return (
    <Button
      variant={signIn?.at === null || signIn?.over ? "filled" : "default"}
      loading={begin.isPending}
      onClick={() => begin.mutate(undefined, { onSuccess: open })}
    >
      {fill(signIn?.at === null ? text.do : text.again, { crm })}
    </Button>
  );
}

/** The CRM let ClearDial in: whoever began it enters the code of the page that came after. */
export function SignInCode({ of: { id, kind, signIn } }: { of: Of }) {
  const [code, setCode] = useState("");
  const crm = deskConnectorsEn.kinds[kind];
  const confirm = useMutate<void>(
    () => ({ method: "POST", path: `/v1/connectors/${id}/sign-in/confirm`, body: { code } }),
    { touches: ["/v1/connectors"], done: fill(text.confirmed, { crm }) },
  );
  const waits = signIn?.waits;
  if (!waits) return null;
  const { account } = waits;
  const words = account === "" ? text.waitsSomewhere : text.waitsText;
  return (
    <Alert color="yellow" role="note" title={fill(text.waits, { crm })}>
      <Form send={() => confirm.mutate()} error={confirm.error}>
        <Stack gap="sm">
          <Text size="sm">{fill(words, { account, until: sayTime(waits.until) })}</Text>
          <Group align="flex-end" gap="sm">
            <TextInput
              label={text.code}
              required
              data-missing={text.codeMissing}
              maxLength={20}
              autoComplete="off"
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
            <Button type="submit" loading={confirm.isPending}>
              {text.confirm}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Alert>
  );
}

export function SignedIn({ of: { kind, signIn }, callback }: { of: Of; callback: string | undefined }) {
  const crm = deskConnectorsEn.kinds[kind];
  if (signIn?.over)
    return (
      <Alert color="red" role="alert" title={fill(text.over, { crm })}>
        {sayError(signIn.over)}
      </Alert>
    );
  if (signIn?.at)
    return (
      <Text size="sm">
        {fill(signIn.account === "" ? text.doneSomewhere : text.done, {
          ...{ crm, account: signIn.account, at: sayTime(signIn.at) },
        })}{" "}
        {signIn.endsAt !== null && fill(text.endsOn, { at: sayTime(signIn.endsAt) })}
      </Text>
    );
  return (
    <Alert color="yellow" role="note" title={fill(text.none, { crm })}>
      {fill(text.noneText, { crm })} {callback && fill(text.callback, { callback })}
    </Alert>
  );
}

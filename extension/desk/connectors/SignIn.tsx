/** Whether somebody has signed in to the CRM, and the button with which they do: Chrome opens the CRM's own page in a window. */
import { Alert, Button, Text } from "@mantine/core";
import { useState } from "react";
import type { Connector } from "../../../shared/connectors/api.ts";
import { deskConnectorsEn } from "../../../shared/texts/connectors/desk.en.ts";
import { useMutate } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";
import { say } from "../parts/toast.tsx";
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
  const [waits, setWaits] = useState(false);
  const path = `/v1/connectors/${id}/sign-in`;
  const begin = useMutate<void, Begun>(() => ({ method: "POST", path }), { touches: [] });
  const end = useMutate<string>((answer) => ({ method: "POST", path: `${path}/end`, body: { answer } }), {
    touches: ["/v1/connectors"],
    done: text.ended,
  });
  const crm = deskConnectorsEn.kinds[kind];
  async function signInThere() {
    setWaits(true);
    try {
      const answer = await begin.mutateAsync();
      begun(answer);
      // Only this window gets the answer: nobody can send an administrator theirs, or have ours brought to them.
      const to = await chrome.identity
        .launchWebAuthFlow({ url: answer.url, interactive: true })
        .catch(() => "");
      if (URL.canParse(to ?? "")) await end.mutateAsync(new URL(to!).search.slice(1));
      else say(text.closed);
    } catch {
      // A toast has said it.
    } finally {
      setWaits(false);
    }
  }
  return (
    <Button
      variant={signIn?.at === null || signIn?.over ? "filled" : "default"}
      loading={waits}
      onClick={() => void signInThere()}
    >
      {fill(signIn?.at === null ? text.do : text.again, { crm })}
    </Button>
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

/** An invite: made with name, address and role, and shown once. */
import { Alert, Button, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { InviteAnswer, Role } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { uiEn } from "../../../shared/texts/popup/popup.en.ts";
import { useMutate } from "../parts/api.ts";
import { Copy } from "../parts/Copy.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { sayError } from "../parts/say.ts";
import { sayTime } from "../parts/When.tsx";
import { fill } from "../parts/words.ts";
import { roles } from "../policy/SignIn.tsx";

const words = deskPeopleEn.invite;

interface Invited {
  name: string;
  email: string;
  role: Role;
}

/** `again` is somebody who is known already, and gets another browser. */
export function InviteDialog({ again, close }: { again?: Invited; close: () => void }) {
  const [who, setWho] = useState<Invited>(again ?? { name: "", email: "", role: "agent" });
  const invite = useMutate<Invited, InviteAnswer>((body) => ({ method: "POST", path: "/v1/invites", body }), {
    touches: ["/v1/people", "/v1/invites", "/v1/mail"],
    quiet: true,
  });
  const put = (patch: Partial<Invited>) => setWho((before) => ({ ...before, ...patch }));
  if (invite.data) return <Made answer={invite.data} who={who} close={close} />;
  return (
    <Dialog opened onClose={close} title={words.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate({ ...who, name: who.name.trim(), email: who.email.trim() });
        }}
      >
        <Stack gap="md">
          <TextInput
            label={words.name}
            required
            maxLength={200}
            data-autofocus
            value={who.name}
            onChange={(event) => put({ name: event.currentTarget.value })}
          />
          <TextInput
            label={words.email}
            type="email"
            required
            maxLength={320}
            value={who.email}
            readOnly={again !== undefined}
            onChange={(event) => put({ email: event.currentTarget.value })}
          />
          <Radio.Group label={words.role} value={who.role} onChange={(role) => put({ role })}>
            <Stack gap={8} mt={6}>
              {roles.map((role) => (
                <Radio key={role} value={role} label={uiEn.roles[role]} description={words.roleTexts[role]} />
              ))}
            </Stack>
          </Radio.Group>
          {invite.error && (
            <Alert color="red" role="alert">
              {sayError(invite.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button type="submit" loading={invite.isPending}>
              {words.send}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function Made({ answer, who, close }: { answer: InviteAnswer; who: Invited; close: () => void }) {
  return (
    <Dialog opened onClose={close} title={fill(words.done, { name: who.name })}>
      <Stack gap="md">
        <Text size="sm">{answer.mailed ? fill(words.mailed, { email: who.email }) : words.notMailed}</Text>
        <div>
          <Text size="sm" fw={600} mb={4}>
            {words.link}
          </Text>
          <Copy text={answer.link} label={words.link} />
        </div>
        <div>
          <Text size="sm" fw={600} mb={4}>
            {words.code}
          </Text>
          <Copy text={answer.code} label={words.code} />
        </div>
        <Alert color="yellow" role="note">
          {fill(words.once, { at: sayTime(answer.expiresAt) })}
        </Alert>
        <Group justify="flex-end">
          <Button onClick={close}>{words.close}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

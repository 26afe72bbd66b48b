/** A token for a system or a managed install: made with a role and a last day, and shown once. */
import { Alert, Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Role, TokenAnswer } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { uiEn } from "../../../shared/texts/popup/popup.en.ts";
import { useMutate } from "../parts/api.ts";
import { Copy } from "../parts/Copy.tsx";
import { DateInput } from "../parts/DateInput.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { sayError } from "../parts/say.ts";
import { fill } from "../parts/words.ts";

const words = deskPeopleEn.integration;
/** No system is an administrator. */
const roles = ["agent", "manager", "compliance"] as const satisfies readonly Role[];

interface Wanted {
  name: string;
  role: (typeof roles)[number];
  until: string;
}

const daysFrom = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

export function IntegrationDialog({ close }: { close: () => void }) {
  const [wanted, setWanted] = useState<Wanted>(() => ({ name: "", role: "agent", until: daysFrom(365) }));
  const make = useMutate<Wanted, TokenAnswer>((body) => ({ method: "POST", path: "/v1/tokens", body }), {
    touches: ["/v1/people"],
    quiet: true,
  });
  const put = (patch: Partial<Wanted>) => setWanted((before) => ({ ...before, ...patch }));
  if (make.data)
    return (
      <Dialog opened onClose={close} title={fill(words.done, { name: wanted.name })}>
        <Stack gap="md">
          <Text size="sm" fw={600} mb={-8}>
            {words.token}
          </Text>
          <Copy text={make.data.token} label={words.token} />
          <Alert color="yellow" role="note">
            {words.once}
          </Alert>
          <Group justify="flex-end">
            <Button onClick={close}>{deskPeopleEn.invite.close}</Button>
          </Group>
        </Stack>
      </Dialog>
    );
  return (
    <Dialog opened onClose={close} title={words.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate({ ...wanted, name: wanted.name.trim() });
        }}
      >
        <Stack gap="md">
          <TextInput
            label={words.name}
            description={words.nameHint}
            required
            maxLength={200}
            data-autofocus
            value={wanted.name}
            onChange={(event) => put({ name: event.currentTarget.value })}
          />
          <NativeSelect
            label={words.role}
            value={wanted.role}
            data={roles.map((role) => ({ value: role, label: uiEn.roles[role] }))}
            onChange={(event) => put({ role: event.currentTarget.value as Wanted["role"] })}
          />
          <DateInput
            label={words.until}
            required
            min={daysFrom(0)}
            value={wanted.until}
            onChange={(until) => put({ until })}
          />
          {make.error && (
            <Alert color="red" role="alert">
              {sayError(make.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button type="submit" loading={make.isPending} disabled={wanted.until === ""}>
              {words.make}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

/** Makes an integration: a token for another system or a managed install, with a role and a last day. */
import { NativeSelect, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { IntegrationAnswer, Role } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { DAY } from "../../../shared/core/time.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { ShownOnce } from "../forms/ShownOnce.tsx";
import { useMutate } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";
import { sayProposed } from "./proposed.ts";

const words = deskPeopleEn.integration;
/** An integration cannot be an administrator. */
const roles = ["agent", "manager", "compliance"] as const satisfies readonly Role[];

interface Wanted {
  name: string;
  role: (typeof roles)[number];
  until: string;
}

const daysFromNow = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

export function PeopleIntegration({ close }: { close: () => void }) {
  const [wanted, setWanted] = useState<Wanted>(() => ({ name: "", role: "agent", until: daysFromNow(365) }));
  const make = useMutate<Wanted, IntegrationAnswer>(
    (body) => ({ method: "POST", path: "/v1/tokens", body }),
    {
      touches: ["/v1/people", "/v1/proposals"],
      quiet: true,
    },
  );
  const put = (patch: Partial<Wanted>) => setWanted((before) => ({ ...before, ...patch }));
  if (make.data)
    return (
      <ShownOnce
        title={fill(words.done, { name: wanted.name })}
        lead={make.data.proposed && <Text size="sm">{sayProposed(wanted.name, make.data.proposed)}</Text>}
        items={[{ label: words.token, text: make.data.token }]}
        note={words.once}
        closeLabel={deskPeopleEn.invite.close}
        close={close}
      />
    );
  return (
    <FormDialog
      title={words.title}
      close={close}
      yes={words.make}
      ready={wanted.until !== ""}
      sending={make}
      send={() => make.mutate({ ...wanted, name: wanted.name.trim() })}
    >
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
        data={roles.map((role) => ({ value: role, label: rolesEn[role] }))}
        onChange={(event) => put({ role: event.currentTarget.value as Wanted["role"] })}
      />
      <DateInput
        label={words.until}
        required
        min={daysFromNow(0)}
        value={wanted.until}
        onChange={(until) => put({ until })}
      />
    </FormDialog>
  );
}

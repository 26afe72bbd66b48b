/** Invites a person by name, address and role. Its link and code are shown once. */
import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { InviteAnswer, Role } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { RadioField } from "../forms/fields.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { ShownOnce } from "../forms/ShownOnce.tsx";
import { useMutate } from "../parts/api.ts";
import { roles } from "../parts/me.ts";
import { fill } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";
import { sayProposed } from "./proposed.ts";

const words = deskPeopleEn.invite;

interface Invited {
  name: string;
  email: string;
  role: Role;
}

/** `again` is a person who was invited before, or who needs another browser. */
export function PeopleInvite({ again, close }: { again?: Invited; close: () => void }) {
  const [who, setWho] = useState<Invited>(again ?? { name: "", email: "", role: "agent" });
  const invite = useMutate<Invited, InviteAnswer>((body) => ({ method: "POST", path: "/v1/invites", body }), {
    touches: ["/v1/people", "/v1/invites", "/v1/mail", "/v1/proposals"],
    quiet: true,
  });
  const put = (patch: Partial<Invited>) => setWho((before) => ({ ...before, ...patch }));
  if (invite.data) {
    const { link, code, mailed, expiresAt, waits, proposed } = invite.data;
    const said = code === null ? words.mailedAlone : mailed ? words.mailed : words.notMailed;
    return (
      <ShownOnce
        title={fill(words.done, { name: who.name })}
        lead={
          <>
            <Text size="sm">{fill(said, { email: who.email })}</Text>
            {proposed && <Text size="sm">{sayProposed(who.name, proposed)}</Text>}
          </>
        }
        items={
          link === null || code === null
            ? []
            : [
                { label: words.link, text: link },
                { label: words.code, text: code },
              ]
        }
        note={
          waits
            ? fill(words.waits, { name: who.name })
            : fill(code === null ? words.works : words.once, { at: sayTime(expiresAt) })
        }
        closeLabel={words.close}
        close={close}
      />
    );
  }
  return (
    <FormDialog
      title={words.title}
      close={close}
      yes={words.send}
      sending={invite}
      send={() => invite.mutate({ ...who, name: who.name.trim(), email: who.email.trim() })}
    >
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
      <RadioField
        label={words.role}
        value={who.role}
        options={roles.map((role) => ({
          value: role,
          label: rolesEn[role],
          description: words.roleTexts[role],
        }))}
        onChange={(role) => put({ role })}
      />
    </FormDialog>
  );
}

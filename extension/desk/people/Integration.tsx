/** Makes an integration: a token for another system or a managed install, with scopes and a last day. */
import { Checkbox, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { IntegrationAnswer, Scope } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { scopesEn } from "../../../shared/texts/people/scopes.en.ts";
import { DAY } from "../../../shared/core/time.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useFault } from "../forms/useFault.ts";
import { ShownOnce } from "../forms/ShownOnce.tsx";
import { useMutate } from "../parts/api.ts";
import { fill, words as common } from "../parts/texts.ts";

const words = deskPeopleEn.integration;
const scopes = Object.keys(scopesEn) as Scope[];

interface Wanted {
  name: string;
  scopes: Scope[];
  prefix: string;
  lineRegion: string;
  until: string;
}

const daysFromNow = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

export function PeopleIntegration({ close }: { close: () => void }) {
  const [wanted, setWanted] = useState<Wanted>(() => ({
    name: "",
    scopes: [],
    prefix: "",
    lineRegion: "",
    until: daysFromNow(365),
  }));
  const make = useMutate<
    Omit<Wanted, "prefix" | "lineRegion"> & { prefix?: string; lineRegion?: string },
    IntegrationAnswer
  >((body) => ({ method: "POST", path: "/v1/tokens", body }), {
    touches: ["/v1/people"],
    quiet: true,
  });
  const put = (patch: Partial<Wanted>) => setWanted((before) => ({ ...before, ...patch }));
  const first = useFault<HTMLInputElement>(wanted.scopes.length === 0 ? common.form.choose : "");
  const { prefix: asked, lineRegion: said, ...rest } = wanted;
  const records = wanted.scopes.includes("recordings:write");
  const prefix = records ? asked.trim() : "";
  const gates = wanted.scopes.includes("gate");
  const lineRegion = gates ? said.trim().toUpperCase() : "";
  if (make.data)
    return (
      <ShownOnce
        title={fill(words.done, { name: wanted.name })}
        items={[
          { label: words.token, text: make.data.token },
          ...(make.data.prefix === null ? [] : [{ label: words.prefix, text: make.data.prefix }]),
        ]}
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
      sending={make}
      send={() =>
        make.mutate({
          ...{ ...rest, name: wanted.name.trim() },
          ...(prefix && { prefix }),
          ...(lineRegion && { lineRegion }),
        })
      }
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
      <Checkbox.Group
        label={words.scopes}
        description={words.scopesHint}
        value={wanted.scopes}
        onChange={(chosen) => put({ scopes: chosen })}
      >
        <Stack gap="xs" mt="xs">
          {scopes.map((scope, i) => (
            <Checkbox
              key={scope}
              ref={i === 0 ? first : null}
              value={scope}
              size="sm"
              label={scopesEn[scope].name}
              description={scopesEn[scope].says}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      {records && (
        <TextInput
          label={words.prefix}
          description={words.prefixHint}
          placeholder="dialler/"
          maxLength={100}
          value={wanted.prefix}
          onChange={(event) => put({ prefix: event.currentTarget.value })}
        />
      )}
      {gates && (
        <TextInput
          label={words.lineRegion}
          description={words.lineRegionHint}
          placeholder="GB"
          maxLength={2}
          value={wanted.lineRegion}
          onChange={(event) => put({ lineRegion: event.currentTarget.value })}
        />
      )}
      <DateInput
        label={words.until}
        required
        min={daysFromNow(0)}
        max={daysFromNow(365)}
        value={wanted.until}
        onChange={(until) => put({ until })}
      />
    </FormDialog>
  );
}

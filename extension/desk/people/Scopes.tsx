/** What an integration may do. An administrator takes scopes away, and gives a prefix where there is none. */
import { Button, Checkbox, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { PersonAnswer, PersonChanged, Scope } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { scopesEn } from "../../../shared/texts/people/scopes.en.ts";
import { confirm } from "../forms/Dialog.tsx";
import { useMutate } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";
import { sayScopes } from "./say-scopes.ts";

const words = deskPeopleEn.person;

const usePatch = <T extends object>({ person: { id } }: PersonAnswer, done: (patch: T) => string) =>
  useMutate<T, PersonChanged>((body) => ({ method: "PATCH", path: `/v1/people/${id}`, body }), {
    touches: ["/v1/people"],
    done: (_, patch) => done(patch),
  });

/** Scopes become fewer, never more: what is missing another token has. */
export function PeopleScopes({ of }: { of: PersonAnswer }) {
  const { name } = of.person;
  const has = of.person.scopes ?? [];
  const [kept, setKept] = useState<Scope[]>(has);
  const patch = usePatch<{ scopes: Scope[] }>(of, ({ scopes }) =>
    fill(words.fewerDone, { name, scopes: sayScopes({ scopes }) }),
  );
  if (has.length === 0) return words.noScopes;
  const lost = has.filter((scope) => !kept.includes(scope));
  async function take() {
    const yes = await confirm({
      title: fill(words.fewerSure, { name }),
      text: fill(words.fewerText, { scopes: sayScopes({ scopes: lost }) }),
      yes: words.fewerYes,
      danger: true,
    });
    if (yes) patch.mutate({ scopes: kept });
  }
  return (
    <Stack gap="xs" align="flex-start">
      <Checkbox.Group
        aria-label={words.scopes}
        value={kept}
        onChange={(chosen) => setKept(has.filter((scope) => chosen.includes(scope)))}
      >
        <Stack gap={4}>
          {has.map((scope) => (
            <Checkbox key={scope} value={scope} size="sm" label={scopesEn[scope].name} />
          ))}
        </Stack>
      </Checkbox.Group>
      {lost.length > 0 && (
        <Button variant="default" loading={patch.isPending} onClick={() => void take()}>
          {words.fewer}
        </Button>
      )}
    </Stack>
  );
}

/** Of an integration from before there were prefixes, which has none, or a guessed one. */
export function PeoplePrefix({ of }: { of: PersonAnswer }) {
  const { name } = of.person;
  const [asked, setAsked] = useState("");
  const prefix = asked.trim();
  const patch = usePatch<{ prefix: string }>(of, (given) => fill(words.prefixDone, { name, ...given }));
  async function give() {
    const yes = await confirm({
      title: fill(words.prefixSure, { name, prefix }),
      text: words.prefixText,
      yes: words.prefixYes,
    });
    if (yes) patch.mutate({ prefix });
  }
  return (
    <Stack gap="xs" align="flex-start">
      {of.prefix === null ? words.noPrefix : fill(words.guessedPrefix, { prefix: of.prefix })}{" "}
      {words.givePrefix}
      <Group gap="xs">
        <TextInput
          aria-label={words.prefix}
          placeholder="dialler/"
          maxLength={100}
          value={asked}
          onChange={(event) => setAsked(event.currentTarget.value)}
        />
        {prefix !== "" && (
          <Button variant="default" loading={patch.isPending} onClick={() => void give()}>
            {words.prefixYes}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

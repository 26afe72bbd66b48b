/** The page of a find before a number is asked: a field, what this person asked since the desk was opened, and where it looks. */
import { Anchor, Button, Group, List, Paper, Stack, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { findEn as text } from "../../../shared/texts/check/find.en.ts";
import { Form } from "../forms/Form.tsx";
import { go, linkTo, withQuery } from "../parts/location.ts";
import { useMay, useMe } from "../parts/me.ts";
import { fill } from "../parts/texts.ts";

/** The pages that list a number's rows. */
export const pages = {
  suppressions: "/do-not-call",
  consents: "/consents",
  dials: "/dials",
  calls: "/calls",
  recordings: "/recordings",
  requests: "/requests",
} as const;

const MOST_RECENT = 8;

/** By person, newest first, as they were written. In this page's memory alone; no address has a number (parts/location.ts). */
const asked = new Map<string, string[]>();
const askedBy = (person: string): readonly string[] => asked.get(person) ?? [];

/** `number` is as it was written. */
export function remember(person: string, number: string): void {
  const others = askedBy(person).filter((other) => other !== number);
  asked.set(person, [number, ...others].slice(0, MOST_RECENT));
}

export function FindStart() {
  const { person } = useMe();
  const isOfficer = useMay("compliance", "admin");
  const recent = askedBy(person.id);
  const places = (Object.keys(pages) as (keyof typeof pages)[]).filter(
    (place) => isOfficer || place !== "requests",
  );
  return (
    <Stack gap="md">
      <Paper withBorder p="md">
        <Field />
      </Paper>
      {recent.length > 0 && (
        <section aria-labelledby="find-recent">
          <Title order={2} size="h4" id="find-recent">
            {text.recent}
          </Title>
          <List listStyleType="none" spacing={4} mt={4}>
            {recent.map((number) => (
              <List.Item key={number}>
                <Anchor href={linkTo("/find", { number })}>{fill(text.again, { number })}</Anchor>
              </List.Item>
            ))}
          </List>
        </section>
      )}
      <section aria-labelledby="find-places">
        <Title order={2} size="h4" id="find-places">
          {text.places}
        </Title>
        <Group gap="md" mt={4}>
          {places.map((place) => (
            <Anchor key={place} href={linkTo(pages[place])}>
              {text.columns[place]}
            </Anchor>
          ))}
        </Group>
      </section>
    </Stack>
  );
}

function Field() {
  const [number, setNumber] = useState("");
  return (
    <Form send={() => go(withQuery("/find", { number: number.trim() }))}>
      <Group align="flex-start" gap="sm">
        <TextInput
          label={text.field}
          description={text.fieldNote}
          required
          withAsterisk={false}
          data-missing={text.needed}
          autoComplete="off"
          maxLength={100}
          w={320}
          value={number}
          onChange={({ currentTarget }) => setNumber(currentTarget.value)}
        />
        <Button type="submit" className="desk-beside" data-noted>
          {text.go}
        </Button>
      </Group>
    </Form>
  );
}
